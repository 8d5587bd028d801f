import { describe, expect, it } from 'vitest';
import { lanesOffsetBytes, participantOffsetBytes } from '../../runtime/arena-layout.js';
import { BLOCKED, Doorbell } from '../../runtime/doorbell.js';
import { laneByteLength } from '../../runtime/lane-layout.js';
import { LaneReader } from '../../runtime/lane-reader.js';
import { LaneWriter } from '../../runtime/lane-writer.js';
import { memoryOf } from '../../runtime/memory.js';
import { Outbox } from '../../runtime/outbox.js';
import { QueueingWaiter } from '../../runtime/queueing-waiter.js';
import { encode, TAG } from './lane-kit.js';

const STRIDE_BYTES = 16;
const OWN = 0;

/** Lanes of one slot from participant 0 to each of `consumers`, and the waiter before them. */
function kit(consumers: readonly number[], isOfReplies = false) {
  const start = lanesOffsetBytes(3);
  const laneBytes = laneByteLength(1, STRIDE_BYTES);
  const spareSlot = start + consumers.length * laneBytes;
  const memory = memoryOf(new SharedArrayBuffer(spareSlot + STRIDE_BYTES));
  const bell = (participant: number) => new Doorbell(memory.i32, participantOffsetBytes(participant) >> 2);
  const waiter = new QueueingWaiter(
    memory,
    spareSlot,
    bell(OWN),
    () => {},
    () => {},
  );
  const outbox = new Outbox();
  const lanes = consumers.map((participant, k) => {
    const offsetBytes = start + k * laneBytes;
    const consumer = bell(participant);
    const writer = new LaneWriter({
      memory,
      offsetBytes,
      capacitySlots: 1,
      strideBytes: STRIDE_BYTES,
      ringBytes: 0,
      ends: { number: k, source: 0, target: 0 },
      isOfReplies,
      consumer,
      outbox,
      waiter,
    });
    const reader = new LaneReader(memory, offsetBytes, 1, bell(OWN));
    const receive = (): void => {
      outbox.flush();
      reader.head = (reader.head + reader.available(1)) | 0;
      reader.release();
      waiter.retry();
    };
    return { writer, receive, consumer, send: (value: number) => writer.send(TAG, encode, value, undefined) };
  });
  return { memory, waiter, lanes };
}

type Lane = ReturnType<typeof kit>['lanes'][number];

describe('a queueing waiter', () => {
  it('knows up to which number everything that it queued was written, over all lanes', () => {
    const { waiter, lanes } = kit([1, 2]);
    const [first, second] = lanes as [Lane, Lane];
    expect([waiter.pushed, waiter.writtenUpTo]).toEqual([0, 0]);
    for (const lane of [first, second]) expect(lane.send(0)).toBeUndefined();
    for (const lane of [first, second, first]) expect(lane.send(1)).toBeInstanceOf(Promise);
    expect([waiter.pushed, waiter.writtenUpTo]).toEqual([3, 0]);
    second.receive();
    expect(waiter.writtenUpTo).toBe(0);
    first.receive();
    expect(waiter.writtenUpTo).toBe(2);
    first.receive();
    expect([waiter.pushed, waiter.writtenUpTo, waiter.queued]).toEqual([3, 3, 0]);
  });

  it('does not wait for what was given up', async () => {
    const { waiter, lanes } = kit([1]);
    const [lane] = lanes as [Lane];
    void lane.send(0);
    const controller = new AbortController();
    const given = lane.writer.send(TAG, encode, 1, { signal: controller.signal });
    expect([waiter.pushed, waiter.writtenUpTo]).toEqual([1, 0]);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'SN_ABORTED' });
    expect(waiter.writtenUpTo).toBe(1);
  });

  it('refuses what its own thread would have to make room for, except replies, which it takes in anyway', () => {
    const [lane] = kit([OWN]).lanes as [Lane];
    void lane.send(0);
    expect(() => lane.send(1)).toThrow(expect.objectContaining({ code: 'SN_DEADLOCK' }));
    const [replies] = kit([OWN], true).lanes as [Lane];
    void replies.send(0);
    expect(replies.send(1)).toBeInstanceOf(Promise);
  });

  it.each([
    [true, 0],
    [false, BLOCKED],
  ])(
    'wakes who blocks and has replies to take in, and nobody else (of replies: %s)',
    (isOfReplies, after) => {
      const { memory, waiter, lanes } = kit([1], isOfReplies);
      const [lane] = lanes as [Lane];
      void lane.send(0);
      void lane.send(1);
      lane.consumer.announce(BLOCKED);
      expect(waiter.askForSpace()).toBe(false);
      expect(memory.i32[lane.consumer.index]).toBe(after);
    },
  );
});
