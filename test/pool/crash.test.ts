import { describe, expect, test } from 'vitest';
import { causedBy, snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { until } from './support/turns.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

const CAPACITY = 8;

describe('a worker that crashes', () => {
  test.each([
    ['throw', 'broken in a handler'],
    ['reject', 'rejected and forgotten'],
    ['timer', 'broken in a timer'],
  ] as const)(
    'by %s in a handler rejects drain with SN_WORKER_CRASHED and the cause',
    async (how, message) => {
      const pool = await createPool();
      const error = new Promise((resolve) => pool.on('error', resolve));
      const read = pool.stream.Done().next();
      await pool.work.send.Fail({ how });
      const crashed = snError('SN_WORKER_CRASHED', {
        message: expect.stringContaining(message),
        cause: causedBy('RangeError', message),
        details: { worker: 'work', instance: 0, exitCode: 1 },
      });
      await expect(read).rejects.toEqual(crashed);
      expect(await error).toEqual(crashed);
      await expect(pool.drain()).rejects.toEqual(crashed);
      expect(pool.work.stats().instances[0]?.state).toBe('crashed');
    },
  );

  test('cannot hide it by swallowing unhandled rejections', async () => {
    const pool = await createPool({ threads: { work: { execArgv: ['--unhandled-rejections=none'] } } });
    // Parked on its event loop: what wakes it there is a promise, whose rejection this thread ignores.
    await until(() => pool.work.stats().instances[0]?.state === 'idle');
    await pool.work.send.Fail({ how: 'throw' });
    await expect(pool.drain()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', { cause: causedBy('RangeError', 'broken in a handler') }),
    );
  });

  test('by process.exit tells the exit code', async () => {
    const pool = await createPool();
    await pool.work.send.Fail({ how: 'exit' });
    await expect(pool.drain()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', {
        message: expect.stringContaining('exit code 3'),
        details: { worker: 'work', instance: 0, exitCode: 3 },
      }),
    );
  });

  test('in tick fails the pool', async () => {
    const pool = await createPool({ threads: { work: { env: { TICK: 'throw' } } } });
    const error = await new Promise((resolve) => pool.on('error', resolve));
    expect(error).toEqual(snError('SN_WORKER_CRASHED', { cause: causedBy('RangeError', 'broken in tick') }));
  });

  test.each([
    ['throw', 'broken in shutdown'],
    ['reject', 'rejected in shutdown'],
  ] as const)('in shutdown, by %s, makes close reject with the cause', async (how, message) => {
    const pool = await createPool({ instances: { work: 2 }, threads: { work: { env: { SHUTDOWN: how } } } });
    const exits: number[] = [];
    pool.on('worker-exit', ({ instance }) => exits.push(instance));
    const closed = pool.close();
    await expect(closed).rejects.toEqual(
      snError('SN_WORKER_CRASHED', { cause: causedBy('RangeError', message) }),
    );
    expect(exits.sort()).toEqual([0, 1]);
    expect(pool.close()).toBe(closed);
  });

  test('in shutdown, by process.exit, makes close reject', async () => {
    const pool = await createPool({ threads: { work: { env: { SHUTDOWN: 'exit' } } } });
    await expect(pool.close()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', { message: expect.stringContaining('exit code 4') }),
    );
  });

  test('rejects everything that waits with one and the same error, at once, and stops the others', async () => {
    const gate = makeGate();
    const pool = await createPool({ instances: { work: 2 } });
    const exits: unknown[] = [];
    pool.on('worker-exit', (exit) => exits.push(exit));
    void pool.work.at(0).send.Held({ id: 0 });
    await gate.arrivals(1);
    const sends = Array.from({ length: CAPACITY + 5 }, (_, id) => pool.work.at(0).send.Job({ id }));
    const settled = Promise.allSettled([
      ...sends.slice(CAPACITY - 1),
      pool.drain(),
      pool.stream.Done().next(),
    ]);
    await pool.work.at(1).send.Fail({ how: 'throw' });
    const crashed = snError('SN_WORKER_CRASHED', { cause: causedBy('RangeError', 'broken in a handler') });
    const reasons = (await settled).map((one) => (one.status === 'rejected' ? one.reason : one));
    for (const reason of reasons) expect(reason).toEqual(crashed);
    expect(new Set(reasons).size).toBe(1);
    await expect(pool.close()).rejects.toEqual(crashed);
    expect(exits).toEqual([
      { worker: 'work', instance: 1, exitCode: 1 },
      { worker: 'work', instance: 0, exitCode: 1 },
    ]);
    expect(pool.work.stats().instances.map(({ state }) => state)).toEqual(['stopped', 'crashed']);
  });

  test('makes every later call throw SN_WORKER_CRASHED', async () => {
    const pool = await createPool();
    await pool.work.send.Fail({ how: 'throw' });
    await expect(pool.drain()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    expect(() => pool.work.send.Job({ id: 1 })).toThrow(snError('SN_WORKER_CRASHED') as Error);
    expect(() => pool.work.trySend.Job({ id: 1 })).toThrow(snError('SN_WORKER_CRASHED') as Error);
    expect(() => pool.work.send.Everyone({ id: 1 })).toThrow(snError('SN_WORKER_CRASHED') as Error);
    await expect(pool.drain()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await expect(pool.stream.Done().next()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await expect(pool.close()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await pool.destroy();
  });

  test('emits worker-exit, then error', async () => {
    const pool = await createPool();
    const events: unknown[] = [];
    pool.on('worker-exit', (exit) => events.push(exit));
    const error = new Promise<void>((resolve) => {
      pool.on('error', ({ code }) => {
        events.push(code);
        resolve();
      });
    });
    await pool.work.send.Fail({ how: 'throw' });
    await error;
    expect(events).toEqual([{ worker: 'work', instance: 0, exitCode: 1 }, 'SN_WORKER_CRASHED']);
  });

  test('rejects a close that is under way', async () => {
    const gate = makeGate();
    const pool = await createPool();
    pool.receive.Done(() => {});
    void pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    void pool.work.send.Fail({ how: 'throw' });
    const closed = pool.close();
    gate.open();
    await expect(closed).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });

  test('ends a stream after what it holds', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    await pool.work.send.Job({ id: 1 });
    await pool.drain();
    pool.on('error', () => {});
    await pool.work.send.Fail({ how: 'throw' });
    await until(() => pool.work.stats().instances[0]?.state === 'crashed');
    expect((await stream.next()).value?.id).toBe(1);
    await expect(stream.next()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });

  test('a listener that throws does not keep the pool from failing as a whole', async () => {
    const pool = await createPool();
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const listener = (error: unknown) => void uncaught.push(error);
    process.on('uncaughtException', listener);
    const wrong = new Error('a listener is wrong');
    pool.on('worker-exit', () => {
      throw wrong;
    });
    const draining = pool.drain();
    void pool.work.send.Fail({ how: 'throw' });
    await expect(draining.then(() => pool.drain())).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await until(() => uncaught.length > 0);
    process.off('uncaughtException', listener);
    for (const other of listeners) process.on('uncaughtException', other);
    expect(uncaught).toEqual([wrong]);
  });
});
