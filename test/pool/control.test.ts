/** What a program may ask of one worker: pause, resume, ping, drain; and what its states say. */
import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { CallsPool } from './topologies/calls/types.js';
import type { ChainPool } from './topologies/chain/types.js';
import type { WorkPool } from './topologies/work/types.js';

const work = await makeFixture<WorkPool>('work');
const chain = await makeFixture<ChainPool>('chain');
const calls = await makeFixture<CallsPool>('calls');

const CAPACITY = 8;

const statesOf = (pool: WorkPool): string[] => pool.work.stats().instances.map(({ state }) => state);

describe('pause', () => {
  test('resolves when every instance has stopped; what is sent waits, also before full lanes, until resume', async () => {
    const pool = await work.createPool({ instances: { work: 2 } });
    const received: number[] = [];
    pool.receive.Done(({ id }) => received.push(id));
    await pool.work.pause();
    expect(statesOf(pool)).toEqual(['paused', 'paused']);
    const ids = Array.from({ length: 4 * CAPACITY }, (_, id) => id);
    const sends = ids.map((id) => pool.work.send.Job({ id }));
    await pool.work.ping();
    await turns(100);
    expect(pool.work.stats()).toMatchObject({ sent: 2 * CAPACITY, handled: 0 });
    expect(statesOf(pool)).toEqual(['paused', 'paused']);
    await pool.work.resume();
    expect(statesOf(pool)).not.toContain('paused');
    await Promise.all(sends);
    await pool.drain();
    expect(received.sort((a, b) => a - b)).toEqual(ids);
  });

  test('waits for what a handler has in hand', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    let isPaused = false;
    const pausing = pool.work.pause().then(() => {
      isPaused = true;
    });
    await turns(50);
    expect(isPaused).toBe(false);
    expect(statesOf(pool)).toEqual(['running']);
    gate.open();
    await pausing;
    expect(statesOf(pool)).toEqual(['paused']);
    expect(pool.work.stats().handled).toBe(1);
  });

  test('and resume are idempotent', async () => {
    const pool = await work.createPool();
    await pool.work.resume();
    await Promise.all([pool.work.pause(), pool.work.pause()]);
    await pool.work.pause();
    expect(statesOf(pool)).toEqual(['paused']);
    await Promise.all([pool.work.resume(), pool.work.resume()]);
    await pool.work.resume();
    expect(statesOf(pool)).not.toContain('paused');
  });

  test('and resume: the newer one decides, and what is left of the older rejects with SN_ABORTED', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    const pausing = expect(pool.work.pause()).rejects.toEqual(
      snError('SN_ABORTED', {
        message: 'pause was called off: resume came before every instance had obeyed',
      }),
    );
    const resuming = pool.work.resume();
    await pausing;
    gate.open();
    await resuming;
    await pool.drain();
    for (let round = 0; round < 50; round++) {
      void pool.work.pause().catch(() => {});
      const resumed = pool.work.resume();
      pool.work.trySend.Job({ id: round });
      await resumed;
      await pool.work.pause();
      expect(statesOf(pool)).toEqual(['paused']);
      await pool.work.resume();
      await pool.drain();
    }
  });

  test('that is given up stands all the same', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    await expect(pool.work.pause({ timeoutMs: 5 })).rejects.toEqual(snError('SN_TIMEOUT'));
    await expect(pool.work.pause({ signal: AbortSignal.abort() })).rejects.toEqual(snError('SN_ABORTED'));
    gate.open();
    await until(() => statesOf(pool)[0] === 'paused');
  });

  test('stops tick, and resume starts it', async () => {
    const pool = await work.createPool({ threads: { work: { env: { TICK: 'send' } } } });
    let ticks = 0;
    pool.receive.Ticked(() => {
      ticks += 1;
    });
    await until(() => ticks > 0);
    await pool.work.pause();
    await pool.drain();
    const before = ticks;
    for (let round = 0; round < 10; round++) {
      await pool.work.ping();
      await turns(50);
    }
    expect(ticks).toBe(before);
    await pool.work.resume();
    await until(() => ticks > before);
  });

  test('lets replies to the worker’s own calls in, and the callbacks that they set going', async () => {
    const pool = await calls.createPool();
    const totals = pool.stream.Total();
    await pool.desk.pause();
    await pool.clerk.send.Sum({ below: 4 });
    await pool.clerk.drain();
    await pool.clerk.pause();
    await pool.desk.resume();
    expect((await totals.next()).value).toMatchObject({ sum: 14, failed: 0 });
    expect(pool.clerk.stats().instances[0]?.state).toBe('paused');
  });

  test('holds pool.drain() while there are messages, which close does not wait for: it resumes', async () => {
    const pool = await work.createPool();
    const received: number[] = [];
    pool.receive.Done(({ id }) => received.push(id));
    await pool.work.pause();
    await pool.drain();
    await pool.work.send.Job({ id: 1 });
    await expect(pool.drain({ timeoutMs: 5 })).rejects.toEqual(snError('SN_TIMEOUT'));
    expect(received).toEqual([]);
    await pool.close();
    expect(received).toEqual([1]);
    expect(statesOf(pool)).toEqual(['stopped']);
  });
});

describe('ping', () => {
  test('tells for each instance how long its answer took: idle, paused', async () => {
    const pool = await work.createPool({ instances: { work: 3 } });
    const expected = [0, 1, 2].map((instance) => ({ instance, latencyMs: expect.any(Number) }));
    expect(await pool.work.ping()).toEqual(expected);
    await pool.work.pause();
    const pongs = await pool.work.ping();
    expect(pongs).toEqual(expected);
    expect(Math.min(...pongs.map(({ latencyMs }) => latencyMs))).toBeGreaterThan(0);
  });

  test('is answered by a worker that never runs dry', async () => {
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    let isAnswered = false;
    const feeding = (async () => {
      for (let id = 0; !isAnswered; id++) await pool.work.send.Job({ id });
    })();
    for (let round = 0; round < 20; round++) await pool.work.ping();
    isAnswered = true;
    await feeding;
  });

  test('is answered by a worker that blocks in a full lane', async () => {
    const pool = await work.createPool();
    pool.stream.Done();
    await pool.work.send.Flood({ count: 1_000_000 });
    await until(() => {
      const { main, workers } = pool.stats();
      return main.handled >= 1024 && (workers.work?.instances[0]?.fullWaits ?? 0) > 0;
    });
    expect(await pool.work.ping()).toHaveLength(1);
    expect(await pool.work.ping()).toHaveLength(1);
    expect(statesOf(pool)).toEqual(['running']);
    await expect(pool.work.pause({ timeoutMs: 5 })).rejects.toEqual(snError('SN_TIMEOUT'));
  });

  test('is not answered by one whose handler never returns: SN_TIMEOUT says who was silent and who was not', async () => {
    const pool = await work.createPool({ instances: { work: 2 } });
    await pool.work.at(1).send.Fail({ how: 'hang' });
    await until(() => statesOf(pool)[1] === 'running');
    await expect(pool.work.ping({ timeoutMs: 200 })).rejects.toEqual(
      snError('SN_TIMEOUT', {
        message: 'ping was not done within 200 ms: work[1] gave no answer',
        details: {
          timeoutMs: 200,
          worker: 'work',
          silent: [1],
          answered: [{ instance: 0, latencyMs: expect.any(Number) }],
        },
      }),
    );
  });
});

describe('drain of one worker', () => {
  test('waits for all that was sent to it, also before full lanes, and for nothing else', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id <= 3 * CAPACITY; id++) void pool.work.send.Job({ id });
    let isDrained = false;
    const draining = pool.work.drain().then(() => {
      isDrained = true;
    });
    await turns(50);
    expect(isDrained).toBe(false);
    gate.open();
    await draining;
    expect(pool.work.stats().handled).toBe(3 * CAPACITY + 1);
    await pool.work.drain();
  });

  test('does not wait for another that is paused', async () => {
    const pool = await chain.createPool();
    pool.receive.Third(() => {});
    await pool.second.pause();
    for (let id = 0; id < 10; id++) await pool.first.send.Step({ key: id, id, check: 0 });
    await pool.first.drain();
    expect(pool.first.stats().depth).toBe(0);
    await expect(pool.second.drain({ timeoutMs: 5 })).rejects.toEqual(snError('SN_TIMEOUT'));
    await pool.second.resume();
    await pool.second.drain();
    expect(pool.second.stats().depth).toBe(0);
  });

  test('reads on behalf of a stream that nobody reads, as pool.drain() does', async () => {
    const pool = await work.createPool();
    const stream = pool.stream.Done();
    await pool.work.send.Flood({ count: 100_000 });
    await pool.work.drain();
    expect(pool.work.stats().handled).toBe(1);
    expect((await stream.next()).value?.id).toBe(0);
  });

  test('resolves also where sends before a full lane were given up', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id < CAPACITY; id++) void pool.work.send.Job({ id });
    const abort = new AbortController();
    const waiting = pool.work.send.Job({ id: CAPACITY }, { signal: abort.signal });
    const draining = pool.work.drain();
    abort.abort();
    await expect(waiting).rejects.toEqual(snError('SN_ABORTED'));
    gate.open();
    await draining;
  });

  test('ends under a load that never does', async () => {
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    let isOver = false;
    const feeding = (async () => {
      for (let id = 0; !isOver; id++) await pool.work.send.Job({ id });
    })();
    for (let round = 0; round < 20; round++) {
      const { sent } = pool.work.stats();
      await pool.work.drain();
      expect(pool.work.stats().handled).toBeGreaterThanOrEqual(sent);
    }
    isOver = true;
    await feeding;
  });
});

describe('control of a pool that ends', () => {
  const orders = ['pause', 'resume', 'ping', 'drain'] as const;

  test.each(orders)('%s rejects with SN_POOL_CLOSED once it closes', async (order) => {
    const pool = await work.createPool();
    const closed = pool.close();
    await expect(pool.work[order]()).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await closed;
    await expect(pool.work[order]()).rejects.toEqual(snError('SN_POOL_CLOSED'));
  });

  test.each(['close', 'destroy'] as const)('pending ones reject by %s', async (how) => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    const rejected = [pool.work.pause()];
    if (how === 'destroy')
      rejected.push(
        pool.work.ping().then(() => {}),
        pool.work.drain(),
      );
    const settled = Promise.allSettled(rejected);
    const ending = pool[how]();
    gate.open();
    for (const one of await settled)
      expect(one).toEqual({ status: 'rejected', reason: snError('SN_POOL_CLOSED') });
    await ending;
  });

  test.each(['throw', 'exit'] as const)('pending ones reject with SN_WORKER_CRASHED by %s', async (how) => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.on('error', () => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    pool.work.send.Fail({ how });
    const settled = Promise.allSettled([pool.work.drain(), pool.drain()]);
    gate.open();
    for (const one of await settled)
      expect(one).toEqual({ status: 'rejected', reason: snError('SN_WORKER_CRASHED') });
    for (const order of orders)
      await expect(pool.work[order]()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });
});

describe('a dead worker never reads as alive', () => {
  const seenAtExit = (pool: WorkPool): Promise<string[]> =>
    new Promise((resolve) => pool.on('worker-exit', () => resolve(statesOf(pool))));

  test.each(['throw', 'exit', 'timer'] as const)('after %s', async (how) => {
    const pool = await work.createPool();
    pool.on('error', () => {});
    const seen = seenAtExit(pool);
    await pool.work.send.Fail({ how });
    expect(await seen).toEqual(['crashed']);
    await pool.close().catch(() => {});
    expect(statesOf(pool)).toEqual(['crashed']);
  });

  test('after process.exit, from the moment on at which it exits', async () => {
    const pool = await work.createPool();
    pool.on('error', () => {});
    const seen = seenAtExit(pool);
    pool.work.trySend.Fail({ how: 'exit' });
    // This thread runs no event: it cannot have been told.
    while (statesOf(pool)[0] !== 'crashed') pool.work.stats();
    expect(await seen).toEqual(['crashed']);
  });

  test('after an exception while it is paused', async () => {
    const pool = await work.createPool();
    pool.on('error', () => {});
    const seen = seenAtExit(pool);
    pool.work.trySend.Fail({ how: 'timer' });
    // Whichever comes first: the pause or the timer.
    await pool.work.drain().catch(() => {});
    await pool.work.pause().catch(() => {});
    expect(await seen).toEqual(['crashed']);
  });

  test('after it left while it shut down', async () => {
    const pool = await work.createPool({ threads: { work: { env: { SHUTDOWN: 'exit' } } } });
    const seen = seenAtExit(pool);
    await expect(pool.close()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    expect(await seen).toEqual(['crashed']);
  });

  test.each(['idle', 'paused', 'running'] as const)('after destroy, where it was %s', async (state) => {
    const pool = await work.createPool();
    if (state === 'paused') await pool.work.pause();
    if (state === 'running') await pool.work.send.Fail({ how: 'hang' });
    await until(() => statesOf(pool)[0] === state);
    await pool.destroy();
    expect(statesOf(pool)).toEqual(['stopped']);
  });
});
