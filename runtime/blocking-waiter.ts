/**
 * Blocking waiter: what a worker does when a lane is full. It blocks its thread until there is room; the host, which must not,
 * queues instead (`QueueingWaiter`).
 *
 * Called by its own thread only.
 */
import { ReplyIntake } from './calls/reply-intake.js';
import type { OrderReader } from './control/orders.js';
import type { LaneReader } from './lane-reader.js';
import type { LaneWriter, SendOptions, SpaceWaiter } from './lane-writer.js';
import type { Parker } from './parker.js';
import type { Handover } from './resizing/handover.js';
import { abortedError, sendTimeoutError } from './send-errors.js';

/** For workers: blocks the thread until there is room. */
export class BlockingWaiter implements SpaceWaiter {
  /** Nowhere: stores below the buffer's start are dropped. */
  readonly spareSlot = -0x4000_0000;
  /** The lanes into this thread. */
  inbox: readonly LaneReader[] = [];
  /** Those to this thread's calls, which it takes in while it waits. */
  replies = new ReplyIntake([], []);
  /** Whose lanes may be held meanwhile. */
  handover: Handover | undefined;
  private readonly parker: Parker;
  private readonly outbox: { flush(): void };
  private readonly orders: OrderReader;

  constructor(parker: Parker, outbox: { flush(): void }, orders: OrderReader) {
    this.parker = parker;
    this.outbox = outbox;
    this.orders = orders;
  }

  /**
   * While it waits: tells a host that asks that this thread lives, takes replies in, and what somebody waits to get rid of in lanes that are held.
   *
   * @returns whether there was something.
   */
  private readonly attend = (): boolean => {
    const isAsked = this.orders.answerInSend();
    const isTaken = this.handover?.takeIn() === true;
    return this.replies.takeReplies() || isAsked || isTaken;
  };

  /**
   * Blocks until there is room; never says false.
   *
   * @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, `SN_DEADLOCK`, or the lane's reason when it is closed.
   */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): true {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted) throw abortedError(options.signal);
    // Whoever should make space may be waiting for what we hold back: messages sent, and slots of messages handled.
    this.outbox.flush();
    for (let k = 0; k < this.inbox.length; k++) (this.inbox[k] as LaneReader).giveBack();
    // At once: the lane may be one of this thread's own, which nobody else would empty.
    if (this.handover?.order !== undefined) this.attend();
    if (!this.parker.blockUntilRoom(lane, options?.timeoutMs, this.attend))
      throw sendTimeoutError(options?.timeoutMs);
    return true;
  }

  /** Nothing is ever queued. */
  cut(lane: LaneWriter, routing: number): void {
    lane.cut(routing);
  }

  queue(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }

  queueBytes(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }
}
