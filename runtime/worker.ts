/**
 * Worker: what a generated entrypoint calls in its thread, and what it returns to when the pool closes.
 *
 *     attach -> handshake -> init -> ready -> loop ... -> shutdown -> stopped
 *
 * Orders from the host come as messages on the thread's port: the loop is back at its event loop within milliseconds,
 * also while busy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type ThreadPlace, takePlace } from './affinity/thread-place.js';
import { HOST_PARTICIPANT, participantOffsetBytes, STATE_OFFSET_BYTES } from './arena-layout.js';
import { BlockingWaiter } from './blocking-waiter.js';
import { CallSignals } from './calls/call-signals.js';
import { ReplyIntake } from './calls/reply-intake.js';
import { OrderReader } from './control/orders.js';
import { Doorbell } from './doorbell.js';
import { SnError } from './errors.js';
import { guardViews } from './guard-views.js';
import type { Inbox } from './inbox.js';
import { type Memory, memoryOf } from './memory.js';
import { InstanceMeter } from './metrics/instance-meter.js';
import { Outbox } from './outbox.js';
import { Parker } from './parker.js';
import type { Target } from './target.js';
import { ThreadLanes } from './thread-lanes.js';
import { type Attachment, checkFingerprint } from './wiring.js';
import { WorkerLoop } from './worker-loop.js';

/** From the host to a thread. */
export type Order = { readonly kind: 'shutdown' };
/** From a thread to the host. */
export type Report = { readonly kind: 'ready'; readonly place: ThreadPlace } | { readonly kind: 'stopped' };

/** The part of a handler object that the runtime calls itself. */
export interface Lifecycle<State, Context> {
  init?(ctx: Context): State | Promise<State>;
  tick?(state: State, ctx: Context): void | undefined;
  shutdown?(state: State, ctx: Context): void | Promise<void>;
}

/** Where an instance stands, and the lanes through which it sends. */
export interface Seat {
  readonly instance: number;
  /** How many there are. */
  readonly instances: number;
  /** Of the calls that it answers. */
  readonly signals: CallSignals;
  /** The way to a worker or to `main`. */
  target(name: string): Target;
}

/** What generated code says about one worker. */
export interface WorkerProgram<State, Context, Handlers> {
  readonly worker: string;
  readonly fingerprint: string;
  context(seat: Seat): Context;
  inbox(handlers: Handlers, memory: Memory, state: State, ctx: Context, signals: CallSignals): Inbox;
}

/**
 * Takes this thread's place in the topology and works until the pool closes.
 *
 * @throws SnError `SN_SCHEMA_MISMATCH` when the pool was made from another schema; `SN_UNSUPPORTED` outside a pool's thread.
 */
export async function runWorker<State, Context, Handlers extends Lifecycle<State, Context>>(
  program: WorkerProgram<State, Context, Handlers>,
  handlers: Handlers,
): Promise<void> {
  const port = parentPort;
  const attachment = (workerData as { readonly snGen?: Attachment } | null)?.snGen;
  if (port === null || attachment === undefined)
    throw new SnError(
      'SN_UNSUPPORTED',
      `the bundle of ${program.worker} runs in a pool's thread only: start it with createPool()`,
    );
  checkFingerprint(attachment.arena, program.fingerprint, `worker ${program.worker}`);
  // Before anything is allocated: memory comes from the node on which a thread first writes to it.
  const place = takePlace(attachment);

  const memory = memoryOf(attachment.arena);
  const ownBytes = participantOffsetBytes(attachment.participant);
  const parker = new Parker(new Doorbell(memory.i32, ownBytes >> 2), ownBytes, attachment.spinMs);
  const outbox = new Outbox();
  const host = new Doorbell(memory.i32, participantOffsetBytes(HOST_PARTICIPANT) >> 2);
  const orders = new OrderReader(host, ownBytes);
  const waiter = new BlockingWaiter(parker, outbox, orders);
  const lanes = new ThreadLanes(memory, outbox, waiter);
  const targets = new Map(
    Object.entries(attachment.targets).map(([name, address]) => [name, lanes.target(name, address)]),
  );
  const replies = new ReplyIntake(lanes.replies);
  waiter.replies = replies;
  const signals = new CallSignals();
  const seat: Seat = {
    instance: attachment.instance,
    instances: attachment.instances,
    signals,
    target: (name) => targets.get(name) as Target,
  };
  const ctx = program.context(seat);
  const state = (await handlers.init?.(ctx)) as State;

  const guarded = attachment.isDevelopment ? guardViews(handlers) : handlers;
  const inbox = program.inbox(guarded, memory, state, ctx, signals);
  const { tickMs } = attachment;
  let ticking: NodeJS.Timeout | undefined;
  const tick = (isPaused: boolean): void => {
    clearInterval(ticking);
    if (isPaused || tickMs === undefined || handlers.tick === undefined) return;
    ticking = setInterval(() => handlers.tick?.(state, ctx), tickMs);
  };
  const meter = new InstanceMeter(
    memory,
    attachment.participant,
    attachment.inbox.map(({ offsetBytes }) => offsetBytes),
    lanes.clockOffsetMs,
  );
  meter.endTurn(performance.now());
  const loop = new WorkerLoop({
    sources: attachment.inbox.map((address) => ({ lane: lanes.reader(address), inbox })),
    replies,
    outbox,
    parker,
    host,
    orders,
    meter,
    laneOffsets: attachment.laneOffsets,
    stateIndex: (ownBytes + STATE_OFFSET_BYTES) >> 2,
    onPause: tick,
    onFault: endThread,
  });
  tick(false);
  // The host hears of the end a moment later: until then, too, nobody must take a thread that has left for one that runs.
  process.on('exit', () => loop.showEnd());

  const shutDown = async (): Promise<void> => {
    await loop.drainAndStop();
    clearInterval(ticking);
    await handlers.shutdown?.(state, ctx);
    outbox.flush();
    loop.setState('stopped');
    port.postMessage({ kind: 'stopped' } satisfies Report);
    // The port is all that keeps this thread alive, unless the handler holds something of its own.
    port.close();
  };
  port.on('message', (_order: Order) => {
    // An exception ends the thread whatever it is told to do about rejections.
    shutDown().catch((error: unknown) =>
      queueMicrotask(() => {
        throw error;
      }),
    );
  });
  loop.setState('idle');
  port.postMessage({ kind: 'ready', place } satisfies Report);
  loop.start();
}

/**
 * Ends this thread with `error`, which the host then hears of. A handler's own listener, or a thread started with
 * --unhandled-rejections=none, would swallow it and leave a thread that lives but works no more.
 */
function endThread(error: unknown): void {
  process.removeAllListeners('uncaughtException');
  setImmediate(() => {
    throw error;
  });
}
