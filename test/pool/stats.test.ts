/** What `stats` tells of instances, beyond counts: times, errors, memory. No figure depends on how fast the machine is. */
import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { until } from './support/turns.js';
import type { CallsPool } from './topologies/calls/types.js';
import type { WorkPool } from './topologies/work/types.js';

const work = await makeFixture<WorkPool>('work');
const calls = await makeFixture<CallsPool>('calls');

const instanceOf = (pool: WorkPool, instance = 0) => {
  const stats = pool.work.stats().instances[instance];
  if (stats === undefined) throw new Error(`there is no instance ${instance}`);
  return stats;
};

describe('stats', () => {
  test('count the handling time of every message that was handled', async () => {
    const pool = await work.createPool({ instances: { work: 2 } });
    pool.receive.Done(() => {});
    for (let id = 0; id < 1001; id++) await pool.work.send.Job({ id });
    await pool.drain();
    const { instances, latency, handled } = pool.work.stats();
    expect(handled).toBe(1001);
    expect(latency.handling.count).toBe(1001);
    expect(instances.map((one) => one.latency.handling.count)).toEqual(instances.map((one) => one.handled));
    const { p50Ms, p99Ms, p999Ms, maxMs } = latency.handling;
    expect(p50Ms).toBeGreaterThan(0);
    expect([p50Ms, p99Ms, p999Ms, maxMs]).toEqual([p50Ms, p99Ms, p999Ms, maxMs].sort((a, b) => a - b));
    expect(maxMs).toBe(Math.max(...instances.map((one) => one.latency.handling.maxMs)));
  });

  test('measure how long messages wait, on at least one of each idle sender’s', async () => {
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    for (let id = 0; id < 10; id++) {
      // The sampler takes one at most every 100 us: not each of these need be among them, but the first is.
      await pool.work.send.Job({ id });
      await pool.drain();
    }
    const { count, p50Ms, maxMs } = instanceOf(pool).latency.queueing;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(10);
    expect(p50Ms).toBeGreaterThan(0);
    expect(maxMs).toBeGreaterThan(0);
  });

  test('show a wait as long as it was, and a handler’s run too', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    const startedMs = performance.now();
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    const arrivedMs = performance.now();
    await until(() => performance.now() - arrivedMs > 30);
    const heldMs = performance.now() - arrivedMs;
    expect(instanceOf(pool)).toMatchObject({ state: 'running', handled: 0 });
    // The batch in hand counts.
    expect(instanceOf(pool).busyMs).toBeGreaterThan(heldMs * 0.9);
    gate.open();
    await pool.drain();
    const tookMs = performance.now() - startedMs;
    const { latency, busyMs, busyShare } = instanceOf(pool);
    expect(latency.handling.maxMs).toBeGreaterThan(heldMs * 0.9);
    expect(busyMs).toBeGreaterThan(heldMs * 0.9);
    expect(busyMs).toBeLessThanOrEqual(tookMs + 1);
    expect(busyShare).toBeGreaterThan(0);
    expect(busyShare).toBeLessThanOrEqual(1);
  });

  test('show how long messages waited for a paused worker', async () => {
    const pool = await work.createPool();
    pool.receive.Done(() => {});
    await pool.work.pause();
    await pool.work.send.Job({ id: 1 });
    await pool.work.ping();
    const sentMs = performance.now();
    await until(() => performance.now() - sentMs > 30);
    const waitedMs = performance.now() - sentMs;
    await pool.work.resume();
    await pool.drain();
    const { count, maxMs } = instanceOf(pool).latency.queueing;
    expect(count).toBe(1);
    expect(maxMs).toBeGreaterThan(waitedMs * 0.9);
    expect(instanceOf(pool).latency.handling.maxMs).toBeLessThan(maxMs);
  });

  test('count calls that were answered with an error, whatever was wrong', async () => {
    const pool = await calls.createPool({ instances: { desk: 2 } });
    for (const how of ['throw', 'code', 'text', 'range', 'nothing', 'long'] as const)
      await pool.desk
        .at(1)
        .call.fail({ how })
        .catch(() => {});
    await pool.desk.at(1).call.square({ x: 2 });
    const { errors, instances } = pool.desk.stats();
    expect(errors).toBe(6);
    expect(instances.map((one) => one.errors)).toEqual([0, 6]);
    expect(pool.clerk.stats().errors).toBe(0);
  });

  test('tell the memory of each instance’s own heap, from its start', async () => {
    const pool = await work.createPool({ instances: { work: 2 } });
    for (const { memory } of pool.work.stats().instances) {
      expect(memory.heapUsedBytes).toBeGreaterThan(100_000);
      expect(memory.heapTotalBytes).toBeGreaterThanOrEqual(memory.heapUsedBytes);
      expect(memory.externalBytes).toBeGreaterThanOrEqual(0);
    }
  });

  test('stand still once the instance is gone', async () => {
    const gate = makeGate();
    const pool = await work.createPool();
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    await pool.destroy();
    const [first, second] = [instanceOf(pool), instanceOf(pool)];
    expect(first.state).toBe('stopped');
    expect(second.busyMs).toBe(first.busyMs);
    expect(second.busyShare).toBe(first.busyShare);
  });

  test('are plain data as JSON', async () => {
    const pool = await work.createPool();
    const { workers } = JSON.parse(JSON.stringify(pool.stats()));
    expect(workers.work.instances[0]).toMatchObject({
      state: expect.any(String),
      errors: 0,
      latency: { queueing: { count: 0, p50Ms: 0 }, handling: { count: 0, p999Ms: 0, maxMs: 0 } },
      memory: { heapUsedBytes: expect.any(Number) },
    });
  });
});
