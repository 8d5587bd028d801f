/**
 * Channel layout: the one shared region of a channel.
 *
 * ```
 *   0        128         256        384                 384 + 256 * seats
 *   +--------+-----------+----------+---------- ... ---+------ ... ------+-------- ... -------+- - - - - -
 *   | shape  | crowd bell| members  | seats: senders,  | spare slots, one | lane blocks, for   | segments of
 *   |        |           |          | then receivers   | for each sender  | each sender one    | unbounded
 *   |        |           |          | (256 bytes each) |                  | for each priority  | lanes
 *   +--------+-----------+----------+---------- ... ---+------ ... ------+-------- ... -------+- - - - - -
 *
 *   lane block:  | claim line | hand lines (claimants)     | segment lines | lane (lane-layout.ts) |
 *                  `--- only where messages are claimed --'  `- unbounded -'
 * ```
 *
 * | offset | bytes | field          | writer         | readers | access            |
 * |-------:|------:|----------------|----------------|---------|-------------------|
 * |      0 |     4 | magic          | creator        | all     | before it is shared |
 * |      4 |     4 | version        | creator        | all     | before it is shared |
 * |      8 |     8 | fingerprint    | creator        | all     | before it is shared |
 * |     16 |    64 | shape          | creator        | all     | before it is shared |
 * |    128 |     4 | crowdBell      | all            | all     | read-modify-write |
 * |    256 |     4 | senderMask     | all            | all     | read-modify-write |
 * |    260 |     4 | receiverMask   | all            | all     | read-modify-write |
 * |    264 |     4 | orphanMask     | all            | all     | read-modify-write |
 * |    268 |     4 | reservations   | all            | all     | read-modify-write |
 * |    272 |     4 | allocatedBytes | senders        | senders | read-modify-write |
 *
 * A mask has a bit for each seat that is open or reserved; its sign bit says that the last of them was given up, for good. `orphanMask`
 * has a bit for each receiver's seat whose owner is gone and left claimed messages behind.
 *
 * Offsets within a seat (those of the first three words are the arena's: `Parker` counts there):
 *
 * | offset | bytes | field       | writer        | readers | access                                        |
 * |-------:|------:|-------------|---------------|---------|-----------------------------------------------|
 * |      0 |     4 | doorbell    | owner, others | all     | read-modify-write                             |
 * |      4 |     4 | boardWord   | owner         | ringers | Atomics: where a thread that selects sleeps    |
 * |    128 |     4 | owner       | owner, repair | all     | read-modify-write: 0 free, thread, or reserved |
 * |    132 |     4 | parks       | owner         | all     | Atomics                                       |
 * |    136 |     4 | fullWaits   | owner         | all     | Atomics                                       |
 * |    140 |     4 | wakes       | owner         | all     | Atomics                                       |
 * |    144 |     4 | dropped     | owner, repair | all     | Atomics                                       |
 * |    148 |     4 | refused     | owner         | all     | Atomics                                       |
 * |    152 |     4 | highWater   | owner         | all     | Atomics                                       |
 * |    156 |     4 | deadLetters | repair        | all     | Atomics                                       |
 * |    160 |     4 | redelivered | owner         | all     | Atomics                                       |
 * |    164 |     4 | tailBytes   | owner         | all     | Atomics, low word first                       |
 * |    168 |     4 | tailBytesHigh | owner       | all     | Atomics                                       |
 *
 * Claim line and hand lines are those of `claims.ts`, segment lines those of `segments.ts`.
 */
import { FULL_WAITS_OFFSET_BYTES, PARKS_OFFSET_BYTES, STATE_OFFSET_BYTES } from '../arena-layout.js';
import { LINE_BYTES, laneByteLength } from '../lane-layout.js';

/** "SNC1" */
export const CHANNEL_MAGIC = 0x31434e53;
export const CHANNEL_VERSION = 1;

export const MAGIC_OFFSET_BYTES = 0;
export const VERSION_OFFSET_BYTES = 4;
export const FINGERPRINT_OFFSET_BYTES = 8;
export const SHAPE_OFFSET_BYTES = 16;
export const CROWD_BELL_OFFSET_BYTES = LINE_BYTES;
export const SENDER_MASK_OFFSET_BYTES = 2 * LINE_BYTES;
export const RECEIVER_MASK_OFFSET_BYTES = SENDER_MASK_OFFSET_BYTES + 4;
export const ORPHAN_MASK_OFFSET_BYTES = SENDER_MASK_OFFSET_BYTES + 8;
export const RESERVATIONS_OFFSET_BYTES = SENDER_MASK_OFFSET_BYTES + 12;
export const ALLOCATED_OFFSET_BYTES = SENDER_MASK_OFFSET_BYTES + 16;
export const SEATS_OFFSET_BYTES = 3 * LINE_BYTES;

export const SEAT_BYTES = 2 * LINE_BYTES;
export const BELL_OFFSET_BYTES = 0;
export const BOARD_WORD_OFFSET_BYTES = 4;
export const OWNER_OFFSET_BYTES = STATE_OFFSET_BYTES;
export const SEAT_PARKS_OFFSET_BYTES = PARKS_OFFSET_BYTES;
export const SEAT_FULL_WAITS_OFFSET_BYTES = FULL_WAITS_OFFSET_BYTES;
export const WAKES_OFFSET_BYTES = LINE_BYTES + 12;
export const DROPPED_OFFSET_BYTES = LINE_BYTES + 16;
export const REFUSED_OFFSET_BYTES = LINE_BYTES + 20;
export const HIGH_WATER_OFFSET_BYTES = LINE_BYTES + 24;
export const DEAD_LETTERS_OFFSET_BYTES = LINE_BYTES + 28;
export const REDELIVERED_OFFSET_BYTES = LINE_BYTES + 32;
export const TAIL_BYTES_OFFSET_BYTES = LINE_BYTES + 36;
export const TAIL_BYTES_HIGH_OFFSET_BYTES = LINE_BYTES + 40;

/** Seats of one side have a bit each in one word, whose sign says that the side has ended. */
export const MAX_SEATS = 30;
/** The sign of a mask. */
export const ENDED = 0x8000_0000 | 0;

/** The first lines of a lane block where messages are claimed. */
export const CLAIM_LINE_OFFSET_BYTES = 0;
export const HANDS_OFFSET_BYTES = LINE_BYTES;
/** Lines of the table of segments in the block of an unbounded lane. */
export const SEGMENT_LINES_BYTES = 2 * LINE_BYTES;

export const kinds = ['spsc', 'mpsc', 'mpmc'] as const;
export type ChannelKind = (typeof kinds)[number];

export const policies = ['wait', 'fail', 'drop-newest', 'drop-oldest'] as const;
/** What becomes of a message that finds its channel full. */
export type FullPolicy = (typeof policies)[number];

/** Of the lanes of one sender, in the order of their weight. */
export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** All that the two ends must agree on; what the creator wrote at the head of the region. */
export interface ChannelShape {
  readonly kind: ChannelKind;
  readonly onFull: FullPolicy;
  /** Slots of each lane; of an unbounded one when it begins. A power of two. */
  readonly capacitySlots: number;
  /** How many of them senders may fill: what the user asked for. */
  readonly capacity: number;
  readonly strideBytes: number;
  /** Bytes of each lane's byte ring; 0 where messages have no tail. */
  readonly ringBytes: number;
  readonly senders: number;
  readonly receivers: number;
  /** How many messages of each priority are taken in turn; none without priorities. */
  readonly weights: readonly number[];
  /** Bytes that the region may grow to; 0 where lanes are bounded. */
  readonly limitBytes: number;
  readonly highWater: number;
  readonly lowWater: number;
}

/** Where the parts of a region lie. */
export interface ChannelPlaces {
  readonly lanesPerSender: number;
  readonly isClaimed: boolean;
  readonly isUnbounded: boolean;
  /** Offsets in bytes. */
  readonly spareSlots: number;
  readonly blocks: number;
  readonly blockBytes: number;
  /** From a block's start to its table of segments and its lane. */
  readonly segments: number;
  readonly lane: number;
  /** Where the segments of unbounded lanes begin: the end of the rest. */
  readonly end: number;
}

/** Messages are claimed where several may take them: receivers, or a sender that drops the oldest. */
export function isClaimed({ kind, onFull }: Pick<ChannelShape, 'kind' | 'onFull'>): boolean {
  return kind === 'mpmc' || onFull === 'drop-oldest';
}

export function placesOf(shape: ChannelShape): ChannelPlaces {
  const lanesPerSender = Math.max(1, shape.weights.length);
  const claimed = isClaimed(shape);
  const isUnbounded = shape.limitBytes > 0;
  const spareSlots = seatOffsetBytes(shape.senders + shape.receivers);
  const blocks = wholeLines(spareSlots + shape.senders * shape.strideBytes);
  const segments = claimed ? HANDS_OFFSET_BYTES + claimantsOf(shape) * LINE_BYTES : 0;
  const lane = segments + (isUnbounded ? SEGMENT_LINES_BYTES : 0);
  const blockBytes = lane + laneByteLength(shape.capacitySlots, shape.strideBytes, shape.ringBytes);
  const end = blocks + shape.senders * lanesPerSender * blockBytes;
  return {
    lanesPerSender,
    isClaimed: claimed,
    isUnbounded,
    spareSlots,
    blocks,
    blockBytes,
    segments,
    lane,
    end,
  };
}

/** Receivers; and the sender itself, where it claims what it drops. */
export function claimantsOf({ receivers, onFull }: Pick<ChannelShape, 'receivers' | 'onFull'>): number {
  return receivers + (onFull === 'drop-oldest' ? 1 : 0);
}

/** Senders' seats come first. */
export function seatOffsetBytes(seat: number): number {
  return SEATS_OFFSET_BYTES + seat * SEAT_BYTES;
}

export function wholeLines(bytes: number): number {
  return Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
}
