/**
 * Backlog: what an instance has taken out of its lanes ahead of its turn, while these were held at their cuts.
 *
 * Held lanes fill, and a worker that waits for room in one may be the one that the whole hand-over waits for. So what somebody waits to
 * get rid of is copied: the lane's region as it stands, so that the emitted inbox reads the copy as it would have read the lane.
 *
 * Invariants:
 * I1. What was taken in is handled before anything that lies in a lane, oldest first: each lane's order stays what it was.
 * I2. The shared count of what was taken in grows before the lane gives its slots back, and falls after what its handlers sent was
 *     published: so nobody takes the pool for quiescent (`ledger.ts`).
 *
 * Called by the instance's thread only. Costs a copy of the lane, and only where somebody waits.
 */
import { TAKEN_IN_OFFSET_BYTES } from '../arena-layout.js';
import type { Inbox, InboxSource } from '../inbox.js';
import {
  HEAD_OFFSET_BYTES,
  laneByteLength,
  SLOT_PLACE_OFFSET_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
} from '../lane-layout.js';
import { LaneReader } from '../lane-reader.js';
import { type Memory, memoryOf } from '../memory.js';
import type { LaneAddress } from '../wiring.js';

const NOTHING: readonly InboxSource[] = [];
const NO_LANES: readonly LaneReader[] = [];

/** What was copied from one lane at one time. */
interface Copy extends InboxSource {
  readonly messages: number;
  /** Number of the routing at whose cut the lane was held. */
  readonly heldAt: number;
}

export class Backlog {
  private readonly copies: Copy[] = [];
  private readonly memory: Memory;
  private readonly makeInbox: (memory: Memory) => Inbox;

  /** @param makeInbox - an inbox whose views read other memory. */
  constructor(memory: Memory, makeInbox: (memory: Memory) => Inbox) {
    this.memory = memory;
    this.makeInbox = makeInbox;
  }

  /** Takes in what waits in a lane that is held at the cut to a routing, and gives its slots back. */
  takeIn(lane: LaneReader, address: LaneAddress, heldAt: number): void {
    const messages = lane.waiting();
    const memory = this.copyOf(address, lane.head, messages);
    const copy = new LaneReader(memory, 0, address.capacitySlots, lane.producer);
    copy.way = lane.way;
    this.copies.push({ lane: copy, inbox: this.makeInbox(memory), messages, heldAt });
    Atomics.add(this.memory.i32, TAKEN_IN_OFFSET_BYTES >> 2, messages);
    lane.head = (lane.head + messages) | 0;
    lane.release();
  }

  /** What is to be handled now, the oldest of what was taken in before the lanes were held at this cut: one copy at most (I1). */
  due(heldAt: number): readonly InboxSource[] {
    if (this.copies.length === 0) return NOTHING;
    const oldest = this.copies.find((copy) => copy.heldAt !== heldAt && copy.lane.waiting() > 0);
    return oldest === undefined ? NOTHING : [oldest];
  }

  /** Forgets what was handled and given back: what its handlers sent is published then. @returns whose messages those were. */
  forgetHandled(): readonly LaneReader[] {
    if (this.copies.length === 0) return NO_LANES;
    const handled = this.copies.filter(({ lane }) => lane.isGivenBack());
    for (const copy of handled) {
      this.copies.splice(this.copies.indexOf(copy), 1);
      Atomics.sub(this.memory.i32, TAKEN_IN_OFFSET_BYTES >> 2, copy.messages);
    }
    return handled.map(({ lane }) => lane);
  }

  private copyOf(
    { offsetBytes, capacitySlots, strideBytes, ringBytes }: LaneAddress,
    head: number,
    messages: number,
  ): Memory {
    // Slots beyond those that wait may be written meanwhile; nobody reads them in the copy.
    const { buffer } = this.memory.u8.slice(
      offsetBytes,
      offsetBytes + laneByteLength(capacitySlots, strideBytes, ringBytes),
    );
    const copy = memoryOf(buffer);
    copy.i32[HEAD_OFFSET_BYTES >> 2] = head;
    copy.i32[TAIL_OFFSET_BYTES >> 2] = head + messages;
    copy.i32[SPACE_WANTED_OFFSET_BYTES >> 2] = 0;
    if (ringBytes > 0) movePlaces(copy, { capacitySlots, strideBytes }, -offsetBytes);
    return copy;
  }
}

/** Slots say where in the arena their messages' bytes lie; those without any say nothing there. */
function movePlaces(
  { u32 }: Memory,
  { capacitySlots, strideBytes }: Pick<LaneAddress, 'capacitySlots' | 'strideBytes'>,
  byBytes: number,
): void {
  for (let slot = 0; slot < capacitySlots; slot++) {
    const place = (SLOTS_OFFSET_BYTES + slot * strideBytes + SLOT_PLACE_OFFSET_BYTES) >> 2;
    u32[place] = (u32[place] as number) + byBytes;
  }
}
