import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import type { ChainPool } from './topologies/chain/types.js';

const { createPool } = await makeFixture<ChainPool>('chain');

const MANY = 100_000;

/** Checks one after another, so that a wrong one is told at once and in full. */
function orderChecker(keys: number) {
  const nextOfKey = Array.from({ length: keys }, (_, key) => key);
  const instanceOfKey = new Map<number, number>();
  let received = 0;
  return {
    get received() {
      return received;
    },
    check({ instance, key, id, check }: { instance: number; key: number; id: number; check: number }): void {
      const expected = nextOfKey[key] as number;
      if (id !== expected || check !== id * 0.5 + 2)
        throw new Error(`key ${key}: got id ${id} (check ${check}), expected ${expected}`);
      if ((instanceOfKey.get(key) ?? instance) !== instance)
        throw new Error(`key ${key} changed its instance`);
      instanceOfKey.set(key, instance);
      nextOfKey[key] = expected + keys;
      received += 1;
    },
  };
}

describe('order', () => {
  test('100,000 messages arrive over two stages, in order, when each send is awaited', async () => {
    const pool = await createPool();
    const checker = orderChecker(10);
    pool.receive.Third((message) => checker.check(message));
    let waits = 0;
    for (let id = 0; id < MANY; id++) {
      const waiting = pool.first.send.Step({ key: id % 10, id, check: id * 0.5 });
      if (waiting === undefined) continue;
      waits += 1;
      await waiting;
    }
    await pool.drain();
    expect(checker.received).toBe(MANY);
    // Lanes of 8 do fill: this has been a test of waiting.
    expect(waits).toBeGreaterThan(100);
  });

  test('100,000 messages arrive over two stages, in order, when no send is awaited', async () => {
    const pool = await createPool();
    const checker = orderChecker(7);
    pool.receive.Third((message) => checker.check(message));
    for (let id = 0; id < MANY; id++) void pool.first.send.Step({ key: id % 7, id, check: id * 0.5 });
    await pool.drain();
    expect(checker.received).toBe(MANY);
  });

  test('messages sent by send and trySend in turn keep their order', async () => {
    const pool = await createPool();
    const checker = orderChecker(1);
    pool.receive.Third((message) => checker.check(message));
    let refused = 0;
    for (let id = 0; id < 20_000; id++) {
      const message = { key: 0, id, check: id * 0.5 };
      const isSent = id % 3 === 0 && pool.first.trySend.Step(message);
      if (isSent) continue;
      if (id % 3 === 0) refused += 1;
      const waiting = pool.first.send.Step(message);
      if (id % 100 === 0) await waiting;
    }
    await pool.drain();
    expect(checker.received).toBe(20_000);
    expect(refused).toBeGreaterThan(0);
  });

  test('a message to the second stage stays behind those that the first had sent it before', async () => {
    const pool = await createPool();
    const counts: { instance: number; steps: number }[] = [];
    pool.receive.Third(() => {});
    pool.receive.Count((count) => counts.push(count));
    for (let id = 0; id < 1000; id++) await pool.first.at(id % 2).send.Step({ key: 0, id, check: 0 });
    await pool.first.send.Flush({});
    await pool.drain();
    expect(counts.sort((a, b) => a.instance - b.instance)).toEqual([
      { instance: 0, steps: 500 },
      { instance: 1, steps: 500 },
    ]);
  });

  test('the ledger closes: all that was sent is handled, on every link', async () => {
    const pool = await createPool();
    pool.receive.Third(() => {});
    for (let id = 0; id < 5000; id++) await pool.first.send.Step({ key: id, id, check: 0 });
    await pool.drain();
    const { workers, main } = pool.stats();
    expect(workers.first).toMatchObject({ sent: 5000, handled: 5000, depth: 0 });
    expect(workers.second).toMatchObject({ sent: 5000, handled: 5000, depth: 0 });
    expect(main).toEqual({ sent: 5000, handled: 5000, depth: 0, deadLettered: 0 });
  });

  test('a worker sends to itself, and drain waits for the last hop', async () => {
    const pool = await createPool();
    const landed: number[] = [];
    pool.receive.Landed(({ id }) => landed.push(id));
    for (let id = 0; id < 8; id++) await pool.hopper.send.Hop({ left: 5000, id });
    await pool.drain();
    expect(landed.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(pool.hopper.stats().handled).toBe(8 * 5001);
  });
});
