import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import type { CallsPool } from './topologies/calls/types.js';

const { createPool, run } = await makeFixture<CallsPool>('calls');

describe('a call', () => {
  test('resolves to the response', async () => {
    const pool = await createPool();
    expect(await pool.desk.call.square({ x: 12 })).toEqual({ square: 144, instance: 0 });
  });

  test('of which there are far more than slots resolves each to its own', async () => {
    const pool = await createPool({ instances: { desk: 3 } });
    const responses = await Promise.all(Array.from({ length: 5000 }, (_, x) => pool.desk.call.square({ x })));
    expect(responses.map(({ square }) => square)).toEqual(Array.from({ length: 5000 }, (_, x) => x * x));
    expect(new Set(responses.map(({ instance }) => instance))).toEqual(new Set([0, 1, 2]));
  });

  test('comes after what was sent before, and finds the instance that owns its key', async () => {
    const pool = await createPool({ instances: { desk: 3 } });
    const keys = Array.from({ length: 60 }, (_, k) => `k${k}`);
    for (const key of keys)
      for (let amount = 0; amount < 3; amount++) void pool.desk.send.Add({ key, amount });
    const counts = await Promise.all(keys.map((key) => pool.desk.call.count({ key })));
    expect(counts.map(({ count }) => count)).toEqual(keys.map(() => 3));
    expect(new Set(counts.map(({ instance }) => instance)).size).toBe(3);
  });

  test('carries requests and responses with a tail', async () => {
    const pool = await createPool();
    const value = { text: 'größer'.repeat(10_000), raw: Uint8Array.from({ length: 90_000 }, (_, k) => k) };
    const all = await Promise.all(Array.from({ length: 30 }, () => pool.desk.call.mirror(value)));
    // Not by toEqual, which looks at each of 90,000 elements for itself.
    for (const { text, raw } of all)
      expect([text === value.text, Buffer.compare(raw, value.raw)]).toEqual([true, 0]);
  });

  test('at one instance is answered by it', async () => {
    const pool = await createPool({ instances: { desk: 2 } });
    expect((await pool.desk.at(1).call.square({ x: 1 })).instance).toBe(1);
    expect(() => pool.desk.at(2)).toThrow(snError('SN_INSTANCE_RANGE') as Error);
  });

  test('between workers works also where thousands are under way', async () => {
    const pool = await createPool({ instances: { desk: 2 } });
    const totals = pool.stream.Total();
    await pool.clerk.send.Sum({ below: 1500 });
    expect((await totals.next()).value).toEqual({ sum: 1_123_875_250, failed: 0 });
  });

  test('to the worker itself is answered once its handler has returned', async () => {
    const pool = await createPool();
    const totals = pool.stream.Total();
    for (let round = 0; round < 50; round++) {
      void pool.clerk.send.SumOwn({ below: 4 });
      expect((await totals.next()).value).toEqual({ sum: 12, failed: 0 });
    }
  });

  test('between workers is over, and what came of it, before a pool has drained or closed', async () => {
    for (const end of ['drain', 'close'] as const) {
      const pool = await createPool();
      const totals: number[] = [];
      pool.receive.Total(({ sum }) => totals.push(sum));
      for (let round = 0; round < 200; round++) await pool.clerk.send.Sum({ below: 3 });
      await pool[end]();
      expect(totals).toEqual(new Array(200).fill(5));
    }
  });

  test('keeps drain waiting until it was answered', async () => {
    const pool = await createPool();
    const order: string[] = [];
    const answered = pool.desk.call.square({ x: 1 }).then(() => order.push('answered'));
    await pool.drain().then(() => order.push('drained'));
    await answered;
    expect(order).toEqual(['answered', 'drained']);
  });

  test('rejects what its layout cannot carry, and others go on', async () => {
    const pool = await createPool();
    await expect(pool.desk.call.square({ x: -1 })).rejects.toEqual(snError('SN_FIELD_RANGE'));
    expect((await pool.desk.call.square({ x: 3 })).square).toBe(9);
  });
});

describe('a handler that throws', () => {
  test.each([
    ['throw', 'SN_CALL_FAILED', 'broken in a call', 'RangeError'],
    ['code', 'ENOENT', 'no such file', 'Error'],
    ['text', 'SN_CALL_FAILED', 'just text', 'string'],
  ] as const)('by %s rejects the call and nothing else', async (how, code, message, name) => {
    const pool = await createPool();
    await expect(pool.desk.call.fail({ how })).rejects.toEqual(
      expect.objectContaining({
        name: 'RemoteError',
        code,
        message,
        details: { worker: 'desk', instance: 0, call: 'fail', name },
      }),
    );
    expect((await pool.desk.call.square({ x: 3 })).square).toBe(9);
  });

  test('shows its stack in the worker', async () => {
    const pool = await createPool();
    const error = await pool.desk.call.fail({ how: 'throw' }).catch((thrown: Error) => thrown);
    expect((error as Error).stack).toMatch(
      /RemoteError \[SN_CALL_FAILED\]: broken in a call\n {4}in fail of desk\[0\].*\nRangeError: broken in a call\n {4}at .*desk/,
    );
  });

  test('sends what is too long for a reply in short', async () => {
    const pool = await createPool();
    await expect(pool.desk.call.fail({ how: 'long' })).rejects.toEqual(
      expect.objectContaining({ message: 'é'.repeat(500) }),
    );
  });

  test.each(['range', 'nothing', 'null', 'scalar', 'promise'] as const)(
    'or returns what the response cannot carry (%s) rejects with SN_FIELD_RANGE',
    async (how) => {
      const pool = await createPool();
      await expect(pool.desk.call.fail({ how })).rejects.toEqual(
        expect.objectContaining({ code: 'SN_FIELD_RANGE' }),
      );
      expect((await pool.desk.call.square({ x: 3 })).square).toBe(9);
    },
  );
});

describe('a call that is given up', () => {
  test('by time rejects with SN_TIMEOUT', async () => {
    const gate = makeGate();
    const pool = await createPool();
    await expect(pool.desk.call.held({ watch: false }, { timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT', { details: { timeoutMs: 5 } }),
    );
    gate.open();
    expect((await pool.desk.call.square({ x: 2 })).square).toBe(4);
  });

  test('by its signal rejects with SN_ABORTED, and the handler sees it while it runs', async () => {
    const gate = makeGate();
    const pool = await createPool();
    const controller = new AbortController();
    const held = pool.desk.call.held({ watch: true }, { signal: controller.signal });
    await gate.arrivals(1);
    controller.abort(new Error('changed my mind'));
    await expect(held).rejects.toEqual(snError('SN_ABORTED'));
    expect(await pool.desk.call.abortions({})).toEqual({ count: 1 });
  });

  test('before it was sent is never sent', async () => {
    const pool = await createPool();
    await expect(pool.desk.call.square({ x: 1 }, { signal: AbortSignal.abort() })).rejects.toEqual(
      snError('SN_ABORTED'),
    );
    await pool.drain();
    expect(pool.desk.stats().sent).toBe(0);
  });

  test('while it waits for room is never sent', async () => {
    const gate = makeGate();
    const pool = await createPool();
    const controller = new AbortController();
    const held = pool.desk.call.held({ watch: false });
    await gate.arrivals(1);
    const squares = Array.from({ length: 20 }, (_, x) =>
      pool.desk.call.square({ x }, { signal: controller.signal }),
    );
    controller.abort();
    const results = await Promise.allSettled(squares);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    gate.open();
    await held;
    await pool.drain();
    expect(pool.desk.stats().sent).toBeLessThanOrEqual(1 + 8);
    expect((await pool.desk.call.square({ x: 9 })).square).toBe(81);
  });

  test('is not taken for another: hundreds given up, hundreds answered', async () => {
    const pool = await createPool();
    for (let round = 0; round < 10; round++) {
      const controllers = Array.from({ length: 200 }, () => new AbortController());
      const calls = controllers.map(({ signal }, x) => pool.desk.call.square({ x }, { signal }));
      const settled = Promise.allSettled(calls);
      for (const [x, controller] of controllers.entries()) if (x % 2 === 0) controller.abort();
      for (const [x, result] of (await settled).entries())
        if (x % 2 === 1)
          expect(result).toEqual({ status: 'fulfilled', value: { square: x * x, instance: 0 } });
    }
  });
});

describe('the end of a pool', () => {
  test('by a crash rejects every pending call', async () => {
    const pool = await createPool();
    const others = Array.from({ length: 100 }, (_, x) => pool.desk.call.square({ x }));
    const exit = pool.desk.call.fail({ how: 'exit' });
    const later = Array.from({ length: 100 }, (_, x) => pool.desk.call.square({ x }));
    await expect(exit).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await Promise.allSettled(others);
    const results = await Promise.allSettled(later);
    expect(results.every((one) => one.status === 'rejected')).toBe(true);
  });

  test('by destroy rejects them with SN_POOL_CLOSED, and later ones too', async () => {
    makeGate();
    const pool = await createPool();
    const held = pool.desk.call.held({ watch: false });
    const rejected = expect(held).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await pool.destroy();
    await rejected;
    await expect(pool.desk.call.square({ x: 1 })).rejects.toEqual(snError('SN_POOL_CLOSED'));
  });

  test('by close answers what was called before', async () => {
    const pool = await createPool();
    const calls = Array.from({ length: 100 }, (_, x) => pool.desk.call.square({ x }));
    await pool.close();
    expect((await Promise.all(calls)).length).toBe(100);
    await expect(pool.desk.call.square({ x: 1 })).rejects.toEqual(snError('SN_POOL_CLOSED'));
  });

  test('needs nobody who waits: a process whose calls are answered exits', async () => {
    const { exitCode, stdout, stderr } = await run(`
      const pool = await createPool();
      console.log((await pool.desk.call.square({ x: 5 })).square);
      const pending = pool.desk.call.square({ x: 6 });
      pending.then(({ square }) => console.log(square));
    `);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '25\n36\n', stderr: '' });
  });
});

describe('map', () => {
  const numbers = (count: number): { x: number }[] => Array.from({ length: count }, (_, x) => ({ x }));

  test('yields the responses in the order of the requests', async () => {
    const pool = await createPool({ instances: { desk: 2 } });
    const squares: number[] = [];
    for await (const { square } of pool.desk.map.square(numbers(1000), { concurrency: 50 }))
      squares.push(square);
    expect(squares).toEqual(numbers(1000).map(({ x }) => x * x));
  });

  test('takes no more requests than may be under way, while nobody takes responses', async () => {
    const pool = await createPool();
    let taken = 0;
    async function* requests() {
      for (const request of numbers(100)) {
        taken += 1;
        yield request;
      }
    }
    const responses = pool.desk.map.square(requests(), { concurrency: 4 });
    await responses.next();
    await pool.drain();
    expect(taken).toBe(4);
    await responses.return();
  });

  test('rejects where a call does, in its turn', async () => {
    const pool = await createPool();
    const got: number[] = [];
    const all = async (): Promise<void> => {
      for await (const { square } of pool.desk.map.square([{ x: 1 }, { x: 2 }, { x: -3 }, { x: 4 }]))
        got.push(square);
    };
    await expect(all()).rejects.toEqual(snError('SN_FIELD_RANGE'));
    expect(got).toEqual([1, 4]);
  });

  test('ends with its signal', async () => {
    const pool = await createPool();
    const controller = new AbortController();
    const responses = pool.desk.map.square(numbers(100), { signal: controller.signal, concurrency: 2 });
    await responses.next();
    controller.abort();
    await expect(
      (async () => {
        for await (const _ of responses);
      })(),
    ).rejects.toEqual(snError('SN_ABORTED'));
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    const pool = await createPool();
    await expect(pool.desk.map.square([], { concurrency }).next()).rejects.toEqual(snError('SN_OPTION'));
  });
});
