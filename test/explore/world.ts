/**
 * World: an arena for one scenario, with a name for every shared word.
 */
import {
  ANSWERED_OFFSET_BYTES,
  FULL_WAITS_OFFSET_BYTES,
  IDLE_WANTED_OFFSET_BYTES,
  lanesOffsetBytes,
  ORDER_OFFSET_BYTES,
  PARKS_OFFSET_BYTES,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
  WAITS_FOR_OFFSET_BYTES,
  WAITS_HEAD_OFFSET_BYTES,
  WAITS_LANE_OFFSET_BYTES,
  WAITS_OFFSET_BYTES,
} from '../../runtime/arena-layout.js';
import { CANCELS_BYTES, MAX_CANCELS } from '../../runtime/calls/call-layout.js';
import type { Peer } from '../../runtime/deadlock.js';
import {
  CUT_OFFSET_BYTES,
  CUT_ROUTING_OFFSET_BYTES,
  HEAD_EPOCH_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  LINE_BYTES,
  laneByteLength,
  SLOT_HEADER_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  TAIL_EPOCH_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
  totalAt,
} from '../../runtime/lane-layout.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import type { LaneAddress } from '../../runtime/wiring.js';
import type { WordNames } from './shared-memory.js';

/** Header, and two words that must agree. */
export const STRIDE_BYTES = 16;
export const TAG = 7;

/** What the host writes and looks at where it gives orders. */
const WATCHED = new Set([STATE_OFFSET_BYTES, ANSWERED_OFFSET_BYTES, ORDER_OFFSET_BYTES]);

export interface LaneSketch {
  readonly from: number;
  readonly to: number;
  readonly capacitySlots: number;
  /** Messages that went through it before; its positions start there. */
  readonly startTotal?: number;
  /** Values that wait in it at the start. */
  readonly preload?: readonly number[];
  /** Bytes of its byte ring. */
  readonly ringBytes?: number;
  /** Whether it carries replies to calls. */
  readonly isOfReplies?: boolean;
}

export interface World {
  readonly buffer: SharedArrayBuffer;
  readonly memory: Memory;
  readonly words: WordNames;
  readonly lanes: readonly LaneAddress[];
  readonly peers: readonly Peer[];
  /** Element of the i32 that counts what the scenario wants counted, seen by the scheduler but ordering nothing. */
  readonly oracle: number;
  /** The slot of whoever queues messages: one thread only. */
  readonly spareSlot: number;
  /** Offset in bytes of a caller's cancels. */
  readonly cancels: number;
}

/**
 * @param participants - names; the first is the host's place.
 * @param isOrdered - whether the host gives orders: else nobody but its owner looks at what a participant shows.
 */
export function buildWorld(
  participants: readonly string[],
  sketches: readonly LaneSketch[],
  isOrdered: boolean,
): World {
  let end = lanesOffsetBytes(participants.length);
  const lanes = sketches.map(
    ({ from, to, capacitySlots, ringBytes = 0, isOfReplies = false }): LaneAddress => {
      const offsetBytes = end;
      end += laneByteLength(capacitySlots, STRIDE_BYTES, ringBytes);
      return {
        offsetBytes,
        capacitySlots,
        strideBytes: STRIDE_BYTES,
        ringBytes,
        producer: from,
        consumer: to,
        ends: { number: 0, source: from, target: to },
        isOfReplies,
      };
    },
  );
  const cancels = end + 2 * LINE_BYTES;
  const buffer = new SharedArrayBuffer(cancels + CANCELS_BYTES);
  const memory = memoryOf(buffer);
  sketches.forEach((sketch, k) => {
    preset(memory, lanes[k] as LaneAddress, sketch);
  });
  const words = nameWords(participants, lanes, end, isOrdered);
  const peers = participants.map((worker) => ({ worker, instance: 0, capacitySlots: 1 }));
  return { buffer, memory, lanes, peers, oracle: end >> 2, spareSlot: end + LINE_BYTES, cancels, words };
}

/** The messages that a lane holds: published and not released, oldest first. @throws when one is torn. */
export function contents({ memory }: World, lane: LaneAddress): readonly number[] {
  const values: number[] = [];
  const tail = memory.i32[(lane.offsetBytes + TAIL_OFFSET_BYTES) >> 2] as number;
  for (
    let at = memory.i32[(lane.offsetBytes + HEAD_OFFSET_BYTES) >> 2] as number;
    at !== tail;
    at = (at + 1) | 0
  ) {
    const slot = slotAt(lane, at);
    const [tag, , value, check] = memory.u32.subarray(slot >> 2, (slot + STRIDE_BYTES) >> 2);
    if (tag !== TAG || ~(value as number) >>> 0 !== check) throw new Error(`torn message at position ${at}`);
    values.push(value as number);
    if (values.length > lane.capacitySlots) throw new Error('more messages than slots');
  }
  return values;
}

export interface Totals {
  readonly sent: number;
  readonly handled: number;
}

/** What the lane's positions say at rest. */
export function totals({ memory }: World, { offsetBytes }: LaneAddress): Totals {
  const word = (bytes: number): number => memory.i32[(offsetBytes + bytes) >> 2] as number;
  return {
    sent: totalAt(word(TAIL_OFFSET_BYTES), word(TAIL_EPOCH_OFFSET_BYTES)),
    handled: totalAt(word(HEAD_OFFSET_BYTES), word(HEAD_EPOCH_OFFSET_BYTES)),
  };
}

function preset(memory: Memory, lane: LaneAddress, { startTotal = 0, preload = [] }: LaneSketch): void {
  const set = (bytes: number, value: number): void => {
    memory.i32[(lane.offsetBytes + bytes) >> 2] = value;
  };
  set(HEAD_OFFSET_BYTES, startTotal | 0);
  set(HEAD_EPOCH_OFFSET_BYTES, Math.floor(startTotal / 0x8000_0000));
  preload.forEach((value, k) => {
    const slot = slotAt(lane, (startTotal + k) | 0) >> 2;
    memory.u32.set([TAG, 0, value, ~value], slot);
  });
  const sent = startTotal + preload.length;
  set(TAIL_OFFSET_BYTES, sent | 0);
  set(TAIL_EPOCH_OFFSET_BYTES, Math.floor(sent / 0x8000_0000));
}

function slotAt({ offsetBytes, capacitySlots }: LaneAddress, position: number): number {
  return offsetBytes + SLOTS_OFFSET_BYTES + (position & (capacitySlots - 1)) * STRIDE_BYTES;
}

function nameWords(
  participants: readonly string[],
  lanes: readonly LaneAddress[],
  oracleBytes: number,
  isOrdered: boolean,
): WordNames {
  const atomic = new Map<number, string>([
    [IDLE_WANTED_OFFSET_BYTES >> 2, 'idleWanted'],
    [oracleBytes >> 2, 'oracle'],
  ]);
  for (let place = 0; place < MAX_CANCELS; place++)
    atomic.set(((oracleBytes + 2 * LINE_BYTES) >> 2) + place, `cancel ${place}`);
  const owned = new Set<number>();
  participants.forEach((name, k) => {
    const bytes = participantOffsetBytes(k);
    atomic.set(bytes >> 2, `bell(${name})`);
    for (const [field, offset] of Object.entries({
      state: STATE_OFFSET_BYTES,
      parks: PARKS_OFFSET_BYTES,
      fullWaits: FULL_WAITS_OFFSET_BYTES,
      answered: ANSWERED_OFFSET_BYTES,
      order: ORDER_OFFSET_BYTES,
    })) {
      const word = (bytes + offset) >> 2;
      atomic.set(word, `${field}(${name})`);
      if (!isOrdered || !WATCHED.has(offset)) owned.add(word);
    }
    for (const [field, offset] of Object.entries({
      waits: WAITS_OFFSET_BYTES,
      waitsFor: WAITS_FOR_OFFSET_BYTES,
      waitsLane: WAITS_LANE_OFFSET_BYTES,
      waitsHead: WAITS_HEAD_OFFSET_BYTES,
    }))
      atomic.set((bytes + offset) >> 2, `${field}(${name})`);
  });
  const positions = new Set<number>();
  for (const { offsetBytes, producer, consumer } of lanes) {
    positions.add((offsetBytes + HEAD_OFFSET_BYTES) >> 2).add((offsetBytes + TAIL_OFFSET_BYTES) >> 2);
    for (const [field, offset] of Object.entries({
      head: HEAD_OFFSET_BYTES,
      headEpoch: HEAD_EPOCH_OFFSET_BYTES,
      tail: TAIL_OFFSET_BYTES,
      tailEpoch: TAIL_EPOCH_OFFSET_BYTES,
      spaceWanted: SPACE_WANTED_OFFSET_BYTES,
      cut: CUT_OFFSET_BYTES,
      cutRouting: CUT_ROUTING_OFFSET_BYTES,
    }))
      atomic.set(
        (offsetBytes + offset) >> 2,
        `${field}(${participants[producer]}>${participants[consumer]})`,
      );
  }
  return { atomic, owned, positions };
}

/** Offset of the record within a slot. */
export const RECORD_OFFSET_BYTES = SLOT_HEADER_BYTES;
