/** Resizing and restarting: every message is checked by its handler, which counts the steps of each key across all hand-overs. */
import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { until } from './support/turns.js';
import type { ResizingPool } from './topologies/resizing/types.js';

const { createPool, run } = await makeFixture<ResizingPool>('resizing');

/** Waits at the gate: see counts.ts. */
const GATED_KEY = 4_000_000_000;

const noteOf = (key: number, id: number): string => `${key}:${id}`.repeat((key + id) % 40);

/** What all instances tell of one round, added up. */
async function tell(pool: ResizingPool, round: number) {
  const told: { instance: number; steps: number; faults: number }[] = [];
  using _ = pool.receive.Told((one) => void (one.round === round && told.push(one)));
  await pool.counts.send.Tell({ round });
  await pool.drain();
  return {
    instances: told.map(({ instance }) => instance).sort(),
    steps: told.reduce((sum, { steps }) => sum + steps, 0),
    faults: told.reduce((sum, { faults }) => sum + faults, 0),
  };
}

/** Sends steps of some keys, and lets others have the thread now and then. */
async function feed(pool: ResizingPool, firstKey: number, keys: number, steps: number): Promise<void> {
  for (let id = 0; id < steps; id++)
    for (let key = firstKey; key < firstKey + keys; key++)
      await pool.counts.send.Step({ key, id, note: noteOf(key, id) });
}

describe('a resize', () => {
  test('under load from the host and from workers loses, doubles and swaps no step of any key', async () => {
    const pool = await createPool();
    await pool.relay.resize(2);
    for (let part = 0; part < 8; part++)
      await pool.relay.send.Feed({ firstKey: 1000 + part * 10, keys: 10, steps: 200, isSlow: false });
    const feeding = feed(pool, 0, 40, 250);
    for (const instances of [4, 2, 3, 1, 2, 4, 1, 3]) await pool.counts.resize(instances);
    expect(pool.counts.instances).toBe(3);
    await feeding;
    await pool.drain();
    const { instances, faults } = await tell(pool, 1);
    expect({ instances, faults }).toEqual({ instances: [0, 1, 2], faults: 0 });
    const keys = [0, 7, 39, 1000, 1079];
    const steps = await Promise.all(keys.map(async (key) => (await pool.counts.call.stepsOf({ key })).steps));
    expect(steps).toEqual([250, 250, 250, 200, 200]);
  });

  test('that many follow each other without a pause handles everything, also what nobody awaits', async () => {
    const pool = await createPool();
    for (let id = 0; id < 1500; id++)
      for (let key = 0; key < 3; key++) void pool.counts.send.Step({ key, id, note: noteOf(key, id) });
    await Promise.all([4, 1, 3, 2, 4, 1].map((instances) => pool.counts.resize(instances)));
    await pool.drain();
    expect(await tell(pool, 1)).toMatchObject({ instances: [0], faults: 0 });
    expect((await pool.counts.call.stepsOf({ key: 2 })).steps).toBe(1500);
  });

  test('moves only what it must: keys stay with their instances when others come', async () => {
    const pool = await createPool();
    await pool.counts.resize(2);
    const ownerOf = async (key: number) => (await pool.counts.call.stepsOf({ key })).instance;
    const keys = Array.from({ length: 200 }, (_, key) => key);
    const before = await Promise.all(keys.map(ownerOf));
    await pool.counts.resize(3);
    const after = await Promise.all(keys.map(ownerOf));
    const moved = keys.filter((key) => before[key] !== after[key]);
    expect(moved.every((key) => after[key] === 2)).toBe(true);
    expect(moved.length).toBeGreaterThan(200 / 3 / 2);
    expect(moved.length).toBeLessThan((200 / 3) * 2);
  });

  test('ends the threads of those that go, and starts those that come', async () => {
    const pool = await createPool();
    const seen: string[] = [];
    pool.on('worker-start', ({ worker, instance }) => seen.push(`+${worker}/${instance}`));
    pool.on('worker-exit', ({ worker, instance, exitCode }) =>
      seen.push(`-${worker}/${instance}:${exitCode}`),
    );
    await pool.counts.resize(3);
    expect(pool.counts.stats().instances.map(({ instance }) => instance)).toEqual([0, 1, 2]);
    await pool.counts.resize(1);
    expect(pool.counts.stats().instances.map(({ instance }) => instance)).toEqual([0]);
    await until(() => seen.filter((one) => one.startsWith('-')).length === 2);
    expect(seen.slice(-4).sort()).toEqual(['+counts/1', '+counts/2', '-counts/1:0', '-counts/2:0']);
  });

  test('divides a broadcast cleanly: the instances tell of each step exactly once', async () => {
    const pool = await createPool();
    const told = new Map<number, number[]>();
    pool.receive.Told(({ round, instance, instances }) => {
      told.set(round, [...(told.get(round) ?? []), instance]);
      expect(instance).toBeLessThan(4);
      expect(instances).toBeLessThan(5);
    });
    let round = 0;
    let isResizing = true;
    const telling = (async () => {
      for (; isResizing; round++) await pool.counts.send.Tell({ round });
    })();
    for (const instances of [3, 1, 4, 2]) await pool.counts.resize(instances);
    isResizing = false;
    await telling;
    await pool.drain();
    // Each round went to all that there were then, from number 0 on, each of them once.
    for (let one = 0; one < round; one++) {
      const instances = (told.get(one) ?? []).sort();
      expect(instances).toEqual(instances.map((_, index) => index));
      expect(instances.length).toBeGreaterThan(0);
    }
  });

  test('settles every call that is under way, with what the owner of the key knows', async () => {
    const pool = await createPool();
    const feeding = feed(pool, 0, 8, 300);
    const answers: Promise<{ steps: number }>[] = [];
    const resizing = (async () => {
      for (const instances of [4, 2, 3, 1]) await pool.counts.resize(instances);
    })();
    let isDone = false;
    void resizing.then(() => {
      isDone = true;
    });
    while (!isDone) {
      for (let key = 0; key < 8; key++) answers.push(pool.counts.call.stepsOf({ key }));
      await Promise.all(answers.slice(-8));
    }
    await feeding;
    const known = await Promise.all(answers);
    // Steps of a key never become fewer.
    for (let call = 8; call < known.length; call++)
      expect(known[call]?.steps).toBeGreaterThanOrEqual(known[call - 8]?.steps ?? 0);
    expect((await pool.counts.call.stepsOf({ key: 5 })).steps).toBe(300);
  });

  test('does not wait in a circle: messages that go round between workers reach their ends', async () => {
    const pool = await createPool();
    const done: number[] = [];
    pool.receive.Done(({ key }) => void done.push(key));
    for (let key = 0; key < 24; key++) await pool.counts.send.Lap({ key, left: 200 });
    for (const instances of [4, 1, 3, 2, 4]) await pool.counts.resize(instances);
    for (const instances of [2, 1]) await pool.relay.resize(instances);
    await pool.drain();
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, key) => key));
  });

  test('lets a send wait for a busy instance, and goes on once that has its turn', async () => {
    const gate = makeGate();
    const pool = await createPool();
    await pool.counts.send.Step({ key: GATED_KEY, id: 0, note: noteOf(GATED_KEY, 0) });
    await gate.arrivals(1);
    const resizing = pool.counts.resize(4);
    await expect(pool.counts.resize(2, { timeoutMs: 0 })).rejects.toEqual(snError('SN_TIMEOUT'));
    const aborted = pool.counts.resize(3, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toEqual(snError('SN_ABORTED'));
    gate.open();
    await resizing;
    // Given up by their callers, and done all the same.
    await until(() => pool.counts.instances === 3);
  });

  test('to as many as there are does nothing', async () => {
    const pool = await createPool();
    const { threadId } = await new Promise<{ threadId: number }>((resolve) =>
      pool.on('worker-start', resolve),
    );
    await pool.counts.resize(1);
    expect(threadId).toBeGreaterThan(0);
    expect(pool.counts.stats().instances).toHaveLength(1);
  });
});

describe('a worker that was resized', () => {
  test('has no instance any more that was retired, until it comes again', async () => {
    const pool = await createPool({ instances: { counts: { min: 1, max: 2 } } });
    await pool.counts.resize(2);
    const second = pool.counts.at(1);
    await second.send.Tell({ round: 0 });
    await pool.counts.resize(1);
    expect(() => pool.counts.at(1)).toThrow(snError('SN_INSTANCE_RANGE'));
    expect(() => second.send.Tell({ round: 1 })).toThrow(snError('SN_INSTANCE_RANGE'));
    expect(() => second.trySend.Tell({ round: 1 })).toThrow(snError('SN_INSTANCE_RANGE'));
    await pool.counts.resize(2);
    await second.send.Tell({ round: 2 });
    await pool.drain();
    expect(pool.stats().workers.counts?.handled).toBe(2);
  });

  test('may be one of a fixed number, which is the most that it can be', async () => {
    const pool = await createPool();
    await pool.plain.resize(1);
    expect(pool.plain.instances).toBe(1);
    await pool.plain.resize(2);
    await expect(pool.plain.resize(3)).rejects.toEqual(
      snError('SN_OPTION', { details: { worker: 'plain', value: 3, min: 1, max: 2 } }),
    );
  });

  test.each([0, 5, -1, 1.5, Number.NaN, '2' as unknown as number])(
    'cannot be resized to %s, and loses nothing by it',
    async (instances) => {
      const pool = await createPool();
      const feeding = feed(pool, 0, 10, 20);
      await expect(pool.counts.resize(instances)).rejects.toEqual(snError('SN_OPTION'));
      expect(pool.counts.instances).toBe(1);
      await feeding;
      await pool.drain();
      expect(await tell(pool, 0)).toEqual({ instances: [0], steps: 200, faults: 0 });
    },
  );

  test('is found by threads that start later', async () => {
    const pool = await createPool();
    await pool.counts.resize(3);
    await pool.relay.resize(2);
    for (let part = 0; part < 2; part++)
      await pool.relay.at(part).send.Feed({ firstKey: part * 30, keys: 30, steps: 20, isSlow: false });
    await pool.drain();
    const { steps, faults } = await tell(pool, 0);
    expect({ steps, faults }).toEqual({ steps: 1200, faults: 0 });
    expect(pool.counts.stats().instances.every(({ handled }) => handled > 1)).toBe(true);
  });
});

test('a paused worker is resized when it is resumed', async () => {
  const pool = await createPool();
  await pool.counts.pause();
  await feed(pool, 0, 4, 3);
  const resizing = pool.counts.resize(3);
  expect((await pool.counts.ping()).length).toBeGreaterThan(0);
  expect(pool.counts.stats().handled).toBe(0);
  await pool.counts.resume();
  await resizing;
  expect((await pool.counts.ping()).map(({ instance }) => instance)).toEqual([0, 1, 2]);
  expect(await tell(pool, 0)).toMatchObject({ instances: [0, 1, 2], steps: 12, faults: 0 });
});

describe('a resize that cannot be done', () => {
  test('rejects when the pool is closed or destroyed', async () => {
    const pool = await createPool();
    await pool.close();
    await expect(pool.counts.resize(2)).rejects.toEqual(snError('SN_POOL_CLOSED'));
    await expect(pool.counts.restart()).rejects.toEqual(snError('SN_POOL_CLOSED'));
    const other = await createPool();
    const resizing = other.counts.resize(4);
    await Promise.all([other.destroy(), expect(resizing).rejects.toEqual(snError('SN_POOL_CLOSED'))]);
  });

  test('is waited for by close', async () => {
    const pool = await createPool();
    await feed(pool, 0, 10, 10);
    const resizing = pool.counts.resize(4);
    await pool.close();
    await resizing;
    expect(pool.stats().workers.counts).toMatchObject({ depth: 0 });
  });

  test.each(['export', 'import'] as const)('rejects with the crash when %sPartition throws', async (when) => {
    const pool = await createPool();
    pool.on('error', () => {});
    await feed(pool, 0, 10, 1);
    await pool.counts.send.Fail({ when });
    await expect(pool.counts.resize(2)).rejects.toEqual(snError('SN_WORKER_CRASHED'));
    await expect(pool.drain()).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });

  test('rejects with the crash of an instance meanwhile', async () => {
    const gate = makeGate();
    const pool = await createPool();
    pool.on('error', () => {});
    await pool.counts.send.Step({ key: GATED_KEY, id: 0, note: noteOf(GATED_KEY, 0) });
    await gate.arrivals(1);
    await pool.counts.send.Fail({ when: 'now' });
    const resizing = pool.counts.resize(2);
    gate.open();
    await expect(resizing).rejects.toEqual(snError('SN_WORKER_CRASHED'));
  });

  test('changes nothing when a thread does not start', async () => {
    const pool = await createPool({
      threads: { counts: { resourceLimits: { maxOldGenerationSizeMb: 64 } } },
    });
    await feed(pool, 0, 10, 10);
    await pool.counts.resize(2);
    expect(await tell(pool, 0)).toMatchObject({ instances: [0, 1], steps: 100, faults: 0 });
  });
});

describe('a restart', () => {
  test('under load gives each instance a new thread, and its state to that', async () => {
    const pool = await createPool();
    await pool.counts.resize(2);
    const started = new Set<number>();
    const restarted: number[] = [];
    pool.on('worker-restart', ({ instance, threadId }) => {
      restarted.push(instance);
      started.add(threadId);
    });
    await pool.relay.send.Feed({ firstKey: 1000, keys: 20, steps: 300, isSlow: false });
    const feeding = feed(pool, 0, 20, 500);
    await pool.counts.restart();
    await pool.relay.restart();
    await pool.counts.restart();
    await feeding;
    await pool.drain();
    expect(restarted).toEqual([0, 1, 0, 0, 1]);
    expect(started.size).toBe(5);
    expect((await tell(pool, 0)).faults).toBe(0);
    const steps = await Promise.all(
      [0, 19, 1000, 1019].map(async (key) => (await pool.counts.call.stepsOf({ key })).steps),
    );
    expect(steps).toEqual([500, 500, 300, 300]);
  });
});

describe('a worker whose handlers wait', () => {
  test('is resized and restarted under load: no step of any key is lost, doubled or swapped', async () => {
    const pool = await createPool();
    await pool.relay.resize(2);
    for (let part = 0; part < 4; part++)
      await pool.relay.send.Feed({ firstKey: 1000 + part * 10, keys: 10, steps: 100, isSlow: true });
    const feeding = (async () => {
      for (let id = 0; id < 200; id++)
        for (let key = 0; key < 20; key++) await pool.waiting.send.Slow({ key, id });
    })();
    for (const instances of [3, 1, 2, 3, 1]) await pool.waiting.resize(instances);
    await pool.waiting.restart();
    await pool.waiting.resize(2);
    await feeding;
    await pool.drain();
    const keys = [0, 7, 19, 1000, 1039];
    const known = await Promise.all(keys.map((key) => pool.waiting.call.slowOf({ key })));
    expect(known.map(({ steps }) => steps)).toEqual([200, 200, 200, 100, 100]);
    expect(known.every(({ faults }) => faults === 0)).toBe(true);
  });

  test('is paused once its handlers have settled, pinged, resumed, and resized only then', async () => {
    const pool = await createPool();
    for (let id = 0; id < 10; id++) await pool.waiting.send.Slow({ key: 3, id });
    await pool.waiting.pause();
    expect(pool.waiting.stats().instances[0]?.state).toBe('paused');
    // All have room.
    for (let id = 10; id < 14; id++) await pool.waiting.send.Slow({ key: 3, id });
    expect((await pool.waiting.ping()).map(({ instance }) => instance)).toEqual([0]);
    const before = pool.waiting.stats().handled;
    const resizing = pool.waiting.resize(2);
    await pool.waiting.ping();
    expect(pool.waiting.stats().handled).toBe(before);
    await pool.waiting.resume();
    await resizing;
    await pool.waiting.drain();
    expect(await pool.waiting.call.slowOf({ key: 3 })).toEqual({ steps: 14, faults: 0 });
    const { latency, busyMs } = pool.waiting.stats().instances[0] ?? {};
    expect(latency?.handling.count).toBeGreaterThan(0);
    expect(busyMs).toBeGreaterThan(0);
  });
});

test('a worker is resized by need: it grows where messages wait for long, and shrinks when nothing is left to do', async () => {
  const gate = makeGate();
  const pool = await createPool({ instances: { counts: { min: 1, max: 2, idleMs: 20 } } });
  const started: number[] = [];
  const ended: number[] = [];
  pool.on('worker-start', ({ worker, instance }) => void (worker === 'counts' && started.push(instance)));
  pool.on('worker-exit', ({ instance }) => void ended.push(instance));
  for (let id = 0; id < 5; id++)
    await pool.counts.send.Step({ key: GATED_KEY, id, note: noteOf(GATED_KEY, id) });
  await until(() => started.includes(1));
  gate.open();
  await until(() => ended.includes(1));
  expect(pool.counts.instances).toBe(1);
  expect((await pool.counts.call.stepsOf({ key: GATED_KEY })).steps).toBe(5);
});

test('a pool that is destroyed while threads start leaves none of them', async () => {
  const end = await run(`
    const pool = await createPool();
    const resizing = pool.counts.resize(4);
    const rejected = assert.rejects(resizing, { code: 'SN_POOL_CLOSED' });
    await new Promise(setImmediate);
    await pool.destroy();
    await rejected;
    assert.deepEqual(process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)), []);
  `);
  expect(end).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('the process exits by itself after resizes, in the middle of nothing', async () => {
  const end = await run(`
    const pool = await createPool();
    for (const instances of [4, 2, 3]) await pool.counts.resize(instances);
    await pool.counts.restart();
    console.log(pool.counts.instances);
  `);
  expect(end).toEqual({ exitCode: 0, stdout: '3\n', stderr: '' });
});
