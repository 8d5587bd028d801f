/**
 * Blocking waiter: what a worker does when a lane is full. It blocks its thread until there is room; the host, which must not,
 * queues instead (`QueueingWaiter`).
 *
 * Called by its own thread only.
 */
import type { Encode, LaneWriter, SendOptions, SpaceWaiter } from './lane-writer.js';
import type { Parker } from './parker.js';
import { abortedError, ownLaneFull, sendTimeoutError } from './send-errors.js';

/** For workers: blocks the thread until there is room. */
export class BlockingWaiter implements SpaceWaiter {
  private readonly parker: Parker;
  private readonly outbox: { flush(): void };

  constructor(parker: Parker, outbox: { flush(): void }) {
    this.parker = parker;
    this.outbox = outbox;
  }

  /** @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, or the lane's reason when it is closed. Nothing was sent then. */
  send<Value>(
    lane: LaneWriter,
    tag: number,
    encode: Encode<Value>,
    value: Value,
    options: SendOptions | undefined,
  ): undefined {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted) throw abortedError(options.signal);
    if (lane.leadsTo(this.parker.doorbell) && !lane.refreshLimit()) throw ownLaneFull(lane.capacitySlots);
    // Whoever should make space may be waiting for what we hold back.
    this.outbox.flush();
    if (!this.parker.blockUntilRoom(lane, options?.timeoutMs)) throw sendTimeoutError(options?.timeoutMs);
    lane.write(tag, encode, value);
    return undefined;
  }
}
