/**
 * Lane reader: the consumer's end of a lane.
 *
 * One thread, the lane's consumer, calls everything here. Generated code walks the slots itself, between `available`
 * and `release`, with the sizes as literals:
 *
 *     const end = (lane.head + lane.available(max)) | 0;
 *     for (let at = lane.head; at !== end; ) { ... handle slot ...; at = (at + 1) | 0; lane.head = at; }
 *
 * A lane can be *held*: at the cut by which its producer goes over to a new routing, or where it is (`resizing/`).
 *
 * Invariants:
 * I1. head <= tail <= head + capacity, counted modulo 2^32.
 * I2. `head` (this object's) runs ahead of the shared head only between `available` and `release`, and is moved past a message only
 *     once its handler has returned.
 * I3. What a handler sent is published before its message's slot is released (the worker loop's duty): therefore
 *     whoever sees all lanes empty knows that nothing is in flight.
 *
 * Costs: an Atomics call is a call of a builtin in Node 20 (about 5 ns, a store also drains the store buffer), so
 * there are three for a batch and none for a message.
 */
import type { ReplyWay } from './calls/reply-way.js';
import type { Doorbell } from './doorbell.js';
import {
  CUT_OFFSET_BYTES,
  HEAD_EPOCH_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
} from './lane-layout.js';
import type { Memory } from './memory.js';

/** In place of a routing's number: a lane is held where it is, whatever its producer does. */
export const HERE = -1;

export class LaneReader {
  /** Another one only where the lane has moved: see `moveTo`. */
  memory: Memory;
  /** Next slot to consume; a position. Generated code moves it as it handles messages. */
  head: number;
  /** Offset in bytes of slot 0. */
  slots: number;
  capacitySlots: number;

  /** Where calls that come by this lane are answered. */
  way: ReplyWay | undefined;

  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly headIndex: number;
  private readonly headEpochIndex: number;
  private readonly tailIndex: number;
  private readonly spaceWantedIndex: number;
  private readonly cutIndex: number;
  /** Number of the routing at whose cut the lane is held; 0 when it is not. */
  private heldAt = 0;
  readonly producer: Doorbell;
  /** The shared head, as this thread wrote it last. */
  released: number;

  constructor(memory: Memory, offsetBytes: number, capacitySlots: number, producer: Doorbell) {
    this.memory = memory;
    this.i32 = memory.i32;
    this.slots = offsetBytes + SLOTS_OFFSET_BYTES;
    this.capacitySlots = capacitySlots;
    this.headIndex = (offsetBytes + HEAD_OFFSET_BYTES) >> 2;
    this.headEpochIndex = (offsetBytes + HEAD_EPOCH_OFFSET_BYTES) >> 2;
    this.tailIndex = (offsetBytes + TAIL_OFFSET_BYTES) >> 2;
    this.spaceWantedIndex = (offsetBytes + SPACE_WANTED_OFFSET_BYTES) >> 2;
    this.cutIndex = (offsetBytes + CUT_OFFSET_BYTES) >> 2;
    this.producer = producer;
    this.way = undefined;
    this.head = Atomics.load(memory.i32, this.headIndex);
    this.released = this.head;
  }

  /** Messages that may be taken now, at most `max`. */
  available(max: number): number {
    const waiting = this.waiting();
    return Math.min(this.heldAt === 0 ? waiting : this.beforeCut(waiting), max);
  }

  /** Messages that wait, whether or not they may be taken. */
  waiting(): number {
    // acquire: tail before payload. Pairs with the publish in LaneWriter.
    return (Atomics.load(this.i32, this.tailIndex) - this.head) | 0;
  }

  /** Whether all that waited has been handled, and given back. */
  isGivenBack(): boolean {
    return this.released === Atomics.load(this.i32, this.tailIndex);
  }

  /** Gives no message from beyond the cut to this routing, or none at all where that is `HERE`, until `letGo`. */
  hold(routing: number): void {
    this.heldAt = routing;
  }

  letGo(): void {
    this.heldAt = 0;
  }

  /** Whether everything before the cut has been taken, or the lane is held where it is. */
  isAtCut(): boolean {
    if (this.heldAt === HERE) return true;
    if (Atomics.load(this.i32, this.cutIndex + 1) !== this.heldAt) return false;
    return this.leftBeforeCut() === 0;
  }

  /**
   * How many of `waiting` messages lie before the cut. The tail was read before: where the producer had not cut by now, it cuts behind
   * all of those.
   */
  private beforeCut(waiting: number): number {
    if (this.heldAt === HERE) return 0;
    // acquire: number before cut. Pairs with LaneWriter.cut.
    if (Atomics.load(this.i32, this.cutIndex + 1) !== this.heldAt) return waiting;
    return Math.min(waiting, this.leftBeforeCut());
  }

  /** Of a lane that is cut; what lies beyond may have been taken in (`resizing/backlog.ts`). */
  private leftBeforeCut(): number {
    return Math.max(0, (Atomics.load(this.i32, this.cutIndex) - this.head) | 0);
  }

  /** Whether the producer has asked for room here, and sleeps until there is some. */
  isWaitedFor(): boolean {
    return Atomics.load(this.i32, this.spaceWantedIndex) !== 0;
  }

  /** Goes on in another ring from `head` on: see LaneWriter.moveTo. */
  moveTo(memory: Memory, slots: number, capacitySlots: number): void {
    this.memory = memory;
    this.slots = slots;
    this.capacitySlots = capacitySlots;
  }

  /** Gives the slots before `head` back to the producer, all that were read if nothing is said, and wakes it if it waits for space. */
  release(head: number = this.head): void {
    const { i32 } = this;
    // The sign changes where the position crosses 2^31; the epoch goes first (see totalAt).
    if ((head ^ this.released) < 0) Atomics.add(i32, this.headEpochIndex, 1);
    this.released = head;
    // release: our reads before head. Pairs with the acquire in LaneWriter.hasRoom.
    Atomics.store(i32, this.headIndex, head);
    const wanted = Atomics.load(i32, this.spaceWantedIndex);
    if (wanted !== 0) this.offerSpace(wanted, head);
  }

  /**
   * Wakes the producer once the lane is as empty as it asked for: woken for every slot it would sleep and wake all the time.
   * It never sleeps for ever: it publishes all it has before it waits, and the last release finds the ring empty. A consumer that is
   * about to block, and releases nothing for as long, offers what it has: `giveBack`.
   */
  private offerSpace(wanted: number, head: number): void {
    const depth = (Atomics.load(this.i32, this.tailIndex) - head) | 0;
    if (depth >= wanted) return;
    if (Atomics.exchange(this.i32, this.spaceWantedIndex, 0) !== 0) this.producer.ring();
  }

  /**
   * Before its thread blocks in a handler: gives back the slots of all messages before that handler's, and wakes the producer if it
   * waits for space and there is some, however little. Two that block on each other would both sleep otherwise, one of them with room.
   * Whoever asks later looks at the head afterwards, and sees what was released here. What the handlers sent has been published (I3).
   */
  giveBack(): void {
    if (this.head !== this.released) this.release();
    if (Atomics.load(this.i32, this.spaceWantedIndex) === 0) return;
    const depth = (Atomics.load(this.i32, this.tailIndex) - this.head) | 0;
    if (depth === this.capacitySlots) return;
    if (Atomics.exchange(this.i32, this.spaceWantedIndex, 0) !== 0) this.producer.ring();
  }
}
