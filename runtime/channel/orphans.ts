/**
 * Orphans: runs of messages that a receiver had in hand when its thread ended, and how another takes them over.
 *
 * `repair` marks the dead receiver's seat; its hands stay as they are, so that no sender overwrites what is in them. A living receiver that
 * sees the mark makes the seat its own and works the hands off as if they were its own: should it die too, the next one goes on
 * where it was (`entered`, see `sources.ts`).
 */
import { ORPHAN_MASK_OFFSET_BYTES, REDELIVERED_OFFSET_BYTES } from './channel-layout.js';
import type { Orphans } from './receiver-core.js';
import type { Side } from './seats.js';
import type { SharedSource } from './sources.js';

/** A way to look at every lane with another claimant's hands. */
export type SourcesOf = (claimant: number) => readonly SharedSource[];

export class OrphanedRuns implements Orphans {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly receivers: Side;
  private readonly owner: number;
  private readonly sourcesOf: SourcesOf;
  private readonly redeliveredIndex: number;
  /** Bits of seats that there are: others would be waited for in vain. */
  private readonly seatMask: number;
  private adopted = -1;

  /** @param owner - this thread. @param seatBytes - this receiver's seat, where redeliveries are counted. */
  constructor(
    i32: Int32Array<ArrayBufferLike>,
    receivers: Side,
    owner: number,
    seatBytes: number,
    sourcesOf: SourcesOf,
  ) {
    this.i32 = i32;
    this.receivers = receivers;
    this.owner = owner;
    this.sourcesOf = sourcesOf;
    this.seatMask = (1 << receivers.seats) - 1;
    this.redeliveredIndex = (seatBytes + REDELIVERED_OFFSET_BYTES) >> 2;
  }

  isWaiting(): boolean {
    return (Atomics.load(this.i32, ORPHAN_MASK_OFFSET_BYTES >> 2) & this.seatMask) !== 0;
  }

  adopt(): readonly SharedSource[] {
    for (let seat = 0; seat < this.receivers.seats; seat++) {
      if ((Atomics.load(this.i32, ORPHAN_MASK_OFFSET_BYTES >> 2) & (1 << seat)) === 0) continue;
      const isOurs = this.receivers.adopt(seat, this.owner);
      unmark(this.i32, seat);
      if (!isOurs) continue;
      this.adopted = seat;
      const sources = this.sourcesOf(seat);
      let count = 0;
      for (let k = 0; k < sources.length; k++) count += (sources[k] as SharedSource).takeOver(seat);
      Atomics.add(this.i32, this.redeliveredIndex, count);
      return sources;
    }
    return [];
  }

  /** The seat whose messages are being handled here, if one is. */
  adoptedSeats(): readonly number[] {
    return this.adopted < 0 ? [] : [this.adopted];
  }

  done(): void {
    this.receivers.free(this.adopted);
    this.adopted = -1;
  }
}

/** Says that the hands of a seat wait for somebody. */
export function mark(i32: Int32Array<ArrayBufferLike>, seat: number): void {
  for (;;) {
    const mask = Atomics.load(i32, ORPHAN_MASK_OFFSET_BYTES >> 2);
    if (Atomics.compareExchange(i32, ORPHAN_MASK_OFFSET_BYTES >> 2, mask, mask | (1 << seat)) === mask)
      return;
  }
}

function unmark(i32: Int32Array<ArrayBufferLike>, seat: number): void {
  for (;;) {
    const mask = Atomics.load(i32, ORPHAN_MASK_OFFSET_BYTES >> 2);
    if (Atomics.compareExchange(i32, ORPHAN_MASK_OFFSET_BYTES >> 2, mask, mask & ~(1 << seat)) === mask)
      return;
  }
}
