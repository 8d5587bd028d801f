import { getEventListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { causedBy, snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import { turns, until } from './support/turns.js';
import type { RoutesPool } from './topologies/routes/types.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool, folder, run } = await makeFixture<WorkPool>('work');
const routes = await makeFixture<RoutesPool>('routes');

describe('createPool', () => {
  test.each([
    ['LOAD', 'throw', 'TypeError', 'broken while loading'],
    ['INIT', 'throw', 'RangeError', 'broken in init'],
    ['INIT', 'reject', 'RangeError', 'rejected in init'],
  ])('rejects with SN_WORKER_START and the cause where %s=%s', async (name, how, errorName, message) => {
    await expect(
      createPool({ instances: { work: 2 }, threads: { work: { env: { [name]: how } } } }),
    ).rejects.toEqual(
      snError('SN_WORKER_START', {
        message: expect.stringContaining(message),
        cause: causedBy(errorName, message),
        details: expect.objectContaining({ worker: 'work', exitCode: 1 }),
      }),
    );
  });

  test.each([
    [{ execArgv: ['--no-such-option'] }, 'no-such-option'],
    [{ resourceLimits: { maxOldGenerationSizeMb: 1 } }, 'memory'],
  ])('rejects with SN_WORKER_START where Node cannot start a thread with %o', async (options, message) => {
    await expect(createPool({ threads: { work: options } })).rejects.toEqual(
      snError('SN_WORKER_START', { message: expect.stringContaining(message), cause: expect.any(Error) }),
    );
  });

  test.each([
    [{ instances: { work: 0 } }, 'got 0'],
    [{ instances: { work: -1 } }, 'got -1'],
    [{ instances: { work: 1.5 } }, 'got 1.5'],
    [{ instances: { work: Number.NaN } }, 'got NaN'],
    [{ instances: { work: 257 } }, 'got 257'],
    [{ instances: { work: 'many' } }, 'got many'],
    [{ instances: { works: 2 } }, 'works'],
    [{ threads: { works: {} } }, 'works'],
  ])('rejects %o with SN_OPTION', async (options, message) => {
    await expect(createPool(options as never)).rejects.toEqual(
      snError('SN_OPTION', { message: expect.stringContaining(message) }),
    );
  });

  test('takes the number of cores', async () => {
    const pool = await createPool({ instances: { work: 'cores' } });
    expect(pool.work.instances).toBeGreaterThanOrEqual(1);
  });

  test('passes resourceLimits, env, argv and execArgv to the threads, and receives what init sends', async () => {
    const pool = await createPool({
      instances: { work: 2 },
      threads: {
        work: {
          argv: ['--flag'],
          env: { INIT: 'hello', COLOUR: 'blue' },
          execArgv: ['--no-warnings'],
          resourceLimits: { maxOldGenerationSizeMb: 64 },
        },
      },
    });
    const hellos: unknown[] = [];
    pool.receive.Hello((hello) => hellos.push(hello));
    await pool.drain();
    expect(hellos).toHaveLength(2);
    for (const instance of [0, 1])
      expect(hellos).toContainEqual({
        instance,
        argv: '--flag',
        variable: 'blue',
        execArgv: '--no-warnings',
      });
  });

  test('emits worker-start for every thread once the pool is there', async () => {
    const pool = await createPool({ instances: { work: 2 } });
    const starts: { worker: string; instance: number; threadId: number }[] = [];
    pool.on('worker-start', (start) => starts.push(start));
    await until(() => starts.length === 2);
    expect(starts.map(({ worker, instance }) => `${worker}/${instance}`)).toEqual(['work/0', 'work/1']);
    expect(new Set(starts.map(({ threadId }) => threadId)).size).toBe(2);
  });
});

describe('a signal', () => {
  test('that is aborted before the start makes it reject with SN_ABORTED', async () => {
    const cause = new Error('no need');
    await expect(createPool({ signal: AbortSignal.abort(cause) })).rejects.toEqual(
      snError('SN_ABORTED', { cause }),
    );
  });

  test('that is aborted while threads start makes it reject with SN_ABORTED and leaves none', async () => {
    const gate = makeGate();
    const abort = new AbortController();
    const starting = createPool({
      instances: { work: 2 },
      threads: { work: { env: { INIT: 'wait' } } },
      signal: abort.signal,
    });
    const rejected = expect(starting).rejects.toEqual(snError('SN_ABORTED'));
    await gate.arrivals(2);
    abort.abort();
    await rejected;
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  test('that is aborted afterwards destroys the pool; the reason is the cause', async () => {
    const gate = makeGate();
    const abort = new AbortController();
    const pool = await createPool({ signal: abort.signal });
    void pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    const cause = new Error('enough');
    const draining = pool.drain();
    abort.abort(cause);
    await expect(draining).rejects.toEqual(snError('SN_POOL_CLOSED', { cause }));
    await until(() => pool.work.stats().instances[0]?.state === 'stopped');
  });

  test('is let go when the pool closes', async () => {
    const { signal } = new AbortController();
    const pool = await createPool({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await pool.close();
    await turns(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('bundles that do not fit', () => {
  test('of another schema make createPool reject with SN_SCHEMA_MISMATCH', async () => {
    const end = await run(`
      import { cpSync } from 'node:fs';
      cpSync(${JSON.stringify(join(routes.folder, 'generated/bundle/keeper.js'))}, new URL('./generated/bundle/work.js', import.meta.url));
      await assert.rejects(createPool(), (error) => {
        assert.equal(error.code, 'SN_SCHEMA_MISMATCH');
        assert.match(error.message, /keeper/);
        return true;
      });
    `);
    expect(end).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('that are missing make createPool reject with SN_WORKER_START', async () => {
    rmSync(join(folder, 'generated/bundle/work.js'));
    await expect(createPool()).rejects.toEqual(
      snError('SN_WORKER_START', { message: expect.stringContaining('bundle/work.js') }),
    );
  });
});
