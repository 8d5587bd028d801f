/**
 * Blocking waiter: what a worker does when a lane is full. It blocks its thread until there is room; the host, which must not,
 * queues instead (`QueueingWaiter`).
 *
 * Called by its own thread only.
 */
import { ReplyIntake } from './calls/reply-intake.js';
import type { OrderReader } from './control/orders.js';
import type { LaneWriter, SendOptions, SpaceWaiter } from './lane-writer.js';
import type { Parker } from './parker.js';
import { abortedError, ownLaneFull, sendTimeoutError } from './send-errors.js';

/** For workers: blocks the thread until there is room. */
export class BlockingWaiter implements SpaceWaiter {
  /** Nowhere: stores below the buffer's start are dropped. */
  readonly spareSlot = -0x4000_0000;
  /** Those to this thread's calls, which it takes in while it waits. */
  replies = new ReplyIntake([]);
  private readonly parker: Parker;
  private readonly outbox: { flush(): void };
  private readonly orders: OrderReader;

  constructor(parker: Parker, outbox: { flush(): void }, orders: OrderReader) {
    this.parker = parker;
    this.outbox = outbox;
    this.orders = orders;
  }

  /** While it waits: takes replies in, and tells a host that asks that this thread lives. @returns whether there was something. */
  private readonly attend = (): boolean => {
    const isAsked = this.orders.answerInSend();
    return this.replies.takeReplies() || isAsked;
  };

  /**
   * Blocks until there is room; never says false.
   *
   * @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, `SN_DEADLOCK`, or the lane's reason when it is closed.
   */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): true {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted) throw abortedError(options.signal);
    // Whoever should make space may be waiting for what we hold back; where that is this thread itself, it takes its replies in.
    this.outbox.flush();
    if (lane.leadsTo(this.parker.doorbell)) {
      this.replies.takeReplies();
      if (!lane.refreshLimit()) throw ownLaneFull(lane.capacitySlots);
    }
    if (!this.parker.blockUntilRoom(lane, options?.timeoutMs, this.attend))
      throw sendTimeoutError(options?.timeoutMs);
    return true;
  }

  queue(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }

  queueBytes(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }
}
