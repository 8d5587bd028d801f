import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { broadcast, message, roundRobin, topology, utf8, worker } from '../../schema/index.js';
import { WARNING_MEANINGS, warningsOf } from '../../schema/warnings.js';
import { planOf } from '../generator/planned.js';

const M = z.object({ a: z.uint32() });
type Sends = Readonly<Record<string, readonly string[]>>;

/** Workers that all receive M and N, and send as said. */
function sending(workers: Readonly<Record<string, Sends>>, accepted: readonly string[] = []) {
  // Their names are not known to the types here.
  const declare = topology as (declared: unknown) => unknown;
  return planOf(
    declare({
      messages: { M, N: M },
      workers: Object.fromEntries(
        Object.entries(workers).map(([name, sends]) => [
          name,
          worker({
            handler: `./${name}.ts`,
            receives: { M: roundRobin(), N: broadcast() },
            sends: sends as Record<never, never>,
            ...(accepted.includes(name) ? { cycles: 'accepted' as const } : {}),
          }),
        ]),
      ),
    }),
  );
}

const always = () => true;
const told = (plan: ReturnType<typeof planOf>, maySend: Parameters<typeof warningsOf>[1] = always) =>
  warningsOf(plan, maySend).map(({ code, path, problem }) => `${code} ${path.join('.')}: ${problem}`);

describe('a cycle of blocking sends', () => {
  test('is told with all that is sent on its way, where its first send stands', () => {
    const plan = sending({ a: { b: ['M'], main: ['M'] }, b: { c: ['M', 'N'] }, c: { a: ['N'] } });
    expect(told(plan)).toEqual([
      'SN1080 workers.a.sends.b: blocking sends form a cycle, which ends in SN_DEADLOCK where all of its lanes are full: ' +
        'a -> b -> c -> a (a sends M to b; b sends M, N to c; c sends N to a)',
    ]);
  });

  test('of one worker is told as such', () => {
    expect(told(sending({ a: { a: ['M'] } }))).toEqual([
      "SN1080 workers.a.sends.a: 'a' sends to itself, which ends in SN_DEADLOCK where its lane is full: a -> a (a sends M to a)",
    ]);
  });

  const cyclesIn = (plan: ReturnType<typeof planOf>) =>
    told(plan).map((text) => text.match(/: ([^:]*) \(/)?.[1]);

  test('is the shortest through each worker that stands in one, and none is told twice', () => {
    const plan = sending({
      a: { b: ['M'], c: ['M'] },
      b: { c: ['M'] },
      c: { d: ['M'], a: ['M'] },
      d: { c: ['M'] },
      e: { a: ['M'] },
    });
    expect(cyclesIn(plan)).toEqual(['a -> c -> a', 'b -> c -> a -> b', 'd -> c -> d']);
  });

  test('is none where main stands in it, which never blocks', () => {
    expect(told(sending({ a: { main: ['M'] }, b: { a: ['M'], main: ['N'] } }))).toEqual([]);
  });

  test("is not told where a worker in it says cycles: 'accepted'; others through other workers are", () => {
    const workers = { a: { b: ['M'] }, b: { a: ['M'], c: ['M'] }, c: { b: ['M'] } };
    expect(cyclesIn(sending(workers))).toEqual(['a -> b -> a', 'c -> b -> c']);
    expect(cyclesIn(sending(workers, ['a']))).toEqual(['b -> c -> b']);
    expect(cyclesIn(sending(workers, ['b']))).toEqual([]);
  });
});

describe('a message that nobody can send', () => {
  const w = worker({ handler: './w.ts', receives: { M: roundRobin() }, sends: { main: ['N'] } });

  test('is one that no worker receives and none sends to main', () => {
    expect(told(planOf(topology({ messages: { M, N: M, O: M }, workers: { w } })))).toEqual([
      'SN1081 messages.O: nobody can send O: no worker receives it, and none sends it to main',
    ]);
  });

  test('is none where only its codec is wanted', () => {
    const O = message(M, { codecOnly: true });
    expect(told(planOf(topology({ messages: { M, N: M, O }, workers: { w } })))).toEqual([]);
  });
});

describe('sends that never happen', () => {
  const plan = sending({ a: { b: ['M', 'N'], main: ['M'] }, b: { main: ['N'] }, c: { b: ['M'] } });

  test('are told for each message and target', () => {
    const maySend = (name: string, sent: string) => !(name === 'a' && sent === 'M');
    expect(told(plan, maySend)).toEqual([
      "SN1082 workers.a.sends.b.M: 'a' may send M to 'b', and its handler never does",
      "SN1082 workers.a.sends.main.M: 'a' may send M to main, and its handler never does",
    ]);
  });

  test('leave a worker unfed where none of those who should feed it does', () => {
    expect(told(plan, (name) => name === 'b')).toContain(
      "SN1083 workers.b: nobody but main feeds 'b': 'a', 'c' may send to it, and never does",
    );
    expect(told(plan, (name) => name !== 'a').join()).not.toContain('SN1083');
  });

  test('are all there are, whatever is said of the handlers', () => {
    const all = new Set(told(plan, () => false));
    for (const one of told(plan, (name, sent) => name === 'a' && sent === 'N')) expect(all).toContain(one);
  });
});

test('lanes that a pool cannot have are told with the link that takes most', () => {
  const Big = z.object({ text: utf8(1000) });
  const plan = planOf(
    topology({
      messages: { M, Big },
      workers: {
        w: worker({
          handler: './w.ts',
          instances: 4,
          capacity: 2 ** 20,
          receives: { Big: roundRobin() },
          sends: { main: ['M'] },
        }),
      },
    }),
  );
  expect(told(plan)).toEqual([
    expect.stringMatching(
      /^SN1084 workers\.w: the lanes take \d+ bytes, and a pool has at most 2147483647: most of them, \d+, from main to 'w'$/,
    ),
  ]);
});

test('every warning says how to mend it, and all codes are covered here', () => {
  const big = message(z.object({ text: utf8(1000) }), {});
  const a = worker({
    handler: './a.ts',
    capacity: 2 ** 20,
    instances: 3,
    receives: { big: roundRobin() },
    sends: { b: ['big'] },
  });
  const b = worker({
    handler: './b.ts',
    capacity: 2 ** 20,
    receives: { big: roundRobin() },
    sends: { a: ['big'] },
  });
  const warnings = warningsOf(planOf(topology({ messages: { big, M }, workers: { a, b } })), () => false);
  expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(Object.keys(WARNING_MEANINGS)));
  for (const { help } of warnings) expect(help).toMatch(/\w/);
});
