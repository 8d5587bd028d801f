/**
 * Worker: what the generated entrypoint of a sync worker calls in its thread, and what it returns to when the pool closes.
 */
import { BlockingWaiter } from './blocking-waiter.js';
import { CallSignals } from './calls/call-signals.js';
import { ReplyIntake } from './calls/reply-intake.js';
import { guardViews } from './guard-views.js';
import type { Inbox } from './inbox.js';
import type { Memory } from './memory.js';
import { InstanceMeter } from './metrics/instance-meter.js';
import { Backlog } from './resizing/backlog.js';
import { Handover, type PartitionHandlers } from './resizing/handover.js';
import { ThreadLanes } from './thread-lanes.js';
import { attach, endThread, makeTargets, type Seat, serve, takeSeat } from './worker-life.js';
import { WorkerLoop } from './worker-loop.js';

/** The part of a handler object that the runtime calls itself. */
export interface Lifecycle<State, Context> extends PartitionHandlers<State, Context> {
  init?(ctx: Context): State | Promise<State>;
  tick?(state: State, ctx: Context): void | undefined;
  shutdown?(state: State, ctx: Context): void | Promise<void>;
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
  const attached = attach(program.worker, program.fingerprint);
  const { attachment, memory, outbox, parker, host, orders, idleReport, stateIndex } = attached;
  const waiter = new BlockingWaiter(parker, outbox, orders);
  const lanes = new ThreadLanes(memory, outbox, waiter);
  const signals = new CallSignals();
  const targets = makeTargets(attached, lanes);
  const ctx = program.context(takeSeat(attached, targets, signals));
  const replies = new ReplyIntake(lanes.replies, lanes.pending);
  waiter.replies = replies;
  const state = (await handlers.init?.(ctx)) as State;

  const guarded = attachment.isDevelopment ? guardViews(handlers) : handlers;
  const makeInbox = (read: Memory): Inbox => program.inbox(guarded, read, state, ctx, signals);
  const inbox = makeInbox(memory);
  const inboxLanes = attachment.inbox.map((address) => ({ address, lane: lanes.reader(address) }));
  const handover = new Handover(inboxLanes, new Backlog(memory, makeInbox));
  waiter.inbox = inboxLanes.map(({ lane }) => lane);
  waiter.handover = handover;
  const { tickMs } = attachment;
  let ticking: NodeJS.Timeout | undefined;
  const tick = (isPaused: boolean): void => {
    clearInterval(ticking);
    if (isPaused || tickMs === undefined || handlers.tick === undefined) return;
    ticking = setInterval(() => handlers.tick?.(state, ctx), tickMs);
  };
  const laneOffsets = attachment.inbox.map(({ offsetBytes }) => offsetBytes);
  const meter = new InstanceMeter(memory, attachment.participant, laneOffsets, lanes.clockOffsetMs);
  meter.endTurn(performance.now());
  const loop = new WorkerLoop({
    sources: inboxLanes.map(({ lane }) => ({ lane, inbox })),
    handover,
    replies,
    outbox,
    parker,
    host,
    orders,
    meter,
    idleReport,
    stateIndex,
    onPause: tick,
    onFault: endThread,
  });
  tick(false);

  const shutDown = async (): Promise<void> => {
    await loop.drainAndStop();
    clearInterval(ticking);
    await handlers.shutdown?.(state, ctx);
    outbox.flush();
  };
  serve(attached, loop, shutDown, { handover, loop, handlers, state, ctx, targets });
}
