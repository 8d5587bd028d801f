/**
 * Lane kit: one real lane in one thread, both ends at hand, for tests of what each end does.
 */
import { lanesOffsetBytes, participantOffsetBytes } from '../../runtime/arena-layout.js';
import { Doorbell } from '../../runtime/doorbell.js';
import { laneByteLength, SLOT_HEADER_BYTES, TAIL_OFFSET_BYTES } from '../../runtime/lane-layout.js';
import { LaneReader } from '../../runtime/lane-reader.js';
import { type Encode, LaneWriter, type SpaceWaiter } from '../../runtime/lane-writer.js';
import { Ledger } from '../../runtime/ledger.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import { QueueSampler } from '../../runtime/metrics/queue-sampler.js';
import { Outbox } from '../../runtime/outbox.js';
import type { LaneAddress } from '../../runtime/wiring.js';

export const TAG = 3;
const STRIDE_BYTES = 16;

export const encode: Encode<number> = (value, memory, offsetBytes) => {
  memory.f64[offsetBytes >> 3] = value;
};

export interface LaneKit {
  readonly memory: Memory;
  readonly address: LaneAddress;
  readonly outbox: Outbox;
  readonly producer: Doorbell;
  readonly consumer: Doorbell;
  readonly ledger: Ledger;
  readonly writer: LaneWriter;
  readonly reader: LaneReader;
  /** What the consumer could take now. */
  visible(): number;
  send(...values: number[]): void;
  /** Takes up to `max` messages and releases their slots. */
  receive(max?: number): number[];
}

/**
 * @param startTotal - messages that went through it before.
 * @param parts - of its writer.
 */
export function laneKit(
  capacitySlots: number,
  startTotal = 0,
  parts: { readonly isOfReplies?: boolean; readonly sampleClockMs?: number } = {},
): LaneKit {
  const offsetBytes = lanesOffsetBytes(2);
  const memory = memoryOf(new SharedArrayBuffer(offsetBytes + laneByteLength(capacitySlots, STRIDE_BYTES)));
  const epoch = Math.floor(startTotal / 0x8000_0000);
  for (const line of [0, TAIL_OFFSET_BYTES]) {
    memory.i32[(offsetBytes + line) >> 2] = startTotal | 0;
    memory.i32[(offsetBytes + line + 4) >> 2] = epoch;
  }
  const address: LaneAddress = {
    offsetBytes,
    capacitySlots,
    strideBytes: STRIDE_BYTES,
    ringBytes: 0,
    producer: 0,
    consumer: 1,
    ends: { number: 0, source: 0, target: 1 },
    isOfReplies: parts.isOfReplies === true,
  };
  const [producer, consumer] = [0, 1].map(
    (k) => new Doorbell(memory.i32, participantOffsetBytes(k) >> 2),
  ) as [Doorbell, Doorbell];
  const outbox = new Outbox();
  const { sampleClockMs } = parts;
  const sampler =
    sampleClockMs === undefined ? {} : { sampler: new QueueSampler(memory, offsetBytes, sampleClockMs) };
  const writer = new LaneWriter({ ...address, ...sampler, memory, consumer, outbox, waiter: noWaiter });
  const reader = new LaneReader(memory, offsetBytes, capacitySlots, producer);
  return {
    memory,
    address,
    outbox,
    producer,
    consumer,
    writer,
    reader,
    ledger: new Ledger(memory.i32, [address]),
    visible: () => reader.available(capacitySlots),
    send: (...values) => {
      for (const value of values) writer.send(TAG, encode, value, undefined);
    },
    receive: (max = capacitySlots) => {
      const values: number[] = [];
      for (let left = reader.available(max); left > 0; left--) {
        const slot = reader.slots + (reader.head & (capacitySlots - 1)) * STRIDE_BYTES;
        if (memory.u32[slot >> 2] !== TAG) throw new Error('not a message of ours');
        values.push(memory.f64[(slot + SLOT_HEADER_BYTES) >> 3] as number);
        reader.head = (reader.head + 1) | 0;
      }
      reader.release();
      return values;
    },
  };
}

/** A slot's bytes as the host's queue holds them. */
export function slotOf(value: number): Uint8Array {
  const slot = memoryOf(new ArrayBuffer(STRIDE_BYTES));
  slot.u32[0] = TAG;
  slot.f64[1] = value;
  return slot.u8;
}

/** For lanes that are never sent to when full. */
const noWaiter: SpaceWaiter = {
  spareSlot: -0x4000_0000,
  makeRoom: () => {
    throw new Error('the lane is full');
  },
  queue: () => {
    throw new Error('the lane is full');
  },
  queueBytes: () => {
    throw new Error('the lane is full');
  },
};

/** A whole turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
