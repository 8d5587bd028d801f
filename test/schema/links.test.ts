import { expect, test } from 'vitest';
import { z } from 'zod';
import { laneByteLength } from '../../runtime/lane-layout.js';
import { buildArena, type Wiring } from '../../runtime/wiring.js';
import { broadcast, bytes, hash, roundRobin, topology, worker } from '../../schema/index.js';
import { budgetOf, linksOf } from '../../schema/links.js';
import { planOf } from '../generator/planned.js';

const plan = planOf(
  topology({
    messages: {
      Line: z.object({ text: bytes(4000) }),
      Word: z.object({ id: z.uint32() }),
      Stop: z.object({}),
    },
    workers: {
      parse: worker({
        handler: './parse.ts',
        instances: 'cores',
        receives: { Line: roundRobin(), Stop: broadcast() },
        sends: { count: ['Word'], main: ['Stop'] },
      }),
      count: worker({
        handler: './count.ts',
        instances: 3,
        capacity: 64,
        receives: { Word: hash('id') },
        sends: { main: ['Word', 'Stop'] },
      }),
    },
  }),
);

test('links are those of main, and what each worker sends', () => {
  expect(linksOf(plan).map(({ from, to, messages }) => [from, to, ...messages])).toEqual([
    ['main', 'parse', 'Line', 'Stop'],
    ['main', 'count', 'Word'],
    ['parse', 'count', 'Word'],
    ['parse', 'main', 'Stop'],
    ['count', 'main', 'Word', 'Stop'],
  ]);
});

test('the budget counts a lane from each instance to each', () => {
  const { links, lanes } = budgetOf(plan, 2);
  expect(links.map((link) => [link.fromInstances, link.toInstances, link.lanes])).toEqual([
    [1, 2, 2],
    [1, 3, 3],
    [2, 3, 6],
    [2, 1, 2],
    [3, 1, 3],
  ]);
  expect(lanes).toBe(16);
});

test('the budget is what the runtime lays out', () => {
  const wiring = {
    fingerprint: plan.fingerprint,
    workers: plan.workers.map(({ name, instances, inbox, sends }) => ({
      name,
      instances,
      ...inbox,
      sendsTo: sends.map(({ to }) => to),
    })),
    main: plan.main,
    stages: plan.stages,
  } as unknown as Wiring;
  const arena = buildArena(
    wiring,
    new Map([
      ['parse', 5],
      ['count', 3],
    ]),
  );
  const { lanes, byteLength } = budgetOf(plan, 5);
  expect(arena.lanes).toHaveLength(lanes);
  const laidOut = arena.lanes.map((lane) =>
    laneByteLength(lane.capacitySlots, lane.strideBytes, lane.ringBytes),
  );
  expect(laidOut.reduce((sum, bytes) => sum + bytes, 0)).toBe(byteLength);
});
