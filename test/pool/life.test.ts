/** A thread's life beside its messages: logs, timers, ticks, sleep; and what `stats` shows of it. */
import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool, run } = await makeFixture<WorkPool>('work');

const CAPACITY = 8;

describe('a worker', () => {
  test('prints while it is fed without pause, and its timers fire', async () => {
    const end = await run(`
      const pool = await createPool();
      const stream = pool.stream.Done();
      let isAnswered = false;
      pool.receive.Whispered(() => {});
      pool.work.send.Log({ text: 'I am busy' });
      pool.work.send.Later({ id: 7 });
      stream.next().then(() => { isAnswered = true; });
      while (!isAnswered) await pool.work.send.Whisper({ id: 0 });
      await pool.close();
    `);
    expect(end).toEqual({ exitCode: 0, stdout: 'I am busy\n', stderr: '' });
  });

  test('prints when it parks right afterwards', async () => {
    const end = await run(`
      const pool = await createPool();
      await pool.work.send.Log({ text: 'good night' });
      await pool.drain();
      process.stdout.write('');
      await pool.close();
    `);
    expect(end).toEqual({ exitCode: 0, stdout: 'good night\n', stderr: '' });
  });

  test('ticks while it is parked, and while it is fed', async () => {
    const pool = await createPool({ threads: { work: { env: { TICK: 'send' } } } });
    let ticks = 0;
    pool.receive.Ticked(({ count }) => {
      ticks = count;
    });
    pool.receive.Done(() => {});
    await until(() => ticks >= 5);
    const before = ticks;
    for (let id = 0; ticks < before + 5; id = (id + 1) % 1000) await pool.work.send.Job({ id });
    await pool.drain();
  });

  test('answers a long loop of awaited sends: everything arrives', async () => {
    const pool = await createPool({ instances: { work: 2 } });
    let sum = 0;
    pool.receive.Done(({ id }) => {
      sum += id;
    });
    const count = 50_000;
    for (let id = 0; id < count; id++) await pool.work.send.Job({ id });
    await pool.drain();
    expect(sum).toBe((count * (count - 1)) / 2);
  });
});

describe('a parked pool', () => {
  test('wakes nobody while nothing happens', async () => {
    const pool = await createPool({ instances: { work: 2 } });
    pool.receive.Done(() => {});
    for (let id = 0; id < 100; id++) await pool.work.send.Job({ id });
    await pool.drain();
    const parks = () => pool.work.stats().instances.map((one) => one.parks);
    // Each instance's last look, its short sleep and its long one.
    let last = parks();
    let same = 0;
    while (same < 500) {
      await turns(1);
      const now = parks();
      same = String(now) === String(last) ? same + 1 : 0;
      last = now;
    }
    await turns(2000);
    expect(parks()).toEqual(last);
    expect(pool.work.stats().instances.map(({ state }) => state)).toEqual(['idle', 'idle']);
  });

  test('wakes for one message', async () => {
    const pool = await createPool();
    const stream = pool.stream.Done();
    for (let id = 0; id < 100; id++) {
      await turns(20);
      expect(pool.work.send.Job({ id })).toBeUndefined();
      expect((await stream.next()).value?.id).toBe(id);
    }
  });
});

describe('stats', () => {
  test('tell of a worker that is blocked in a handler', async () => {
    const gate = makeGate();
    const pool = await createPool();
    pool.receive.Done(() => {});
    void pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id < CAPACITY; id++) pool.work.send.Job({ id });
    await turns(1);
    expect(pool.work.stats()).toEqual({
      sent: CAPACITY,
      handled: 0,
      depth: CAPACITY,
      capacity: CAPACITY,
      errors: 0,
      latency: expect.any(Object),
      instances: [
        {
          instance: 0,
          state: 'running',
          sent: CAPACITY,
          handled: 0,
          depth: CAPACITY,
          errors: 0,
          busyMs: expect.any(Number),
          busyShare: expect.any(Number),
          latency: expect.any(Object),
          memory: expect.any(Object),
          parks: expect.any(Number),
          fullWaits: 0,
          cpus: process.platform === 'linux' ? expect.any(Array) : undefined,
        },
      ],
    });
    gate.open();
    await pool.drain();
    expect(pool.work.stats()).toMatchObject({ sent: CAPACITY, handled: CAPACITY, depth: 0 });
  });

  test('count parks, waits for space, and the states from start to stop', async () => {
    const pool = await createPool();
    const state = () => pool.work.stats().instances[0]?.state;
    await until(() => state() === 'idle');
    await until(() => (pool.work.stats().instances[0]?.parks ?? 0) > 0);
    const stream = pool.stream.Done();
    await pool.work.send.Flood({ count: 5000 });
    await until(() => (pool.work.stats().instances[0]?.fullWaits ?? 0) > 0);
    expect(state()).toBe('running');
    await stream.return();
    pool.receive.Done(() => {});
    await pool.close();
    expect(state()).toBe('stopped');
  });

  test('of the whole pool hold its workers, what main got, and the memory', async () => {
    const pool = await createPool({ instances: { work: 2 } });
    pool.receive.Done(() => {});
    await pool.work.send.Everyone({ id: 1 });
    await pool.drain();
    const stats = pool.stats();
    expect(Object.keys(stats.workers)).toEqual(['work']);
    // What has settled once the pool is drained; whether a worker sleeps by now has not.
    const { sent, handled, depth, capacity } = pool.work.stats();
    expect(stats.workers.work).toMatchObject({ sent, handled, depth, capacity });
    expect(stats.main).toEqual({ sent: 2, handled: 2, depth: 0, deadLettered: 0 });
    expect(stats.memoryBytes).toBeGreaterThan(2 * 1024 * 8);
  });
});
