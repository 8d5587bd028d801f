import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

/** Slots of a lane into an instance of `work`. */
const CAPACITY = 8;

/** A pool whose one worker is held in a handler and whose lane is full; its ids go on from `CAPACITY`. */
async function makeFullPool(instances = 1) {
  const gate = makeGate();
  const pool = await createPool({ instances: { work: instances } });
  const done: number[] = [];
  pool.receive.Done(({ id }) => done.push(id));
  for (let instance = 0; instance < instances; instance++) pool.work.at(instance).send.Held({ id: 0 });
  await gate.arrivals(instances);
  for (let instance = 0; instance < instances; instance++)
    for (let id = 1; id < CAPACITY; id++) expect(pool.work.at(instance).trySend.Job({ id })).toBe(true);
  return { pool, gate, done };
}

const idsTo = (end: number) => Array.from({ length: end }, (_, id) => id);

describe('send', () => {
  test('gives undefined when the message is enqueued at once', async () => {
    const pool = await createPool();
    pool.receive.Done(() => {});
    expect(pool.work.send.Job({ id: 1 })).toBeUndefined();
    await pool.drain();
  });

  test('gives a promise where the lane is full, which settles when the message is enqueued', async () => {
    const { pool, gate, done } = await makeFullPool();
    let settled = false;
    const sent = pool.work.send.Job({ id: CAPACITY })?.then(() => {
      settled = true;
    });
    expect(sent).toBeInstanceOf(Promise);
    await turns(20);
    expect(settled).toBe(false);
    gate.open();
    await sent;
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 1));
  });

  test('loses and overtakes nothing where promises are not awaited', async () => {
    const { pool, gate, done } = await makeFullPool();
    for (let id = CAPACITY; id < 1000; id++) void pool.work.send.Job({ id });
    gate.open();
    await pool.drain();
    expect(done).toEqual(idsTo(1000));
  });

  test('takes the value as it is at the call, also when it waits', async () => {
    const { pool, gate, done } = await makeFullPool();
    const value = { id: CAPACITY };
    const sent = pool.work.send.Job(value);
    value.id = 4711;
    gate.open();
    await sent;
    await pool.drain();
    expect(done.at(-1)).toBe(CAPACITY);
  });

  test('gives up with SN_TIMEOUT after timeoutMs; the channel goes on unharmed', async () => {
    const { pool, gate, done } = await makeFullPool();
    const later = pool.work.send.Job({ id: CAPACITY });
    await expect(pool.work.send.Job({ id: 500 }, { timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT', { details: { timeoutMs: 5 } }),
    );
    const last = pool.work.send.Job({ id: CAPACITY + 1 });
    gate.open();
    await Promise.all([later, last]);
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 2));
  });

  test('gives up with SN_ABORTED when its signal is aborted; the channel goes on unharmed', async () => {
    const { pool, gate, done } = await makeFullPool();
    const abort = new AbortController();
    const given = idsTo(18).map((k) =>
      pool.work.send.Job(
        { id: k % 2 === 0 ? 500 : CAPACITY + (k - 1) / 2 },
        k % 2 === 0 ? { signal: abort.signal } : {},
      ),
    );
    const results = Promise.allSettled(given);
    abort.abort(new Error('enough'));
    gate.open();
    const reasons = (await results).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(reasons).toHaveLength(9);
    for (const reason of reasons)
      expect(reason).toEqual(
        snError('SN_ABORTED', { cause: expect.objectContaining({ message: 'enough' }) }),
      );
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 9));
  });

  test('refuses at once where it would wait and its signal is aborted already', async () => {
    const { pool, gate, done } = await makeFullPool();
    expect(() => pool.work.send.Job({ id: 500 }, { signal: AbortSignal.abort() })).toThrow(
      snError('SN_ABORTED') as Error,
    );
    gate.open();
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY));
  });

  test('a broadcast whose signal is aborted already reaches nobody', async () => {
    const { pool, gate, done } = await makeFullPool(2);
    pool.work.at(0);
    expect(() => pool.work.send.Everyone({ id: 500 }, { signal: AbortSignal.abort() })).toThrow(
      snError('SN_ABORTED') as Error,
    );
    gate.open();
    await pool.drain();
    expect(done).not.toContain(500);
  });

  test('when all that waited was given up, the lane takes messages again', async () => {
    const { pool, gate, done } = await makeFullPool();
    const abort = new AbortController();
    const given = pool.work.send.Job({ id: 500 }, { signal: abort.signal });
    abort.abort();
    await expect(given).rejects.toEqual(snError('SN_ABORTED'));
    gate.open();
    await until(() => pool.work.trySend.Job({ id: CAPACITY }));
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 1));
  });

  test('a message that can be enqueued leaves no listener on its signal', async () => {
    const { pool, gate } = await makeFullPool();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const sent = pool.work.send.Job({ id: CAPACITY }, { signal, timeoutMs: 10_000 });
    expect(listeners).toBe(1);
    gate.open();
    await sent;
    expect(listeners).toBe(0);
  });
});

describe('trySend', () => {
  test('is false when the lane is full, and nothing was enqueued', async () => {
    const { pool, gate, done } = await makeFullPool();
    expect(pool.work.trySend.Job({ id: 500 })).toBe(false);
    await turns(2);
    expect(pool.work.stats()).toMatchObject({ depth: CAPACITY, sent: CAPACITY });
    gate.open();
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY));
  });

  test('does not overtake messages that wait', async () => {
    const { pool, gate, done } = await makeFullPool();
    const sent = pool.work.send.Job({ id: CAPACITY });
    expect(pool.work.trySend.Job({ id: 500 })).toBe(false);
    gate.open();
    await sent;
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 1));
  });

  test('of a broadcast sends to all or to none', async () => {
    const gate = makeGate();
    const pool = await createPool({ instances: { work: 2 } });
    const done: { id: number; instance: number }[] = [];
    pool.receive.Done((message) => done.push(message));
    pool.work.at(1).send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let id = 1; id < CAPACITY; id++) expect(pool.work.trySend.Everyone({ id })).toBe(true);
    // The second instance is full, the first is not.
    expect(pool.work.trySend.Everyone({ id: 500 })).toBe(false);
    gate.open();
    await pool.drain();
    expect(done.filter(({ id }) => id === 500)).toEqual([]);
    expect(done.filter(({ instance }) => instance === 0)).toHaveLength(CAPACITY - 1);
    expect(done.filter(({ instance }) => instance === 1)).toHaveLength(CAPACITY);
  });

  test('works while the host never returns to its event loop', async () => {
    const pool = await createPool();
    let received = 0;
    pool.receive.Whispered(() => {
      received += 1;
    });
    // The lane holds 8: the worker must take what we send while this loop blocks the host.
    for (let id = 0; id < 1000; ) if (pool.work.trySend.Whisper({ id })) id += 1;
    await pool.drain();
    expect(received).toBe(1000);
  });
});

describe('a value out of its range', () => {
  const wrong = { id: 2 ** 32 };

  test('throws SN_FIELD_RANGE that names message, field and value, before anything is published', async () => {
    const pool = await createPool();
    expect(() => pool.work.send.Small({ value: 300, name: 'ok' })).toThrow(
      snError('SN_FIELD_RANGE', { message: expect.stringMatching(/Small\.value.*300/) }) as Error,
    );
    expect(() => pool.work.send.Small({ value: 1, name: 'too long' })).toThrow(
      snError('SN_FIELD_RANGE', { message: expect.stringMatching(/Small\.name/) }) as Error,
    );
    expect(() => pool.work.send.Small({ value: 1 } as never)).toThrow(snError('SN_FIELD_RANGE') as Error);
    expect(() => pool.work.trySend.Small({ value: 300, name: 'ok' })).toThrow(
      snError('SN_FIELD_RANGE') as Error,
    );
    await turns(2);
    expect(pool.work.stats().sent).toBe(0);
  });

  test('leaves the channel unharmed', async () => {
    const pool = await createPool();
    const done: number[] = [];
    pool.receive.Done(({ id }) => done.push(id));
    for (let id = 0; id < 1000; id++) {
      expect(() => pool.work.send.Job(wrong)).toThrow(snError('SN_FIELD_RANGE') as Error);
      await pool.work.send.Job({ id });
    }
    await pool.drain();
    expect(done).toEqual(idsTo(1000));
  });

  test('throws at once where the message would wait, and what waits arrives', async () => {
    const { pool, gate, done } = await makeFullPool();
    const before = pool.work.send.Job({ id: CAPACITY });
    expect(() => pool.work.send.Job(wrong)).toThrow(snError('SN_FIELD_RANGE') as Error);
    const after = pool.work.send.Job({ id: CAPACITY + 1 });
    gate.open();
    await Promise.all([before, after]);
    await pool.drain();
    expect(done).toEqual(idsTo(CAPACITY + 2));
  });

  test('of a broadcast reaches nobody', async () => {
    const pool = await createPool({ instances: { work: 3 } });
    expect(() => pool.work.send.Everyone(wrong)).toThrow(snError('SN_FIELD_RANGE') as Error);
    expect(() => pool.work.trySend.Everyone(wrong)).toThrow(snError('SN_FIELD_RANGE') as Error);
    await turns(2);
    expect(pool.work.stats().sent).toBe(0);
  });

  test('is the handler’s to catch when a worker sends it', async () => {
    const pool = await createPool();
    const done: number[] = [];
    pool.receive.Done(({ id }) => done.push(id));
    for (let id = 0; id < 100; id++) await pool.work.send.SendWrong({ id });
    await pool.drain();
    expect(done).toEqual(idsTo(100));
  });
});

describe('nothing is published late', () => {
  test('after a turn of the event loop everything sent by main is visible', async () => {
    const gate = makeGate();
    const pool = await createPool();
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    for (let sent = 1; sent < CAPACITY; sent++) {
      pool.work.send.Job({ id: sent });
      await turns(1);
      expect(pool.work.stats().sent).toBe(sent + 1);
    }
  });

  test('what a worker sends from a timer’s callback is visible after its turn', async () => {
    const pool = await createPool();
    // Nothing else happens in the worker: only the end of the callback's turn can publish.
    const stream = pool.stream.Done();
    for (let id = 0; id < 20; id++) {
      await pool.work.send.Later({ id });
      expect((await stream.next()).value?.id).toBe(id);
    }
  });

  test('what a worker sends from tick is visible after its turn', async () => {
    const pool = await createPool({ threads: { work: { env: { TICK: 'send' } } } });
    const stream = pool.stream.Ticked();
    for (let count = 1; count <= 20; count++) expect((await stream.next()).value?.count).toBe(count);
  });
});
