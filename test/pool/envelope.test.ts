import { describe, expect, test } from 'vitest';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import type { LettersPool } from './topologies/letters/types.js';

const { createPool } = await makeFixture<LettersPool>('letters');

interface Seen {
  readonly x: number;
  readonly instance: number;
  readonly envelope: {
    readonly id: number;
    readonly timestamp: number;
    readonly correlation: number;
    readonly trace?: unknown;
    readonly source: { worker: string; instance: number };
    readonly target: { worker: string; instance: number };
    readonly bytes?: number;
  };
}

const HOST = { worker: 'main', instance: 0 };
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

const microseconds = () => (performance.timeOrigin + performance.now()) * 1000;

async function makePool() {
  const pool = await createPool();
  const seen: Seen[] = [];
  const replies: { x: number; correlation: number; trace: unknown; source: unknown }[] = [];
  pool.receive.Seen(({ envelope, ...rest }) => seen.push({ ...rest, envelope: JSON.parse(envelope) }));
  pool.receive.Reply(({ x }, { correlation, trace, source }) =>
    replies.push({ x, correlation, trace, source }),
  );
  return { pool, seen, replies };
}

/** Each way in which a letter can be sent. */
const WAYS: readonly [way: string, send: (pool: LettersPool, x: number, options?: object) => void][] = [
  ['send by key', (pool, x, options) => void pool.post.send.Letter({ key: `k${x}`, x }, options)],
  ['trySend by key', (pool, x, options) => void pool.post.trySend.Letter({ key: `k${x}`, x }, options)],
  [
    'at',
    (pool, x, options) => void (pool.post.at(1) as LettersPool['post']).send.Letter({ key: '', x }, options),
  ],
  [
    'claim by key',
    (pool, x, options) => {
      const claim = pool.post.claim.Letter({ key: `k${x}` }, options);
      claim.record.x = x;
      claim.commit();
    },
  ],
  [
    'send with a tail',
    (pool, x, options) => void pool.post.send.Parcel({ x, content: new Uint8Array(5000) }, options),
  ],
  [
    'trySend with a tail',
    (pool, x, options) => void pool.post.trySend.Parcel({ x, content: new Uint8Array(5000) }, options),
  ],
  [
    'claim with a tail',
    (pool, x, options) => {
      const claim = pool.post.claim.Parcel(options);
      claim.record.x = x;
      claim.record.content = new Uint8Array(5000);
      claim.commit();
    },
  ],
];

describe('a text of a hundred kilobytes', () => {
  test.each([
    ['ASCII', 'lorem ipsum '],
    ['UTF-8', 'Ære für 日本 😀 '],
  ])('of %s goes there and back beside messages with envelopes', async (_name, words) => {
    const { pool, seen } = await makePool();
    const essays = pool.stream.Essay();
    const text = words.repeat(100_000 / words.length + 1);
    pool.post.send.Parcel({ x: 1, content: new Uint8Array(100) });
    await pool.post.send.Essay({ x: 2, text });
    expect((await essays.next()).value).toEqual({ x: 2, text });
    await pool.drain();
    expect(seen.map(({ envelope }) => envelope.bytes)).toEqual([100]);
  });
});

describe('an envelope', () => {
  test.each(WAYS)('says who sent a message to whom and when: %s', async (_way, send) => {
    const { pool, seen } = await makePool();
    const before = microseconds();
    for (const x of [1, 2, 3]) send(pool, x);
    await pool.drain();
    const after = microseconds();
    expect(seen.map(({ x }) => x).sort()).toEqual([1, 2, 3]);
    for (const { envelope, instance } of seen) {
      expect(envelope).toMatchObject({ source: HOST, target: { worker: 'post', instance }, correlation: 0 });
      expect(envelope).not.toHaveProperty('trace');
      // Clocks of two threads are read here: they agree to a millisecond.
      expect(envelope.timestamp).toBeGreaterThan(before - 1000);
      expect(envelope.timestamp).toBeLessThan(after + 1000);
    }
    expect(new Set(seen.map(({ envelope }) => envelope.id)).size).toBe(3);
  });

  test.each(WAYS)('carries what the sender gives: %s', async (_way, send) => {
    const { pool, seen } = await makePool();
    send(pool, 1, { correlation: 2 ** 53 - 1, trace: TRACE });
    send(pool, 2);
    await pool.drain();
    const [first, second] = [...seen].sort((a, b) => a.x - b.x);
    expect(first?.envelope).toMatchObject({ correlation: 2 ** 53 - 1, trace: TRACE });
    expect(second?.envelope).toMatchObject({ correlation: 0 });
    expect(second?.envelope).not.toHaveProperty('trace');
  });

  test.each(WAYS)('is refused where it is wrong, and nothing was sent: %s', async (_way, send) => {
    const { pool, seen } = await makePool();
    for (const options of [
      { correlation: -1 },
      { correlation: 0.5 },
      { correlation: 2 ** 53 },
      { trace: { ...TRACE, traceId: 'x' } },
      { trace: { ...TRACE, spanId: `${TRACE.spanId}0` } },
    ])
      expect(() => send(pool, 1, options)).toThrow(snError('SN_OPTION') as Error);
    if (_way.startsWith('claim')) return;
    send(pool, 2);
    await pool.drain();
    expect(seen.map(({ x }) => x)).toEqual([2]);
  });

  test('waits with its message where the lane is full', async () => {
    const { pool, seen } = await makePool();
    const sent: unknown[] = [];
    for (let x = 1; x <= 100; x++) sent.push(pool.post.send.Letter({ key: '', x }, { correlation: x }));
    await Promise.all(sent);
    await pool.drain();
    expect(seen.map(({ x }) => x)).toEqual(Array.from({ length: 100 }, (_, k) => k + 1));
    for (const { x, envelope } of seen) expect(envelope.correlation).toBe(x);
    expect(new Set(seen.map(({ envelope }) => envelope.id)).size).toBe(100);
  });

  test('reaches every instance, and holds only what was asked for', async () => {
    const { pool, seen } = await makePool();
    pool.post.send.Notice({ x: 1 });
    const claim = pool.post.claim.Notice();
    claim.record.x = 2;
    claim.commit();
    await pool.drain();
    expect(seen.map(({ x, instance }) => [x, instance]).sort()).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    for (const { envelope } of seen) {
      expect(Object.keys(envelope).sort()).toEqual(['source', 'timestamp']);
      expect(envelope.source).toEqual(HOST);
    }
  });

  test('comes to the host as second argument of a receiver: an answer names its question', async () => {
    const { pool, seen, replies } = await makePool();
    for (const x of [1, 2, 3, 4]) pool.post.send.Letter({ key: `k${x}`, x }, x > 2 ? { trace: TRACE } : {});
    await pool.drain();
    expect(replies).toHaveLength(4);
    for (const { x, correlation, trace, source } of replies) {
      const question = seen.find((one) => one.x === x);
      expect(correlation).toBe(question?.envelope.id);
      expect(source).toEqual({ worker: 'post', instance: question?.instance });
      expect(trace).toEqual(x > 2 ? TRACE : undefined);
    }
  });
});

test('ids go on where a thread is replaced: no two messages of the pool have the same', async () => {
  const { pool } = await makePool();
  const ids: number[] = [];
  pool.receive.Reply((_, { id }) => ids.push(id));
  for (let round = 0; round < 3; round++) {
    for (let x = 0; x < 20; x++) await pool.post.send.Letter({ key: `k${x}`, x });
    await pool.drain();
    if (round === 0) await pool.post.restart();
    // Its second instance goes, and comes again.
    if (round === 1) for (const instances of [1, 2]) await pool.post.resize(instances);
  }
  expect(ids).toHaveLength(60);
  expect(new Set(ids).size).toBe(60);
});
