/**
 * Channel stats: what the shared words of a channel say, at any time, also while their owners are blocked or dead.
 *
 * Sent and received are positions, which are there anyway; nothing is counted for each message but what is lost or refused.
 */
import {
  HEAD_OFFSET_BYTES,
  STAMP_OFFSET_BYTES,
  TAIL_EPOCH_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
  totalAt,
  wallClockMs,
} from '../lane-layout.js';
import {
  type ChannelPlaces,
  type ChannelShape,
  DEAD_LETTERS_OFFSET_BYTES,
  DROPPED_OFFSET_BYTES,
  HIGH_WATER_OFFSET_BYTES,
  ORPHAN_MASK_OFFSET_BYTES,
  REDELIVERED_OFFSET_BYTES,
  REFUSED_OFFSET_BYTES,
  SEAT_FULL_WAITS_OFFSET_BYTES,
  SEAT_PARKS_OFFSET_BYTES,
  seatOffsetBytes,
  TAIL_BYTES_HIGH_OFFSET_BYTES,
  TAIL_BYTES_OFFSET_BYTES,
  WAKES_OFFSET_BYTES,
} from './channel-layout.js';

export interface ChannelStats {
  /** Messages published. */
  readonly sent: number;
  /** Messages handled: sent = received + dead letters + dropped oldest + depth. */
  readonly received: number;
  /** Messages that wait, or are in receivers' hands. */
  readonly depth: number;
  /** Most messages that a receiver has found waiting in one lane. */
  readonly highWater: number;
  /** Messages that `onFull` dropped: `drop-oldest` of those sent, `drop-newest` of those not sent. */
  readonly dropped: number;
  /** Sends that found the channel full and were told so. */
  readonly refused: number;
  /** Times a sender had to wait for room. */
  readonly fullWaits: number;
  /** Times a thread went to sleep at the channel, and times it was woken. */
  readonly parks: number;
  readonly wakes: number;
  /** Bytes of all messages sent, records and tails; a record takes 8 at least. */
  readonly bytes: number;
  /** Milliseconds that the oldest waiting message has waited, at least; 0 when none waits. */
  readonly oldestWaitingMs: number;
  readonly deadLetters: number;
  readonly redelivered: number;
  /** Receivers whose threads are gone and whose messages nobody has taken over yet. */
  readonly orphans: number;
  readonly senders: number;
  readonly receivers: number;
}

const SEAT_COUNTS = {
  dropped: DROPPED_OFFSET_BYTES,
  refused: REFUSED_OFFSET_BYTES,
  fullWaits: SEAT_FULL_WAITS_OFFSET_BYTES,
  parks: SEAT_PARKS_OFFSET_BYTES,
  wakes: WAKES_OFFSET_BYTES,
  deadLetters: DEAD_LETTERS_OFFSET_BYTES,
  redelivered: REDELIVERED_OFFSET_BYTES,
} as const;

/** @param i32 - over the region. @param open - how many seats of each side are open. */
export function readStats(
  i32: Int32Array<ArrayBufferLike>,
  shape: ChannelShape,
  places: ChannelPlaces,
  open: { readonly senders: number; readonly receivers: number },
): ChannelStats {
  const word = (offsetBytes: number): number => Atomics.load(i32, offsetBytes >> 2);
  const seats = shape.senders + shape.receivers;
  const sum = (offsetBytes: number): number => {
    let total = 0;
    for (let seat = 0; seat < seats; seat++) total += word(seatOffsetBytes(seat) + offsetBytes) >>> 0;
    return total;
  };
  let sent = 0;
  let depth = 0;
  let oldestWaitingMs = 0;
  const now = wallClockMs(performance.now());
  for (let lane = 0; lane < shape.senders * places.lanesPerSender; lane++) {
    const bytes = places.blocks + lane * places.blockBytes + places.lane;
    // Head first: the other way round a fast receiver could show more received than sent.
    const head = word(bytes + HEAD_OFFSET_BYTES);
    const tail = word(bytes + TAIL_OFFSET_BYTES);
    sent += totalAt(tail, word(bytes + TAIL_EPOCH_OFFSET_BYTES));
    depth += (tail - head) | 0;
    const stampedAt = word(bytes + STAMP_OFFSET_BYTES + 4);
    const isWaiting = tail !== head && ((stampedAt - head) | 0) >= 0 && ((tail - stampedAt) | 0) > 0;
    if (isWaiting) oldestWaitingMs = Math.max(oldestWaitingMs, (now - word(bytes + STAMP_OFFSET_BYTES)) | 0);
  }
  let tailBytes = 0;
  let highWater = 0;
  for (let seat = 0; seat < seats; seat++) {
    const at = seatOffsetBytes(seat);
    const high = word(at + TAIL_BYTES_HIGH_OFFSET_BYTES);
    const low = word(at + TAIL_BYTES_OFFSET_BYTES) >>> 0;
    tailBytes += high * 0x1_0000_0000 + low;
    highWater = Math.max(highWater, word(at + HIGH_WATER_OFFSET_BYTES));
  }
  const counts = Object.fromEntries(
    Object.entries(SEAT_COUNTS).map(([name, offsetBytes]) => [name, sum(offsetBytes)]),
  ) as Record<keyof typeof SEAT_COUNTS, number>;
  let orphans = 0;
  for (let mask = word(ORPHAN_MASK_OFFSET_BYTES); mask !== 0; mask &= mask - 1) orphans += 1;
  const droppedOldest = shape.onFull === 'drop-oldest' ? droppedOf(counts.dropped, sent, depth) : 0;
  return {
    ...counts,
    sent,
    received: sent - depth - counts.deadLetters - droppedOldest,
    depth,
    highWater: Math.max(highWater, depth),
    bytes: shape.ringBytes > 0 ? tailBytes : sent * shape.strideBytes,
    oldestWaitingMs,
    orphans,
    ...open,
  };
}

/** Of the messages dropped, those that had been sent; no more than have left the channel. */
function droppedOf(dropped: number, sent: number, depth: number): number {
  return Math.min(dropped, sent - depth);
}
