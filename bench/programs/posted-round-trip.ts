/**
 * One object there and one back by `postMessage`, then the next: `posted-round-trip <way>`. `workers`: two workers over a MessageChannel, on
 * their event loops; `poll`: the same, but both ask their ports without end; `host`: the host and a worker.
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
import { MAKERS, type Payload } from './payloads.js';
import { type Measured, serve } from './serve.js';
import { timedTrips, timedTripsAsync } from './trips.js';

type Role = 'near' | 'far' | 'echo';

const make = MAKERS[16];
const isPolled = process.argv[2] === 'poll';

if (!isMainThread) runWorker(workerData as Role);
else if (process.argv[2] === 'host') await runHost();
else await runWorkers();

async function runHost(): Promise<void> {
  const worker = start('echo');
  const answer = answersOf(worker);
  await serve(
    (trips) =>
      timedTripsAsync(trips, (trip) => {
        worker.postMessage(make(trip));
        return answer();
      }),
    async () => void (await worker.terminate()),
  );
}

async function runWorkers(): Promise<void> {
  const near = start('near');
  const far = start('far');
  const { port1, port2 } = new MessageChannel();
  near.postMessage(port1, [port1]);
  far.postMessage(port2, [port2]);
  await serve(
    async (trips) => {
      far.postMessage(trips);
      near.postMessage(trips);
      const [measured] = (await once(near, 'message')) as [Measured];
      return measured;
    },
    async () => void (await Promise.all([near.terminate(), far.terminate()])),
  );
}

function runWorker(role: Role): void {
  if (role === 'echo') parentPort?.on('message', (payload: Payload) => parentPort?.postMessage(payload));
  else
    parentPort?.once('message', (port: MessagePort) => {
      if (role === 'near') runNear(port);
      else runFar(port);
    });
}

function runNear(port: MessagePort): void {
  const answer = isPolled ? undefined : answersOf(port);
  parentPort?.on('message', async (trips: number) => {
    const measured =
      answer === undefined
        ? timedTrips(trips, (trip) => {
            port.postMessage(make(trip));
            poll(port);
          })
        : await timedTripsAsync(trips, (trip) => {
            port.postMessage(make(trip));
            return answer();
          });
    parentPort?.postMessage(measured);
  });
}

function runFar(port: MessagePort): void {
  if (!isPolled) port.on('message', (payload: Payload) => port.postMessage(payload));
  else
    parentPort?.on('message', (trips: number) => {
      for (let i = 0; i < trips; i++) port.postMessage(poll(port));
    });
}

function poll(port: MessagePort): Payload {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received !== undefined) return received.message as Payload;
  }
}

/** One listener for all answers: adding and removing one for each takes longer. @returns what waits for the next. */
function answersOf(port: MessagePort | Worker): () => Promise<void> {
  let onAnswer = (): void => {};
  port.on('message', () => onAnswer());
  return () =>
    new Promise((resolve) => {
      onAnswer = resolve;
    });
}

function start(role: Role): Worker {
  return new Worker(new URL(import.meta.url), { workerData: role, argv: process.argv.slice(2) });
}
