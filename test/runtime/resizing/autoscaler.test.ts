import { expect, test } from 'vitest';
import { Autoscaler, LOOK_EVERY_MS } from '../../../runtime/resizing/autoscaler.js';

const IDLE_MS = 1000;

/** A worker of which a test says what waits, and what each instance handles between two looks. */
function makeWorker({ min = 1, max = 8, slots = 100 } = {}) {
  let nowMs = 0;
  let queued = 0;
  let depths = [0];
  const handled = [0];
  const changes: number[] = [];
  const faults: unknown[] = [];
  let finish: ((fault?: Error) => void) | undefined;
  const scaler = new Autoscaler({
    workers: [{ name: 'w', min, max, idleMs: IDLE_MS, slots }],
    countsOf: () => depths.map((depth, one) => ({ sent: 0, handled: handled[one] ?? 0, depth })),
    queuedFor: () => queued,
    resize: (_, instances) => {
      changes.push(instances);
      return new Promise<void>((resolve, reject) => {
        finish = (fault) => (fault === undefined ? resolve() : reject(fault));
      });
    },
    onFault: (cause) => faults.push(cause),
  });
  return {
    changes,
    faults,
    set queued(count: number) {
      queued = count;
    },
    /** So many looks at these depths, after each instance has handled so many more. */
    look(count: number, depthOfEach: readonly number[], handledByEach = 0): void {
      depths = [...depthOfEach];
      for (let left = count; left > 0; left--) {
        nowMs += LOOK_EVERY_MS;
        for (const one of depths.keys()) handled[one] = (handled[one] ?? 0) + handledByEach;
        scaler.look(nowMs);
      }
    },
    async finish(fault?: Error): Promise<void> {
      finish?.(fault);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const IDLE_LOOKS = IDLE_MS / LOOK_EVERY_MS;

test('grows when messages wait for long at three looks in a row, not at two', () => {
  const worker = makeWorker();
  worker.look(2, [30], 10);
  worker.look(1, [0], 10);
  worker.look(2, [30], 10);
  expect(worker.changes).toEqual([]);
  worker.look(1, [30], 10);
  expect(worker.changes).toEqual([2]);
});

test('does not grow where much waits, but not for long', () => {
  const worker = makeWorker();
  worker.look(20, [40], 10_000);
  expect(worker.changes).toEqual([]);
});

test('grows where lanes are half full, however fast they are emptied, and where senders wait before them', () => {
  const full = makeWorker();
  full.look(3, [60], 1_000_000);
  expect(full.changes).toEqual([2]);
  const queued = makeWorker();
  queued.queued = 1000;
  queued.look(3, [40], 1000);
  expect(queued.changes).toEqual([2]);
});

test('takes one message in hand for no backlog, however long it takes', () => {
  const worker = makeWorker();
  worker.look(50, [1], 0);
  expect(worker.changes).toEqual([]);
});

test('grows by half, up to its maximum, and waits for each change', async () => {
  const worker = makeWorker({ max: 5 });
  const steps: [now: number, next: number][] = [
    [1, 2],
    [2, 3],
    [3, 5],
  ];
  for (const [now, next] of steps) {
    worker.look(
      10,
      Array.from({ length: now }, () => 90),
    );
    expect(worker.changes.at(-1)).toBe(next);
    await worker.finish();
  }
  worker.look(10, [90, 90, 90, 90, 90]);
  expect(worker.changes).toEqual([2, 3, 5]);
});

test('shrinks by one when an instance was idle at every look for idleMs, down to its minimum', async () => {
  const worker = makeWorker({ min: 2 });
  worker.look(IDLE_LOOKS, [5, 0, 5], 10_000);
  expect(worker.changes).toEqual([]);
  worker.look(1, [5, 0, 5], 10_000);
  expect(worker.changes).toEqual([2]);
  await worker.finish();
  worker.look(IDLE_LOOKS * 3, [0, 0]);
  expect(worker.changes).toEqual([2]);
});

test('begins to count anew when all were busy once, and after each change', async () => {
  const worker = makeWorker();
  worker.look(IDLE_LOOKS, [0, 0, 0]);
  worker.look(1, [1, 1, 1], 10_000);
  worker.look(IDLE_LOOKS, [0, 0, 0]);
  expect(worker.changes).toEqual([]);
  worker.look(1, [0, 0, 0]);
  await worker.finish();
  worker.look(IDLE_LOOKS, [0, 0]);
  expect(worker.changes).toEqual([2]);
  worker.look(1, [0, 0]);
  expect(worker.changes).toEqual([2, 1]);
});

test('tells of a change that could not be made, and tries again some seconds later', async () => {
  const worker = makeWorker();
  worker.look(3, [90]);
  const fault = new Error('no memory');
  await worker.finish(fault);
  expect(worker.faults).toEqual([fault]);
  worker.look(50, [90]);
  expect(worker.changes).toEqual([2]);
  worker.look(60, [90]);
  expect(worker.changes).toEqual([2, 2]);
});

test('neither grows nor shrinks while the load is what it can do', () => {
  const worker = makeWorker();
  for (let k = 0; k < 100; k++) worker.look(1, k % 2 === 0 ? [3, 4] : [4, 3], 5000);
  expect(worker.changes).toEqual([]);
});
