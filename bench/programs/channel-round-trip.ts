/**
 * One message there and one back over two SPSC channels, then the next: `channel-round-trip <way>`. `spin`: two workers that look without
 * end; `park`: two workers that sleep whenever there is nothing; `wake`: one that sleeps, which is waited for before each trip, and one
 * that looks; `host`: the host, on its event loop, and a worker.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { attachChannel, type ChannelHandle, createChannel, type WaitStrategy } from 'sn-gen/runtime';
import { Payload16Codec } from '../topologies/payloads/generated/index.js';
import { CAPACITY_SLOTS } from './payloads.js';
import { type Measured, serve } from './serve.js';
import { timedTrips, timedTripsAsync } from './trips.js';

/** What a worker is given: the end that it receives from and the one that it sends to. */
interface Part {
  readonly role: 'near' | 'far';
  readonly wait: WaitStrategy | undefined;
  /** Whether the near one waits until the far one sleeps. */
  readonly untilAsleep: boolean;
  readonly inward: ChannelHandle;
  readonly outward: ChannelHandle;
}

if (!isMainThread) runWorker(workerData as Part);
else if (process.argv[2] === 'host') await runHost();
else if (process.argv[2] === 'wake') await runWorkers('spin', 'park', true);
else await runWorkers(process.argv[2] as WaitStrategy, process.argv[2] as WaitStrategy, false);

async function runHost(): Promise<void> {
  const there = channel();
  const back = channel();
  const worker = start({
    role: 'far',
    wait: undefined,
    untilAsleep: false,
    inward: there.reserveReceiver(),
    outward: back.reserveSender(),
  });
  const sender = there.sender();
  const receiver = back.receiver();
  await serve(
    (trips) => {
      worker.postMessage(trips);
      return timedTripsAsync(trips, async (trip) => {
        sender.trySend({ a: trip, b: 0 });
        await receiver.receiveAsync();
      });
    },
    async () => void (await worker.terminate()),
  );
}

async function runWorkers(
  nearWait: WaitStrategy,
  farWait: WaitStrategy,
  untilAsleep: boolean,
): Promise<void> {
  const there = channel();
  const back = channel();
  const near = start({
    role: 'near',
    wait: nearWait,
    untilAsleep,
    inward: back.reserveReceiver(),
    outward: there.reserveSender(),
  });
  const far = start({
    role: 'far',
    wait: farWait,
    untilAsleep: false,
    inward: there.reserveReceiver(),
    outward: back.reserveSender(),
  });
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

/** Between rounds a worker waits on its event loop, so that nobody spins while others are measured. */
function runWorker({ role, wait, untilAsleep, inward, outward }: Part): void {
  const options = wait === undefined ? {} : { wait };
  const receiver = attachChannel(inward, Payload16Codec).receiver(options);
  const sender = attachChannel(outward, Payload16Codec).sender(options);
  let parks = 0;
  const sleepOfFar = (): void => {
    // It says that it sleeps some hundred nanoseconds before it does; the system takes longer to read the statistics.
    while (sender.stats().parks === parks);
    parks = sender.stats().parks;
  };
  const near = (trips: number): Measured =>
    timedTrips(
      trips,
      (trip) => {
        sender.send({ a: trip, b: 0 });
        receiver.receive();
      },
      untilAsleep ? sleepOfFar : undefined,
    );
  const far = (trips: number): void => {
    for (let i = 0; i < trips; i++) {
      const value = receiver.receive();
      if (value !== undefined) sender.send(value);
    }
    sender.flush();
  };
  parentPort?.on('message', (trips: number) => {
    if (role === 'far') far(trips);
    else parentPort?.postMessage(near(trips));
  });
}

function channel() {
  return createChannel({ kind: 'spsc', codec: Payload16Codec, capacity: CAPACITY_SLOTS });
}

function start(part: Part): Worker {
  return new Worker(new URL(import.meta.url), { workerData: part });
}
