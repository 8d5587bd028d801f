import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CpuTopology, readTopology } from '../../../runtime/affinity/cpu-topology.js';
import { type Affinity, planAffinity } from '../../../runtime/affinity/plan-affinity.js';
import { snError } from '../../pool/support/errors.js';
import { BOARD, LAPTOP, layOut, SERVER, taskFiles } from './machines.js';

type Files = Readonly<Record<string, string>>;

/** The CPUs of the only worker. */
function planOne(files: Files, instances: number, affinity: Affinity): readonly number[] | undefined {
  return planAffinity(readTopology(layOut(files)), [{ worker: 'w', instances, affinity }]).get('w');
}

/** The CPUs of several workers, by name. */
function planSeveral(files: Files, workers: Readonly<Record<string, readonly [number, Affinity]>>): unknown {
  const wishes = Object.entries(workers).map(([worker, [instances, affinity]]) => ({
    worker,
    instances,
    affinity,
  }));
  return Object.fromEntries(planAffinity(readTopology(layOut(files)), wishes));
}

describe("'spread'", () => {
  test('gives each core a thread before any SMT sibling', () => {
    expect(planOne(LAPTOP, 4, 'spread')).toEqual([0, 1, 2, 3]);
    expect(
      planOne(SERVER, 8, 'spread')
        ?.map((cpu) => cpu % 8)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('takes sockets in turn, and NUMA nodes in turn within them', () => {
    expect(planOne(SERVER, 8, 'spread')).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  });

  test('begins anew when there are more threads than CPUs', () => {
    expect(planOne(BOARD, 6, 'spread')).toEqual([0, 1, 2, 3, 0, 1]);
  });

  test('stays within the cpuset', () => {
    expect(planOne({ ...LAPTOP, ...taskFiles('2-3') }, 3, 'spread')).toEqual([2, 3, 2]);
  });

  test('uses a free sibling rather than a taken CPU', () => {
    expect(planOne({ ...LAPTOP, ...taskFiles('0,1,3') }, 3, 'spread')).toEqual([0, 1, 3]);
  });

  test('serves the first instance of every worker before the second of any', () => {
    expect(planSeveral(BOARD, { a: [4, 'spread'], b: [2, 'spread'] })).toEqual({
      a: [0, 2, 0, 1],
      b: [1, 3],
    });
  });
});

describe("'compact'", () => {
  test('puts SMT siblings side by side', () => {
    expect(planOne(LAPTOP, 3, 'compact')).toEqual([0, 2, 1]);
  });

  test('stays within a NUMA node while there is room', () => {
    expect(planOne(SERVER, 4, 'compact')).toEqual([0, 8, 1, 9]);
    expect(planOne(SERVER, 6, 'compact')).toEqual([0, 8, 1, 9, 2, 10]);
  });

  test('takes the smallest node that has room', () => {
    const files = { ...SERVER, ...taskFiles('0,2,10,4-7,12-15') };
    expect(planOne(files, 1, 'compact')).toEqual([0]);
    expect(planOne(files, 2, 'compact')).toEqual([2, 10]);
    expect(planOne(files, 3, 'compact')).toEqual([4, 12, 5]);
  });

  test('gives each worker a node of its own where that is possible', () => {
    expect(planSeveral(SERVER, { a: [3, 'compact'], b: [2, 'compact'], c: [1, 'compact'] })).toEqual({
      a: [0, 8, 1],
      b: [2, 10],
      c: [9],
    });
  });

  test('begins anew when there are more threads than CPUs', () => {
    expect(planOne(LAPTOP, 5, 'compact')).toEqual([0, 2, 1, 3, 0]);
  });
});

describe('a list', () => {
  test('gives each instance a CPU in turn', () => {
    expect(planOne(SERVER, 5, [7, 3])).toEqual([7, 3, 7, 3, 7]);
  });

  test('is kept clear of by others, whatever their order', () => {
    expect(planSeveral(LAPTOP, { a: [2, 'spread'], b: [1, [0]] })).toEqual({ a: [1, 2], b: [0] });
    expect(planSeveral(LAPTOP, { a: [2, 'compact'], b: [1, [0]] })).toEqual({ a: [2, 1], b: [0] });
  });

  test('with a CPU that does not exist is refused with those that do', () => {
    expect(() => planOne(LAPTOP, 1, [1, 4])).toThrow(
      snError('SN_AFFINITY', {
        message:
          "affinity.w: there is no CPU 4; there are: 0-3; use 0-3, or 'spread' or 'compact', which look for themselves",
        details: { cpu: 4, cpus: [1, 4], all: [0, 1, 2, 3], allowed: [0, 1, 2, 3] },
      }),
    );
  });

  test('with a CPU that is not allowed is refused with those that are', () => {
    expect(() => planOne({ ...LAPTOP, ...taskFiles('2-3') }, 1, [0])).toThrow(
      snError('SN_AFFINITY', { message: expect.stringMatching(/may not use CPU 0 .*; use 2-3,/) }),
    );
  });
});

test("a worker with 'none' is left out", () => {
  expect(planOne(LAPTOP, 2, 'none')).toBeUndefined();
});

test('no CPU gets a second thread while another has none, and only allowed ones are given', () => {
  const place = fc.record({ core: fc.nat(5), node: fc.nat(3), socket: fc.nat(1), isAllowed: fc.boolean() });
  const machine = fc
    .array(place, { minLength: 1, maxLength: 12 })
    .filter((places) => places.some(({ isAllowed }) => isAllowed))
    .map((places): CpuTopology => ({ cpus: places.map((one, cpu) => ({ cpu, ...one })) }));
  const wish = fc.record({
    instances: fc.integer({ min: 1, max: 8 }),
    affinity: fc.constantFrom<Affinity>('none', 'spread', 'compact'),
  });
  fc.assert(
    fc.property(machine, fc.array(wish, { maxLength: 4 }), (topology, wishes) => {
      const named = wishes.map((one, index) => ({ worker: `w${index}`, ...one }));
      const plan = planAffinity(topology, named);
      const threads = new Map(topology.cpus.filter(({ isAllowed }) => isAllowed).map(({ cpu }) => [cpu, 0]));
      for (const { worker, instances, affinity } of named) {
        expect(plan.get(worker)?.length).toBe(affinity === 'none' ? undefined : instances);
        for (const cpu of plan.get(worker) ?? []) threads.set(cpu, (threads.get(cpu) ?? Number.NaN) + 1);
      }
      const counts = [...threads.values()];
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
