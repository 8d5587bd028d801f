/** One message there, one back, then the next: microseconds of a trip, median and 99th percentile. `sn-gen` or `postMessage` as first argument. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { quantile } from '../statistics.js';
import { createPool } from '../topologies/quotes/generated/index.js';
import { type Measured, serve } from './serve.js';

if (!isMainThread) parentPort?.on('message', (message) => parentPort?.postMessage(message));
else if (process.argv[2] === 'postMessage') await runPostMessage();
else await runTopology();

async function runTopology(): Promise<void> {
  const pool = await createPool();
  const totals = pool.stream.Total();
  await serve(
    (trips) =>
      timed(trips, async () => {
        pool.sink.send.Finish({});
        await totals.next();
      }),
    () => pool.close(),
  );
}

async function runPostMessage(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  await serve(
    (trips) =>
      timed(trips, async () => {
        worker.postMessage({ messages: 0, sum: 0 });
        await once(worker, 'message');
      }),
    async () => void (await worker.terminate()),
  );
}

async function timed(trips: number, trip: () => Promise<void>): Promise<Measured> {
  const tookUs = new Float64Array(trips);
  let beforeMs = performance.now();
  for (let i = 0; i < trips; i++) {
    await trip();
    const nowMs = performance.now();
    tookUs[i] = (nowMs - beforeMs) * 1000;
    beforeMs = nowMs;
  }
  return { value: quantile(tookUs, 0.5), p99: quantile(tookUs, 0.99) };
}
