/**
 * Blocking waiter: what a worker does when a lane is full. It blocks its thread until there is room; the host, which must not,
 * queues instead (`QueueingWaiter`).
 *
 * Called by its own thread only.
 */
import type { InboxSource } from './inbox.js';
import type { LaneWriter, SendOptions, SpaceWaiter } from './lane-writer.js';
import type { Parker } from './parker.js';
import { abortedError, ownLaneFull, sendTimeoutError } from './send-errors.js';

const TAKEN_AT_ONCE = 256;

/** For workers: blocks the thread until there is room. */
export class BlockingWaiter implements SpaceWaiter {
  /** Nowhere: stores below the buffer's start are dropped. */
  readonly spareSlot = -0x4000_0000;
  /** Replies to this thread's calls, which it takes in while it waits: whoever answers must never wait for it. */
  replies: readonly InboxSource[] = [];
  private readonly parker: Parker;
  private readonly outbox: { flush(): void };

  constructor(parker: Parker, outbox: { flush(): void }) {
    this.parker = parker;
    this.outbox = outbox;
  }

  /**
   * Blocks until there is room; never says false.
   *
   * @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, `SN_DEADLOCK`, or the lane's reason when it is closed.
   */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): true {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted) throw abortedError(options.signal);
    if (lane.leadsTo(this.parker.doorbell) && !lane.refreshLimit()) throw ownLaneFull(lane.capacitySlots);
    // Whoever should make space may be waiting for what we hold back.
    this.outbox.flush();
    if (!this.parker.blockUntilRoom(lane, options?.timeoutMs, this.takeReplies))
      throw sendTimeoutError(options?.timeoutMs);
    return true;
  }

  private readonly takeReplies = (): boolean => {
    let isThere = false;
    for (const { lane, inbox } of this.replies) {
      if (lane.available(1) === 0) continue;
      isThere = true;
      inbox.drain(lane, TAKEN_AT_ONCE);
      lane.release();
    }
    return isThere;
  };

  queue(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }

  queueBytes(): never {
    throw new Error('unreachable: a worker waits in makeRoom');
  }
}
