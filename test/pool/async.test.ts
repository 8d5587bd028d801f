import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setEnvironmentData } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { causedBy, snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { AsyncPool } from './topologies/async/types.js';

const { createPool, run, folder } = await makeFixture<AsyncPool>('async');

const CONCURRENCY = 8;
const CAPACITY = 64;

/** What the host gets, by kind. */
function listen(pool: AsyncPool) {
  const done: { key: string; number: number }[] = [];
  const said: string[] = [];
  pool.receive.Done((one) => done.push(one));
  pool.receive.Said(({ text }) => said.push(text));
  return { done, said };
}

/** Holds the slow worker until it is opened. */
function holdSlow(): { open(): void } {
  const i32 = new Int32Array(new SharedArrayBuffer(8));
  setEnvironmentData('slow', i32.buffer);
  const open = (): void => {
    Atomics.store(i32, 0, 1);
    Atomics.notify(i32, 0);
  };
  onTestFinished(open);
  return { open };
}

async function serve(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    if (request.url !== '/never') response.end(`you asked for ${request.url}`);
  });
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('handlers', () => {
  test('run as many at a time as the schema says, and never more', async () => {
    const gate = makeGate();
    const pool = await createPool();
    const { done } = listen(pool);
    for (let number = 0; number < 5 * CONCURRENCY; number++)
      await pool.works.send.Loose({ number, isHeld: true });
    await gate.arrivals(CONCURRENCY);
    await turns(50);
    expect(done).toEqual([]);
    gate.open();
    await pool.drain();
    expect(done).toHaveLength(5 * CONCURRENCY);
    expect(await pool.works.call.peak({})).toEqual({ peak: CONCURRENCY, clashes: 0 });
  });

  test('of one key run one after the other, in order, while those of other keys run beside them', async () => {
    const pool = await createPool({ instances: { works: 2 } });
    const { done } = listen(pool);
    const keys = 37;
    const messages = 20_000;
    for (let number = 0; number < messages; number++)
      await pool.works.send.Job({ key: `k${number % keys}`, number });
    await pool.drain();
    expect(done).toHaveLength(messages);
    const next = new Map<string, number>();
    for (const { key, number } of done) {
      expect(number).toBe(next.get(key) ?? Number(key.slice(1)));
      next.set(key, number + keys);
    }
    expect(await pool.works.call.peak({})).toEqual({ peak: CONCURRENCY, clashes: 0 });
  }, 60_000);

  test('of one key alone do not hold up others until far too many wait', async () => {
    const gate = makeGate();
    const pool = await createPool();
    const { done } = listen(pool);
    const busy = pool.works.call.held({ key: 'busy', by: 'late' });
    await gate.arrivals(1);
    for (let number = 0; number < CAPACITY - 2; number++) await pool.works.send.Job({ key: 'busy', number });
    await pool.works.send.Job({ key: 'free', number: 0 });
    await until(() => done.length === 1);
    expect(done).toEqual([{ key: 'free', number: 0 }]);
    gate.open();
    busy.catch(() => {});
    expect(pool.works.stats().depth).toBe(CAPACITY);
  });

  test('of which only one may run at a time run strictly in the order sent', async () => {
    const pool = await createPool();
    const { done } = listen(pool);
    for (let number = 0; number < 3000; number++) {
      if (number % 3 === 0) await pool.strict.send.Loose({ number, isHeld: false });
      else await pool.strict.send.Job({ key: `k${number % 7}`, number });
    }
    await pool.drain();
    expect(done.map(({ number }) => number)).toEqual(Array.from({ length: 3000 }, (_, number) => number));
  });

  test('get plain objects, and what comes beside them', async () => {
    const pool = await createPool();
    const { said } = listen(pool);
    const marked: [number, number][] = [];
    pool.receive.Marked(({ number }, { correlation }) => marked.push([number, correlation]));
    for (let number = 0; number < 20; number++)
      await pool.works.send.Marked({ number }, { correlation: 100 + number });
    await pool.drain();
    expect(marked.sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, number) => [number, 101 + number]),
    );
    expect(said).toEqual(new Array(20).fill('main'));
  });

  test('read files and fetch', async () => {
    const { url } = await serve();
    const pool = await createPool();
    const path = fileURLToPath(import.meta.url);
    const [read, ...got] = await Promise.all([
      pool.works.call.read({ path }),
      ...Array.from({ length: 20 }, (_, k) => pool.works.call.get({ url: `${url}/${k}` })),
    ]);
    expect(read.bytes).toBeGreaterThan(1000);
    expect(got).toEqual(Array.from({ length: 20 }, (_, k) => ({ status: 200, text: `you asked for /${k}` })));
    await expect(pool.works.call.read({ path: '/no/such/file' })).rejects.toEqual(
      expect.objectContaining({ name: 'RemoteError', code: 'ENOENT' }),
    );
  });

  test('that wait hold a full lane back: the host waits, and its memory does not grow', async () => {
    const gate = makeGate();
    const pool = await createPool();
    let sent = 0;
    while (pool.works.trySend.Loose({ number: sent, isHeld: true })) sent += 1;
    expect(sent).toBe(CAPACITY);
    await gate.arrivals(CONCURRENCY);
    await turns(50);
    expect(pool.works.trySend.Loose({ number: sent, isHeld: true })).toBe(false);
    expect(pool.works.stats()).toMatchObject({ handled: 0, depth: CAPACITY });
    const waiting = pool.works.send.Loose({ number: sent, isHeld: true });
    expect(waiting).toBeInstanceOf(Promise);
    await expect(pool.works.send.Loose({ number: 0, isHeld: true }, { timeoutMs: 1 })).rejects.toEqual(
      snError('SN_TIMEOUT'),
    );
    gate.open();
    await waiting;
    await pool.drain();
    expect(pool.works.stats().handled).toBe(CAPACITY + 1);
  });
});

describe('drain and close', () => {
  test.each(['drain', 'close'] as const)('%s waits until handlers have settled', async (end) => {
    const pool = await createPool();
    const { done } = listen(pool);
    for (let number = 0; number < 500; number++) await pool.works.send.Job({ key: `k${number % 9}`, number });
    await pool[end]();
    expect(done).toHaveLength(500);
  });

  test.each(['drain', 'close'] as const)(
    '%s waits for what handlers have queued and not awaited',
    async (end) => {
      for (const to of ['main', 'slow'] as const) {
        const pool = await createPool();
        const { done } = listen(pool);
        for (let k = 0; k < 3; k++) await pool.works.send.Burst({ count: 2000, to });
        await pool[end]();
        expect(done).toHaveLength(6000);
      }
    },
  );

  test('what was queued holds its message back, and nothing is lost or handled too early', async () => {
    const slow = holdSlow();
    const pool = await createPool({ threads: { slow: { env: { SLOW: 'hold' } } } });
    const { done } = listen(pool);
    await pool.works.send.Burst({ count: 100, to: 'slow' });
    const drained = pool.drain();
    await until(() => pool.slow.stats().depth === 4);
    await turns(50);
    expect(pool.works.stats()).toMatchObject({ handled: 0, depth: 1 });
    slow.open();
    await drained;
    expect(pool.works.stats()).toMatchObject({ handled: 1, depth: 0 });
    expect(done.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, number) => number));
  });

  test.each([false, true])(
    'what comes of calls to others is over before a pool has drained (afterwards: %s)',
    async (isAfterwards) => {
      const pool = await createPool();
      const { done } = listen(pool);
      for (let number = 0; number < 300; number++) await pool.works.send.Relay({ number, isAfterwards });
      await pool.drain();
      expect(done.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 300 }, (_, number) => number * number),
      );
    },
  );

  test('shutdown comes when everything has settled, and what it queues arrives', async () => {
    const pool = await createPool({ threads: { works: { env: { SHUTDOWN: 'send' } } } });
    const { done, said } = listen(pool);
    for (let number = 0; number < 40; number++) await pool.works.send.Loose({ number, isHeld: false });
    await pool.close();
    expect(said).toEqual(['shut down with 0 running, and 25']);
    expect(done.filter(({ key }) => key === 'last').map(({ number }) => number)).toEqual(
      Array.from({ length: 3000 }, (_, number) => number),
    );
  });

  test('close gives up after its time, and says what it waited for', async () => {
    makeGate();
    const pool = await createPool();
    for (let number = 0; number < 3; number++) await pool.works.send.Loose({ number, isHeld: true });
    await expect(pool.close({ timeoutMs: 50 })).rejects.toEqual(
      snError('SN_TIMEOUT', { details: expect.objectContaining({ waitedFor: ['works[0]'], dropped: 3 }) }),
    );
  });
});

describe('what runs beside messages', () => {
  test('init may await what it sends and calls', async () => {
    const pool = await createPool({ threads: { works: { env: { INIT: 'ask' } } } });
    const { done } = listen(pool);
    await pool.works.send.Job({ key: 'a', number: 1 });
    await pool.drain();
    expect(done).toEqual([{ key: 'a', number: 50 }]);
  });

  test('init that rejects leaves no pool', async () => {
    await expect(createPool({ threads: { works: { env: { INIT: 'reject' } } } })).rejects.toEqual(
      snError('SN_WORKER_START', { cause: causedBy('RangeError', 'rejected in init') }),
    );
  });

  test('an instance reads as running while handlers wait, and as idle when they have settled', async () => {
    const gate = makeGate();
    const pool = await createPool();
    listen(pool);
    await pool.works.send.Loose({ number: 1, isHeld: true });
    await gate.arrivals(1);
    await turns(20);
    expect(pool.works.stats().instances[0]?.state).toBe('running');
    gate.open();
    await pool.drain();
    await until(() => pool.works.stats().instances[0]?.state === 'idle');
  });

  test('ticks do not overlap', async () => {
    const gate = makeGate();
    const pool = await createPool({ threads: { works: { env: { TICK: 'hold' } } } });
    const { said } = listen(pool);
    await gate.arrivals(1);
    expect((await pool.works.call.echo({ x: 1 })).x).toBe(1);
    gate.open();
    await until(() => said.length > 5);
    expect(new Set(said)).toEqual(new Set(['tick 1']));
  });

  test('what an instance sends to itself is refused where it would wait for itself', async () => {
    const pool = await createPool();
    const { done } = listen(pool);
    await pool.works.send.Burst({ count: CAPACITY, to: 'self' });
    await pool.drain();
    expect(done).toHaveLength(CAPACITY);
    await pool.works.send.Burst({ count: CAPACITY + 1, to: 'self' });
    await expect(pool.drain()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', { cause: expect.objectContaining({ code: 'SN_DEADLOCK' }) }),
    );
  });

  test('a worker that blocks while it calls takes its answers in, though those who answer never block', async () => {
    const pool = await createPool();
    const { done } = listen(pool);
    for (let k = 0; k < 5; k++) await pool.asker.send.Ask({ count: 2000 });
    await pool.drain();
    expect(done).toEqual(new Array(5).fill({ key: 'right', number: 2000 }));
  });
});

describe('a handler that fails', () => {
  test.each([
    ['throw', 'thrown in a handler'],
    ['reject', 'rejected in a handler'],
    ['behind', 'rejected behind another'],
  ] as const)('by %s ends the pool', async (how, message) => {
    const pool = await createPool();
    await pool.works.send.Job({ key: 'a', number: 3 });
    await pool.works.send.Break({ key: 'a', how });
    await expect(pool.drain()).rejects.toEqual(
      snError('SN_WORKER_CRASHED', { cause: causedBy('RangeError', message) }),
    );
  });

  test.each([
    ['throw', 'SN_CALL_FAILED', 'broken in a call'],
    ['reject', 'SN_CALL_FAILED', 'broken in a call'],
    ['code', 'ENOENT', 'no such file'],
    ['range', 'SN_FIELD_RANGE', expect.stringContaining('small')],
  ] as const)('in a call by %s rejects the call and nothing else', async (how, code, message) => {
    const pool = await createPool();
    await expect(pool.works.call.fail({ how })).rejects.toEqual(
      expect.objectContaining({ name: 'RemoteError', code, message }),
    );
    expect((await pool.works.call.echo({ x: 3 })).x).toBe(3);
  });
});

describe('a call that is given up', () => {
  test.each([
    ['event', 'event SN_ABORTED'],
    ['timer', 'timer ABORT_ERR'],
    ['file', 'file ABORT_ERR'],
  ] as const)('is aborted in the midst of its wait (%s)', async (by, ending) => {
    const gate = makeGate();
    const pool = await createPool();
    const { said } = listen(pool);
    const controller = new AbortController();
    const held = pool.works.call.held({ key: 'a', by }, { signal: controller.signal });
    await gate.arrivals(1);
    // The worker sleeps by now, or is about to.
    await turns(20);
    controller.abort();
    await expect(held).rejects.toEqual(snError('SN_ABORTED'));
    await until(() => said.length === 1);
    expect(said).toEqual([ending]);
    await pool.drain();
    // The number of the call is another's now, whom nobody has given up.
    expect((await pool.works.call.endings({})).endings).toEqual([ending]);
  });

  test('by time is aborted too', async () => {
    const pool = await createPool();
    await expect(pool.works.call.held({ key: 'a', by: 'event' }, { timeoutMs: 5 })).rejects.toEqual(
      snError('SN_TIMEOUT'),
    );
    await pool.drain();
    expect((await pool.works.call.endings({})).endings).toEqual(['event SN_ABORTED']);
  });

  test('before its handler asks for the signal finds it aborted', async () => {
    const gate = makeGate();
    const pool = await createPool();
    const controller = new AbortController();
    const held = pool.works.call.held({ key: 'a', by: 'late' }, { signal: controller.signal });
    await gate.arrivals(1);
    controller.abort();
    await expect(held).rejects.toEqual(snError('SN_ABORTED'));
    gate.open();
    await pool.drain();
    expect((await pool.works.call.endings({})).endings).toEqual(['late SN_ABORTED']);
  });

  test('aborts its fetch', async () => {
    const { server, url } = await serve();
    const pool = await createPool();
    const requested = new Promise((resolve) => server.once('request', resolve));
    const controller = new AbortController();
    const got = pool.works.call.get({ url: `${url}/never` }, { signal: controller.signal });
    await requested;
    controller.abort();
    await expect(got).rejects.toEqual(snError('SN_ABORTED'));
    await pool.drain();
  });

  test('of which there are many is told each, and no other', async () => {
    const pool = await createPool();
    const controller = new AbortController();
    const { said } = listen(pool);
    const given = Array.from({ length: 4 }, (_, k) =>
      pool.works.call.held({ key: `k${k}`, by: 'event' }, { signal: controller.signal }),
    );
    const kept = new AbortController();
    const others = Array.from({ length: 2 }, (_, k) =>
      pool.works.call.held({ key: `other${k}`, by: 'event' }, { signal: kept.signal }),
    );
    await pool.works.call.echo({ x: 1 });
    controller.abort();
    for (const one of given) await expect(one).rejects.toEqual(snError('SN_ABORTED'));
    await until(() => said.length === 4);
    await turns(20);
    expect(said).toHaveLength(4);
    kept.abort();
    for (const one of others) await expect(one).rejects.toEqual(snError('SN_ABORTED'));
    await pool.drain();
    expect(said).toHaveLength(6);
  });
});

test("a worker's bundle holds the loop of its kind, and nothing of the other", () => {
  const bundleOf = (name: string) => readFileSync(join(folder, 'generated', 'bundle', `${name}.js`), 'utf8');
  for (const [name, isAsync] of [
    ['works', true],
    ['strict', true],
    ['slow', false],
    ['asker', false],
  ] as const) {
    const bundle = bundleOf(name);
    expect([bundle.includes('AsyncLoop'), bundle.includes('WorkerLoop')]).toEqual([isAsync, !isAsync]);
  }
});

describe('the process', () => {
  test('exits by itself after close, also when handlers have fetched', async () => {
    const end = await run(`
      import { createServer } from 'node:http';
      const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const pool = await createPool();
      const url = 'http://127.0.0.1:' + server.address().port;
      console.log((await pool.works.call.get({ url })).text);
      await pool.close();
      server.closeAllConnections();
      server.close();
    `);
    expect(end).toEqual({ exitCode: 0, stderr: '', stdout: 'here\n' });
  });

  test('stays while handlers wait, and exits by itself when they have settled and it forgets to close', async () => {
    const end = await run(`
      const pool = await createPool();
      let received = 0;
      pool.receive.Done(() => { received += 1; });
      for (let number = 0; number < 500; number++) await pool.works.send.Job({ key: 'k' + number % 5, number });
      process.on('exit', () => console.log(received));
    `);
    expect(end).toEqual({ exitCode: 0, stderr: '', stdout: '500\n' });
  });
});
