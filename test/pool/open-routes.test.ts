/** Routes that look at no key: by load, and by a function of the user's. */
import { describe, expect, test } from 'vitest';
import { causedBy, snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import type { RoutesPool } from './topologies/routes/types.js';

const { createPool } = await makeFixture<RoutesPool>('routes');

/** Slots of a lane into an instance of `keeper`. */
const CAPACITY = 16;

async function makePool(instances = 3) {
  const pool = await createPool({ instances: { keeper: instances } });
  const got: { route: string; id: number; instance: number }[] = [];
  const waiting = new Map<string, () => void>();
  pool.receive.Got((one) => {
    got.push(one);
    waiting.get(`${one.route} ${one.id}`)?.();
  });
  const handled = (id: number, route = 'leastLoaded') =>
    new Promise<void>((resolve) => waiting.set(`${route} ${id}`, resolve));
  return { pool, got, handled };
}

describe('leastLoaded', () => {
  /** A pool of which instance 0 is in a handler that does not return, with more waiting for it than the others ever have. */
  async function makeHeldUp() {
    const gate = makeGate();
    const made = await makePool();
    const first = made.pool.keeper.at(0);
    await first.send.Balanced({ id: 1000, waits: true });
    await gate.arrivals(1);
    for (let id = 1001; id < 1005; id++) await first.send.Balanced({ id, waits: false });
    return { ...made, gate, first };
  }

  test('uses all instances', async () => {
    const { pool, got } = await makePool();
    for (let id = 0; id < 600; id++) await pool.keeper.send.Balanced({ id, waits: false });
    await pool.drain();
    expect(got.map(({ id }) => id).sort((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, id) => id));
    expect(new Set(got.map(({ instance }) => instance))).toEqual(new Set([0, 1, 2]));
  });

  test('leads nothing to an instance for which more waits than for others', async () => {
    const { pool, got, gate, handled } = await makeHeldUp();
    for (let id = 0; id < 100; id++) {
      const done = handled(id);
      await pool.keeper.send.Balanced({ id, waits: false });
      await done;
    }
    expect(new Set(got.map(({ instance }) => instance))).toEqual(new Set([1, 2]));
    gate.open();
    await pool.drain();
  });

  test('sees in a worker what the host has sent', async () => {
    const { pool, got, gate, handled } = await makeHeldUp();
    // What the relay sends last goes to instance 1 or 2 by these numbers: then it has chosen for the message before.
    for (const id of [1, 2, 4, 5]) {
      const done = handled(id, 'longCustom');
      await pool.relay.send.Relay({ id });
      await done;
    }
    gate.open();
    await pool.drain();
    const balanced = got.filter(({ route, id }) => route === 'leastLoaded' && id < 1000);
    expect(balanced).toHaveLength(4);
    expect(balanced.every(({ instance }) => instance !== 0)).toBe(true);
  });

  test('leaves a lane that is full, also with trySend', async () => {
    const { pool, got, gate, first, handled } = await makeHeldUp();
    let taken = 5;
    while (first.trySend.Balanced({ id: 2000, waits: false })) taken++;
    expect(taken).toBe(CAPACITY);
    for (let id = 0; id < 50; id++) {
      const done = handled(id);
      expect(pool.keeper.trySend.Balanced({ id, waits: false })).toBe(true);
      await done;
    }
    expect(got.every(({ instance }) => instance !== 0)).toBe(true);
    gate.open();
    await pool.drain();
    expect(got).toHaveLength(50 + CAPACITY);
  });

  test('serves claims and calls', async () => {
    const { pool, got, gate } = await makeHeldUp();
    const claim = pool.keeper.claim.Balanced();
    claim.record.id = 3;
    claim.record.waits = false;
    await claim.commit();
    for (let k = 0; k < 20; k++) expect((await pool.keeper.call.whoIsFree({})).instance).not.toBe(0);
    gate.open();
    await pool.drain();
    expect(got.find(({ id }) => id === 3)?.instance).not.toBe(0);
  });

  test('of one instance leads there', async () => {
    const { pool, got } = await makePool(1);
    for (let id = 0; id < 100; id++) await pool.keeper.send.Balanced({ id, waits: false });
    await pool.drain();
    expect(got).toHaveLength(100);
  });
});

describe('custom', () => {
  test('leads a message to the instance that the function names, of as many as there are', async () => {
    const { pool, got } = await makePool(4);
    const names = ['0', '3', '+1', '+4', '2'];
    for (const [id, name] of names.entries()) await pool.keeper.send.ByRule({ name, id });
    for (const [id, name] of names.entries())
      expect(pool.keeper.trySend.ByRule({ name, id: id + names.length })).toBe(true);
    await pool.drain();
    const of: number[] = [];
    for (const { id, instance } of got) of[id] = instance;
    expect(of).toEqual([0, 3, 3, 0, 2, 0, 3, 3, 0, 2]);
  });

  test('sees a message that was written in place, once it is whole', async () => {
    const { pool, got } = await makePool();
    for (const [id, name] of ['2', '0', '1'].entries()) {
      const claim = pool.keeper.claim.ByRule();
      claim.record.id = id;
      claim.record.name = name;
      await claim.commit();
      const long = pool.keeper.claim.ByLongRule();
      long.record.name = 'x'.repeat(Number(name) + 3000);
      long.record.id = id;
      await long.commit();
    }
    await pool.drain();
    for (const route of ['custom', 'longCustom']) {
      const of = got.filter((one) => one.route === route).sort((a, b) => a.id - b.id);
      expect(of.map(({ instance }) => instance)).toEqual([2, 0, 1]);
    }
  });

  test.each(['3', '-1', 'nan', 'half', 'text', 'nothing', 'promise'])(
    'that names none (%s) throws SN_ROUTE, and nothing was sent or lost',
    async (name) => {
      const { pool, got } = await makePool();
      const fault = snError('SN_ROUTE', {
        message: expect.stringContaining('ByRule must return a whole number from 0 to 2'),
        details: expect.objectContaining({ message: 'ByRule', instances: 3 }),
      }) as Error;
      await pool.keeper.send.ByRule({ name: '1', id: 1 });
      expect(() => pool.keeper.send.ByRule({ name, id: 2 })).toThrow(fault);
      expect(() => pool.keeper.trySend.ByRule({ name, id: 2 })).toThrow(fault);
      const claim = pool.keeper.claim.ByRule();
      claim.record.id = 2;
      claim.record.name = name;
      expect(() => claim.commit()).toThrow(fault);
      await pool.keeper.send.ByRule({ name: '2', id: 3 });
      await pool.drain();
      expect(got.map(({ id }) => id).sort()).toEqual([1, 3]);
    },
  );

  test('that throws leads to SN_ROUTE with its cause', async () => {
    const { pool, got } = await makePool();
    const fault = snError('SN_ROUTE', { cause: causedBy('TypeError', 'no rule for this') });
    expect(() => pool.keeper.send.ByRule({ name: 'throw', id: 2 })).toThrow(fault as Error);
    await expect(pool.keeper.call.whoIsNamed({ name: 'throw' })).rejects.toEqual(fault);
    await pool.drain();
    expect(got).toEqual([]);
  });

  test('leads calls as well', async () => {
    const { pool } = await makePool();
    expect(await pool.keeper.call.whoIsNamed({ name: '+1' })).toEqual({ instance: 2 });
    await expect(pool.keeper.call.whoIsNamed({ name: '7' })).rejects.toEqual(
      snError('SN_ROUTE', { details: expect.objectContaining({ message: 'whoIsNamed', result: 7 }) }),
    );
  });

  test('is not asked where there can be one instance only, nor by at(i)', async () => {
    const { pool, got } = await makePool(1);
    await pool.keeper.send.ByRule({ name: 'throw', id: 0 });
    await pool.drain();
    expect(got).toHaveLength(1);
    const several = await makePool(3);
    await several.pool.keeper.at(2).send.ByRule({ name: 'throw', id: 0 });
    await several.pool.drain();
    expect(several.got.map(({ instance }) => instance)).toEqual([2]);
  });
});
