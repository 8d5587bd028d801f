/**
 * `crunching <pool|bare> <instances>`: computing on so many threads while the host waits: tasks sent in turn, all at once, or the same turns in bare
 * workers that are told how many and answer when they are done. Thousand tasks a second.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createPool } from '../topologies/tasks/generated/index.js';
import { crunch } from './crunch.js';
import { rate, serve } from './serve.js';

/** Some 100 us. */
const TURNS = 50_000;

if (!isMainThread) answer();
else await (process.argv[2] === 'pool' ? runPool : runBare)(Number(process.argv[3]));

async function runPool(instances: number): Promise<void> {
  const pool = await createPool({ instances: { tasks: instances } });
  const totals = pool.stream.Total();
  await serve(
    async (tasks) => {
      const startedMs = performance.now();
      for (let i = 0; i < tasks; i++) await pool.tasks.send.Crunch({ turns: TURNS });
      await pool.tasks.send.Finish({});
      let handled = 0;
      for (let ended = 0; ended < instances; ended++) handled += (await totals.next()).value?.messages ?? 0;
      if (handled !== tasks) throw new Error(`sent ${tasks}, handled ${handled}`);
      return { value: rate(tasks, startedMs) * 1000 };
    },
    () => pool.close(),
  );
}

async function runBare(instances: number): Promise<void> {
  const workers = Array.from({ length: instances }, () => new Worker(new URL(import.meta.url)));
  await serve(
    async (tasks) => {
      const startedMs = performance.now();
      for (const worker of workers) worker.postMessage(tasks / instances);
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      return { value: rate(tasks, startedMs) * 1000 };
    },
    async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  );
}

function answer(): void {
  let seed = 1;
  parentPort?.on('message', (tasks: number) => {
    for (let task = 0; task < tasks; task++) seed = crunch(TURNS, seed);
    parentPort?.postMessage(seed);
  });
}
