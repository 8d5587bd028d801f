import { beforeEach, describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import type { RoutesPool } from './topologies/routes/types.js';

const { createPool } = await makeFixture<RoutesPool>('routes');

interface Got {
  readonly route: string;
  readonly key: string;
  readonly id: number;
  readonly instance: number;
}

describe('routes', () => {
  let pool: RoutesPool;
  let got: Got[];

  beforeEach(async () => {
    pool = await createPool();
    got = [];
    pool.receive.Got((message) => got.push(message));
  });

  test('hash keeps a key on one instance, in order, and uses all instances', async () => {
    const keys = Array.from({ length: 50 }, (_, k) => `key${k}`);
    for (let id = 0; id < 5000; id++) await pool.keeper.send.ByKey({ key: keys[id % 50] as string, id });
    await pool.drain();
    expect(got).toHaveLength(5000);
    for (const key of keys) {
      const ofKey = got.filter((one) => one.key === key);
      expect(new Set(ofKey.map(({ instance }) => instance)).size).toBe(1);
      expect(ofKey.map(({ id }) => id)).toEqual(
        Array.from({ length: 100 }, (_, k) => keys.indexOf(key) + k * 50),
      );
    }
    expect(new Set(got.map(({ instance }) => instance))).toEqual(new Set([0, 1, 2]));
  });

  test('trySend picks the instance that send picks', async () => {
    for (let k = 0; k < 10; k++) {
      await pool.keeper.send.ByKey({ key: `key${k}`, id: 0 });
      expect(pool.keeper.trySend.ByKey({ key: `key${k}`, id: 1 })).toBe(true);
    }
    await pool.drain();
    for (let k = 0; k < 10; k++)
      expect(new Set(got.filter(({ key }) => key === `key${k}`).map(({ instance }) => instance)).size).toBe(
        1,
      );
  });

  test('hash of two fields keeps their pair on one instance, and tells pairs apart', async () => {
    for (let id = 0; id < 400; id++)
      await pool.keeper.send.ByTwoKeys({ key: `k${id % 20}`, half: id % 40 < 20, id });
    await pool.drain();
    const instances = new Map<string, Set<number>>();
    for (const { key, instance } of got) instances.set(key, (instances.get(key) ?? new Set()).add(instance));
    expect(instances.size).toBe(40);
    for (const of of instances.values()) expect(of.size).toBe(1);
    const differ = Array.from({ length: 20 }, (_, k) => k).filter(
      (k) => [...(instances.get(`k${k}+`) ?? [])][0] !== [...(instances.get(`k${k}-`) ?? [])][0],
    );
    expect(differ.length).toBeGreaterThan(0);
  });

  test('roundRobin takes turns, also where it has to wait', async () => {
    for (let id = 0; id < 3000; id++) void pool.keeper.send.InTurn({ id });
    await pool.drain();
    expect(got).toHaveLength(3000);
    for (const { id, instance } of got) expect(instance).toBe(id % 3);
  });

  test('broadcast reaches every instance once, in order', async () => {
    for (let id = 0; id < 1000; id++) await pool.keeper.send.ToAll({ id });
    await pool.drain();
    for (const instance of [0, 1, 2])
      expect(got.filter((one) => one.instance === instance).map(({ id }) => id)).toEqual(
        Array.from({ length: 1000 }, (_, id) => id),
      );
    expect(got).toHaveLength(3000);
  });

  test('at(i) reaches that instance alone, whatever the route', async () => {
    const second = pool.keeper.at(1);
    expect(second.instances).toBe(1);
    for (let id = 0; id < 20; id++) {
      await second.send.ByKey({ key: `key${id}`, id });
      await second.send.InTurn({ id });
      await second.send.ToAll({ id });
    }
    await pool.drain();
    expect(got).toHaveLength(60);
    expect(new Set(got.map(({ instance }) => instance))).toEqual(new Set([1]));
  });

  test.each([3, 99, -1, 1.5, Number.NaN, '1', undefined, null])(
    'at(%s) throws SN_INSTANCE_RANGE',
    (instance) => {
      expect(() => pool.keeper.at(instance as number)).toThrow(
        snError('SN_INSTANCE_RANGE', { details: { worker: 'keeper', instance, instances: 3 } }) as Error,
      );
    },
  );

  test('instances tells how many there are', () => {
    expect(pool.keeper.instances).toBe(3);
    expect(pool.keeper.stats().instances).toHaveLength(3);
  });

  test('messages of all routes from one sender to one instance keep their order', async () => {
    const { at } = pool.keeper;
    const third = at.call(pool.keeper, 2);
    for (let id = 0; id < 3000; id += 3) {
      void third.send.InTurn({ id });
      void third.send.ByKey({ key: 'a', id: id + 1 });
      void third.send.ToAll({ id: id + 2 });
    }
    await pool.drain();
    expect(got.map(({ id }) => id)).toEqual(Array.from({ length: 3000 }, (_, id) => id));
  });
});
