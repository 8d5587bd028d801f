import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { broadcast, call, message, roundRobin, topology, utf8, worker } from '../../schema/index.js';
import { type HandlerUse, pathsOfWarnings, WARNING_MEANINGS, warningsOf } from '../../schema/warnings.js';
import { planOf } from '../generator/planned.js';

const M = z.object({ a: z.uint32() });
type Sends = Readonly<Record<string, readonly string[]>>;

/** Workers that all receive M and N and answer c, and send as said. */
function sending(workers: Readonly<Record<string, Sends>>, accepted: readonly string[] = []) {
  // Their names are not known to the types here.
  const declare = topology as (declared: unknown) => unknown;
  return planOf(
    declare({
      messages: { M, N: M },
      calls: { c: call(M, M) },
      workers: Object.fromEntries(
        Object.entries(workers).map(([name, sends]) => [
          name,
          worker({
            handler: `./${name}.ts`,
            receives: { M: roundRobin(), N: broadcast() },
            answers: { c: roundRobin() },
            sends: sends as Record<never, never>,
            ...(accepted.includes(name) ? { cycles: 'accepted' as const } : {}),
          }),
        ]),
      ),
    }),
  );
}

type Plan = ReturnType<typeof planOf>;

/** What is told where handlers may do all that is not ruled out here. */
function told(plan: Plan, use: Partial<HandlerUse> = {}): readonly string[] {
  return warningsOf(plan, { maySend: () => true, mayBlock: () => true, ...use }).map(
    ({ code, path, problem }) => `${code} ${path.join('.')}: ${problem}`,
  );
}

describe('a cycle of blocking sends', () => {
  test('is told with all that is sent on its way, where its first send stands', () => {
    const plan = sending({ a: { b: ['M'], main: ['M'] }, b: { c: ['M', 'N'] }, c: { a: ['N'] } });
    expect(told(plan)).toEqual([
      'SN1090 workers.a.sends.b: blocking sends form a cycle, which ends in SN_DEADLOCK where all of its lanes are full: ' +
        'a -> b -> c -> a (a sends M to b; b sends M, N to c; c sends N to a)',
    ]);
  });

  test('is one of workers that wait for ever, where one of them is async', () => {
    const plan = sending({ a: { b: ['M'] }, b: { a: ['M'] } });
    const workers = plan.workers.map((one) => (one.name === 'b' ? { ...one, concurrency: 4 } : one));
    expect(told({ ...plan, workers })).toEqual([
      'SN1090 workers.a.sends.b: sends form a cycle, whose workers wait for ever where all of its lanes are full: ' +
        'a -> b -> a (a sends M to b; b sends M to a)',
    ]);
  });

  test('of one worker is told as such', () => {
    expect(told(sending({ a: { a: ['M'] } }))).toEqual([
      "SN1090 workers.a.sends.a: 'a' sends to itself, which ends in SN_DEADLOCK where its lane is full: a -> a (a sends M to a)",
    ]);
  });

  const cyclesIn = (plan: Plan, use: Partial<HandlerUse> = {}) =>
    told(plan, use)
      .filter((text) => text.startsWith('SN1090'))
      .map((text) => text.match(/: ([^:]*) \(/)?.[1]);

  test('has requests for its sends, too, while replies go back without one', () => {
    expect(told(sending({ a: { b: ['c'] }, b: {} }))).toEqual([]);
    expect(told(sending({ a: { b: ['M', 'c'] }, b: { a: ['c'] } }))).toEqual([
      expect.stringContaining('a -> b -> a (a sends M to b, a calls c of b; b calls c of a)'),
    ]);
  });

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

  test('is none where a handler in it cannot block, or sends nothing on', () => {
    const plan = sending({ a: { b: ['M'] }, b: { a: ['N'] } });
    expect(cyclesIn(plan, { mayBlock: (from, to) => from !== 'b' || to !== 'a' })).toEqual([]);
    expect(cyclesIn(plan, { maySend: (_, sent) => sent !== 'N' })).toEqual([]);
  });
});

describe('a message that nobody can send', () => {
  const w = worker({ handler: './w.ts', receives: { M: roundRobin() }, sends: { main: ['N'] } });

  test('is one that no worker receives and none sends to main', () => {
    expect(told(planOf(topology({ messages: { M, N: M, O: M }, workers: { w } })))).toEqual([
      'SN1091 messages.O: nobody can send O: no worker receives it, and none sends it to main',
    ]);
  });

  test('is none where only its codec is wanted', () => {
    const O = message(M, { codecOnly: true });
    expect(told(planOf(topology({ messages: { M, N: M, O }, workers: { w } })))).toEqual([]);
  });

  test('may be a call that no worker answers; those that one does are not told', () => {
    const calls = { asked: call(M, M), lost: call(M, M) };
    const answering = worker({ handler: './w.ts', answers: { asked: roundRobin() } });
    expect(told(planOf(topology({ messages: {}, calls, workers: { answering } })))).toEqual([
      'SN1091 calls.lost: nobody can call lost: no worker answers it',
    ]);
  });
});

describe('sends that never happen', () => {
  const plan = sending({ a: { b: ['M', 'N', 'c'], main: ['M'] }, b: { main: ['N'] }, d: { b: ['M'] } });

  test('are told for each message, call and target', () => {
    const maySend = (name: string, sent: string) => !(name === 'a' && sent !== 'N');
    expect(told(plan, { maySend })).toEqual([
      "SN1092 workers.a.sends.b.M: 'a' may send M to 'b', and its handler never does",
      "SN1092 workers.a.sends.b.c: 'a' may call c of 'b', and its handler never does",
      "SN1092 workers.a.sends.main.M: 'a' may send M to main, and its handler never does",
    ]);
  });

  test('leave a worker unfed where none of those who should feed it does, which is told once', () => {
    expect(told(plan, { maySend: (name) => name === 'b' })).toEqual([
      "SN1093 workers.b: nobody but main feeds 'b': 'a', 'd' may send to it, and never do",
      "SN1092 workers.a.sends.main.M: 'a' may send M to main, and its handler never does",
    ]);
    expect(told(plan, { maySend: (name) => name !== 'a' }).join()).not.toContain('SN1093');
    expect(told(plan, { maySend: (_, sent) => sent !== 'M' && sent !== 'N' }).join()).not.toContain('SN1093');
  });

  test('are none of a worker that only main feeds', () => {
    expect(told(sending({ a: {} }), { maySend: () => false })).toEqual([]);
  });
});

describe('lanes that take more than half of what there can be', () => {
  const large = (instances: number | 'cores') =>
    planOf(
      topology({
        messages: { M, Big: z.object({ text: utf8(1000) }) },
        workers: {
          w: worker({
            handler: './w.ts',
            instances,
            capacity: 2 ** 18,
            receives: { Big: roundRobin() },
            sends: { main: ['M'] },
          }),
        },
      }),
    );

  test('are told with the link that takes most', () => {
    expect(told(large(3))).toEqual([]);
    expect(told(large(5))).toEqual([
      "SN1094 workers.w: the lanes take 1332 MB, and a pool can have 2147 MB: most of them, 1332 MB, from main to 'w'",
    ]);
  });

  test('are counted for one number of cores on every machine', () => {
    expect(told(large('cores'))).toEqual([expect.stringContaining('MB on a machine with 16 cores, and')]);
  });
});

test('every warning says how to mend it and stands where one may, and all codes are covered here', () => {
  const big = message(z.object({ text: utf8(1000) }), {});
  const capacity = 2 ** 20;
  const receives = { big: roundRobin() } as const;
  const a = worker({
    handler: './a.ts',
    capacity,
    receives,
    sends: { a: ['big'], b: ['big'], main: ['big'] },
  });
  const b = worker({ handler: './b.ts', capacity, receives, sends: { main: ['big'] } });
  const plan = planOf(topology({ messages: { big, M }, workers: { a, b } }));
  const uses: readonly HandlerUse[] = [
    { maySend: () => false, mayBlock: () => true },
    { maySend: () => true, mayBlock: () => true },
  ];
  const warnings = uses.flatMap((use) => warningsOf(plan, use));
  expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(Object.keys(WARNING_MEANINGS)));
  for (const { help, path } of warnings) {
    expect(help).toMatch(/\w/);
    expect(pathsOfWarnings(plan)).toContainEqual(path);
  }
});
