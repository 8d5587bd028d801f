/** What a program with `pool.closeOnSignal()` does when it is told to end, by real signals. */
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import type { WorkPool } from './topologies/work/types.js';

const { run, createPool } = await makeFixture<WorkPool>('work');

const endOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

describe('a program that closes its pool on signals', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'handles what was sent before it ends by %s itself',
    async (signal) => {
      const end = await run(`
        const pool = await createPool({ threads: { work: { env: { SHUTDOWN: 'send' } } } });
        pool.receive.Done(({ id }) => console.log(id));
        pool.closeOnSignal();
        for (let id = 0; id < 20; id++) void pool.work.send.Job({ id });
        process.kill(process.pid, '${signal}');
        setInterval(() => {}, 1000);
      `);
      const ids = [...Array.from({ length: 20 }, (_, id) => id), 4_000_000_000];
      expect(end).toEqual({ exitCode: endOf(signal), stdout: `${ids.join('\n')}\n`, stderr: '' });
    },
  );

  test('ends at once by a second signal, though a handler never returns', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.closeOnSignal();
      pool.on('close', ({ reason }) => console.log(reason.code));
      await pool.work.send.Fail({ how: 'hang' });
      process.kill(process.pid, 'SIGTERM');
      process.once('SIGTERM', () => setImmediate(() => process.kill(process.pid, 'SIGTERM')));
    `);
    expect(end).toEqual({ exitCode: endOf('SIGTERM'), stdout: 'SN_POOL_CLOSED\n', stderr: '' });
  });

  test('is bounded by timeoutMs, and says what was lost', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.closeOnSignal({ timeoutMs: 10 });
      await pool.work.send.Fail({ how: 'hang' });
      process.kill(process.pid, 'SIGTERM');
    `);
    expect(end.exitCode).toBe(endOf('SIGTERM'));
    expect(end.stderr).toContain('close was not done within 10 ms, waiting for work[0]');
    expect(end.stderr).toContain('1 messages dropped: work[0] 1');
  });

  test('listens to the signals that it was given, and to no others', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.closeOnSignal({ signals: ['SIGUSR2'] });
      assert.equal(process.listenerCount('SIGTERM'), 0);
      process.kill(process.pid, 'SIGUSR2');
      setInterval(() => {}, 1000);
    `);
    expect(end).toEqual({ exitCode: endOf('SIGUSR2'), stdout: '', stderr: '' });
  });

  test('leaves the end of the process to others that listen', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.closeOnSignal();
      process.on('SIGTERM', () => pool.on('close', () => console.log('closed')));
      process.kill(process.pid, 'SIGTERM');
    `);
    expect(end).toEqual({ exitCode: 0, stdout: 'closed\n', stderr: '' });
  });

  test('exits by itself, with no listener left, when the pool is closed or forgotten', async () => {
    const closed = await run(`
      const pool = await createPool();
      pool.closeOnSignal();
      await pool.close();
      assert.deepEqual([process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')], [0, 0]);
    `);
    expect(closed).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const forgotten = await run(`
      const pool = await createPool();
      pool.closeOnSignal();
      process.on('exit', () => console.log(process.listenerCount('SIGTERM')));
    `);
    expect(forgotten).toEqual({ exitCode: 0, stdout: '0\n', stderr: '' });
  });

  test('is as before when it is taken back', async () => {
    const pool = await createPool();
    const before = process.listenerCount('SIGTERM');
    const listening = pool.closeOnSignal();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    listening[Symbol.dispose]();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

describe('the process of a paused worker', () => {
  test('exits by itself where nothing is sent to it', async () => {
    const end = await run(`
      const pool = await createPool();
      await pool.work.pause();
    `);
    expect(end).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('stays until a pending order is obeyed', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.work.pause().then(() => pool.work.ping()).then(() => pool.work.resume()).then(() => console.log('resumed'));
    `);
    expect(end).toEqual({ exitCode: 0, stdout: 'resumed\n', stderr: '' });
  });
});
