/**
 * `memory <pool|bare>`, started with --expose-gc: what so many workers take, for each of them in bytes: of its isolate's heap after a collection, outside of
 * that heap, and of the process's resident set. Prints one line of JSON.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createPool } from '../topologies/tasks/generated/index.js';
import { memoryInUse } from './memory-in-use.js';

const WORKERS = 8;

type InUse = ReturnType<typeof memoryInUse>;

const START: Readonly<Record<string, () => Promise<{ readonly inUse: readonly InUse[]; end(): unknown }>>> = {
  async pool() {
    const pool = await createPool({ instances: { tasks: WORKERS } });
    const inUse: InUse[] = [];
    for (let i = 0; i < WORKERS; i++) inUse.push(await pool.tasks.at(i).call.memory({}));
    return { inUse, end: () => pool.close() };
  },

  async bare() {
    const file = new URL('./program-memory-probe.mjs', import.meta.url);
    const workers = Array.from({ length: WORKERS }, () => new Worker(file));
    await Promise.all(workers.map((worker) => once(worker, 'online')));
    const inUse: InUse[] = [];
    for (const worker of workers) {
      worker.postMessage('measure');
      const [answer] = (await once(worker, 'message')) as [InUse];
      inUse.push(answer);
    }
    return { inUse, end: () => Promise.all(workers.map((worker) => worker.terminate())) };
  },
};

memoryInUse();
const before = process.memoryUsage.rss();
const { inUse, end } = await (START[process.argv[2] as string] as (typeof START)[string])();
memoryInUse();
const residentBytes = (process.memoryUsage.rss() - before) / WORKERS;
const mean = (of: (worker: InUse) => number): number =>
  inUse.reduce((sum, one) => sum + of(one), 0) / WORKERS;
console.log(
  JSON.stringify({
    heap: mean(({ heapBytes }) => heapBytes),
    external: mean(({ externalBytes }) => externalBytes),
    resident: residentBytes,
  }),
);
await end();
