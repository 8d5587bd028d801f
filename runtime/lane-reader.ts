/**
 * Lane reader: the consumer's end of a lane.
 *
 * One thread, the lane's consumer, calls everything here. Generated code walks the slots itself, between `available`
 * and `release`, with the sizes as literals:
 *
 *     const end = (lane.head + lane.available(max)) | 0;
 *     for (let at = lane.head; at !== end; ) { ... handle slot ...; at = (at + 1) | 0; lane.head = at; }
 *
 * Invariants:
 * I1. head <= tail <= head + capacity, counted modulo 2^32.
 * I2. `head` (this object's) runs ahead of the shared head only between `available` and `release`.
 * I3. What a handler sent is published before its message's slot is released (the worker loop's duty): therefore
 *     whoever sees all lanes empty knows that nothing is in flight.
 *
 * Costs: an Atomics call is a call of a builtin in Node 20 (about 5 ns, a store also drains the store buffer), so
 * there are three for a batch and none for a message.
 */
import type { ReplyWay } from './calls/reply-way.js';
import type { Doorbell } from './doorbell.js';
import {
  HEAD_EPOCH_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
} from './lane-layout.js';
import type { Memory } from './memory.js';

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
  private readonly producer: Doorbell;
  /** The shared head, as this thread wrote it last. */
  private released: number;

  constructor(memory: Memory, offsetBytes: number, capacitySlots: number, producer: Doorbell) {
    this.memory = memory;
    this.i32 = memory.i32;
    this.slots = offsetBytes + SLOTS_OFFSET_BYTES;
    this.capacitySlots = capacitySlots;
    this.headIndex = (offsetBytes + HEAD_OFFSET_BYTES) >> 2;
    this.headEpochIndex = (offsetBytes + HEAD_EPOCH_OFFSET_BYTES) >> 2;
    this.tailIndex = (offsetBytes + TAIL_OFFSET_BYTES) >> 2;
    this.spaceWantedIndex = (offsetBytes + SPACE_WANTED_OFFSET_BYTES) >> 2;
    this.producer = producer;
    this.way = undefined;
    this.head = Atomics.load(memory.i32, this.headIndex);
    this.released = this.head;
  }

  /** Messages that wait, at most `max`. */
  available(max: number): number {
    // acquire: tail before payload. Pairs with the publish in LaneWriter.
    const waiting = (Atomics.load(this.i32, this.tailIndex) - this.head) | 0;
    return Math.min(waiting, max);
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
   * It never sleeps for ever: it publishes all it has before it waits, and the last release finds the ring empty.
   */
  private offerSpace(wanted: number, head: number): void {
    const depth = (Atomics.load(this.i32, this.tailIndex) - head) | 0;
    if (depth >= wanted) return;
    if (Atomics.exchange(this.i32, this.spaceWantedIndex, 0) !== 0) this.producer.ring();
  }
}
