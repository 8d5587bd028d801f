/**
 * Lane progress: which messages of one inbox lane an async worker has settled, and how far its slots can be given back.
 *
 *     shared head = released         lane.head            tail
 *          |  . unsettled  x settled     |                  |
 *     -----[ . ][ x ][ . ][ x ][ x ][ . ][   ][   ][   ]-----
 *                                         not read yet
 *
 * Handlers settle in any order, slots are given back in the lane's: the shared head is the position of the first message that is not
 * over, while the reading cursor (`lane.head`) runs ahead. So a lane holds as many unsettled messages as it has slots, at most.
 *
 * Invariants:
 * I1. released <= lane.head <= released + capacity, counted modulo 2^32.
 * I2. A slot is given back only when its handler has settled, and all that had been queued until then was written. With what
 *     was sent published before (the loop's duty), that is LaneReader's I3 for handlers that wait.
 *
 * Called by the lane's consumer. Costs: 8 bytes a slot, and a store and a look for each message.
 */
import type { LaneReader } from '../lane-reader.js';

/** No message that was queued has a number like it. */
const UNSETTLED = -1;

export class LaneProgress {
  readonly lane: LaneReader;
  /** By slot: the number of the last message that this thread had queued when the slot's handler settled. */
  private readonly marks: Float64Array;

  constructor(lane: LaneReader) {
    this.lane = lane;
    this.marks = new Float64Array(lane.capacitySlots).fill(UNSETTLED);
  }

  /** Whether everything that was read is given back. */
  get isClear(): boolean {
    return this.lane.released === this.lane.head;
  }

  /** The handler of the message at `position` has settled. @param queued - number of the last message that was queued. */
  settle(position: number, queued: number): void {
    this.marks[position & (this.lane.capacitySlots - 1)] = queued;
  }

  /** Gives back what is over. @param writtenUpTo - the number up to which all that was queued is written. */
  release(writtenUpTo: number): void {
    const { lane, marks } = this;
    const mask = lane.capacitySlots - 1;
    let at = lane.released;
    while (at !== lane.head) {
      const mark = marks[at & mask] as number;
      if (mark === UNSETTLED || mark > writtenUpTo) break;
      marks[at & mask] = UNSETTLED;
      at = (at + 1) | 0;
    }
    if (at !== lane.released) lane.release(at);
  }
}
