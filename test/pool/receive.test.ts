import { describe, expect, onTestFinished, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { turns, until } from './support/turns.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

const idsTo = (end: number) => Array.from({ length: end }, (_, id) => id);

/** Messages in a lane to the host, and unread ones at which a stream asks for a pause. */
const MAIN_CAPACITY = 1024;
const HIGH_WATER = 1024;

/**
 * Whether a stream has had enough, and its sender waits for space. The lane need not be full: the host may have taken one batch more while
 * the sender fell asleep, and a sleeper is woken only when half of the lane is free.
 */
const isHeldBack = (pool: WorkPool): boolean => {
  const { main, workers } = pool.stats();
  return (
    main.handled >= HIGH_WATER &&
    main.depth > MAIN_CAPACITY / 2 &&
    (workers.work?.instances[0]?.fullWaits ?? 0) > 0
  );
};

/** Collects what a process event carries, in place of the listeners that vitest has there. */
function intercept(event: 'uncaughtException' | 'warning'): unknown[] {
  const seen: unknown[] = [];
  const listeners = process.listeners(event as 'warning');
  process.removeAllListeners(event);
  const listener = (detail: unknown) => void seen.push(detail);
  process.on(event, listener);
  onTestFinished(() => {
    process.off(event, listener);
    for (const other of listeners) process.on(event as 'warning', other);
  });
  return seen;
}

describe('receive', () => {
  test('calls every receiver with each message, as a plain object', async () => {
    const pool = await createPool();
    const first: unknown[] = [];
    const second: unknown[] = [];
    pool.receive.Done((message) => first.push(message));
    pool.receive.Done((message) => second.push(message));
    await pool.work.send.Job({ id: 1 });
    await pool.work.send.Job({ id: 2 });
    await pool.drain();
    expect(first).toEqual([
      { id: 1, instance: 0 },
      { id: 2, instance: 0 },
    ]);
    expect(second).toEqual(first);
    expect(Object.getPrototypeOf(first[0])).toBe(Object.prototype);
  });

  test('ends for a receiver that was disposed, and for it alone', async () => {
    const pool = await createPool();
    const first: number[] = [];
    const second: number[] = [];
    const receiver = pool.receive.Done(({ id }) => first.push(id));
    pool.receive.Done(({ id }) => second.push(id));
    await pool.work.send.Job({ id: 1 });
    await pool.drain();
    receiver[Symbol.dispose]();
    await pool.work.send.Job({ id: 2 });
    await pool.drain();
    expect(first).toEqual([1]);
    expect(second).toEqual([1, 2]);
  });

  test('a receiver that throws keeps no other from its message, and becomes an error event', async () => {
    const pool = await createPool();
    const errors: unknown[] = [];
    const received: number[] = [];
    const boom = new Error('boom');
    pool.on('error', (error) => errors.push(error));
    pool.receive.Done(() => {
      throw boom;
    });
    pool.receive.Done(({ id }) => received.push(id));
    for (const id of [1, 2]) await pool.work.send.Job({ id });
    await pool.drain();
    expect(received).toEqual([1, 2]);
    expect(errors).toEqual([
      snError('SN_RECEIVER', { cause: boom }),
      snError('SN_RECEIVER', { cause: boom }),
    ]);
  });

  test('a receiver that throws is an uncaught exception where nobody listens to errors', async () => {
    const uncaught = intercept('uncaughtException');
    const pool = await createPool();
    const boom = new Error('boom');
    pool.receive.Done(() => {
      throw boom;
    });
    await pool.work.send.Job({ id: 1 });
    await pool.drain();
    await until(() => uncaught.length > 0);
    expect(uncaught).toEqual([boom]);
  });

  test('a receiver may send', async () => {
    const pool = await createPool();
    const received: number[] = [];
    pool.receive.Done(({ id }) => {
      received.push(id);
      if (id < 1000) pool.work.send.Job({ id: id + 1 });
    });
    await pool.work.send.Job({ id: 0 });
    await pool.drain();
    expect(received).toEqual(idsTo(1001));
  });
});

describe('stream', () => {
  test('gives messages in order, also those that came before the first read', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    for (let id = 0; id < 500; id++) await pool.work.send.Job({ id });
    await pool.drain();
    const closed = pool.close();
    const read: number[] = [];
    for await (const { id } of stream) read.push(id);
    expect(read).toEqual(idsTo(500));
    await closed;
  });

  test('serves several reads that wait, in their order', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    const reads = Promise.all([stream.next(), stream.next(), stream.next()]);
    for (let id = 0; id < 3; id++) await pool.work.send.Job({ id });
    expect((await reads).map(({ value }) => value?.id)).toEqual([0, 1, 2]);
  });

  test('holds the workers back when it is not read: memory stays bounded, and nothing is lost', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    const count = 20_000;
    await pool.work.send.Flood({ count });
    await until(() => isHeldBack(pool));
    await turns(50);
    const { sent, handled } = pool.stats().main;
    // One batch may come on top of what the stream wanted.
    expect(handled).toBeLessThan(HIGH_WATER + 256);
    expect(sent - handled).toBeLessThanOrEqual(MAIN_CAPACITY);
    for (let id = 0; id < count; id++) {
      const { value } = await stream.next();
      if (value?.id !== id) throw new Error(`expected ${id}, got ${value?.id}`);
    }
    await pool.drain();
    expect(pool.stats().main.handled).toBe(count);
  });

  test('that holds back lets every instance have its turn', async () => {
    const pool = await createPool({ instances: { work: 3 } });
    const stream = pool.stream.Done();
    for (let instance = 0; instance < 3; instance++)
      await pool.work.at(instance).send.Flood({ count: 20_000 });
    const read = [0, 0, 0];
    for (let left = 30_000; left > 0; left--) {
      const { value } = await stream.next();
      if (value !== undefined) read[value.instance] = (read[value.instance] ?? 0) + 1;
    }
    for (const count of read) expect(count).toBeGreaterThan(2000);
    await stream.return();
    await pool.destroy();
  });

  test('drain before the first read of more messages than its high-water mark does not deadlock', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    await pool.work.send.Flood({ count: 10_000 });
    await pool.drain();
    for (let id = 0; id < 10_000; id++) expect((await stream.next()).value?.id).toBe(id);
  });

  test('holds back again after a drain that was given up', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    await expect(pool.drain({ signal: AbortSignal.abort() })).rejects.toEqual(snError('SN_ABORTED'));
    await pool.work.send.Flood({ count: 20_000 });
    await until(() => isHeldBack(pool));
    await turns(50);
    expect(pool.stats().main.handled).toBeLessThan(HIGH_WATER + 256);
    await stream.return();
    await pool.drain();
  });

  test('is over after break, and holds nothing back any more', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    const received: number[] = [];
    pool.receive.Done(({ id }) => received.push(id));
    await pool.work.send.Flood({ count: 20_000 });
    const read: number[] = [];
    for await (const { id } of stream) {
      read.push(id);
      if (id === 9) break;
    }
    expect(read).toEqual(idsTo(10));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await pool.drain();
    expect(received).toHaveLength(20_000);
  });

  test('rejects with SN_ABORTED when its signal is aborted, now and later', async () => {
    const pool = await createPool();
    const abort = new AbortController();
    const stream = pool.stream.Done({ signal: abort.signal });
    const read = stream.next();
    abort.abort();
    await expect(read).rejects.toEqual(snError('SN_ABORTED'));
    await expect(stream.next()).rejects.toEqual(snError('SN_ABORTED'));
  });

  test('with a signal that was aborted before takes no message', async () => {
    const pool = await createPool();
    const letters: unknown[] = [];
    pool.on('dead-letter', (letter) => letters.push(letter));
    const stream = pool.stream.Done({ signal: AbortSignal.abort() });
    await pool.work.send.Job({ id: 1 });
    await pool.drain();
    expect(letters).toEqual([{ message: 'Done', count: 1 }]);
    await expect(stream.next()).rejects.toEqual(snError('SN_ABORTED'));
  });

  test('ends after the last message when the pool closes', async () => {
    const pool = await createPool({ threads: { work: { env: { SHUTDOWN: 'send' } } } });
    const stream = pool.stream.Done();
    await pool.work.send.Job({ id: 1 });
    const closed = pool.close();
    const read: number[] = [];
    for await (const { id } of stream) read.push(id);
    await closed;
    expect(read).toEqual([1, 4_000_000_000]);
  });

  test('rejects when the pool is destroyed, after what it holds', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    await pool.work.send.Job({ id: 1 });
    await pool.drain();
    await pool.destroy();
    expect((await stream.next()).value?.id).toBe(1);
    await expect(stream.next()).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await expect(pool.stream.Done().next()).rejects.toEqual(snError('SN_POOL_CLOSED'));
  });

  test('each stream gets every message', async () => {
    const pool = await createPool();
    const streams = [pool.stream.Done(), pool.stream.Done()];
    await pool.work.send.Flood({ count: 3 });
    for (const stream of streams) for (const id of idsTo(3)) expect((await stream.next()).value?.id).toBe(id);
  });
});

describe('dead letters', () => {
  test('messages that nobody receives are counted and told', async () => {
    const pool = await createPool();
    const letters: unknown[] = [];
    pool.on('dead-letter', (letter) => letters.push(letter));
    for (const id of [1, 2]) await pool.work.send.Whisper({ id });
    await pool.drain();
    expect(letters).toEqual([
      { message: 'Whispered', count: 1 },
      { message: 'Whispered', count: 1 },
    ]);
    expect(pool.stats().main).toEqual({ sent: 2, handled: 2, depth: 0, deadLettered: 2 });
  });

  test('where nobody listens there is one warning for each kind of message', async () => {
    const warnings = intercept('warning');
    const pool = await createPool();
    for (const id of [1, 2, 3]) await pool.work.send.Whisper({ id });
    for (const id of [1, 2, 3]) await pool.work.send.Job({ id });
    await pool.drain();
    await turns(2);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'SN_DEAD_LETTER',
        message: expect.stringContaining('pool.receive.Whispered()'),
      }),
      expect.objectContaining({
        code: 'SN_DEAD_LETTER',
        message: expect.stringContaining('pool.receive.Done()'),
      }),
    ]);
    expect(pool.stats().main.deadLettered).toBe(6);
  });
});
