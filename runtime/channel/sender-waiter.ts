/**
 * Sender waiter: what a sender does when a lane is full and it may wait.
 *
 * Blocking, it stops its thread until the receivers have made room. On the event loop the message is encoded at once, queued in front of
 * its lane (`QueueingWaiter`), and written by the pump when there is room; everything sent later queues behind it.
 *
 * The pump also tells those who wait for the channel to be drained. It sleeps on the seat's bell, asks each lane's consumers to ring it,
 * and keeps the process alive while something waits.
 *
 * Called by the sender's own thread only.
 */
import { BLOCKED, PARKED } from '../doorbell.js';
import type { LaneWriter, MessageBytes, SendOptions, SpaceWaiter } from '../lane-writer.js';
import type { Memory } from '../memory.js';
import type { Outbox } from '../outbox.js';
import { QueueingWaiter } from '../queueing-waiter.js';
import { abortedError, sendTimeoutError } from '../send-errors.js';
import type { SeatBell } from './bells.js';
import { SEAT_FULL_WAITS_OFFSET_BYTES } from './channel-layout.js';
import type { Side } from './seats.js';
import type { ThreadContext } from './thread-context.js';
import type { Sleeper, Waits } from './waits.js';

export interface SenderWaiterOptions {
  readonly memory: Memory;
  readonly spareSlot: number;
  readonly seatBytes: number;
  readonly bell: SeatBell;
  readonly waits: Waits;
  readonly outbox: Outbox;
  readonly receivers: Side;
}

/** Whose lanes these are. */
export interface Waiting {
  /** The receivers have all gone. */
  onEnded(): void;
  /** The pump has nothing left to do. */
  onQuiet(): void;
  /** Called at every turn of the pump. @returns the depth that somebody waits for, or -1. */
  watchDepth(): number;
}

export class SenderWaiter implements SpaceWaiter, Sleeper {
  readonly spareSlot: number;
  /** Whether the call under way may stop the thread; else it queues. */
  mayBlock = false;
  private readonly options: SenderWaiterOptions;
  private readonly queues: QueueingWaiter;
  private readonly fullWaitsIndex: number;
  private lanes: readonly LaneWriter[] = [];
  private sender: Waiting | undefined;
  private keepAlive: ThreadContext['keepAlive'] | undefined;
  private lane: LaneWriter | undefined;
  private isPumping = false;

  constructor(options: SenderWaiterOptions) {
    const { memory, spareSlot, bell, seatBytes } = options;
    this.options = options;
    this.spareSlot = spareSlot;
    this.fullWaitsIndex = (seatBytes + SEAT_FULL_WAITS_OFFSET_BYTES) >> 2;
    const onActivity = (): void => this.startPump();
    this.queues = new QueueingWaiter(memory, spareSlot, bell, onActivity, () => {});
  }

  /** Once they are made: whom it waits for, and by which lanes. */
  serve(sender: Waiting, lanes: readonly LaneWriter[], keepAlive: ThreadContext['keepAlive']): void {
    this.sender = sender;
    this.lanes = lanes;
    this.keepAlive = keepAlive;
  }

  /** Messages that wait in front of their lanes. */
  get queued(): number {
    return this.queues.queued;
  }

  /** @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, or the lane's reason when it is closed. */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): boolean {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted === true) throw abortedError(options.signal);
    Atomics.add(this.options.bell.i32, this.fullWaitsIndex, 1);
    if (!this.mayBlock) return false;
    // Whoever should make room may be waiting for what this thread holds back.
    this.options.outbox.flush();
    this.lane = lane;
    const isReady = this.options.waits.block(this, options?.timeoutMs ?? Number.POSITIVE_INFINITY);
    // The announcement of this sleep took the place of the pump's: it must look, and announce itself again.
    this.lookAgain();
    if (lane.closed !== undefined) throw lane.closed;
    if (!isReady) throw sendTimeoutError(options?.timeoutMs);
    return true;
  }

  queue(lane: LaneWriter, options: SendOptions | undefined): Promise<void> {
    return this.queues.queue(lane, options);
  }

  queueBytes(lane: LaneWriter, message: MessageBytes, options: SendOptions | undefined): Promise<void> {
    return this.queues.queueBytes(lane, message, options);
  }

  /** Rejects all that waits. */
  rejectAll(reason: Error): void {
    this.queues.rejectAll(reason, false);
    this.lookAgain();
  }

  /** Something that the pump waits for was given up: it may have nothing left to do. */
  lookAgain(): void {
    if (this.isPumping) Atomics.notify(this.options.bell.i32, this.options.bell.index);
  }

  /** Ends the pump, which has nothing left to do: from now on the seat may be another's. */
  stop(): void {
    if (!this.isPumping) return;
    this.lookAgain();
    this.endPump();
  }

  startPump(): void {
    if (this.isPumping) {
      this.lookAgain();
      return;
    }
    this.isPumping = true;
    this.keepAlive?.hold(this);
    queueMicrotask(this.pump);
  }

  // What the thread does around its sleep, when it blocks for room in `lane`.

  ready(): boolean {
    const lane = this.lane as LaneWriter;
    if (this.options.receivers.hasEnded()) this.sender?.onEnded();
    if (lane.closed !== undefined) return true;
    // What queued before this message goes first.
    if (lane.queued > 0) this.queues.retry();
    return lane.queued === 0 && lane.refreshLimit();
  }

  sayHungry(): void {}

  announce(): void {
    this.options.bell.announce(BLOCKED);
    (this.lane as LaneWriter).askForSpace();
  }

  sleep(timeoutMs: number): boolean {
    const { i32, index } = this.options.bell;
    return Atomics.wait(i32, index, BLOCKED, timeoutMs) === 'ok';
  }

  wakeUp(): void {
    this.options.bell.sayAwake();
  }

  private readonly pump = (): void => {
    const { bell, waits, receivers } = this.options;
    const sender = this.sender as Waiting;
    if (!this.isPumping) return;
    for (;;) {
      if (receivers.hasEnded()) sender.onEnded();
      this.queues.retry();
      this.options.outbox.flush();
      if (sender.watchDepth() < 0 && this.queues.queued === 0) break;
      bell.announce(PARKED);
      const rung = this.hasNews() ? undefined : bell.waitAsync();
      if (rung === undefined) continue;
      waits.countPark();
      rung.then(this.onRung);
      return;
    }
    this.endPump();
    sender.onQuiet();
  };

  private endPump(): void {
    this.isPumping = false;
    this.options.bell.sayAwake();
    this.keepAlive?.letGo(this);
  }

  private readonly onRung = (): void => {
    if (!this.isPumping) return;
    this.options.waits.countWake();
    this.pump();
  };

  /** Asks the consumers for a ring, then looks once more. No wake-up is lost: the bell was announced before. */
  private hasNews(): boolean {
    const sender = this.sender as Waiting;
    let isNews = this.options.receivers.hasEnded() || this.queues.askForSpace();
    const depth = sender.watchDepth();
    if (depth < 0) return isNews;
    for (const lane of this.lanes) {
      if (lane.queued > 0 || lane.depth() === 0) continue;
      lane.flush();
      lane.askForSpace(depth);
    }
    if (sender.watchDepth() < 0) isNews = true;
    return isNews;
  }
}
