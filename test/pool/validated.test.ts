import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import type { ValidatedPool } from './topologies/validated/types.js';

const { createPool, folder } = await makeFixture<ValidatedPool>('validated');

type Order = Parameters<ValidatedPool['desk']['send']['Order']>[0];

/** An order as its sender writes it; what has a default may be left out. */
function orderOf(over: object = {}): Order {
  return { id: 1, lines: [{ sku: 'AB' }], placed: new Date('2024-05-06T07:08:09Z'), ...over } as Order;
}

/** A pool, and what comes back from it. */
async function makePool() {
  const pool = await createPool();
  const got: { what: string; id: number; value: unknown }[] = [];
  const receipts: number[] = [];
  const photos: Uint8Array[] = [];
  const caught: { code: string; text: string }[] = [];
  pool.receive.Got(({ what, id, json }) => {
    got.push({ what, id, value: what === 'plain' ? json : JSON.parse(json) });
  });
  pool.receive.Receipt(({ id }) => receipts.push(id));
  pool.receive.Photo(({ pixels }) => photos.push(pixels));
  pool.receive.Caught((one) => caught.push(one));
  return { pool, got, receipts, photos, caught };
}

/** Messages sent to each instance of each worker. */
const sentTo = (pool: ValidatedPool) =>
  Object.values(pool.stats().workers).map(({ instances }) => instances.map(({ sent }) => sent));

describe('the host', () => {
  const BAD_ORDER = orderOf({ lines: [{ sku: 'AB' }, { sku: 'a', quantity: 1 }] });
  const BAD_PHOTO = { id: 1, pixels: new Uint8Array(70_000) };
  const REFUSED: readonly [way: string, send: (pool: ValidatedPool) => unknown, says: string][] = [
    ['send by key', (pool) => pool.desk.send.Order(BAD_ORDER), 'Order.lines[1].sku: Invalid string'],
    ['trySend by key', (pool) => pool.desk.trySend.Order(BAD_ORDER), 'Order.lines[1].sku: Invalid string'],
    ['send to one', (pool) => pool.desk.at(1).send.Order(BAD_ORDER), 'Order.lines[1].sku: Invalid string'],
    ['trySend to one', (pool) => pool.plain.at(0).trySend.Order(BAD_ORDER), 'Order.lines[1].sku'],
    ['send to all', (pool) => pool.desk.send.Notice({ id: 0 }), 'Notice.id: Too small'],
    ['trySend to all', (pool) => pool.desk.trySend.Notice({ id: 0 }), 'Notice.id: Too small'],
    ['send with a tail', (pool) => pool.desk.send.Photo(BAD_PHOTO), 'Photo.pixels: has no header'],
    ['trySend with a tail', (pool) => pool.desk.trySend.Photo(BAD_PHOTO), 'Photo.pixels: has no header'],
  ];

  test.each(REFUSED)('is refused a wrong value: %s; nothing was sent', async (_way, send, says) => {
    const { pool, got, receipts, photos } = await makePool();
    expect(() => send(pool)).toThrow(
      snError('SN_VALIDATION', { message: expect.stringContaining(says) }) as Error,
    );
    await pool.drain();
    expect(sentTo(pool)).toEqual([[0, 0], [0]]);
    expect([...got, ...receipts, ...photos]).toEqual([]);
  });

  test('is refused a wrong record that is written in place, which may be mended', async () => {
    const { pool, got, photos } = await makePool();
    const notice = pool.desk.claim.Notice();
    notice.record.id = 0;
    expect(() => notice.commit()).toThrow(snError('SN_VALIDATION') as Error);
    notice.record.id = 3;
    notice.commit();
    const photo = pool.desk.claim.Photo();
    Object.assign(photo.record, BAD_PHOTO);
    expect(() => photo.commit()).toThrow(snError('SN_VALIDATION') as Error);
    photo.abort();
    await pool.drain();
    expect(got.filter(({ id }) => id === 0)).toEqual([]);
    expect(photos).toEqual([]);
    expect(sentTo(pool)[0]).toEqual([1, 1]);
  });

  test('is told every issue', async () => {
    const { pool } = await makePool();
    const wrong = orderOf({ id: 0, note: 'x' });
    expect(() => pool.desk.send.Order(wrong)).toThrow(
      snError('SN_VALIDATION', {
        message: expect.stringMatching(/^Order\.id: .+; and 1 more$/),
        details: {
          message: 'Order',
          issues: [expect.objectContaining({ path: ['id'] }), expect.objectContaining({ path: ['note'] })],
        },
      }) as Error,
    );
  });

  test('sees rules over several fields kept, with defaults in place', async () => {
    const { pool, got } = await makePool();
    const lines = [{ sku: 'A' }, { sku: 'B' }];
    await pool.desk.send.Order(orderOf({ lines }));
    expect(() => pool.desk.send.Order(orderOf({ lines, unit: 'metre' }))).toThrow(
      'Order.unit: metres stand alone',
    );
    await pool.drain();
    expect(got).toHaveLength(1);
  });

  test('sends what passes as it was given: codecs, defaults and all', async () => {
    const { pool, got } = await makePool();
    const order = orderOf({ lines: [{ sku: 'AB' }, { sku: 'C', quantity: 3 }] });
    await pool.desk.send.Order(order);
    await pool.desk.send.Order(orderOf({ id: 2, note: 'hi' }));
    await pool.drain();
    got.sort((a, b) => a.id - b.id);
    expect(got.map(({ value }) => value)).toEqual([
      {
        id: 1,
        unit: 'piece',
        lines: [
          { sku: 'AB', quantity: 1 },
          { sku: 'C', quantity: 3 },
        ],
        placed: '2024-05-06T07:08:09.000Z',
      },
      {
        id: 2,
        unit: 'piece',
        lines: [{ sku: 'AB', quantity: 1 }],
        placed: '2024-05-06T07:08:09.000Z',
        note: 'hi',
      },
    ]);
    // Nor was anything written into what the sender holds.
    expect(order).toEqual(orderOf({ lines: [{ sku: 'AB' }, { sku: 'C', quantity: 3 }] }));
  });

  test('checks the side of a codec that the program sees', async () => {
    const { pool } = await makePool();
    expect(() => pool.desk.send.Order(orderOf({ placed: new Date('1999-01-01') }))).toThrow(
      'Order.placed: Too small',
    );
    expect(() => pool.desk.send.Order(orderOf({ placed: '2024-05-06T07:08:09Z' }))).toThrow(
      'Order.placed: Invalid',
    );
  });

  test('goes on after a refusal: no slot is lost, no turn is passed', async () => {
    const { pool, receipts, photos } = await makePool();
    for (let id = 1; id <= 100; id++) {
      expect(() => pool.desk.send.Photo({ id, pixels: Uint8Array.of(0) })).toThrow(
        snError('SN_VALIDATION') as Error,
      );
      await pool.desk.send.Photo({ id, pixels: Uint8Array.of(1, id) });
      expect(() => pool.desk.send.Notice({ id: 0 })).toThrow(snError('SN_VALIDATION') as Error);
      await pool.desk.send.Notice({ id });
    }
    await pool.drain();
    expect(photos.map((pixels) => pixels[1]).sort()).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1).sort(),
    );
    expect(receipts).toHaveLength(200);
    expect(sentTo(pool)).toEqual([[150, 150], [0]]);
  });

  test('cannot send what an async refinement would have to allow', async () => {
    const { pool } = await makePool();
    expect(() => pool.desk.send.Later({ id: 1 })).toThrow(
      snError('SN_VALIDATION', {
        message: 'Later: the schema has an async refinement or codec, and sending does not wait for one',
      }) as Error,
    );
  });
});

describe('a worker', () => {
  test.each(['receipt', 'order', 'photo'] as const)(
    'is refused a wrong %s, goes on and sends a right one',
    async (what) => {
      const { pool, got, receipts, photos, caught } = await makePool();
      for (const tries of [false, true]) {
        await pool.desk.send.Make({ what, id: 0, tries });
        await pool.desk.send.Make({ what, id: 7, tries });
      }
      await pool.drain();
      const message = what.charAt(0).toUpperCase() + what.slice(1);
      const refusal = { code: 'SN_VALIDATION', text: `${message}.id: Too small: expected number to be >=1` };
      expect(caught).toEqual([refusal, refusal]);
      const arrived = { receipt: receipts, order: got, photo: photos };
      for (const [kind, list] of Object.entries(arrived)) expect(list).toHaveLength(kind === what ? 2 : 0);
    },
  );
});

describe('the bundle of a worker', () => {
  const bundleOf = (worker: string) =>
    readFileSync(join(folder, 'generated', 'bundle', `${worker}.js`), 'utf8');

  test('holds Zod and the schema just when the worker sends what is validated', () => {
    expect(bundleOf('desk')).toMatch(/ZodObject/);
    expect(bundleOf('desk')).toContain('metres stand alone');
    expect(bundleOf('plain')).not.toMatch(/Zod|metres stand alone/);
  });
});
