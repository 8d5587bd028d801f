/**
 * Sources: a lane as a receiver takes messages from it.
 *
 * `ExclusiveSource`: the receiver is the lane's only consumer. It takes what is there without asking anybody, and gives slots back in
 * groups. `SharedSource`: several take from the lane, each what it claims (`claims.ts`).
 *
 *     const count = source.claim(max);
 *     for each: source.enter(); ... the record at source.recordAt() ...; source.advance();
 *     source.release();
 *
 * Invariants:
 * S1. [head, end) was claimed and is not handled yet. A handler that throws leaves the rest there, for the next claim.
 * S2. `entered` says behind which message the receiver is, or was when its thread ended: all before it were handled, it itself perhaps.
 */
import type { Doorbell } from '../doorbell.js';
import {
  HEAD_OFFSET_BYTES,
  ENTERED_OFFSET_BYTES as LANE_ENTERED_OFFSET_BYTES,
  LINE_BYTES,
  SLOT_PLACE_OFFSET_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
} from '../lane-layout.js';
import { LaneReader } from '../lane-reader.js';
import type { Memory } from '../memory.js';
import type { Outbox } from '../outbox.js';
import type { CrowdBell } from './bells.js';
import { HANDS_OFFSET_BYTES } from './channel-layout.js';
import { Claims, ENTERED_OFFSET_BYTES } from './claims.js';
import type { SegmentReader } from './segments.js';

/** Slots given back at once, at most; a quarter of the lane in small ones. */
const MAX_RELEASE = 64;

export interface SourceOptions {
  readonly memory: Memory;
  /** Where the lane lies. */
  readonly offsetBytes: number;
  readonly capacity: number;
  readonly capacitySlots: number;
  readonly strideBytes: number;
  /** Whether messages lie in the byte ring and their slots say where. */
  readonly isLong: boolean;
  /** Where the lane's segments are told, if it grows. */
  readonly segments: SegmentReader | undefined;
  /** The sender's bell. */
  readonly producer: Doorbell;
  readonly outbox: Outbox;
}

/** What both have in common: the place of a position. */
abstract class Place {
  memory: Memory;
  /** Next message to handle, and the one behind the last that was claimed. */
  head = 0;
  end = 0;
  /** Messages that the last claim found waiting. */
  seen = 0;
  /** Offset in bytes of slot 0 of the ring that `head` is in, and what turns a position into its slot there. */
  slots: number;
  mask: number;
  readonly strideBytes: number;
  readonly isLong: boolean;
  private readonly segments: SegmentReader | undefined;
  /** Element of the u32 that says behind which message the receiver is. */
  readonly enteredIndex: number;

  constructor(
    { memory, offsetBytes, capacitySlots, strideBytes, isLong, segments }: SourceOptions,
    enteredIndex: number,
  ) {
    this.memory = memory;
    this.slots = offsetBytes + SLOTS_OFFSET_BYTES;
    this.mask = capacitySlots - 1;
    this.strideBytes = strideBytes;
    this.isLong = isLong;
    this.segments = segments;
    this.enteredIndex = enteredIndex;
  }

  /** Notes that the message at `head` is being handled. */
  enter(): void {
    // Plain: nobody reads it while this thread runs.
    this.memory.u32[this.enteredIndex] = (this.head + 1) >>> 0;
  }

  /** Position behind the message that was being handled last; after the exit of the thread that did. */
  entered(): number {
    return (this.memory.u32[this.enteredIndex] as number) | 0;
  }

  /** Offset in bytes of the record at `head`, which was claimed. */
  recordAt(): number {
    const slot = this.slots + (this.head & this.mask) * this.strideBytes;
    return this.isLong ? (this.memory.u32[(slot + SLOT_PLACE_OFFSET_BYTES) >> 2] as number) : slot;
  }

  /** Goes on to the next message. */
  advance(): void {
    this.head = (this.head + 1) | 0;
  }

  /** Finds the ring that `head` is in. @returns how many claimed messages lie there. */
  reach(): number {
    const { segments } = this;
    if (segments === undefined) return (this.end - this.head) | 0;
    const segment = segments.at(this.head);
    this.memory = segments.memoryOf(segment);
    this.slots = segment.offsetBytes;
    this.mask = segment.slots - 1;
    const next = segments.endOf(segment);
    const end = next === undefined || ((next - this.end) | 0) > 0 ? this.end : next;
    return (end - this.head) | 0;
  }
}

/** The only consumer of its lane. */
export class ExclusiveSource extends Place {
  /** Whether the outbox has it on its list: slots are to be given back. Only the outbox clears it. */
  enlisted = false;
  private readonly lane: LaneReader;
  private readonly outbox: Outbox;
  private released: number;
  private readonly group: number;

  constructor(options: SourceOptions) {
    const { memory, offsetBytes, capacitySlots, producer } = options;
    super(options, (offsetBytes + LANE_ENTERED_OFFSET_BYTES) >> 2);
    this.lane = new LaneReader(memory, offsetBytes, capacitySlots, producer);
    this.outbox = options.outbox;
    this.group = Math.max(1, Math.min(MAX_RELEASE, options.capacity >> 2));
    this.head = this.lane.head;
    this.end = this.head;
    this.released = this.head;
  }

  /** Messages that wait. */
  waiting(): number {
    const known = (this.end - this.head) | 0;
    if (known > 0) return known;
    this.lane.head = this.head;
    return this.lane.available(0x7fff_ffff);
  }

  claim(max: number): number {
    if (this.end === this.head) {
      this.lane.head = this.head;
      this.seen = this.lane.available(0x7fff_ffff);
      this.end = (this.head + this.seen) | 0;
    }
    return Math.min((this.end - this.head) | 0, max);
  }

  /** Gives back what was handled. */
  release(): void {
    if (this.head === this.released) return;
    this.released = this.head;
    this.lane.head = this.head;
    this.lane.release();
  }

  /** As `release`, but only once it is worth it, and at the end of the turn at the latest. */
  releaseLater(): void {
    if (((this.head - this.released) | 0) >= this.group) this.release();
    else if (!this.enlisted) {
      this.enlisted = true;
      this.outbox.enlist(this);
    }
  }

  /** Nobody has anything in hand here: what is not handled is in the lane. */
  takeOver(_claimant: number): number {
    return 0;
  }

  /**
   * Goes on where a receiver that is gone was: past what it had handled. The caller has claimed all there is.
   *
   * @returns whether a message was in its hands, which is at `head` then.
   */
  skipHandled(): boolean {
    const inHand = (this.entered() - 1) | 0;
    const isAhead = ((inHand - this.head) | 0) >= 0 && ((this.end - inHand) | 0) > 0;
    if (isAhead) this.head = inHand;
    return isAhead;
  }

  /** For the outbox. */
  flush(): void {
    this.release();
  }

  /** Whether something was claimed and is not handled. */
  isHolding(): boolean {
    return false;
  }
}

/** One of several consumers of a lane. */
export class SharedSource extends Place {
  readonly claims: Claims;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly headIndex: number;
  private readonly tailIndex: number;
  private readonly spaceWantedIndex: number;
  private readonly producer: Doorbell;
  private readonly crowd: CrowdBell;
  private readonly maxRun: number;

  /** @param claimant - this receiver's number among the claimants. @param blockBytes - where the lane's block begins. */
  constructor(
    options: SourceOptions,
    crowd: CrowdBell,
    blockBytes: number,
    claimants: number,
    claimant: number,
  ) {
    const { memory, offsetBytes, producer, capacity } = options;
    super(options, (blockBytes + HANDS_OFFSET_BYTES + claimant * LINE_BYTES + ENTERED_OFFSET_BYTES) >> 2);
    this.i32 = memory.i32;
    this.headIndex = (offsetBytes + HEAD_OFFSET_BYTES) >> 2;
    this.tailIndex = (offsetBytes + TAIL_OFFSET_BYTES) >> 2;
    this.spaceWantedIndex = (offsetBytes + SPACE_WANTED_OFFSET_BYTES) >> 2;
    this.producer = producer;
    this.crowd = crowd;
    this.claims = new Claims(memory.i32, blockBytes, this.headIndex, this.tailIndex, claimants, claimant);
    // Half a lane in one hand is enough: others want to work, and the sender wants room.
    this.maxRun = Math.max(1, capacity >> 1);
  }

  /** Messages that wait, and those in hand. */
  waiting(): number {
    const held = (this.end - this.head) | 0;
    return held > 0 ? held : this.claims.waiting();
  }

  claim(max: number): number {
    if (this.end !== this.head) return Math.min((this.end - this.head) | 0, max);
    const count = this.claims.claim(Math.min(max, this.maxRun));
    if (this.claims.hasMoved) this.offerSpace();
    if (count === 0) return 0;
    this.head = this.claims.head;
    this.end = this.claims.end;
    this.seen = this.claims.left + count;
    // Others sleep, and there is more than we took: one of them shall have it.
    if (this.claims.left > 0) this.crowd.ringIfParked();
    return count;
  }

  /** Gives the run back once all of it is handled. */
  release(): void {
    if (this.head !== this.end) return;
    this.claims.head = this.head;
    this.claims.release();
    this.offerSpace();
  }

  releaseLater(): void {
    this.release();
  }

  /**
   * Takes over what `claimant`, whose thread is gone, had in hand here; this source must have been made with that claimant's number.
   *
   * @returns how many messages: those from the one on that it was in.
   */
  takeOver(claimant: number): number {
    const run = this.claims.leftBy(claimant);
    if (run === undefined) {
      this.claims.clear(claimant);
      this.offerSpace();
      return 0;
    }
    this.claims.adopt(run);
    const { head, end } = this.claims;
    const inHand = (this.entered() - 1) | 0;
    // What is not in the run is of an earlier one, whose memory was not cleared.
    const skipped = ((inHand - head) | 0) > 0 && ((end - inHand) | 0) > 0 ? (inHand - head) | 0 : 0;
    this.head = (head + skipped) | 0;
    this.end = end;
    return (this.end - this.head) | 0;
  }

  isHolding(): boolean {
    return this.head !== this.end;
  }

  /** Wakes the producer once the lane is as empty as it asked for: see LaneReader. */
  offerSpace(): void {
    const { i32 } = this;
    const wanted = Atomics.load(i32, this.spaceWantedIndex);
    if (wanted === 0) return;
    const depth = (Atomics.load(i32, this.tailIndex) - Atomics.load(i32, this.headIndex)) | 0;
    if (depth >= wanted) return;
    if (Atomics.exchange(i32, this.spaceWantedIndex, 0) !== 0) this.producer.ring();
  }
}

export type Source = ExclusiveSource | SharedSource;
