/** When the process of a program with a pool exits by itself, and when it must not. */
import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import type { WorkPool } from './topologies/work/types.js';

const { run } = await makeFixture<WorkPool>('work');

const QUIET_END = { exitCode: 0, stderr: '' };

describe('the process exits by itself', () => {
  test('after close, and nothing is left open', async () => {
    const end = await run(`
      const pool = await createPool({ instances: { work: 2 } });
      pool.receive.Done(({ id }) => console.log(id));
      await pool.work.send.Job({ id: 1 });
      await pool.close();
      assert.equal(process.listenerCount('beforeExit'), 0);
      assert.deepEqual(process.getActiveResourcesInfo().filter((name) => /Timeout|Worker|MessagePort|Immediate/.test(name)), []);
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '1\n' });
  });

  test('after destroy', async () => {
    const end = await run(`
      const pool = await createPool();
      for (let id = 0; id < 1000; id++) pool.work.send.Job({ id });
      await pool.destroy();
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('when the program forgets to close, also with receivers, once nothing is pending', async () => {
    const end = await run(`
      const pool = await createPool();
      let received = 0;
      pool.receive.Done(() => { received += 1; });
      for (let id = 0; id < 5000; id++) await pool.work.send.Job({ id });
      process.on('exit', () => console.log(received));
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '5000\n' });
  });

  test('when it forgets to close and has sent nothing', async () => {
    expect(await run('await createPool();')).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('when it forgets to close, after everything that workers printed has appeared', async () => {
    const end = await run(`
      const pool = await createPool({ instances: { work: 2 } });
      for (let k = 0; k < 20; k++) await pool.work.at(k % 2).send.Log({ text: 'line' });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: 'line\n'.repeat(20) });
  });

  test('when it forgets to close, after shutdown handlers have run', async () => {
    const end = await run(`
      const pool = await createPool({ threads: { work: { env: { SHUTDOWN: 'send' } } } });
      pool.receive.Done(({ id }) => console.log(id));
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '4000000000\n' });
  });

  test('with an error when it forgets to close and a shutdown handler throws', async () => {
    const end = await run(`await createPool({ threads: { work: { env: { SHUTDOWN: 'throw' } } } });`);
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain('broken in shutdown');
  });

  test('when it forgets to close many pools, without a warning', async () => {
    const end = await run(`
      for (let k = 0; k < 12; k++) await createPool();
      assert.equal(process.listenerCount('beforeExit'), 1);
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('when a stream is open that nobody reads', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.stream.Done();
      await pool.work.send.Job({ id: 1 });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('after close even though a handler left a timer open', async () => {
    const end = await run(`
      const pool = await createPool();
      await pool.work.send.Leave({ what: 'timer' });
      await pool.close();
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('after a close that timed out', async () => {
    const end = await run(`
      const pool = await createPool();
      await pool.work.send.Fail({ how: 'hang' });
      await assert.rejects(pool.close({ timeoutMs: 10 }), { code: 'SN_TIMEOUT' });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('after a crash that it knows of', async () => {
    const end = await run(`
      const pool = await createPool({ instances: { work: 2 } });
      pool.on('error', (error) => console.log(error.code, error.cause.message));
      await pool.work.send.Fail({ how: 'throw' });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: 'SN_WORKER_CRASHED broken in a handler\n' });
  });

  test('when a pool could not be started', async () => {
    const end = await run(`
      await assert.rejects(createPool({ instances: { work: 3 }, threads: { work: { env: { LOAD: 'throw' } } } }), {
        code: 'SN_WORKER_START',
      });
      assert.deepEqual(process.getActiveResourcesInfo().filter((name) => /Timeout|Worker|MessagePort/.test(name)), []);
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });
});

describe('the process stays alive', () => {
  test('until what was sent is handled and its results are received', async () => {
    // The end of the main module: nothing but the pool keeps the process alive.
    const end = await run(`
      const pool = await createPool();
      let received = 0;
      pool.receive.Done(() => { received += 1; });
      for (let id = 0; id < 5000; id++) void pool.work.send.Job({ id });
      process.on('exit', () => console.log(received));
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '5000\n' });
  });

  test('while a receiver goes on sending', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.receive.Done(({ id }) => {
        if (id < 500) pool.work.send.Job({ id: id + 1 });
        else console.log(id);
      });
      pool.work.send.Job({ id: 0 });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '500\n' });
  });

  test('for a pending drain', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.receive.Done(() => {});
      pool.work.send.Flood({ count: 20_000 });
      await pool.drain();
      console.log('drained');
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: 'drained\n' });
  });

  test('for a pending send', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.receive.Done(() => {});
      for (let id = 0; id < 2000; id++) await pool.work.send.Job({ id });
      console.log('sent');
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: 'sent\n' });
  });

  test('for a pending read of a stream, though no message of the host’s is on its way', async () => {
    const end = await run(`
      const pool = await createPool();
      const stream = pool.stream.Done();
      await pool.work.send.Later({ id: 7 });
      const { value } = await stream.next();
      console.log(value.id);
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '7\n' });
  });

  test('for a close under way', async () => {
    const end = await run(`
      const pool = await createPool({ threads: { work: { env: { SHUTDOWN: 'send' } } } });
      pool.receive.Done(({ id }) => console.log(id));
      await pool.close();
      console.log('closed');
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '4000000000\nclosed\n' });
  });
});

describe('a crash that nobody hears of', () => {
  test('becomes a warning of the process', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.work.trySend.Fail({ how: 'throw' });
    `);
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toContain('SN_WORKER_CRASHED');
    expect(end.stderr).toContain('work[0] crashed: RangeError: broken in a handler');
  });

  test('is an unhandled rejection where sends wait that nobody awaits', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.work.send.Fail({ how: 'throw' });
      for (let id = 0; id < 100; id++) void pool.work.send.Job({ id });
    `);
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain('SN_WORKER_CRASHED');
    expect(end.stderr).toContain('broken in a handler');
  });

  test('is none where somebody drains, though sends wait that nobody awaits', async () => {
    const end = await run(`
      const pool = await createPool();
      pool.work.send.Fail({ how: 'throw' });
      for (let id = 0; id < 100; id++) void pool.work.send.Job({ id });
      await assert.rejects(pool.drain(), { code: 'SN_WORKER_CRASHED' });
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: '' });
  });

  test('sends that wait unawaited do not end the process when the pool is destroyed', async () => {
    const end = await run(`
      const pool = await createPool();
      for (let id = 0; id < 100; id++) void pool.work.send.Job({ id });
      await pool.destroy();
      console.log('still here');
    `);
    expect(end).toEqual({ ...QUIET_END, stdout: 'still here\n' });
  });
});

describe('a worker that runs out of memory', () => {
  // Node.js may abort the whole process in spite of resourceLimits (nodejs/node#47224): then nobody can tell.
  test('fails the pool with SN_WORKER_CRASHED, if the process survives it', async () => {
    const end = await run(`
      const pool = await createPool({
        threads: { work: { resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 } } },
      });
      await pool.work.send.Fail({ how: 'memory' });
      await assert.rejects(pool.drain(), (error) => {
        assert.equal(error.code, 'SN_WORKER_CRASHED');
        assert.equal(error.cause.code, 'ERR_WORKER_OUT_OF_MEMORY');
        return true;
      });
      console.log('survived');
    `);
    const isAborted = end.exitCode !== 0 && end.stderr.includes('FATAL ERROR');
    if (!isAborted) expect(end).toMatchObject({ exitCode: 0, stdout: 'survived\n' });
  });
});
