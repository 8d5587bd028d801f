/**
 * `message-costs <send|publish|receive|ring|wake|call>`: what a message costs each side, nanoseconds. The first three on one thread that plays both
 * sides in turn: no cache line changes sides. `ring` and `wake` with a thread that sleeps: what it costs to ring it, and how long until it runs.
 * `call`: the host's time for a call, with a worker that has less to do than the host.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { CallSignals } from '../../runtime/calls/call-signals.js';
import { AWAKE, Doorbell, PARKED } from '../../runtime/doorbell.js';
import { createPool } from '../topologies/tasks/generated/index.js';
import { TasksHandle, TasksInbox } from '../topologies/tasks/generated/tasks.js';
import handlers from '../topologies/tasks/tasks.js';
import { lanesAlone } from './lanes-alone.js';
import { serve } from './serve.js';
import { measureBatches } from './task-batches.js';
import { timedTrips } from './trips.js';

const INSTANCES = 2;
/** As in the schema. */
const CAPACITY_SLOTS = 4096;
const STRIDE_BYTES = 24;
/** Messages until the other side has its turn. */
const BATCH = CAPACITY_SLOTS / 2;
/** What a worker's loop takes at once. */
const DRAINED = 256;
/** Elements of the memory that sleeper and waker share: the doorbell, and 128 bytes on how often the sleeper has woken. */
const BELL = 0;
const WOKEN = 32;
/** How long the sleeper has been asleep when it is woken: the kernel has taken its thread off the core by then. */
const ASLEEP_MS = 0.2;

if (isMainThread) await serve(measureOf(process.argv[2] as string), async () => process.exit());
else sleep(workerData as Int32Array<SharedArrayBuffer>);

function measureOf(way: string): Parameters<typeof serve>[0] {
  if (way === 'ring' || way === 'wake') return wakes(way);
  if (way === 'call') return calls();
  return messages(way);
}

function messages(way: string): Parameters<typeof serve>[0] {
  const { target, outbox, memory, readers } = lanesAlone('tasks', INSTANCES, CAPACITY_SLOTS, STRIDE_BYTES);
  const { send } = new TasksHandle(target);
  const state = { messages: 0, seed: 1 };
  const inbox = new TasksInbox(handlers, memory, state, {} as never, new CallSignals());
  const sendAll =
    way === 'publish'
      ? () => {
          for (let i = 0; i < BATCH; i++) {
            void send.InTurn({ microseconds: 0 });
            outbox.flush();
          }
        }
      : () => {
          for (let i = 0; i < BATCH; i++) void send.InTurn({ microseconds: 0 });
          outbox.flush();
        };
  const receiveAll = () => {
    for (const reader of readers) while (inbox.drain(reader, DRAINED) > 0) reader.release();
  };
  return async (operations) => {
    let sentMs = 0;
    let receivedMs = 0;
    for (let done = 0; done < operations; done += BATCH) {
      const startedMs = performance.now();
      sendAll();
      const betweenMs = performance.now();
      receiveAll();
      sentMs += betweenMs - startedMs;
      receivedMs += performance.now() - betweenMs;
    }
    if (state.messages % operations !== 0) throw new Error(`of ${operations} a round ${state.messages} came`);
    return { value: ((way === 'receive' ? receivedMs : sentMs) * 1e6) / operations };
  };
}

function calls(): Parameters<typeof serve>[0] {
  const starting = createPool({ instances: { tasks: 1 } });
  return async (operations) => {
    const { tasks } = await starting;
    const run = () => tasks.call.run({ microseconds: 0 });
    const { value } = await measureBatches(operations, run, () => {});
    return { value: 1e6 / value };
  };
}

/** Microseconds by the trip; nanoseconds here. */
function wakes(way: 'ring' | 'wake'): Parameters<typeof serve>[0] {
  const shared = new Int32Array(new SharedArrayBuffer(4096));
  const bell = new Doorbell(shared, BELL);
  new Worker(new URL(import.meta.url), { workerData: shared }).unref();
  let rung = 0;
  const untilAwake = (): void => {
    while (Atomics.load(shared, WOKEN) !== rung);
  };
  const untilAsleep = (): void => {
    untilAwake();
    while (Atomics.load(shared, BELL) !== PARKED);
    const untilMs = performance.now() + ASLEEP_MS;
    while (performance.now() < untilMs);
  };
  return async (trips) => {
    const ring = (): void => {
      rung += 1;
      bell.ring();
    };
    const wake = (): void => {
      ring();
      untilAwake();
    };
    const { value } = timedTrips(trips, way === 'ring' ? ring : wake, untilAsleep);
    return { value: value * 1000 };
  };
}

function sleep(shared: Int32Array<SharedArrayBuffer>): void {
  const bell = new Doorbell(shared, BELL);
  for (;;) {
    bell.announce(PARKED);
    while (Atomics.load(shared, BELL) !== AWAKE) bell.wait(PARKED, Number.POSITIVE_INFINITY);
    Atomics.add(shared, WOKEN, 1);
  }
}
