/**
 * Region: a channel's memory in one thread, and all its parts by name. Nobody else computes where things lie.
 */
import type { Doorbell } from '../doorbell.js';
import { HEAD_OFFSET_BYTES, TAIL_OFFSET_BYTES } from '../lane-layout.js';
import { LaneWriter, type SpaceWaiter } from '../lane-writer.js';
import type { Outbox } from '../outbox.js';
import { type Board, CrowdBell, ReceiverBell, SeatBell } from './bells.js';
import {
  type ChannelPlaces,
  type ChannelShape,
  CROWD_BELL_OFFSET_BYTES,
  claimantsOf,
  placesOf,
  RECEIVER_MASK_OFFSET_BYTES,
  SENDER_MASK_OFFSET_BYTES,
  seatOffsetBytes,
} from './channel-layout.js';
import { Claims, MAX_CLAIMED_SLOTS } from './claims.js';
import { Side } from './seats.js';
import { ChannelMemory, LaneGrowth, SegmentReader } from './segments.js';
import { ExclusiveSource, SharedSource, type Source, type SourceOptions } from './sources.js';

/** Slots of one segment of an unbounded lane, at most. */
const MAX_SEGMENT_SLOTS = 2 ** 28;
/** Messages that wait in one, at most about so many. */
const MAX_DEPTH = 2 ** 30;

export class Region {
  readonly shape: ChannelShape;
  readonly places: ChannelPlaces;
  readonly memory: ChannelMemory;
  readonly i32: Int32Array<ArrayBufferLike>;
  readonly senders: Side;
  readonly receivers: Side;
  readonly senderBells: readonly SeatBell[];
  readonly receiverBells: readonly SeatBell[];
  /** What senders ring where several receivers take messages. */
  readonly crowd: CrowdBell;
  readonly board: Board;

  constructor(buffer: SharedArrayBuffer, shape: ChannelShape, board: Board) {
    this.shape = shape;
    this.places = placesOf(shape);
    this.board = board;
    this.memory = new ChannelMemory(buffer);
    const { i32 } = this.memory.memory;
    this.i32 = i32;
    const { senders, receivers } = shape;
    this.senders = new Side(i32, SENDER_MASK_OFFSET_BYTES, seatOffsetBytes(0), senders);
    this.receivers = new Side(i32, RECEIVER_MASK_OFFSET_BYTES, seatOffsetBytes(senders), receivers);
    const bellAt = (seat: number): SeatBell => new SeatBell(i32, seatOffsetBytes(seat), board);
    this.senderBells = Array.from({ length: senders }, (_, k) => bellAt(k));
    this.receiverBells = Array.from({ length: receivers }, (_, k) => bellAt(senders + k));
    this.crowd = new CrowdBell(i32, CROWD_BELL_OFFSET_BYTES >> 2, this.receiverBells);
  }

  senderSeatBytes(seat: number): number {
    return seatOffsetBytes(seat);
  }

  receiverSeatBytes(seat: number): number {
    return seatOffsetBytes(this.shape.senders + seat);
  }

  spareSlot(sender: number): number {
    return this.places.spareSlots + sender * this.shape.strideBytes;
  }

  /** Where the block of a sender's lane begins. */
  blockBytes(sender: number, priority: number): number {
    return this.places.blocks + (sender * this.places.lanesPerSender + priority) * this.places.blockBytes;
  }

  laneBytes(sender: number, priority: number): number {
    return this.blockBytes(sender, priority) + this.places.lane;
  }

  /** The sender's end of one of its lanes. */
  writer(sender: number, priority: number, outbox: Outbox, waiter: SpaceWaiter): LaneWriter {
    const { shape, places, memory } = this;
    const growth = places.isUnbounded
      ? new LaneGrowth(memory, this.blockBytes(sender, priority) + places.segments, {
          limitBytes: shape.limitBytes,
          strideBytes: shape.strideBytes,
          maxSlots: places.isClaimed ? MAX_CLAIMED_SLOTS >> 1 : MAX_SEGMENT_SLOTS,
          maxDepth: places.isClaimed ? MAX_CLAIMED_SLOTS : MAX_DEPTH,
          ringBytesPerSlot: Math.ceil(shape.ringBytes / shape.capacitySlots),
        })
      : undefined;
    return new LaneWriter({
      memory: memory.memory,
      offsetBytes: this.laneBytes(sender, priority),
      capacitySlots: shape.capacitySlots,
      capacity: shape.capacity,
      isStamped: true,
      strideBytes: shape.strideBytes,
      ringBytes: shape.ringBytes,
      ends: { number: sender * places.lanesPerSender + priority, source: sender, target: 0 },
      consumer: this.receiversBell(),
      outbox,
      waiter,
      ...(growth === undefined ? {} : { growth }),
    });
  }

  /** A receiver's way to take from a lane. */
  source(receiver: number, sender: number, priority: number, outbox: Outbox): Source {
    const options = this.sourceOptions(sender, priority, outbox);
    if (!this.places.isClaimed) return new ExclusiveSource(options);
    return this.sharedSource(receiver, sender, priority, outbox);
  }

  /** The same with the hands of any claimant. */
  sharedSource(claimant: number, sender: number, priority: number, outbox: Outbox): SharedSource {
    const options = this.sourceOptions(sender, priority, outbox);
    const blockBytes = this.blockBytes(sender, priority);
    return new SharedSource(options, this.crowd, blockBytes, claimantsOf(this.shape), claimant);
  }

  /** Claims that a sender makes on its own lane. */
  senderClaims(sender: number, priority: number): Claims {
    const laneBytes = this.laneBytes(sender, priority);
    return new Claims(
      this.i32,
      this.blockBytes(sender, priority),
      (laneBytes + HEAD_OFFSET_BYTES) >> 2,
      (laneBytes + TAIL_OFFSET_BYTES) >> 2,
      claimantsOf(this.shape),
      this.shape.receivers,
    );
  }

  receiverBell(receiver: number): ReceiverBell {
    const seat = this.receiverBells[receiver] as SeatBell;
    return new ReceiverBell(seat, this.isCrowd() ? this.crowd.index : undefined);
  }

  /** Wakes everybody on one side, wherever they sleep. */
  ringAll(bells: readonly SeatBell[]): void {
    for (let k = 0; k < bells.length; k++) (bells[k] as SeatBell).ring();
  }

  private receiversBell(): Doorbell {
    return this.isCrowd() ? this.crowd : (this.receiverBells[0] as SeatBell);
  }

  private isCrowd(): boolean {
    return this.shape.receivers > 1;
  }

  private sourceOptions(sender: number, priority: number, outbox: Outbox): SourceOptions {
    const { shape, places, memory } = this;
    return {
      memory: memory.memory,
      offsetBytes: this.laneBytes(sender, priority),
      capacity: shape.capacity,
      capacitySlots: shape.capacitySlots,
      strideBytes: shape.strideBytes,
      isLong: shape.ringBytes > 0,
      segments: places.isUnbounded
        ? new SegmentReader(memory, this.blockBytes(sender, priority) + places.segments, shape.strideBytes)
        : undefined,
      producer: this.senderBells[sender] as SeatBell,
      outbox,
    };
  }
}
