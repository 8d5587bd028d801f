/** The peer: `postMessage` between two workers over a MessageChannel, or from the host to one (`host` as first argument). */
import { once } from 'node:events';
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { rate, serve } from './serve.js';

interface Quote {
  readonly id: number;
  readonly quantity: number;
  readonly bid: number;
  readonly ask: number;
}

if (isMainThread) await runHost(process.argv[2] === 'host');
else if ((workerData as { role: string }).role === 'sink') runSink();
else runSource();

async function runHost(isHostSource: boolean): Promise<void> {
  const start = (role: string): Worker => new Worker(new URL(import.meta.url), { workerData: { role } });
  const sink = start('sink');
  const source = isHostSource ? undefined : start('source');
  const { port1, port2 } = new MessageChannel();
  sink.postMessage(port2, [port2]);
  source?.postMessage(port1, [port1]);
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      if (source === undefined) sendAll(port1, operations);
      else source.postMessage(operations);
      await once(sink, 'message');
      return { value: rate(operations, startedMs) };
    },
    async () => {
      port1.close();
      await Promise.all([sink.terminate(), source?.terminate()]);
    },
  );
}

function sendAll(port: MessagePort, count: number): void {
  for (let i = 0; i < count; i++)
    port.postMessage({ id: i, quantity: 1, bid: i * 0.5, ask: i * 0.25 } satisfies Quote);
  port.postMessage('finish');
}

function runSource(): void {
  let out: MessagePort | undefined;
  parentPort?.on('message', (message: MessagePort | number) => {
    if (typeof message === 'number') sendAll(out as MessagePort, message);
    else out = message;
  });
}

function runSink(): void {
  let sum = 0;
  parentPort?.once('message', (port: MessagePort) => {
    port.on('message', (message: Quote | 'finish') => {
      if (message !== 'finish') sum += message.quantity + message.bid;
      else parentPort?.postMessage(sum);
    });
  });
}
