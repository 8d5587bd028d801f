/**
 * Worker loop: what an instance's thread does all day.
 *
 * A turn (one macrotask) makes passes over the inbox until it has run dry for some time or its time slice ends:
 *
 *     drain a lane -> publish what the handlers sent -> release the lane -> next lane ...
 *
 * - Slice over: back to the event loop by `setImmediate`, so that timers, I/O, `console.log` and the inspector live.
 * - Dry for `HUNGRY_MS`: says so (senders stop grouping). Dry for `spinMs`: sleeps shortly and blocking, which wakes twice as
 *   fast as the event loop does; still dry: sleeps on the event loop, costing nothing, until the doorbell rings.
 * - Paused: takes replies only, and sleeps on the event loop in a way that senders of messages do not wake.
 *
 * While partitions change hands (`resizing/`), the lanes are held: then it looks every millisecond what it may handle, and sleeps nowhere.
 *
 * Invariants:
 * I1. Publish before release: see LaneReader I3.
 * I2. What replies have set going is over before anything is released: see ReplyIntake I1.
 * I3. At most one turn is scheduled or waiting at any time.
 */
import { type InstanceState, instanceStates } from './arena-layout.js';
import type { ReplyIntake } from './calls/reply-intake.js';
import type { OrderReader } from './control/orders.js';
import { type Doorbell, MUTED } from './doorbell.js';
import type { IdleReport } from './idle-report.js';
import type { InboxSource } from './inbox.js';
import { HERE, type LaneReader } from './lane-reader.js';
import type { Outbox } from './outbox.js';
import type { Parker } from './parker.js';
import type { Handover } from './resizing/handover.js';
import { LONGEST_DELAY_MS } from './watch-limit.js';

/** A turn ends after this time, so that the event loop is never away for longer (plus one handler's run). */
const SLICE_MS = 2;
/** A batch whose handlers took longer is followed by a smaller one: what they send is published that often. */
const BATCH_MS = 0.02;
const MAX_BATCH = 256;
/**
 * A consumer that has found nothing for this long asks for unfinished groups. Longer than senders take for a group (LaneWriter's
 * MAX_HOLD_MS): else a fast consumer asks all the time, and each message is published for itself.
 */
const HUNGRY_MS = 0.03;
/** The first sleep blocks the thread, and with it its timers, for no longer than this. */
const BLOCKING_PARK_MS = 1;
/** So often it looks at held lanes: nobody rings for a cut, or because it waits for room. */
const HELD_LOOK_MS = 1;

export interface WorkerLoopOptions {
  /** Lanes with messages. */
  readonly sources: readonly InboxSource[];
  /** Lanes with replies to this thread's calls. */
  readonly replies: ReplyIntake;
  /** What holds the lanes while partitions change hands; missing where none ever do. */
  readonly handover?: Handover;
  readonly outbox: Outbox;
  readonly parker: Parker;
  readonly idleReport: IdleReport;
  readonly host: Doorbell;
  /** From the host. */
  readonly orders: OrderReader;
  readonly meter: BatchMeter;
  /** Element of the arena's i32 that shows this instance's state. */
  readonly stateIndex: number;
  /** Called when the loop pauses and when it goes on. */
  readonly onPause: (isPaused: boolean) => void;
  /** Called with what a handler threw; no turn follows. */
  readonly onFault: (error: unknown) => void;
}

/** In place of a source's number: what was taken in ahead, whose times are not known. */
export const NO_SOURCE = -1;

/** What is told of the loop's work; all times by `performance.now()`. */
export interface BatchMeter {
  /** A batch begins. */
  begin(nowMs: number): void;
  /** A batch of `count` messages of one source was handled, those before the position `head`; they are not released yet. */
  end(source: number, head: number, count: number, startedMs: number, endedMs: number): void;
  /** A turn ends. */
  endTurn(nowMs: number): void;
}

export class WorkerLoop {
  private readonly sources: readonly InboxSource[];
  private readonly replies: ReplyIntake;
  /** Lanes whose messages were handled while callbacks of replies waited to run. */
  private readonly unreleased: LaneReader[] = [];
  private readonly outbox: Outbox;
  private readonly parker: Parker;
  private readonly idleReport: IdleReport;
  private readonly host: Doorbell;
  private readonly orders: OrderReader;
  private readonly meter: BatchMeter;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly stateIndex: number;
  private readonly onPause: (isPaused: boolean) => void;
  private readonly onFault: (error: unknown) => void;
  private readonly handover: Handover | undefined;
  /** To be called once the held lanes have given all that they may. */
  private onReached: (() => void) | undefined;
  /** The next look at held lanes. */
  private looking: NodeJS.Timeout | undefined;
  private batch = 16;
  private onDry: (() => void) | undefined;
  private stopped = false;
  private state: InstanceState | undefined;

  private readonly hasMessages = (): boolean => {
    for (let i = 0; i < this.sources.length; i++)
      if ((this.sources[i] as InboxSource).lane.available(1) > 0) return true;
    return this.hasOrdersOrReplies();
  };

  /** What there is to do also while it is paused. */
  private readonly hasOrdersOrReplies = (): boolean => this.orders.isNew() || this.replies.isReady();

  constructor(options: WorkerLoopOptions) {
    this.sources = options.sources;
    this.replies = options.replies;
    this.handover = options.handover;
    this.outbox = options.outbox;
    this.parker = options.parker;
    this.idleReport = options.idleReport;
    this.i32 = options.parker.doorbell.i32;
    this.host = options.host;
    this.orders = options.orders;
    this.meter = options.meter;
    this.stateIndex = options.stateIndex;
    this.onPause = options.onPause;
    this.onFault = options.onFault;
  }

  /** Begins with the first turn, as a macrotask of its own. */
  start(): void {
    setImmediate(this.turn);
  }

  /** Runs until the inbox is dry, then no more. */
  drainAndStop(): Promise<void> {
    this.setState('draining');
    return new Promise((resolve) => {
      this.onDry = resolve;
      this.parker.doorbell.ring();
    });
  }

  /** Handles only what the handover lets through, until `goOn`. @param onReached - called once that is done. */
  hold(onReached: () => void): void {
    this.onReached = onReached;
    this.parker.longestSleepMs = HELD_LOOK_MS;
    this.parker.doorbell.ring();
  }

  /** Handles everything again. */
  goOn(): void {
    this.parker.longestSleepMs = LONGEST_DELAY_MS;
    if (this.looking === undefined) return;
    clearTimeout(this.looking);
    this.looking = undefined;
    setImmediate(this.turn);
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

  private readonly turn = (): void => {
    if (this.stopped) return;
    try {
      if (this.replies.isPending) this.releaseAfterCallbacks();
      this.work();
    } catch (error) {
      this.stopped = true;
      this.onFault(error);
    }
  };

  private work(): void {
    if (this.orders.isNew()) this.obey();
    // One that is paused gives and gets nothing before it works again.
    if (this.handover?.order !== undefined && !this.orders.isPaused) {
      this.workHeld(this.handover);
      return;
    }
    const startedMs = performance.now();
    do {
      if (!this.workUntilDry(startedMs)) {
        if (this.orders.tells) this.host.ringIfParked();
        setImmediate(this.turn);
        return;
      }
    } while (this.sleepShortly());
    this.sleepLong();
  }

  /** Between two batches: goes by the latest order of the host, and says so. */
  private obey(): void {
    const wasPaused = this.orders.isPaused;
    this.orders.take();
    const { isPaused } = this.orders;
    if (isPaused !== wasPaused) {
      // A thread that shuts down shows that, whatever it was told before.
      if (this.onDry === undefined) this.setState(isPaused ? 'paused' : 'idle');
      this.onPause(isPaused);
    }
    this.orders.answer();
  }

  /** Passes over the inbox. @returns true when it is paused or has been dry for `spinMs`, false when the turn's time is over. */
  private workUntilDry(turnStartedMs: number): boolean {
    const { doorbell, spinMs } = this.parker;
    let workedMs = performance.now();
    let isHungry = false;
    for (;;) {
      if (this.orders.isNew()) this.obey();
      const handled = this.orders.isPaused ? this.replies.take() : this.pass();
      const nowMs = performance.now();
      // Callbacks run when the turn has ended.
      if (this.replies.isPending) {
        if (isHungry) doorbell.sayAwake();
        return false;
      }
      if (this.orders.isPaused) return true;
      if (handled > 0) {
        workedMs = nowMs;
        if (isHungry) doorbell.sayAwake();
        isHungry = false;
      } else if (nowMs - workedMs > spinMs) {
        return true;
      } else if (!isHungry && nowMs - workedMs > HUNGRY_MS) {
        doorbell.sayHungry();
        isHungry = true;
      }
      if (nowMs - turnStartedMs > SLICE_MS) {
        if (isHungry) doorbell.sayAwake();
        this.meter.endTurn(nowMs);
        return false;
      }
    }
  }

  /** A turn while lanes are held. */
  private workHeld(handover: Handover): void {
    const untilMs = performance.now() + SLICE_MS;
    const isHere = handover.order?.routing === HERE;
    let handled = 0;
    do {
      const isOpen = isHere && this.replies.isAwaited() && handover.openLanes();
      handled = this.pass();
      if (isOpen) handover.closeLanes();
    } while (handled > 0 && !this.replies.isPending && performance.now() < untilMs);
    if (handover.takeIn() || handled > 0) {
      setImmediate(this.turn);
      return;
    }
    this.setState('idle');
    if (this.orders.tells) this.host.ringIfParked();
    // Everything handled is released by now.
    this.idleReport.tellHost();
    if (this.onReached !== undefined && handover.isReached() && !(isHere && this.replies.isAwaited())) {
      const { onReached } = this;
      this.onReached = undefined;
      onReached();
    }
    if (this.isToStop()) this.stop();
    else this.lookLater();
  }

  private lookLater(): void {
    this.looking = setTimeout(() => {
      this.looking = undefined;
      this.turn();
    }, HELD_LOOK_MS);
  }

  /** Once over all lanes, unless an order comes. @returns how many messages were handled. */
  private pass(): number {
    const { outbox } = this;
    const due = this.handover?.due();
    const sources = due === undefined || due.length === 0 ? this.sources : due;
    let handled = this.replies.take();
    // While handlers run, the lanes they send to need no end of turn: we flush after each batch.
    outbox.inBatch = true;
    for (let i = 0; i < sources.length; i++) {
      const { lane, inbox } = sources[i] as InboxSource;
      if (lane.available(1) === 0) continue;
      if (this.state === 'idle') this.setState('running');
      const startedMs = performance.now();
      this.meter.begin(startedMs);
      const count = inbox.drain(lane, this.batch);
      outbox.flush();
      const endedMs = performance.now();
      this.meter.end(sources === this.sources ? i : NO_SOURCE, lane.head, count, startedMs, endedMs);
      if (this.replies.isPending) this.unreleased.push(lane);
      else lane.release();
      handled += count;
      this.fitBatch(count, endedMs - startedMs);
      // The host waits for no more than the batch in hand.
      if (this.orders.isNew()) break;
    }
    outbox.inBatch = false;
    this.handover?.forgetHandled();
    return handled;
  }

  /** What callbacks of replies have sent was published at the end of their turn. */
  private releaseAfterCallbacks(): void {
    for (const lane of this.unreleased) lane.release();
    this.unreleased.length = 0;
    this.replies.release();
  }

  private fitBatch(count: number, tookMs: number): void {
    if (tookMs > BATCH_MS) this.batch = Math.max(1, this.batch >> 1);
    else if (count === this.batch && tookMs < BATCH_MS / 2) this.batch = Math.min(MAX_BATCH, this.batch << 1);
  }

  /**
   * Out of work: ends if that was asked for, tells the host if it wants to know, and sleeps for a moment.
   *
   * @returns whether messages came.
   */
  private sleepShortly(): boolean {
    this.meter.endTurn(performance.now());
    if (this.isToStop()) return false;
    if (!this.orders.isPaused) this.setState('idle');
    if (this.orders.tells) this.host.ringIfParked();
    // Everything handled is released by now.
    this.idleReport.tellHost();
    if (this.orders.isPaused) return false;
    this.parker.park(this.hasMessages, BLOCKING_PARK_MS);
    return this.hasMessages();
  }

  /** Whether it was asked to end, and has nothing left to do: no replies are to come either. */
  private isToStop(): boolean {
    return this.onDry !== undefined && !this.replies.isAwaited();
  }

  private stop(): void {
    this.stopped = true;
    this.parker.doorbell.sayAwake();
    this.onDry?.();
  }

  /** Leaves the thread to its event loop until the doorbell rings. */
  private sleepLong(): void {
    if (this.isToStop()) {
      this.stop();
      return;
    }
    const rung = this.orders.isPaused
      ? this.parker.parkAsync(this.hasOrdersOrReplies, MUTED)
      : this.parker.parkAsync(this.hasMessages);
    if (rung === undefined) setImmediate(this.turn);
    else rung.then(this.turn);
  }
}
