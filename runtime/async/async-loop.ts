/**
 * Async loop: what an async worker's thread does. It never blocks: while handlers wait, the event loop has the thread.
 *
 *     take replies -> take messages, as many as may run -> write what was queued -> publish -> give back what is over
 *
 * A turn goes on while there is something to take, and for no longer than its slice. Then the loop announces its sleep, looks once
 * more, and waits on its doorbell by `Atomics.waitAsync`. Handlers that settle meanwhile call for a turn in the same task of the event loop:
 * deferred until all callbacks at hand have run, so that a burst of them costs one turn and no wake-up. Such a turn leaves the
 * announcement in place: whoever publishes after it rings.
 *
 * Invariants:
 * I1. At most one turn is due at any time, beside the wait on the doorbell.
 * I2. Publish before release: what was written and queued before a handler settled is published before its slot is given back. See
 *     LaneReader I3 and LaneProgress I2.
 * I3. Replies are given back in a task after the one that took them, when the callbacks that they set going have run: see ReplyIntake I1. They
 *     do not wait for what those callbacks queue, since whoever answers must never wait for that.
 */
import { type InstanceState, instanceStates } from '../arena-layout.js';
import type { CancelReader } from '../calls/cancels.js';
import type { ReplyIntake } from '../calls/reply-intake.js';
import type { OrderReader } from '../control/orders.js';
import { type Doorbell, MUTED } from '../doorbell.js';
import type { IdleReport } from '../idle-report.js';
import type { InboxSource } from '../inbox.js';
import { HERE } from '../lane-reader.js';
import { defer, type Outbox } from '../outbox.js';
import type { Parker } from '../parker.js';
import type { QueueingWaiter } from '../queueing-waiter.js';
import type { Handover } from '../resizing/handover.js';
import { Handling } from './handling.js';
import type { LaneProgress } from './lane-progress.js';

/** Other tasks of the thread get their turn at least this often. */
const SLICE_MS = 2;
/** Of one lane's messages, before the next has its turn. */
const BATCH = 64;
/** So often it looks at held lanes: nobody rings for a cut, or because it waits for room. */
const HELD_LOOK_MS = 1;

export interface AsyncLoopOptions {
  /** Handlers that run at a time, at most. */
  readonly concurrency: number;
  /** Lanes with replies to this thread's calls. */
  readonly replies: ReplyIntake;
  readonly outbox: Outbox;
  readonly waiter: QueueingWaiter;
  readonly parker: Parker;
  readonly host: Doorbell;
  /** From the host. */
  readonly orders: OrderReader;
  readonly meter: AsyncMeter;
  readonly idleReport: IdleReport;
  /** Called when the loop pauses and when it goes on. */
  readonly onPause: (isPaused: boolean) => void;
  /** Element of the arena's i32 that shows this instance's state. */
  readonly stateIndex: number;
  /** Called with what a handler threw or rejected with; no turn follows. */
  readonly onFault: (error: unknown) => void;
}

/** What is told of the loop's work; all times by `performance.now()`. */
export interface AsyncMeter {
  /** So many messages of one source were taken, those before the position `head`. */
  taken(source: number, head: number, count: number, nowMs: number): void;
  /** A handler has settled. */
  handled(tookMs: number): void;
  /** Whether handlers run from now on. */
  work(isBusy: boolean, nowMs: number): void;
  /** A turn ends. */
  endTurn(nowMs: number): void;
}

export class AsyncLoop {
  readonly handling: Handling;
  private readonly sources: InboxSource[] = [];
  private readonly cancels: CancelReader[] = [];
  private readonly replies: ReplyIntake;
  private readonly outbox: Outbox;
  private readonly waiter: QueueingWaiter;
  private readonly parker: Parker;
  private readonly host: Doorbell;
  private readonly orders: OrderReader;
  private readonly meter: AsyncMeter;
  private readonly onPause: (isPaused: boolean) => void;
  private readonly idleReport: IdleReport;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly stateIndex: number;
  private readonly onFault: (error: unknown) => void;
  private state: InstanceState | undefined;
  private onDry: (() => void) | undefined;
  private stopped = false;
  /** Whether a turn is under way, or will come by itself. */
  private isDue = false;
  /** Whether the doorbell is being waited for. */
  private isParked = false;
  private sliceEndsMs = 0;
  /** The lane that the next pass begins with: while few may run, each lane gets its turn. */
  private firstLane = 0;
  /** What holds the lanes while partitions change hands, once there are any. */
  private handover: Handover | undefined;
  /** To be called once the held lanes have given all that they may. */
  private onReached: (() => void) | undefined;
  private looking: NodeJS.Timeout | undefined;

  /** Whether a turn would find something to do. */
  private readonly hasWork = (): boolean => {
    if (this.waiter.askForSpace() || this.replies.isReady() || this.isAnyGivenUp()) return true;
    if (this.orders.isNew()) return true;
    return !this.orders.isPaused && this.handling.room > 0 && this.hasMessages();
  };

  constructor(options: AsyncLoopOptions) {
    const { concurrency, waiter } = options;
    this.replies = options.replies;
    this.outbox = options.outbox;
    this.waiter = waiter;
    this.parker = options.parker;
    this.host = options.host;
    this.orders = options.orders;
    this.meter = options.meter;
    this.onPause = options.onPause;
    this.idleReport = options.idleReport;
    this.i32 = options.parker.doorbell.i32;
    this.stateIndex = options.stateIndex;
    this.onFault = options.onFault;
    const onSettled = (): void => this.wantTurn();
    const onFailed = (error: unknown): void => this.fail(error);
    const onHandled = (tookMs: number): void => this.meter.handled(tookMs);
    this.handling = new Handling({ concurrency, waiter, onHandled, onSettled, onFault: onFailed });
  }

  /** Begins with the first turn, as a task of its own: with replies and what was queued, until there are sources of messages. */
  start(): void {
    this.turnSoon();
  }

  /** Takes messages from now on. */
  open(sources: readonly InboxSource[], handover?: Handover): void {
    this.handover = handover;
    for (const source of sources) {
      this.sources.push(source);
      this.handling.addLane(source.lane);
      if (source.lane.way !== undefined) this.cancels.push(source.lane.way.cancels);
    }
    this.parker.doorbell.ring();
  }

  /** Handles only what the handover lets through, until `goOn`. @param onReached - called once that is done. */
  hold(onReached: () => void): void {
    this.onReached = onReached;
    this.looking = setInterval(this.lookAtHeld, HELD_LOOK_MS);
  }

  /** Handles everything again. */
  goOn(): void {
    clearInterval(this.looking);
    this.parker.doorbell.ring();
  }

  /** Resolves when everything that has come was handled, and everything queued is written. The loop goes on. */
  untilDry(): Promise<void> {
    return new Promise((resolve) => {
      this.onDry = resolve;
      this.parker.doorbell.ring();
    });
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.looking);
    this.handling.stop();
    this.parker.doorbell.ring();
  }

  /** Shows `state` to everybody. */
  setState(state: InstanceState): void {
    if (state === this.state) return;
    this.state = state;
    Atomics.store(this.i32, this.stateIndex, instanceStates.indexOf(state));
  }

  /** The thread ends: unless it was told to, that is a crash. */
  showEnd(): void {
    if (this.state !== 'stopped') this.setState('crashed');
  }

  /** Goes by the latest order of the host, and says so. It is paused once no handler runs any more. */
  private obey(): void {
    const wasPaused = this.orders.isPaused;
    this.orders.take();
    const { isPaused } = this.orders;
    if (isPaused !== wasPaused) {
      if (!isPaused && this.state === 'paused') this.setState('idle');
      this.onPause(isPaused);
    }
    this.orders.answer();
  }

  /** A handler has settled: its slot can be given back, and another message taken. */
  private wantTurn(): void {
    if (this.isDue) return;
    this.isDue = true;
    defer(this.turnInTask);
  }

  private turnSoon(): void {
    this.isDue = true;
    setImmediate(this.turn);
  }

  /** In a task of the event loop that belongs to something else, once all its callbacks have run. */
  private readonly turnInTask = (): void => {
    if (performance.now() > this.sliceEndsMs) this.turnSoon();
    else this.work();
  };

  /** As a task of its own. */
  private readonly turn = (): void => {
    this.sliceEndsMs = performance.now() + SLICE_MS;
    // Callbacks of replies have run since.
    if (this.replies.isPending) this.replies.release();
    this.work();
  };

  /** Somebody has rung. */
  private readonly wake = (): void => {
    this.isParked = false;
    if (!this.isDue) this.turn();
  };

  /** Looks what held lanes give by now, and takes in what somebody waits to get rid of. */
  private readonly lookAtHeld = (): void => {
    const { handover, replies } = this;
    // One that is paused gives and gets nothing before it works again.
    if (this.stopped || handover?.order === undefined || this.orders.isPaused) return;
    const isHere = handover.order.routing === HERE;
    const isOpen = isHere && replies.isAwaited() && handover.openLanes();
    if (!this.isDue) this.turn();
    if (isOpen) handover.closeLanes();
    handover.takeIn();
    if (this.onReached === undefined || !this.isReached(handover) || (isHere && replies.isAwaited())) return;
    const { onReached } = this;
    this.onReached = undefined;
    onReached();
  };

  /** Whether all that came before the cuts is over: handlers, what they have queued, and callbacks of replies. */
  private isReached(handover: Handover): boolean {
    return (
      this.handling.isClear && this.waiter.queued === 0 && !this.replies.isPending && handover.isReached()
    );
  }

  private work(): void {
    if (this.stopped) return;
    this.isDue = true;
    try {
      if (this.workUntilDry()) this.sleep();
      else this.turnSoon();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @returns false when the turn's time is over, or callbacks must run. */
  private workUntilDry(): boolean {
    for (;;) {
      const taken = this.pass();
      this.giveBack();
      if (this.replies.isPending) return false;
      if (taken === 0) return true;
      if (performance.now() > this.sliceEndsMs) return false;
    }
  }

  /** Once over all lanes. @returns how many messages and replies were taken. */
  private pass(): number {
    const { handling, outbox } = this;
    const sources = this.dueSources();
    for (let i = 0; i < this.cancels.length; i++) (this.cancels[i] as CancelReader).tellWatchers();
    if (this.orders.isNew()) this.obey();
    let taken = this.replies.take();
    if (this.orders.isPaused) return taken;
    // While handlers run, the lanes they send to need no end of turn: we flush after each pass.
    outbox.inBatch = true;
    for (let left = sources.length; left > 0 && handling.room > 0; left--) {
      this.firstLane = (this.firstLane + 1) % sources.length;
      const { lane, inbox } = sources[this.firstLane] as InboxSource;
      if (lane.available(1) === 0) continue;
      if (this.state === 'idle') this.setState('running');
      const nowMs = performance.now();
      this.meter.work(true, nowMs);
      const count = inbox.drain(lane, Math.min(handling.room, BATCH));
      if (sources === this.sources) this.meter.taken(this.firstLane, lane.head, count, nowMs);
      taken += count;
    }
    outbox.inBatch = false;
    return taken;
  }

  /** What is to be taken now: what was taken in ahead, or else what lies in the lanes. */
  private dueSources(): readonly InboxSource[] {
    const due = this.handover?.due();
    if (due === undefined || due.length === 0) return this.sources;
    for (const { lane } of due) if (!this.handling.hasLane(lane)) this.handling.addLane(lane);
    return due;
  }

  /** Writes what was queued and now has room, publishes, and then gives back what is over. */
  private giveBack(): void {
    const { lanes } = this.handling;
    this.waiter.retry();
    this.outbox.flush();
    const { writtenUpTo } = this.waiter;
    for (let i = 0; i < lanes.length; i++) (lanes[i] as LaneProgress).release(writtenUpTo);
    const handled = this.handover?.forgetHandled();
    if (handled !== undefined) for (const lane of handled) this.handling.removeLane(lane);
  }

  /** Nothing to take: leaves the thread to its event loop until a handler settles or the doorbell rings. */
  private sleep(): void {
    this.isDue = false;
    const nowMs = performance.now();
    this.meter.endTurn(nowMs);
    if (this.handling.running === 0) this.meter.work(false, nowMs);
    if (this.orders.tells) this.host.ringIfParked();
    if (this.handling.isClear) {
      if (this.onDry !== undefined) this.tellDry();
      else if (this.orders.isPaused) this.showPaused();
      else if (this.state === 'running') this.setState('idle');
      // Everything handled is released by now.
      this.idleReport.tellHost();
    }
    // What was announced before this turn stands: whoever has done something for us since has rung, and we are woken for it.
    if (this.isParked) return;
    const rung = this.orders.isPaused
      ? this.parker.parkAsync(this.hasWork, MUTED)
      : this.parker.parkAsync(this.hasWork);
    if (rung === undefined) this.turnSoon();
    else {
      this.isParked = true;
      rung.then(this.wake);
    }
  }

  private showPaused(): void {
    if (this.state === 'paused' || this.state === 'draining') return;
    this.setState('paused');
    // The order was answered before, when handlers still ran.
    this.host.ringIfParked();
  }

  private tellDry(): void {
    if (this.waiter.queued > 0 || this.hasMessages() || this.replies.isAwaited()) return;
    const tell = this.onDry;
    this.onDry = undefined;
    tell?.();
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stop();
    this.onFault(error);
  }

  private hasMessages(): boolean {
    for (let i = 0; i < this.sources.length; i++)
      if ((this.sources[i] as InboxSource).lane.available(1) > 0) return true;
    return false;
  }

  private isAnyGivenUp(): boolean {
    for (let i = 0; i < this.cancels.length; i++)
      if ((this.cancels[i] as CancelReader).hasNews()) return true;
    return false;
  }
}
