import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { CallsPool } from './topologies/calls/types.js';
import type { ChainPool } from './topologies/chain/types.js';
import type { WorkPool } from './topologies/work/types.js';

const work = await makeFixture<WorkPool>('work');
const calls = await makeFixture<CallsPool>('calls');
const chain = await makeFixture<ChainPool>('chain');

const CAPACITY = 8;

describe('drain', () => {
  test('resolves where nothing was sent', async () => {
    const pool = await work.createPool();
    await pool.drain();
    await pool.drain();
  });

  test('resolves again and again, and for everybody who waits', async () => {
    const pool = await work.createPool();
    let received = 0;
    pool.receive.Done(() => {
      received += 1;
    });
    for (let round = 1; round <= 50; round++) {
      await pool.work.send.Job({ id: round });
      await Promise.all([pool.drain(), pool.drain(), pool.drain()]);
      expect(received).toBe(round);
    }
  });

  test('waits for what a slow handler has in hand', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    const received: number[] = [];
    pool.receive.Done(({ id }) => received.push(id));
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    let drained = false;
    const draining = pool.drain().then(() => {
      drained = true;
    });
    await turns(50);
    expect(drained).toBe(false);
    gate.open();
    await draining;
    expect(received).toEqual([1]);
  });

  test('waits for the consequences, over all stages', async () => {
    const pool = await chain.createPool();
    let received = 0;
    let landed = 0;
    pool.receive.Third(() => {
      received += 1;
    });
    pool.receive.Landed(() => {
      landed += 1;
    });
    for (let round = 1; round <= 20; round++) {
      for (let id = 0; id < 100; id++) void pool.first.send.Step({ key: id, id, check: 0 });
      void pool.hopper.send.Hop({ left: 500, id: 0 });
      await pool.drain();
      expect({ received, landed }).toEqual({ received: round * 100, landed: round });
      expect(pool.stats().main.depth).toBe(0);
    }
  });

  test('gives up with SN_TIMEOUT and SN_ABORTED, and can be called again', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 1 });
    await gate.arrivals(1);
    const abort = new AbortController();
    const aborted = pool.drain({ signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toEqual(snError('SN_ABORTED'));
    await expect(pool.drain({ timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT', { details: { timeoutMs: 5 } }),
    );
    gate.open();
    await pool.drain({ timeoutMs: 10_000 });
  });
});

describe('close', () => {
  test('handles everything that was accepted, also what waits for space', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    const received: number[] = [];
    pool.receive.Done(({ id }) => received.push(id));
    for (let id = 0; id < 100; id++)
      void (id === 0 ? pool.work.send.Held({ id }) : pool.work.send.Job({ id }));
    await gate.arrivals(1);
    const closed = pool.close();
    gate.open();
    await closed;
    expect(received).toEqual(Array.from({ length: 100 }, (_, id) => id));
    expect(pool.work.stats()).toMatchObject({ sent: 100, handled: 100, depth: 0 });
    expect(pool.work.stats().instances[0]?.state).toBe('stopped');
  });

  test('is idempotent: every call gets the same promise', async () => {
    const pool = await work.createPool();
    const closed = pool.close();
    expect(pool.close()).toBe(closed);
    await closed;
    expect(pool.close()).toBe(closed);
    await pool.destroy();
  });

  test('calls shutdown stage by stage: what a stage sends then is handled by the next', async () => {
    const pool = await chain.createPool();
    const counts: { instance: number; steps: number }[] = [];
    pool.receive.Third(() => {});
    pool.receive.Count((count) => counts.push(count));
    for (let id = 0; id < 100; id++) await pool.first.at(id % 2).send.Step({ key: 0, id, check: 0 });
    await pool.close();
    expect(counts.sort((a, b) => a.instance - b.instance)).toEqual([
      { instance: 0, steps: 50 },
      { instance: 1, steps: 50 },
    ]);
  });

  test('after it send, trySend and drain throw SN_POOL_CLOSED, from the call on', async () => {
    const pool = await work.createPool();
    const closed = pool.close();
    for (let round = 0; round < 2; round++) {
      expect(() => pool.work.send.Job({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
      expect(() => pool.work.trySend.Job({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
      expect(() => pool.work.send.Everyone({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
      expect(() => pool.work.trySend.Everyone({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
      await closed;
    }
    await expect(pool.drain()).rejects.toEqual(snError('SN_POOL_CLOSED'));
  });

  test('rejects with SN_TIMEOUT that names who held it up and counts what was dropped; the threads are gone', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    const exits: number[] = [];
    pool.on('worker-exit', ({ instance }) => exits.push(instance));
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    const results = Array.from({ length: CAPACITY + 2 }, (_, id) => pool.work.send.Job({ id }));
    const waiting = Promise.allSettled(results.slice(CAPACITY - 1));
    const draining = pool.drain();
    const drained = expect(draining).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await expect(pool.close({ timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT', {
        message: `close was not done within 5 ms, waiting for work[0]; the threads were ended, ${CAPACITY + 3} messages dropped: work[0] ${CAPACITY + 3} (3 before a full lane)`,
        details: {
          timeoutMs: 5,
          waitedFor: ['work[0]'],
          dropped: CAPACITY + 3,
          losses: [{ worker: 'work', instance: 0, messages: CAPACITY, queued: 3, calls: 0 }],
        },
      }),
    );
    expect(exits).toEqual([0]);
    await drained;
    for (const one of await waiting)
      expect(one).toEqual({ status: 'rejected', reason: snError('SN_POOL_CLOSED') });
    expect(() => pool.work.send.Job({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
  });

  test('tells for each instance what it lost: messages, calls, and what had not reached the host', async () => {
    const gate = makeGate();
    const pool = await calls.createPool({ instances: { desk: 2 } });
    const held = pool.desk.at(1).call.held({ watch: false });
    await gate.arrivals(1);
    await pool.desk.at(1).send.Add({ key: 'a', amount: 1 });
    const lost = expect(held).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await expect(pool.close({ timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT', {
        message: expect.stringContaining('2 messages dropped: desk[1] 2 (1 calls unanswered)'),
        details: {
          timeoutMs: 5,
          waitedFor: ['desk[1]'],
          dropped: 2,
          losses: [{ worker: 'desk', instance: 1, messages: 2, queued: 0, calls: 1 }],
        },
      }),
    );
    await lost;
  });

  test('tells the program once that it has ended, by whatever way', async () => {
    for (const how of ['close', 'destroy', 'both'] as const) {
      const pool = await work.createPool();
      const reasons: Error[] = [];
      pool.on('close', ({ reason }) => reasons.push(reason));
      if (how !== 'destroy') await pool.close();
      if (how !== 'close') await pool.destroy();
      expect(reasons).toEqual([snError('SN_POOL_CLOSED')]);
    }
  });

  test('rejects with SN_TIMEOUT where a shutdown handler never ends', async () => {
    const pool = await work.createPool({ threads: { work: { env: { SHUTDOWN: 'never' } } } });
    await expect(pool.close({ timeoutMs: 50 })).rejects.toEqual(
      snError('SN_TIMEOUT', { details: { timeoutMs: 50, waitedFor: ['work[0]'], dropped: 0, losses: [] } }),
    );
  });

  test.each(['timer', 'socket'] as const)('ends a thread whose handler left a %s open', async (what) => {
    const pool = await work.createPool();
    await pool.work.send.Leave({ what });
    await pool.close();
    expect(pool.work.stats().instances[0]?.state).toBe('stopped');
  });

  test('tells of every thread that has gone, before it resolves', async () => {
    const pool = await work.createPool({ instances: { work: 3 } });
    const exits: unknown[] = [];
    pool.on('worker-exit', (exit) => exits.push(exit));
    await pool.close();
    expect(exits).toHaveLength(3);
    expect(exits).toContainEqual({ worker: 'work', instance: 2, exitCode: 0 });
  });

  test('after destroy resolves, since nothing is left to do', async () => {
    const pool = await work.createPool();
    await pool.destroy();
    await pool.close();
  });
});

describe('destroy', () => {
  test('ends threads at once and rejects whatever waits with SN_POOL_CLOSED', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    void pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    const sends = Array.from({ length: CAPACITY + 2 }, (_, id) => pool.work.send.Job({ id }));
    const settled = Promise.allSettled([
      ...sends.slice(CAPACITY - 1),
      pool.drain(),
      pool.stream.Done().next(),
      pool.close(),
    ]);
    await pool.destroy();
    for (const one of await settled)
      expect(one).toEqual({ status: 'rejected', reason: snError('SN_POOL_CLOSED') });
    expect(pool.work.stats().instances[0]?.state).toBe('stopped');
  });

  test('ends a worker that blocks in a full lane', async () => {
    const pool = await work.createPool();
    pool.stream.Done();
    await pool.work.send.Flood({ count: 1_000_000 });
    // A stream that nobody reads takes 1024. The worker then fills the lane, or sleeps already, since not half of it is free.
    await until(() => {
      const { main, workers } = pool.stats();
      return main.handled >= 1024 && main.depth > 512 && (workers.work?.instances[0]?.fullWaits ?? 0) > 0;
    });
    await pool.destroy();
    expect(pool.work.stats().instances[0]).toMatchObject({ state: 'stopped', handled: 0 });
  });

  test('while it closes makes close reject, also between two stages', async () => {
    const pool = await work.createPool({ threads: { work: { env: { SHUTDOWN: 'never' } } } });
    const closed = pool.close();
    await until(() => pool.work.stats().instances[0]?.state === 'draining');
    await Promise.all([pool.destroy(), expect(closed).rejects.toEqual(snError('SN_POOL_CLOSED'))]);
  });

  test('is idempotent', async () => {
    const pool = await work.createPool();
    await Promise.all([pool.destroy(), pool.destroy()]);
    await pool.destroy();
  });
});

describe('await using', () => {
  test('closes the pool at the end of its block', async () => {
    const received: number[] = [];
    let kept: WorkPool;
    {
      await using pool = await work.createPool();
      kept = pool;
      pool.receive.Done(({ id }) => received.push(id));
      void pool.work.send.Job({ id: 1 });
    }
    expect(received).toEqual([1]);
    expect(() => kept.work.send.Job({ id: 1 })).toThrow(snError('SN_POOL_CLOSED') as Error);
  });

  test('throws the pool’s failure as it is, where the block has thrown it', async () => {
    const use = async () => {
      await using pool = await work.createPool();
      pool.receive.Done(() => {});
      await pool.work.send.Fail({ how: 'throw' });
      await pool.drain();
    };
    await expect(use()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });

  test('throws the pool’s failure as it is, where a send in the block has thrown it', async () => {
    const use = async () => {
      await using pool = await work.createPool();
      pool.receive.Done(() => {});
      await pool.work.send.Fail({ how: 'throw' });
      for (let id = 0; ; id++) await pool.work.send.Job({ id: id % 1000 });
    };
    await expect(use()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });
});
