/**
 * Ledger: what the shared positions of all lanes say about messages sent, handled and waiting.
 *
 * Any thread may read at any time, also while the lanes' owners are blocked or dead.
 */
import { TAKEN_IN_OFFSET_BYTES } from './arena-layout.js';
import {
  HEAD_EPOCH_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  TAIL_EPOCH_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
  totalAt,
} from './lane-layout.js';
import type { LaneAddress } from './wiring.js';

/** Counts of one lane, or of several added up. */
export interface LaneCounts {
  /** Messages published to it. */
  readonly sent: number;
  /** Messages handled: their handlers have returned. */
  readonly handled: number;
  /** Messages that wait or are in a handler's hands. */
  readonly depth: number;
}

/**
 * Whether everything published to the lanes at `offsets` was handled, at one moment during the call.
 *
 * All heads are read before any tail. Both only grow, so head(before) === tail(after) for every lane means that every
 * lane was empty at the moment between the two passes; and since a worker publishes what it sends before it releases
 * what made it send (LaneReader I3), nothing was in flight between lanes either.
 *
 * Nor in anybody's hands: what an instance takes in ahead it counts before its head moves. The count is read after the heads: where
 * it is 0 then and grows later, so does a head, which is not equal to its tail any more.
 */
export function isQuiescent(i32: Int32Array<ArrayBufferLike>, offsets: readonly number[]): boolean {
  const heads = new Int32Array(offsets.length);
  for (let k = 0; k < offsets.length; k++)
    heads[k] = Atomics.load(i32, ((offsets[k] as number) + HEAD_OFFSET_BYTES) >> 2);
  if (takenIn(i32) > 0) return false;
  for (let k = 0; k < offsets.length; k++) {
    if (Atomics.load(i32, ((offsets[k] as number) + TAIL_OFFSET_BYTES) >> 2) !== heads[k]) return false;
  }
  return true;
}

/** Messages that instances have taken in ahead of their turn. */
export function takenIn(i32: Int32Array<ArrayBufferLike>): number {
  return Atomics.load(i32, TAKEN_IN_OFFSET_BYTES >> 2);
}

export class Ledger {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly lanes: readonly LaneAddress[];
  private readonly offsets: readonly number[];

  constructor(i32: Int32Array<ArrayBufferLike>, lanes: readonly LaneAddress[]) {
    this.i32 = i32;
    this.lanes = lanes;
    this.offsets = lanes.map(({ offsetBytes }) => offsetBytes);
  }

  /**
   * Whether everything published was handled, at one moment during the call: see the function of that name.
   */
  isQuiescent(): boolean {
    return isQuiescent(this.i32, this.offsets);
  }

  /** Counts over the lanes that `belongs` picks. */
  count(belongs: (lane: LaneAddress) => boolean): LaneCounts {
    let sent = 0;
    let handled = 0;
    for (const lane of this.lanes) {
      if (!belongs(lane)) continue;
      const counts = this.countOf(lane);
      handled += counts.handled;
      sent += counts.sent;
    }
    return { sent, handled, depth: sent - handled };
  }

  /** Counts of one lane. */
  countOf({ offsetBytes }: LaneAddress): LaneCounts {
    // Handled first: the other way round a fast consumer could show more handled than sent.
    const handled = this.total(offsetBytes, HEAD_OFFSET_BYTES, HEAD_EPOCH_OFFSET_BYTES);
    const sent = this.total(offsetBytes, TAIL_OFFSET_BYTES, TAIL_EPOCH_OFFSET_BYTES);
    return { sent, handled, depth: sent - handled };
  }

  private total(laneBytes: number, positionBytes: number, epochBytes: number): number {
    const position = Atomics.load(this.i32, (laneBytes + positionBytes) >> 2);
    return totalAt(position, Atomics.load(this.i32, (laneBytes + epochBytes) >> 2));
  }
}
