/** The peer: ringbuf.js between two workers, `ringbuf-payloads <bytes>`. It never waits: both sides ask again until it has room, or a record. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RingBuffer } from 'ringbuf.js';
import { CAPACITY_SLOTS, FILLER, payloadBytesOf } from './payloads.js';
import { rate, serve } from './serve.js';

interface Part {
  readonly role: 'sink' | 'source';
  readonly storage: SharedArrayBuffer;
}

const numbers = payloadBytesOf(process.argv[2]) / Float64Array.BYTES_PER_ELEMENT;

if (isMainThread) await runHost();
else runWorker(workerData as Part);

async function runHost(): Promise<void> {
  const storage = RingBuffer.getStorageForCapacity(CAPACITY_SLOTS * numbers, Float64Array);
  const start = (role: Part['role']): Worker =>
    new Worker(new URL(import.meta.url), {
      workerData: { role, storage } satisfies Part,
      argv: process.argv.slice(2),
    });
  const workers = [start('sink'), start('source')] as const;
  const [sink] = workers;
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      for (const worker of workers) worker.postMessage(operations);
      await once(sink, 'message');
      return { value: rate(operations, startedMs) };
    },
    async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  );
}

function runWorker({ role, storage }: Part): void {
  const ring = new RingBuffer(storage, Float64Array);
  const record = new Float64Array(numbers).fill(FILLER);
  parentPort?.on('message', (count: number) => {
    if (role === 'source') push(ring, record, count);
    else parentPort?.postMessage(pop(ring, record, count));
  });
}

/** Only whole records are pushed, so that there is room for all of one or for none of it. */
function push(ring: RingBuffer, record: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    record[0] = i;
    record[1] = i * 0.5;
    while (ring.push(record, numbers) === 0);
  }
}

function pop(ring: RingBuffer, record: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    while (ring.pop(record, numbers) === 0);
    sum += (record[0] as number) + (record[1] as number);
  }
  return sum;
}
