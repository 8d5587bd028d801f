import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

/** Slots of a lane into an instance of `work`. */
const CAPACITY = 8;

const idsTo = (end: number) => Array.from({ length: end }, (_, id) => id);

async function makePool(instances = 1) {
  const pool = await createPool({ instances: { work: instances } });
  const done: { id: number; instance: number }[] = [];
  pool.receive.Done((each) => done.push(each));
  return { pool, done, ids: () => done.map(({ id }) => id).sort((a, b) => a - b) };
}

describe('claim', () => {
  test('sends what was set, at its turn among the instances', async () => {
    const { pool, done, ids } = await makePool(2);
    for (const id of idsTo(6)) {
      const claim = pool.work.claim.Job();
      claim.record.id = id;
      expect(claim.commit()).toBeUndefined();
    }
    await pool.drain();
    expect(ids()).toEqual(idsTo(6));
    for (const { id, instance } of done) expect(instance).toBe(id % 2);
  });

  test('routes by the key that it is given, like send', async () => {
    const { pool, done } = await makePool(4);
    const keys = ['a', 'b', 'c', 'delta', 'e', 'f', 'golf', ''];
    for (const [x, key] of keys.entries()) {
      pool.work.send.Keyed({ key, place: { x } });
      const claim = pool.work.claim.Keyed({ key });
      claim.record.place.x = x;
      claim.commit();
    }
    await pool.drain();
    expect(done).toHaveLength(2 * keys.length);
    for (const x of keys.keys()) {
      const [one, other] = done.filter(({ id }) => id === x);
      expect(one?.instance).toBe(other?.instance);
    }
    expect(new Set(done.map(({ instance }) => instance)).size).toBeGreaterThan(1);
  });

  test('reaches every instance where the route says so, and one where at() says so', async () => {
    const { pool, done, ids } = await makePool(3);
    const all = pool.work.claim.Everyone();
    all.record.id = 1;
    all.commit();
    const one = (pool.work.at(2) as WorkPool['work']).claim.Everyone();
    one.record.id = 2;
    one.commit();
    await pool.drain();
    expect(ids()).toEqual([1, 1, 1, 2]);
    expect(done.find(({ id }) => id === 2)?.instance).toBe(2);
  });

  test('waits its turn where the lane is full', async () => {
    const gate = makeGate();
    const { pool, done } = await makePool();
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id < CAPACITY; id++) expect(pool.work.trySend.Job({ id })).toBe(true);
    const waiting: (Promise<void> | undefined)[] = [];
    for (let id = CAPACITY; id < 100; id += 2) {
      const claim = pool.work.claim.Job();
      // A place of its own: others may send, and claim, meanwhile.
      const other = pool.work.claim.Job();
      other.record.id = 0;
      other.abort();
      claim.record.id = id;
      waiting.push(claim.commit(), pool.work.send.Job({ id: id + 1 }));
    }
    expect(waiting.every((each) => each instanceof Promise)).toBe(true);
    gate.open();
    await Promise.all(waiting);
    await pool.drain();
    expect(done.map(({ id }) => id)).toEqual(idsTo(100));
  });

  test('gives up after its time, and nothing was sent', async () => {
    const gate = makeGate();
    const { pool, ids } = await makePool();
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id < CAPACITY; id++) pool.work.trySend.Job({ id });
    const claim = pool.work.claim.Job({ timeoutMs: 1 });
    claim.record.id = 99;
    await expect(claim.commit()).rejects.toThrow(snError('SN_TIMEOUT'));
    gate.open();
    await pool.drain();
    expect(ids()).toEqual(idsTo(CAPACITY));
  });

  test('takes what lies behind a record, and as many bytes of it as are asked for', async () => {
    const { pool } = await makePool();
    const back = pool.stream.Image();
    pool.receive.Seen(() => {});
    const image = {
      id: 1,
      pixels: new Uint8Array(70_000).fill(7),
      caption: 'é'.repeat(300),
      samples: undefined,
      faces: [{ name: 'somebody', x: 0.5 }],
    };
    for (const options of [undefined, { tailBytes: 80_000 }]) {
      const claim = pool.work.claim.Image(options);
      expect(() => pool.work.send.Job({ id: 1 })).toThrow(snError('SN_CLAIM_OPEN'));
      const { record } = claim;
      record.faces = image.faces;
      record.pixels = image.pixels;
      record.caption = image.caption;
      record.id = image.id;
      claim.commit();
      expect((await back.next()).value).toEqual(image);
    }
    const small = pool.work.claim.Image({ tailBytes: 1000 });
    expect(() => {
      small.record.pixels = image.pixels;
    }).toThrow(snError('SN_FIELD_RANGE'));
    small.abort();
    expect(() => pool.work.claim.Image({ tailBytes: -1 })).toThrow(snError('SN_OPTION'));
    await pool.work.send.Image(image);
    expect((await back.next()).value).toEqual(image);
  });

  test('refuses values out of range and missing ones, and goes on', async () => {
    const { pool, ids } = await makePool();
    const claim = pool.work.claim.Small();
    expect(() => {
      claim.record.value = 256;
    }).toThrow('Small.value: got 256, allowed is an integer from 0 to 255');
    claim.record.value = 255;
    expect(() => claim.commit()).toThrow('Small.name: it is missing');
    claim.record.name = 'four';
    claim.commit();
    expect(() => pool.work.claim.Keyed({ key: 'too long for it' })).toThrow(snError('SN_FIELD_RANGE'));
    pool.work.send.Job({ id: 5 });
    await pool.drain();
    expect(ids()).toEqual([5]);
  });

  test('left open holds nothing up: the pool drains and closes', async () => {
    const { pool, ids } = await makePool();
    pool.work.send.Job({ id: 1 });
    const claim = pool.work.claim.Job();
    await pool.drain();
    await pool.close();
    expect(ids()).toEqual([1]);
    claim.record.id = 2;
    expect(() => claim.commit()).toThrow(snError('SN_POOL_CLOSED'));
  });
});
