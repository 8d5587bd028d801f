/**
 * The peer: `postMessage` between two workers, `posted-payloads <way> <bytes>`. `objects` posts each record as an object,
 * `batches` 64 of them in an array; `buffers` transfers 64 in one ArrayBuffer, which comes back the same way and is used again.
 */
import { once } from 'node:events';
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { FILLER, MAKERS, type Payload, payloadBytesOf, sumOf } from './payloads.js';
import { rate, serve } from './serve.js';

const BATCH = 64;
const FINISH = 'finish';

type Posted = Payload | readonly Payload[] | ArrayBuffer;

const bytes = payloadBytesOf(process.argv[3]);
const numbers = bytes / Float64Array.BYTES_PER_ELEMENT;
const make = MAKERS[bytes];
const SENDERS: Readonly<Record<string, (port: MessagePort, count: number) => void>> = {
  objects: postObjects,
  batches: postBatches,
  buffers: transferBuffers,
};

if (isMainThread) await runHost();
else if (workerData === 'sink') runSink();
else runSource();

async function runHost(): Promise<void> {
  const start = (role: string): Worker =>
    new Worker(new URL(import.meta.url), { workerData: role, argv: process.argv.slice(2) });
  const sink = start('sink');
  const source = start('source');
  const { port1, port2 } = new MessageChannel();
  sink.postMessage(port2, [port2]);
  source.postMessage(port1, [port1]);
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      source.postMessage(operations);
      await once(sink, 'message');
      return { value: rate(operations, startedMs) };
    },
    async () => void (await Promise.all([sink.terminate(), source.terminate()])),
  );
}

function runSource(): void {
  const send = SENDERS[process.argv[2] ?? ''];
  let out: MessagePort | undefined;
  parentPort?.on('message', (message: MessagePort | number) => {
    if (typeof message !== 'number') {
      out = message;
      return;
    }
    send?.(out as MessagePort, message);
    out?.postMessage(FINISH);
  });
}

function postObjects(port: MessagePort, count: number): void {
  for (let i = 0; i < count; i++) port.postMessage(make(i));
}

function postBatches(port: MessagePort, count: number): void {
  for (let first = 0; first < count; first += BATCH)
    port.postMessage(Array.from({ length: BATCH }, (_, i) => make(first + i)));
}

function transferBuffers(port: MessagePort, count: number): void {
  for (let first = 0; first < count; first += BATCH) {
    const returned = receiveMessageOnPort(port)?.message as ArrayBuffer | undefined;
    const buffer = returned ?? new ArrayBuffer(BATCH * bytes);
    fill(new Float64Array(buffer), first);
    port.postMessage(buffer, [buffer]);
  }
}

function fill(records: Float64Array, first: number): void {
  for (let i = 0, at = 0; i < BATCH; i++, at += numbers) {
    records[at] = first + i;
    records[at + 1] = (first + i) * 0.5;
    for (let rest = at + 2; rest < at + numbers; rest++) records[rest] = FILLER;
  }
}

function runSink(): void {
  let sum = 0;
  parentPort?.once('message', (port: MessagePort) => {
    port.on('message', (message: Posted | typeof FINISH) => {
      if (message === FINISH) parentPort?.postMessage(sum);
      else if (message instanceof ArrayBuffer) {
        sum += sumOfRecords(new Float64Array(message));
        port.postMessage(message, [message]);
      } else if (Array.isArray(message)) for (const payload of message) sum += sumOf(payload);
      else sum += sumOf(message as Payload);
    });
  });
}

function sumOfRecords(records: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < records.length; at += numbers)
    sum += (records[at] as number) + (records[at + 1] as number);
  return sum;
}
