import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { CirclePool } from './topologies/circle/types.js';

const { createPool } = await makeFixture<CirclePool>('circle');

const CHAIN = 'ping[0] -> pong[0] -> ping[0]';

describe('two workers that block on each other', () => {
  test('one of them gives up with SN_DEADLOCK and the chain; all else goes on, and nothing is lost', async () => {
    const pool = await createPool();
    const found: unknown[] = [];
    pool.receive.Found((one) => found.push(one));
    await pool.ping.send.Serve({ balls: 8, isCaught: true });
    await until(() => found.length > 0);
    await pool.drain();
    await turns(20);
    expect(found).toEqual([{ code: 'SN_DEADLOCK', chain: CHAIN }]);
    const { ping, pong } = pool.stats().workers;
    expect([ping?.depth, pong?.depth]).toEqual([0, 0]);
    // Each ball that was enqueued was answered by two.
    const served = pong?.handled ?? 0;
    expect(ping?.handled).toBe(1 + 2 * served);
  });

  test('crash the pool where nobody catches it, and the cause says how to mend it', async () => {
    const pool = await createPool();
    await pool.ping.send.Serve({ balls: 8, isCaught: false });
    await expect(pool.drain()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', {
        message: expect.stringContaining(CHAIN),
        cause: snError('SN_DEADLOCK', {
          message: expect.stringContaining('use trySend'),
          details: {
            chain: CHAIN,
            lanes: [
              { from: 'ping[0]', to: 'pong[0]', capacitySlots: 1 },
              { from: 'pong[0]', to: 'ping[0]', capacitySlots: 1 },
            ],
          },
        }),
        details: expect.objectContaining({ worker: 'ping', instance: 0 }),
      }),
    );
    expect(pool.stats().workers.ping?.instances[0]?.waitsFor).toBeUndefined();
  });
});

test('a request that is part of a circle rejects with SN_DEADLOCK; the calls made before are answered, and all goes on', async () => {
  const pool = await createPool();
  const found: { readonly code: string; readonly chain: string }[] = [];
  pool.receive.Found((one) => found.push(one));
  await pool.ping.send.Ask({ calls: 8 });
  await until(() => found.length === 8);
  await pool.drain();
  const given = found.filter(({ code }) => code !== 'answered');
  expect(given.length).toBeGreaterThan(0);
  for (const one of given) expect(one).toEqual({ code: 'SN_DEADLOCK', chain: CHAIN });
  // Each call that was answered had brought a ball before.
  const { ping, pong } = pool.stats().workers;
  expect([ping?.handled, pong?.handled]).toEqual([1 + 8 - given.length, 8 - given.length]);
});

test('a worker that waits for a slow one is in no deadlock, and stats say for whom it waits', async () => {
  const gate = makeGate();
  const pool = await createPool();
  const waitsFor = () => pool.stats().workers.ping?.instances[0]?.waitsFor;
  await pool.pong.send.Hold({});
  await gate.arrivals(1);
  expect(waitsFor()).toBeUndefined();
  await pool.ping.send.Ball({ answers: 3 });
  await until(() => waitsFor() !== undefined);
  expect(waitsFor()).toEqual({ worker: 'pong', instance: 0 });
  gate.open();
  await pool.drain();
  expect(waitsFor()).toBeUndefined();
  expect(pool.stats().workers.pong?.handled).toBe(4);
});

test('a worker whose lane to itself is full gives up at once', async () => {
  const pool = await createPool();
  const found: unknown[] = [];
  pool.receive.Found((one) => found.push(one));
  await pool.loner.send.Crowd({ notes: 3 });
  await pool.drain();
  expect(found).toEqual([{ code: 'SN_DEADLOCK', chain: 'loner[0] -> loner[0]' }]);
  expect(pool.stats().workers.loner?.handled).toBe(3);
});
