/**
 * Async worker: what the generated entrypoint of an async worker calls in its thread, and what it returns to when the pool closes.
 *
 * What it sends never blocks its thread: where a lane is full it queues, as on the host. The loop runs before `init`, without messages, and goes on
 * while `shutdown` does its work: both may await what they send and call.
 */
import type { InstanceState } from '../arena-layout.js';
import { CallSignals } from '../calls/call-signals.js';
import { ReplyIntake } from '../calls/reply-intake.js';
import type { Inbox } from '../inbox.js';
import { KeepAlive } from '../keep-alive.js';
import { InstanceMeter } from '../metrics/instance-meter.js';
import { QueueingWaiter } from '../queueing-waiter.js';
import { Backlog } from '../resizing/backlog.js';
import { Handover, type PartitionHandlers } from '../resizing/handover.js';
import { ThreadLanes } from '../thread-lanes.js';
import type { WaitsAttachment } from '../wiring.js';
import { attach, endThread, makeTargets, type Seat, serve, takeSeat } from '../worker-life.js';
import { AsyncLoop } from './async-loop.js';
import type { Handling } from './handling.js';

/** The part of a handler object that the runtime calls itself. */
export interface AsyncLifecycle<State, Context> extends PartitionHandlers<State, Context> {
  init?(ctx: Context): State | Promise<State>;
  tick?(state: State, ctx: Context): void | Promise<void>;
  shutdown?(state: State, ctx: Context): void | Promise<void>;
}

/** What generated code says about one async worker. */
export interface AsyncWorkerProgram<State, Context, Handlers> {
  readonly worker: string;
  readonly fingerprint: string;
  context(seat: Seat): Context;
  inbox(handlers: Handlers, state: State, ctx: Context, handling: Handling): Inbox;
}

/**
 * Takes this thread's place in the topology and works until the pool closes.
 *
 * @throws SnError `SN_SCHEMA_MISMATCH` when the pool was made from another schema; `SN_UNSUPPORTED` outside a pool's thread.
 */
export async function runAsyncWorker<State, Context, Handlers extends AsyncLifecycle<State, Context>>(
  program: AsyncWorkerProgram<State, Context, Handlers>,
  handlers: Handlers,
): Promise<void> {
  const attached = attach(program.worker, program.fingerprint);
  const { attachment, memory, outbox, parker, host, orders, idleReport, stateIndex } = attached;
  // Whether a worker is async is part of the fingerprint.
  const { concurrency, spareSlot } = attachment.waits as WaitsAttachment;
  const onQueued = (): void => parker.countFullWait();
  const waiter = new QueueingWaiter(memory, spareSlot, parker.doorbell, onQueued, () => {});
  const lanes = new ThreadLanes(memory, outbox, waiter);
  // Those that handlers of messages see: nobody aborts them.
  const signals = new CallSignals();
  const targets = makeTargets(attached, lanes);
  const ctx = program.context(takeSeat(attached, targets, signals));
  const replies = new ReplyIntake(lanes.replies, lanes.pending);
  const laneOffsets = attachment.inbox.map(({ offsetBytes }) => offsetBytes);
  const meter = new InstanceMeter(memory, attachment.participant, laneOffsets, lanes.clockOffsetMs);
  meter.endTurn(performance.now());
  let state: State;
  const ticking = new Ticks(attachment.tickMs, handlers.tick && (() => handlers.tick?.(state, ctx)));
  const loop = new AsyncLoop({
    concurrency,
    replies,
    outbox,
    waiter,
    parker,
    host,
    orders,
    meter,
    idleReport,
    stateIndex,
    onPause: (isPaused) => ticking.run(!isPaused),
    onFault: endThread,
  });
  // Until there is an order to wait for, nothing else keeps this thread alive.
  const keepAlive = new KeepAlive();
  keepAlive.hold(handlers);
  loop.start();
  state = (await handlers.init?.(ctx)) as State;
  keepAlive.end();

  const inbox = program.inbox(handlers, state, ctx, loop.handling);
  const inboxLanes = attachment.inbox.map((address) => ({ address, lane: lanes.reader(address) }));
  // Its inbox decodes from whatever memory a lane is in.
  const handover = new Handover(inboxLanes, new Backlog(memory, () => inbox));
  const sources = inboxLanes.map(({ lane }) => ({ lane, inbox }));
  ticking.run(true);
  const shutDown = async (): Promise<void> => {
    loop.setState('draining');
    await ticking.end();
    await loop.untilDry();
    await handlers.shutdown?.(state, ctx);
    // What it has sent may still be queued.
    await loop.untilDry();
    loop.stop();
    outbox.flush();
  };
  const starting = {
    start: () => loop.open(sources, handover),
    setState: (to: InstanceState) => loop.setState(to),
    showEnd: () => loop.showEnd(),
  };
  serve(attached, starting, shutDown, { handover, loop, handlers, state, ctx, targets });
}

/** Ticks do not overlap: while one is not over, its next turn is left out. */
class Ticks {
  private readonly tickMs: number | undefined;
  private readonly tick: (() => void | Promise<void>) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  constructor(tickMs: number | undefined, tick: (() => void | Promise<void>) | undefined) {
    this.tickMs = tickMs;
    this.tick = tick;
  }

  /** Whether they come from now on. */
  run(isOn: boolean): void {
    clearInterval(this.timer);
    if (!isOn || this.tickMs === undefined || this.tick === undefined) return;
    this.timer = setInterval(() => {
      this.underWay ??= this.once();
    }, this.tickMs);
  }

  /** Resolves when the last one is over. */
  async end(): Promise<void> {
    this.run(false);
    await this.underWay;
  }

  private async once(): Promise<void> {
    try {
      await this.tick?.();
    } catch (error) {
      endThread(error);
    }
    this.underWay = undefined;
  }
}
