/**
 * Channel world: a channel's region for one scenario, with seats taken, positions where they should start, and a name for every shared word.
 */
import {
  ALLOCATED_OFFSET_BYTES,
  BOARD_WORD_OFFSET_BYTES,
  type ChannelShape,
  CLAIM_LINE_OFFSET_BYTES,
  CROWD_BELL_OFFSET_BYTES,
  claimantsOf,
  DEAD_LETTERS_OFFSET_BYTES,
  DROPPED_OFFSET_BYTES,
  HANDS_OFFSET_BYTES,
  HIGH_WATER_OFFSET_BYTES,
  ORPHAN_MASK_OFFSET_BYTES,
  OWNER_OFFSET_BYTES,
  placesOf,
  RECEIVER_MASK_OFFSET_BYTES,
  REDELIVERED_OFFSET_BYTES,
  REFUSED_OFFSET_BYTES,
  RESERVATIONS_OFFSET_BYTES,
  SEAT_FULL_WAITS_OFFSET_BYTES,
  SEAT_PARKS_OFFSET_BYTES,
  SEGMENT_LINES_BYTES,
  SENDER_MASK_OFFSET_BYTES,
  seatOffsetBytes,
  WAKES_OFFSET_BYTES,
} from '../../runtime/channel/channel-layout.js';
import { NOBODY } from '../../runtime/channel/claims.js';
import { enterFirstSegment } from '../../runtime/channel/segments.js';
import {
  HEAD_EPOCH_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  LINE_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  STAMP_OFFSET_BYTES,
  TAIL_EPOCH_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
  totalAt,
} from '../../runtime/lane-layout.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import type { WordNames } from './shared-memory.js';

/** Two words that must agree. */
const STRIDE_BYTES = 8;
/** What a segment of an unbounded lane may take. */
const GROWTH_BYTES = 4096;

export interface ChannelSketch {
  readonly kind: ChannelShape['kind'];
  readonly onFull?: ChannelShape['onFull'];
  readonly capacity: number;
  readonly senders?: number;
  readonly receivers?: number;
  readonly weights?: readonly number[];
  readonly isUnbounded?: boolean;
  /** Seats that are free at the start; all others are taken by the threads of the same order: senders, then receivers. */
  readonly freeSenders?: number;
  readonly freeReceivers?: number;
  /** Whether the senders have all gone. */
  readonly haveSendersEnded?: boolean;
  /** Messages that went through each lane before; its positions start there. */
  readonly startTotal?: number;
  /** Values that wait in each sender's (first) lane at the start. */
  readonly preload?: readonly (readonly number[])[];
}

export interface ChannelWorld {
  readonly buffer: SharedArrayBuffer;
  readonly memory: Memory;
  readonly words: WordNames;
  readonly shape: ChannelShape;
  /** Word of the board on which a thread that selects sleeps. */
  readonly boardWord: number;
}

export function buildChannelWorld(sketch: ChannelSketch): ChannelWorld {
  const { kind, onFull = 'wait', capacity, senders = 1, receivers = 1, weights = [] } = sketch;
  const shape: ChannelShape = {
    kind,
    onFull,
    capacity,
    capacitySlots: 2 ** Math.ceil(Math.log2(capacity)),
    strideBytes: STRIDE_BYTES,
    ringBytes: 0,
    senders,
    receivers,
    weights,
    limitBytes: 0,
    highWater: 0,
    lowWater: 0,
  };
  const whole = sketch.isUnbounded === true ? withGrowth(shape) : shape;
  const places = placesOf(whole);
  const boardBytes = places.end + GROWTH_BYTES;
  const buffer = new SharedArrayBuffer(boardBytes + LINE_BYTES);
  const memory = memoryOf(buffer);
  preset(memory, whole, sketch);
  return { buffer, memory, shape: whole, words: nameWords(whole, boardBytes), boardWord: boardBytes >> 2 };
}

export interface LaneState {
  readonly sent: number;
  /** Messages whose slots were given back. */
  readonly released: number;
  /** Values that were published and not given back, oldest first. */
  readonly waiting: readonly number[];
}

/** What a lane holds at rest. @throws when a message is torn. */
export function laneState({ memory, shape }: ChannelWorld, sender: number, startTotal = 0): LaneState {
  const places = placesOf(shape);
  const bytes = places.blocks + sender * places.lanesPerSender * places.blockBytes + places.lane;
  const word = (offset: number): number => memory.i32[(bytes + offset) >> 2] as number;
  const [head, tail] = [word(HEAD_OFFSET_BYTES), word(TAIL_OFFSET_BYTES)];
  const waiting: number[] = [];
  for (let at = head; at !== tail; at = (at + 1) | 0) {
    const slot = (bytes + SLOTS_OFFSET_BYTES + (at & (shape.capacitySlots - 1)) * STRIDE_BYTES) >> 2;
    const [value, check] = memory.u32.subarray(slot, slot + 2);
    if (~(value as number) >>> 0 !== check) throw new Error(`torn message at position ${at}`);
    waiting.push(value as number);
  }
  const sent = totalAt(tail, word(TAIL_EPOCH_OFFSET_BYTES)) - startTotal;
  return { sent, released: sent - waiting.length, waiting };
}

/** Whether every hand is empty. */
export function areHandsEmpty({ memory, shape }: ChannelWorld): boolean {
  const places = placesOf(shape);
  if (!places.isClaimed) return true;
  for (let lane = 0; lane < shape.senders * places.lanesPerSender; lane++) {
    for (let claimant = 0; claimant < claimantsOf(shape); claimant++) {
      const bytes = places.blocks + lane * places.blockBytes + HANDS_OFFSET_BYTES + claimant * LINE_BYTES;
      if (memory.i32[bytes >> 2] !== 0) return false;
    }
  }
  return true;
}

function withGrowth(shape: ChannelShape): ChannelShape {
  const { end } = placesOf({ ...shape, limitBytes: 1 });
  return { ...shape, limitBytes: end + GROWTH_BYTES };
}

function preset(memory: Memory, shape: ChannelShape, sketch: ChannelSketch): void {
  const { i32, u32 } = memory;
  const places = placesOf(shape);
  const { startTotal = 0, preload = [], freeSenders = 0, freeReceivers = 0 } = sketch;
  i32[ALLOCATED_OFFSET_BYTES >> 2] = places.end;
  const takeSeats = (first: number, taken: number, threads: number, mask: number): void => {
    for (let seat = 0; seat < taken; seat++)
      i32[(seatOffsetBytes(first + seat) + OWNER_OFFSET_BYTES) >> 2] = ownerOf(threads + seat);
    i32[mask >> 2] = 2 ** taken - 1;
  };
  const takenSenders = shape.senders - freeSenders;
  takeSeats(0, takenSenders, 0, SENDER_MASK_OFFSET_BYTES);
  takeSeats(shape.senders, shape.receivers - freeReceivers, shape.senders, RECEIVER_MASK_OFFSET_BYTES);
  if (sketch.haveSendersEnded === true) {
    i32[SENDER_MASK_OFFSET_BYTES >> 2] = 0x8000_0000 | 0;
    for (let seat = 0; seat < takenSenders; seat++)
      i32[(seatOffsetBytes(seat) + OWNER_OFFSET_BYTES) >> 2] = 0;
  }
  for (let lane = 0; lane < shape.senders * places.lanesPerSender; lane++) {
    const block = places.blocks + lane * places.blockBytes;
    const at = block + places.lane;
    if (places.isClaimed)
      i32[(block + CLAIM_LINE_OFFSET_BYTES) >> 2] = ((startTotal & 0xff_ffff) << 8) | NOBODY;
    if (places.isUnbounded) enterFirstSegment(memory, block + places.segments, at, shape.capacitySlots);
    const values = lane % places.lanesPerSender === 0 ? (preload[lane / places.lanesPerSender] ?? []) : [];
    values.forEach((value, k) => {
      const slot = at + SLOTS_OFFSET_BYTES + ((startTotal + k) & (shape.capacitySlots - 1)) * STRIDE_BYTES;
      u32.set([value, ~value], slot >> 2);
    });
    const sent = startTotal + values.length;
    i32[(at + HEAD_OFFSET_BYTES) >> 2] = startTotal | 0;
    i32[(at + HEAD_EPOCH_OFFSET_BYTES) >> 2] = Math.floor(startTotal / 0x8000_0000);
    i32[(at + TAIL_OFFSET_BYTES) >> 2] = sent | 0;
    i32[(at + TAIL_EPOCH_OFFSET_BYTES) >> 2] = Math.floor(sent / 0x8000_0000);
  }
}

/** What the thread of this number is called in owner words. */
export function ownerOf(thread: number): number {
  return thread + 1;
}

function nameWords(shape: ChannelShape, boardBytes: number): WordNames {
  const places = placesOf(shape);
  const atomic = new Map<number, string>();
  const owned = new Set<number>();
  const positions = new Set<number>();
  const name = (bytes: number, text: string, ...sets: readonly Set<number>[]): void => {
    atomic.set(bytes >> 2, text);
    for (const set of sets) set.add(bytes >> 2);
  };
  name(CROWD_BELL_OFFSET_BYTES, 'crowd');
  name(SENDER_MASK_OFFSET_BYTES, 'senders', positions);
  name(RECEIVER_MASK_OFFSET_BYTES, 'receivers');
  name(ORPHAN_MASK_OFFSET_BYTES, 'orphans');
  name(RESERVATIONS_OFFSET_BYTES, 'reservations');
  name(ALLOCATED_OFFSET_BYTES, 'allocated');
  name(boardBytes, 'board');
  for (let seat = 0; seat < shape.senders + shape.receivers; seat++) {
    const who = seat < shape.senders ? `s${seat}` : `r${seat - shape.senders}`;
    const at = seatOffsetBytes(seat);
    name(at, `bell(${who})`);
    name(at + BOARD_WORD_OFFSET_BYTES, `sleepsAt(${who})`);
    // Passed on with a seat goes what its hands' owner wrote.
    name(at + OWNER_OFFSET_BYTES, `owner(${who})`, positions);
    for (const offset of [
      SEAT_PARKS_OFFSET_BYTES,
      SEAT_FULL_WAITS_OFFSET_BYTES,
      WAKES_OFFSET_BYTES,
      HIGH_WATER_OFFSET_BYTES,
      DROPPED_OFFSET_BYTES,
      REFUSED_OFFSET_BYTES,
      DEAD_LETTERS_OFFSET_BYTES,
      REDELIVERED_OFFSET_BYTES,
    ])
      name(at + offset, `count(${who})`, owned);
  }
  for (let lane = 0; lane < shape.senders * places.lanesPerSender; lane++) {
    const block = places.blocks + lane * places.blockBytes;
    const at = block + places.lane;
    if (places.isClaimed) {
      name(block + CLAIM_LINE_OFFSET_BYTES, `claim(${lane})`);
      for (let claimant = 0; claimant < claimantsOf(shape); claimant++)
        name(block + HANDS_OFFSET_BYTES + claimant * LINE_BYTES, `hand(${claimant}, ${lane})`, positions);
    }
    if (places.isUnbounded) name(at - SEGMENT_LINES_BYTES, `segments(${lane})`, positions);
    name(at + HEAD_OFFSET_BYTES, `head(${lane})`, positions);
    name(at + HEAD_EPOCH_OFFSET_BYTES, `headEpoch(${lane})`);
    name(at + TAIL_OFFSET_BYTES, `tail(${lane})`, positions);
    name(at + TAIL_EPOCH_OFFSET_BYTES, `tailEpoch(${lane})`);
    name(at + SPACE_WANTED_OFFSET_BYTES, `spaceWanted(${lane})`);
    name(at + STAMP_OFFSET_BYTES, `stamp(${lane})`, owned);
    name(at + STAMP_OFFSET_BYTES + 4, `stamp(${lane})`, owned);
  }
  return { atomic, owned, positions };
}
