/**
 * Idle report: how the host hears that nothing is in flight any more.
 *
 * The host stores its wish and then looks at the lanes; a worker that runs dry has released everything it handled and then looks at the
 * wish. One of the two sees the other.
 *
 * Called by its own thread only.
 */
import { IDLE_WANTED_OFFSET_BYTES } from './arena-layout.js';
import type { Doorbell } from './doorbell.js';
import { isQuiescent } from './ledger.js';

export class IdleReport {
  private readonly host: Doorbell;
  private readonly laneOffsets: readonly number[];

  /** @param laneOffsets - of all lanes of the arena. */
  constructor(host: Doorbell, laneOffsets: readonly number[]) {
    this.host = host;
    this.laneOffsets = laneOffsets;
  }

  /**
   * Before its thread sleeps: tells the host, if it wants to know. Only whoever finds *all* lanes empty rings: whoever releases the last
   * message does, and the host is not woken, and given a core that others need, each time one worker catches up with its senders.
   */
  tellHost(): void {
    const { i32 } = this.host;
    if (Atomics.load(i32, IDLE_WANTED_OFFSET_BYTES >> 2) === 0) return;
    if (isQuiescent(i32, this.laneOffsets)) this.host.ringIfParked();
  }
}
