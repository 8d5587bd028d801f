/**
 * Worker life: what the threads of all workers do in the same way.
 *
 *     attach -> handshake -> init -> ready -> loop ... -> shutdown -> stopped
 *
 * Orders from the host come as messages on the thread's port: the loop is back at its event loop within milliseconds,
 * also while busy.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type ThreadPlace, takePlace } from './affinity/thread-place.js';
import {
  HOST_PARTICIPANT,
  type InstanceState,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
} from './arena-layout.js';
import type { CallSignals } from './calls/call-signals.js';
import { OrderReader } from './control/orders.js';
import { DeadlockWatch } from './deadlock.js';
import { Doorbell } from './doorbell.js';
import { SnError } from './errors.js';
import { IdleReport } from './idle-report.js';
import { type Memory, memoryOf } from './memory.js';
import { Outbox } from './outbox.js';
import { Parker } from './parker.js';
import { type Obeying, obeying } from './resizing/obey.js';
import type { ResizeOrder, ResizeReport } from './resizing/orders.js';
import type { Target } from './target.js';
import type { ThreadLanes } from './thread-lanes.js';
import { type Attachment, checkFingerprint } from './wiring.js';

/** From the host to a thread. */
export type Order = { readonly kind: 'shutdown' } | ResizeOrder;
/** From a thread to the host. */
export type Report =
  | { readonly kind: 'ready'; readonly place: ThreadPlace }
  | { readonly kind: 'stopped' }
  | ResizeReport;

/** Where an instance stands, and the lanes through which it sends. */
export interface Seat {
  readonly instance: number;
  /** How many there are by now. */
  readonly instances: number;
  /** Of the calls that it answers. */
  readonly signals: CallSignals;
  /** The way to a worker or to `main`. */
  target(name: string): Target;
}

/** What a thread has once it has taken its place. */
export interface Attached {
  readonly attachment: Attachment;
  readonly memory: Memory;
  readonly parker: Parker;
  readonly outbox: Outbox;
  readonly host: Doorbell;
  /** From the host. */
  readonly orders: OrderReader;
  readonly idleReport: IdleReport;
  /** Element of the arena's i32 that shows this instance's state. */
  readonly stateIndex: number;
  readonly port: MessagePort;
  readonly place: ThreadPlace;
}

/** What works off an instance's inbox. */
interface Loop {
  start(): void;
  setState(state: InstanceState): void;
  /** The thread ends: unless it was told to, that is a crash. */
  showEnd(): void;
}

/**
 * Takes this thread's place in the topology.
 *
 * @throws SnError `SN_SCHEMA_MISMATCH` when the pool was made from another schema; `SN_UNSUPPORTED` outside a pool's thread.
 */
export function attach(worker: string, fingerprint: string): Attached {
  const port = parentPort;
  const attachment = (workerData as { readonly snGen?: Attachment } | null)?.snGen;
  if (port === null || attachment === undefined)
    throw new SnError(
      'SN_UNSUPPORTED',
      `the bundle of ${worker} runs in a pool's thread only: start it with createPool()`,
    );
  checkFingerprint(attachment.arena, fingerprint, `worker ${worker}`);
  // Before anything is allocated: memory comes from the node on which a thread first writes to it.
  const place = takePlace(attachment);

  const memory = memoryOf(attachment.arena);
  const ownBytes = participantOffsetBytes(attachment.participant);
  const host = new Doorbell(memory.i32, participantOffsetBytes(HOST_PARTICIPANT) >> 2);
  return {
    attachment,
    memory,
    parker: new Parker(
      new Doorbell(memory.i32, ownBytes >> 2),
      ownBytes,
      attachment.spinMs,
      new DeadlockWatch(memory.i32, attachment.participant, attachment.peers),
    ),
    outbox: new Outbox(),
    host,
    orders: new OrderReader(host, ownBytes),
    idleReport: new IdleReport(host, attachment.laneOffsets),
    stateIndex: (ownBytes + STATE_OFFSET_BYTES) >> 2,
    port,
    place,
  };
}

/** The ways to all workers and to `main`, by name: their lanes of replies are known from here on. */
export function makeTargets({ attachment }: Attached, lanes: ThreadLanes): ReadonlyMap<string, Target> {
  return new Map(
    Object.entries(attachment.targets).map(([name, address]) => [name, lanes.target(name, address)]),
  );
}

/** The seat for generated code to make its context from. */
export function takeSeat(
  { attachment }: Attached,
  targets: ReadonlyMap<string, Target>,
  signals: CallSignals,
): Seat {
  const own = targets.get(attachment.worker) as Target;
  return {
    instance: attachment.instance,
    get instances() {
      return own.live;
    },
    signals,
    target: (name) => targets.get(name) as Target,
  };
}

/** Tells the host that this thread is ready, and works until the host orders it to stop. @param shutDown - works off what is left. */
export function serve<State, Context>(
  { attachment, port, place }: Attached,
  loop: Loop,
  shutDown: () => Promise<void>,
  resized: Omit<Obeying<State, Context>, 'report' | 'onFault'>,
): void {
  const obey = obeying<State, Context>({
    ...resized,
    report: (report) => port.postMessage(report),
    onFault: endThread,
  });
  if (attachment.hold !== undefined) obey(attachment.hold);
  const leave = async (): Promise<void> => {
    await shutDown();
    loop.setState('stopped');
    port.postMessage({ kind: 'stopped' } satisfies Report);
    // The port is all that keeps this thread alive, unless the handler holds something of its own.
    port.close();
  };
  port.on('message', (order: Order) => {
    if (order.kind !== 'shutdown') {
      obey(order);
      return;
    }
    // An exception ends the thread whatever it is told to do about rejections.
    leave().catch((error: unknown) =>
      queueMicrotask(() => {
        throw error;
      }),
    );
  });
  // The host hears of the end a moment later: until then, too, nobody must take a thread that has left for one that runs.
  process.on('exit', () => loop.showEnd());
  loop.setState('idle');
  port.postMessage({ kind: 'ready', place } satisfies Report);
  loop.start();
}

/**
 * Ends this thread with `error`, which the host then hears of. A handler's own listener, or a thread started with
 * --unhandled-rejections=none, would swallow it and leave a thread that lives but works no more.
 */
export function endThread(error: unknown): void {
  process.removeAllListeners('uncaughtException');
  setImmediate(() => {
    throw error;
  });
}
