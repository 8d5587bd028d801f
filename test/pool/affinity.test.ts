/** Where a pool's threads run, on the machine that the tests run on. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allowedCpus } from '../../runtime/index.js';
import { snError } from './support/errors.js';
import { makeFixture } from './support/fixture.js';
import { until } from './support/turns.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool, run, folder } = await makeFixture<WorkPool>('work');
const allowed = allowedCpus();
const first = allowed[0] as number;
const last = allowed.at(-1) as number;
const onLinux = describe.runIf(process.platform === 'linux');

const cpusOf = (pool: WorkPool): unknown => pool.work.stats().instances.map(({ cpus }) => cpus);

onLinux('affinity', () => {
  test("'spread' and 'compact' give each instance a CPU, which stats() reads back from the system", async () => {
    for (const affinity of ['spread', 'compact'] as const) {
      const pool = await createPool({ instances: { work: allowed.length }, affinity: { work: affinity } });
      const cpus = cpusOf(pool) as number[][];
      expect(cpus.map((list) => list.length)).toEqual(allowed.map(() => 1));
      expect(new Set(cpus.flat())).toEqual(new Set(allowed));
    }
  });

  test('a list gives instance i the CPU at i, and begins anew behind its end', async () => {
    const pool = await createPool({ instances: { work: 3 }, affinity: { work: [last, first] } });
    expect(cpusOf(pool)).toEqual([[last], [first], [last]]);
  });

  test('without it, threads may run wherever the process may', async () => {
    const pool = await createPool({ affinity: { work: 'none' } });
    expect(cpusOf(pool)).toEqual([allowed]);
  });

  test.runIf(allowed.length > 1)('binds no other threads than those of the pool', async () => {
    const before = tasksWith((task) => cpusOfTask(task) === String(last));
    await createPool({ instances: { work: 2 }, affinity: { work: [last] } });
    const after = tasksWith((task) => cpusOfTask(task) === String(last));
    expect(after.length - before.length).toBe(2);
  });

  test('is not told of a thread that is gone', async () => {
    const pool = await createPool({ affinity: { work: 'spread' } });
    await pool.close();
    await until(() => pool.work.stats().instances[0]?.state === 'stopped');
    expect(cpusOf(pool)).toEqual([undefined]);
  });

  test('with a CPU that there is not is refused before any thread starts', async () => {
    const threads = { work: { execArgv: ['--no-such-option'] } };
    await expect(createPool({ affinity: { work: [first, 100_000] }, threads })).rejects.toEqual(
      snError('SN_AFFINITY', { message: expect.stringContaining('affinity.work: there is no CPU 100000') }),
    );
  });

  test('needs koffi: where it is not installed, createPool says so', async () => {
    const hook = join(folder, 'without-koffi.cjs');
    writeFileSync(
      hook,
      `const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => load(name === 'koffi' ? 'no-such-koffi' : name, ...rest);`,
    );
    const threads = { work: { execArgv: ['--require', hook] } };
    await createPool({ threads });
    await expect(createPool({ affinity: { work: 'spread' }, threads })).rejects.toEqual(
      snError('SN_AFFINITY', {
        message: expect.stringMatching(/^work\[0\]: .*koffi, which is not installed: run npm install koffi/),
        details: expect.objectContaining({ worker: 'work', instance: 0 }),
      }),
    );
  });
});

onLinux('priority', () => {
  test('is that of the threads of the worker and of no other', async () => {
    const own = getPriority();
    await createPool({ instances: { work: 2 }, priority: { work: 7 } });
    expect(tasksWith((task) => getPriority(task) === 7)).toHaveLength(2);
    expect(getPriority()).toBe(own);
  });

  test('that the system refuses rejects with SN_PRIORITY and its reason', async () => {
    const end = await run(`
      import { chmodSync } from 'node:fs';
      chmodSync(new URL('.', import.meta.url), 0o755);
      if (process.getuid() === 0) process.seteuid(65534);
      await assert.rejects(createPool({ priority: { work: -5 } }), (error) => {
        assert.equal(error.code, 'SN_PRIORITY');
        assert.match(error.message, /^work\\[0\\]: the system refuses the priority -5 \\(EACCES\\)/);
        return true;
      });
    `);
    expect(end).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

test('a system that can do neither warns once for each and goes on', async () => {
  const end = await run(
    `
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    const warnings = [];
    process.on('warning', ({ name, code, message }) => warnings.push([name, code, message.split(':')[0]]));
    for (let times = 0; times < 2; times++) {
      const pool = await createPool({ affinity: { work: 'spread' }, priority: { work: 5 } });
      await pool.close();
    }
    assert.deepEqual(warnings, [
      ['SnWarning', 'SN_AFFINITY', 'darwin does not bind threads to CPUs'],
      ['SnWarning', 'SN_PRIORITY', 'darwin has no priority for each thread that Node.js could set'],
    ]);
  `,
    '--no-warnings',
  );
  expect(end).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test.each([
  [{ affinity: { work: 'near' } }, "affinity.work: must be 'none', 'spread', 'compact' or a list"],
  [{ affinity: { work: [] } }, 'affinity.work: CPUs are given by their numbers'],
  [{ affinity: { work: [-1] } }, 'got [-1]'],
  [{ affinity: { works: 'spread' } }, 'affinity.works: there is no worker of that name'],
  [{ priority: { work: 20 } }, 'priority.work: must be a whole number from -20 (first) to 19 (last): got 20'],
  [{ priority: { work: '5' } }, 'priority.work'],
  [{ priority: { works: 5 } }, 'priority.works: there is no worker of that name'],
])('%o rejects with SN_OPTION', async (options, message) => {
  await expect(createPool(options as never)).rejects.toEqual(
    snError('SN_OPTION', { message: expect.stringContaining(message) }),
  );
});

/** Threads of this process by their numbers. */
function tasksWith(condition: (task: number) => boolean): readonly number[] {
  return readdirSync('/proc/self/task').map(Number).filter(condition);
}

function cpusOfTask(task: number): string | undefined {
  return /^Cpus_allowed_list:\t(.*)$/m.exec(readFileSync(`/proc/self/task/${task}/status`, 'latin1'))?.[1];
}
