/** Keys of every type, ranges and rings, from the host and from a worker: each leads where the partitioners say. */
import { beforeEach, describe, expect, test } from 'vitest';
import { hashText } from '../../runtime/hash.js';
import { dealByRing, PARTITION_SHIFT } from '../../runtime/partition-table.js';
import { hashPartitioner, rangePartitioner } from '../../runtime/partitioner.js';
import { makeFixture } from './support/fixture.js';
import type { RoutesPool } from './topologies/routes/types.js';

const { createPool } = await makeFixture<RoutesPool>('routes');

interface Got {
  readonly route: string;
  readonly id: number;
  readonly instance: number;
}

let pool: RoutesPool;
let got: Got[];

beforeEach(async () => {
  pool = await createPool();
  got = [];
  pool.receive.Got((message) => got.push(message));
});

/** Who got each message of a route, by its id. */
async function instances(route: string): Promise<readonly (number | undefined)[]> {
  await pool.drain();
  const of: number[] = [];
  for (const one of got) if (one.route === route) of[one.id] = one.instance;
  return of;
}

const uuids = Array.from(
  { length: 40 },
  (_, k) => `${k.toString(16).padStart(8, '0')}-1234-4abc-8def-0123456789ab`,
);
const words = [
  '',
  'a',
  'Grüße',
  '東京',
  '😀',
  'x'.repeat(59),
  'sixteen letters.',
  'thirty-two letters, 8 more of it',
];

describe('hash', () => {
  const keys = {
    ByNumber: ['number', [0, -0, 1, -1, 0.1, 1e300, 2 ** 31, 2 ** 53, 7, 8, 9]],
    BySingle: ['f32', [0, 1, 0.1, 1e30, -2.5].map(Math.fround)],
    ByBigInt: ['bigint', [0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 77n, 78n]],
    ByBool: ['bool', [true, false]],
    ByDate: ['date', [new Date(0), new Date(1e12), new Date(1.7e12), new Date(-1)]],
    ByEnum: ['enum', ['red', 'green', 'blue']],
    ByText: ['text', words],
    ByBytes: ['bytes', words.map((word) => new TextEncoder().encode(word).subarray(0, 20))],
    ByUuid: ['uuid', uuids],
  } as const;

  test.each(Object.entries(keys))(
    '%s takes its key as a partitioner does',
    async (message, [route, list]) => {
      const send = pool.keeper.send[message as 'ByText'] as (value: unknown) => Promise<void> | undefined;
      for (const [id, key] of list.entries()) await send({ key, id });
      expect(await instances(route)).toEqual(list.map(hashPartitioner({ instances: 3 })));
    },
  );

  test('of an f32 is the same before and after it was rounded', async () => {
    for (let id = 0; id < 50; id++) {
      await pool.keeper.send.BySingle({ key: id / 7, id });
      await pool.keeper.send.BySingle({ key: Math.fround(id / 7), id: id + 50 });
    }
    const of = await instances('f32');
    expect(of.slice(0, 50)).toEqual(of.slice(50));
  });

  test('leads calls where it leads messages', async () => {
    const names = Array.from({ length: 20 }, (_, k) => `key${k}`);
    const answered = await Promise.all(names.map((key) => pool.keeper.call.whoHas({ key })));
    expect(answered.map(({ instance }) => instance)).toEqual(names.map(hashPartitioner({ instances: 3 })));
  });
});

describe('range', () => {
  test('leads a number to its range, a bound to the one above it', async () => {
    const prices = [-1e9, -1.5000001, -1.5, 0, 999_999.9, 1e6, 1e300];
    for (const [id, price] of prices.entries()) await pool.keeper.send.ByRange({ price, id, note: 'n' });
    expect(await instances('range')).toEqual([0, 0, 1, 1, 1, 2, 2]);
  });

  test('compares an f32 as it is kept', async () => {
    // As f32 0.1 is a little more than 0.1, and 0.7 a little less than 0.7.
    for (const [id, price] of [0.1, Math.fround(0.1), 0.7, Math.fround(0.7)].entries())
      await pool.keeper.send.BySingleRange({ price, id });
    expect(await instances('f32Range')).toEqual([1, 1, 1, 1]);
  });

  test('knows bigints, dates and text', async () => {
    const bounds = {
      big: [-(2n ** 60n), 2n ** 60n],
      dates: [new Date(0), new Date(1e12)],
      names: ['h', 'p'],
    };
    const big = [-(2n ** 63n), -(2n ** 60n), 0n, 2n ** 60n, 2n ** 62n];
    const dates = [-1, 0, 5, 1e12 - 1, 1e12].map((ms) => new Date(ms));
    const names = ['', 'Z', 'gzz', 'h', 'ozz', 'p', 'z'];
    for (const [id, price] of big.entries()) await pool.keeper.send.ByBigIntRange({ price, id });
    for (const [id, at] of dates.entries()) await pool.keeper.send.ByDateRange({ at, id });
    for (const [id, name] of names.entries()) await pool.keeper.send.ByTextRange({ name, id });
    expect(await instances('bigintRange')).toEqual(big.map(rangePartitioner({ bounds: bounds.big })));
    expect(await instances('dateRange')).toEqual(dates.map(rangePartitioner({ bounds: bounds.dates })));
    expect(await instances('textRange')).toEqual(names.map(rangePartitioner({ bounds: bounds.names })));
  });

  test('leads trySend and claims where it leads send', async () => {
    for (const [id, price] of [-5, 5, 5e6].entries()) {
      expect(pool.keeper.trySend.ByRange({ price, id, note: '' })).toBe(true);
      const claim = pool.keeper.claim.ByRange({ price });
      claim.record.id = id + 3;
      claim.record.note = 'written in place';
      await claim.commit();
    }
    expect(await instances('range')).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe('consistentHash', () => {
  const keys = Array.from({ length: 200 }, (_, k) => `k${k}`);

  test('leads a key where the ring of its instances says', async () => {
    for (const [id, key] of keys.entries()) await pool.ring.send.OnRing({ key, id });
    const owners = dealByRing(4, 64);
    const expected = keys.map((key) => owners[hashText(key, 0) >>> PARTITION_SHIFT]);
    expect(await instances('ring')).toEqual(expected);
    expect(new Set(expected).size).toBe(4);
  });

  test('moves keys to the new instance alone where a pool has one more', async () => {
    for (const [id, key] of keys.entries()) await pool.ring.send.OnRing({ key, id });
    const before = await instances('ring');
    const larger = await createPool({ instances: { ring: 5 } });
    const after: number[] = [];
    larger.receive.Got(({ id, instance }) => {
      after[id] = instance;
    });
    for (const [id, key] of keys.entries()) await larger.ring.send.OnRing({ key, id });
    await larger.drain();
    for (const id of keys.keys()) expect([before[id], 4]).toContain(after[id]);
    expect(after.filter((instance) => instance === 4).length).toBeGreaterThan(0);
  });
});

test('a worker leads its messages where the host does', async () => {
  const ids = Array.from({ length: 60 }, (_, id) => id);
  for (const id of ids) await pool.relay.send.Relay({ id });
  const relayed = {
    hash: await instances('hash'),
    ring: await instances('ring'),
    range: await instances('range'),
    custom: await instances('custom'),
    longCustom: await instances('longCustom'),
  };
  got.length = 0;
  for (const id of ids) {
    await pool.keeper.send.ByKey({ key: `key${id}`, id });
    await pool.ring.send.OnRing({ key: `key${id}`, id });
    await pool.keeper.send.ByRange({ price: id, id, note: '' });
    await pool.keeper.send.ByRule({ name: String(id % 3), id });
    await pool.keeper.send.ByLongRule({ name: 'x'.repeat(id % 3), id });
  }
  for (const [route, of] of Object.entries(relayed)) expect(await instances(route)).toEqual(of);
  for (const of of Object.values(relayed)) expect(of).toHaveLength(ids.length);
});
