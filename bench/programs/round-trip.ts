/** One message there, one back, then the next: microseconds of a trip, by percentiles. `sn-gen` or `postMessage` as first argument. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createPool } from '../topologies/quotes/generated/index.js';
import { serve } from './serve.js';
import { timedTripsAsync } from './trips.js';

if (!isMainThread) parentPort?.on('message', (message) => parentPort?.postMessage(message));
else if (process.argv[2] === 'postMessage') await runPostMessage();
else await runTopology();

async function runTopology(): Promise<void> {
  const pool = await createPool();
  const totals = pool.stream.Total();
  await serve(
    (trips) =>
      timedTripsAsync(trips, async () => {
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
      timedTripsAsync(trips, async () => {
        worker.postMessage({ messages: 0, sum: 0 });
        await once(worker, 'message');
      }),
    async () => void (await worker.terminate()),
  );
}
