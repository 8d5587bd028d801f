/**
 * Milliseconds until so many workers are ready: of a pool, or (`bare` as first argument) of `new Worker` on an empty file. With
 * `parked`: the share of a core, in percent, that a pool takes while nothing happens.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createPool } from '../topologies/quotes/generated/index.js';
import { serve } from './serve.js';

const PARKED_MS = 2000;
const measures: Readonly<Record<string, (workers: number) => Promise<number>>> = { bare, parked, pool };

const measure = measures[process.argv[2] ?? 'pool'] ?? pool;
await serve(
  async (workers) => ({ value: await measure(workers) }),
  async () => {},
);

async function pool(workers: number): Promise<number> {
  const startedMs = performance.now();
  const started = await createPool({ instances: { source: workers / 2, sink: workers / 2 } });
  const tookMs = performance.now() - startedMs;
  await started.close();
  return tookMs;
}

async function bare(workers: number): Promise<number> {
  const file = new URL('./program-empty.mjs', import.meta.url);
  const startedMs = performance.now();
  const started = Array.from({ length: workers }, () => new Worker(file));
  await Promise.all(started.map((worker) => once(worker, 'online')));
  const tookMs = performance.now() - startedMs;
  await Promise.all(started.map((worker) => worker.terminate()));
  return tookMs;
}

async function parked(workers: number): Promise<number> {
  await using _idle = await createPool({ instances: { source: workers / 2, sink: workers / 2 } });
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, PARKED_MS));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000 / PARKED_MS) * 100;
}
