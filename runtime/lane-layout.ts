/**
 * Lane layout: one producer's ring to one consumer, in shared memory.
 *
 * ```
 *   0            128          256          384                                   byteLength
 *   +------------+------------+------------+--------+--------+-- ... --+--------+
 *   | head line  | tail line  | space line | slot 0 | slot 1 |         | slot n | byte ring (to 128)
 *   +------------+------------+------------+--------+--------+-- ... --+--------+
 *
 *   slot of a pool:     | tag u32 | place u32 | record, 8-byte aligned ... |
 *   slot of a channel:  | record |   or, of messages with a tail:  | unused u32 | place u32 |
 *
 * Behind the slots lies the byte ring, where the inbox has messages with a tail: these lie there whole, and their slots
 * hold nothing but where (`byte-ring.ts`).
 * ```
 *
 * | offset | bytes | field       | writer   | readers  | access            |
 * |-------:|------:|-------------|----------|----------|-------------------|
 * |      0 |     4 | head        | consumer | all      | Atomics           |
 * |      4 |     4 | headEpoch   | consumer | all      | Atomics           |
 * |      8 |     4 | entered     | consumer | repair   | plain: of channels, read after the consumer's exit |
 * |    128 |     4 | tail        | producer | all      | Atomics           |
 * |    132 |     4 | tailEpoch   | producer | all      | Atomics           |
 * |    136 |     4 | stampMs     | producer | all      | Atomics, of channels |
 * |    140 |     4 | stampedAt   | producer | all      | Atomics, of channels, after stampMs |
 * |    144 |     4 | cut         | producer | consumer | Atomics: where the messages of earlier routings end |
 * |    148 |     4 | cutRouting  | producer | consumer | Atomics, after cut: the number of the routing that begins there |
 * |    152 |     8 | sampleMs    | producer | consumer | plain, of pools: see `metrics/queue-sampler.ts` |
 * |    160 |     4 | sampledAt   | producer | consumer | plain, of pools, after sampleMs |
 * |    168 |     8 | lastId      | producer | producer | plain, of pools: read by the next thread of the same place |
 * |    256 |     4 | spaceWanted | both     | both     | read-modify-write |
 * |    384 |     … | slots       | producer | consumer | plain, see below  |
 *
 * - `head` and `tail` are positions: counts that only grow and wrap at 2^32 (kept as i32).
 * - An epoch counts the crossings of 2^31 by its position and is stored *before* the position, so that a reader
 *   can tell totals beyond 2^32: see `totalAt`.
 * - Slots [head, tail) belong to the consumer, all others to the producer. Ownership passes by the store of `tail`
 *   (publish) and of `head` (release) only; therefore plain access to a slot by its owner cannot race.
 */

/** What different threads write stands this far apart: a cache line and its prefetched neighbour. */
export const LINE_BYTES = 128;

export const HEAD_OFFSET_BYTES = 0;
export const HEAD_EPOCH_OFFSET_BYTES = 4;
/** Position behind the last message that entered a handler. */
export const ENTERED_OFFSET_BYTES = 8;
export const TAIL_OFFSET_BYTES = LINE_BYTES;
export const TAIL_EPOCH_OFFSET_BYTES = LINE_BYTES + 4;
/** When the message at the position in the next word was sent: see `wallClockMs`. */
export const STAMP_OFFSET_BYTES = LINE_BYTES + 8;
export const CUT_OFFSET_BYTES = LINE_BYTES + 16;
export const CUT_ROUTING_OFFSET_BYTES = LINE_BYTES + 20;
/** When the message at the position in the next word was sent, on the common clock. */
export const SAMPLE_OFFSET_BYTES = LINE_BYTES + 24;
export const SAMPLED_AT_OFFSET_BYTES = LINE_BYTES + 32;
/** The last id that a message of this lane was given; 0 before the first. */
export const LAST_ID_OFFSET_BYTES = LINE_BYTES + 40;
export const SPACE_WANTED_OFFSET_BYTES = 2 * LINE_BYTES;
export const SLOTS_OFFSET_BYTES = 3 * LINE_BYTES;

/** The tag comes first in a slot; the record follows the header. */
export const SLOT_HEADER_BYTES = 8;

/** Where a slot says where its message's bytes begin in the arena, if it is one with a tail (u32). */
export const SLOT_PLACE_OFFSET_BYTES = 4;

/** Where a lane's byte ring begins, counted from the lane: behind its slots, on a line of its own. */
export function ringOffsetBytes(capacitySlots: number, strideBytes: number): number {
  const bytes = SLOTS_OFFSET_BYTES + capacitySlots * strideBytes;
  return Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
}

/** Bytes that a lane occupies: its three lines, its slots, its byte ring, and padding to whole lines. */
export function laneByteLength(capacitySlots: number, strideBytes: number, ringBytes = 0): number {
  return ringOffsetBytes(capacitySlots, strideBytes) + Math.ceil(ringBytes / LINE_BYTES) * LINE_BYTES;
}

/** Milliseconds on a clock that all threads share, as an integer that wraps after 24 days. @param nowMs - by `performance.now()`. */
export function wallClockMs(nowMs: number): number {
  return ((performance.timeOrigin + nowMs) % 0x8000_0000) | 0;
}

/**
 * The count behind a 32-bit position and its epoch, exact up to 2^53.
 *
 * The position must have been read before the epoch. The epoch's lowest bit says in which half of the 32-bit range
 * its position lies; when that disagrees with the position read, the epoch is already one crossing ahead.
 */
export function totalAt(position: number, epoch: number): number {
  const half = position >>> 31;
  const matching = (epoch & 1) === half ? epoch : epoch - 1;
  return Math.floor(matching / 2) * 0x1_0000_0000 + (position >>> 0);
}
