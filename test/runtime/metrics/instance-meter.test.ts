import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BUSY_OFFSET_BYTES,
  BUSY_SINCE_OFFSET_BYTES,
  HANDLING_OFFSET_BYTES,
  HEAP_USED_OFFSET_BYTES,
  participantOffsetBytes,
  QUEUEING_OFFSET_BYTES,
} from '../../../runtime/arena-layout.js';
import { latencyOf } from '../../../runtime/metrics/histogram.js';
import { InstanceMeter } from '../../../runtime/metrics/instance-meter.js';
import { type LaneKit, laneKit } from '../lane-kit.js';

const OWNER = 1;
const OWN_BYTES = participantOffsetBytes(OWNER);
/** Of the sender's clock and of the receiver's: the common one is ahead of both. */
const SENDER_OFFSET_MS = 1000;
const OWNER_OFFSET_MS = 990;

let nowMs = 0;

beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});

afterEach(() => {
  vi.restoreAllMocks();
});

function metered(capacitySlots: number, startTotal = 0): { kit: LaneKit; meter: InstanceMeter } {
  const kit = laneKit(capacitySlots, startTotal, { sampleClockMs: SENDER_OFFSET_MS });
  return { kit, meter: new InstanceMeter(kit.memory, OWNER, [kit.address.offsetBytes], OWNER_OFFSET_MS) };
}

/** Takes what is there, as a worker's loop does. @param ownMs - by the owner's clock. */
function takeBatch({ kit, meter }: ReturnType<typeof metered>, ownMs: number, tookMs: number): void {
  meter.begin(ownMs);
  const { reader } = kit;
  const count = reader.available(1000);
  reader.head = (reader.head + count) | 0;
  meter.end(0, reader.head, count, ownMs, ownMs + tookMs);
  reader.release();
}

const queueing = ({ kit }: ReturnType<typeof metered>) =>
  latencyOf(kit.memory, [OWN_BYTES + QUEUEING_OFFSET_BYTES]);

describe('a meter', () => {
  it('counts each message of a batch with the mean of their time, and the batch as busy time', () => {
    const one = metered(64);
    one.kit.send(1, 2, 3, 4);
    one.kit.outbox.flush();
    const number = (bytes: number): number => one.kit.memory.f64[(OWN_BYTES + bytes) >> 3] as number;
    one.meter.begin(5);
    expect(number(BUSY_SINCE_OFFSET_BYTES)).toBe(5 + OWNER_OFFSET_MS);
    takeBatch(one, 5, 8);
    expect(number(BUSY_SINCE_OFFSET_BYTES)).toBe(0);
    expect(number(BUSY_OFFSET_BYTES)).toBe(8);
    const handling = latencyOf(one.kit.memory, [OWN_BYTES + HANDLING_OFFSET_BYTES]);
    expect({ count: handling.count, maxMs: handling.maxMs }).toEqual({ count: 4, maxMs: 2 });
  });

  it('tells how long a sampled message waited, by a clock that sender and receiver share', () => {
    const one = metered(64);
    nowMs = 20;
    one.kit.send(1, 2);
    one.kit.outbox.flush();
    // 20 on the sender's clock is 30 on the owner's.
    takeBatch(one, 37, 1);
    expect({ count: queueing(one).count, maxMs: queueing(one).maxMs }).toEqual({ count: 1, maxMs: 7 });
  });

  it.each([0, 0x7fff_fffe, 0xffff_fffe])(
    'takes the next sample when the last one is past, each once, from position %i on',
    (startTotal) => {
      const one = metered(64, startTotal);
      for (let round = 1; round <= 5; round++) {
        nowMs = 10 * round;
        one.kit.send(1);
        one.kit.outbox.flush();
        one.kit.send(2);
        one.kit.outbox.flush();
        takeBatch(one, nowMs + 10 + round, 0);
        takeBatch(one, nowMs + 10 + round, 0);
        expect(queueing(one).count).toBe(round);
        expect(queueing(one).maxMs).toBe(round);
      }
    },
  );

  it('keeps a sample until its message is handled, however long that takes', () => {
    const one = metered(64);
    for (nowMs = 0; nowMs < 50; nowMs++) {
      one.kit.send(nowMs);
      one.kit.outbox.flush();
    }
    takeBatch(one, 110, 0);
    expect(queueing(one).count).toBe(1);
    expect(queueing(one).maxMs).toBe(100);
  });

  it('notes the memory at most every 100 ms', () => {
    const one = metered(64);
    const used = (): number => one.kit.memory.f64[(OWN_BYTES + HEAP_USED_OFFSET_BYTES) >> 3] as number;
    one.meter.endTurn(0);
    expect(used()).toBeGreaterThan(0);
    one.kit.memory.f64[(OWN_BYTES + HEAP_USED_OFFSET_BYTES) >> 3] = 0;
    one.meter.endTurn(99);
    expect(used()).toBe(0);
    one.meter.endTurn(100);
    expect(used()).toBeGreaterThan(0);
  });
});
