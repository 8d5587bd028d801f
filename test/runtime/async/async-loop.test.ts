import { describe, expect, it, onTestFinished } from 'vitest';
import {
  PARKS_OFFSET_BYTES,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
} from '../../../runtime/arena-layout.js';
import { AsyncLoop } from '../../../runtime/async/async-loop.js';
import { ReplyIntake } from '../../../runtime/calls/reply-intake.js';
import { OrderReader } from '../../../runtime/control/orders.js';
import { DeadlockWatch } from '../../../runtime/deadlock.js';
import { IdleReport } from '../../../runtime/idle-report.js';
import type { Inbox } from '../../../runtime/inbox.js';
import { SLOT_HEADER_BYTES } from '../../../runtime/lane-layout.js';
import { Outbox } from '../../../runtime/outbox.js';
import { Parker } from '../../../runtime/parker.js';
import { QueueingWaiter } from '../../../runtime/queueing-waiter.js';
import { laneKit, nextTurn } from '../lane-kit.js';

const STRIDE_BYTES = 16;

/** A loop over one lane, whose handlers are given. */
function loopKit(concurrency: number, handle: (value: number) => unknown, capacitySlots = 16) {
  const kit = laneKit(capacitySlots);
  const { memory, address, producer, consumer, reader } = kit;
  const ownBytes = participantOffsetBytes(address.consumer);
  const faults: unknown[] = [];
  const waiter = new QueueingWaiter(
    memory,
    0,
    consumer,
    () => {},
    () => {},
  );
  const parker = new Parker(consumer, ownBytes, 0, new DeadlockWatch(memory.i32, address.consumer, []));
  const loop = new AsyncLoop({
    concurrency,
    replies: new ReplyIntake([], []),
    outbox: new Outbox(),
    waiter,
    parker,
    host: producer,
    orders: new OrderReader(producer, ownBytes),
    meter: { taken() {}, handled() {}, work() {}, endTurn() {} },
    onPause: () => {},
    idleReport: new IdleReport(producer, [address.offsetBytes]),
    stateIndex: (ownBytes + STATE_OFFSET_BYTES) >> 2,
    onFault: (error) => faults.push(error),
  });
  const batches: number[] = [];
  const inbox: Inbox = {
    drain(lane, max) {
      const count = lane.available(max);
      for (let left = count; left > 0; left--) {
        const slot = lane.slots + (lane.head & (capacitySlots - 1)) * STRIDE_BYTES;
        const value = memory.f64[(slot + SLOT_HEADER_BYTES) >> 3] as number;
        loop.handling.take(lane, () => handle(value));
        lane.head = (lane.head + 1) | 0;
      }
      batches.push(count);
      return count;
    },
  };
  const send = (...values: number[]): void => {
    kit.send(...values);
    kit.outbox.flush();
  };
  const handled = (): number => kit.ledger.count(() => true).handled;
  loop.start();
  loop.open([{ lane: reader, inbox }]);
  onTestFinished(() => loop.stop());
  return { ...kit, loop, send, handled, faults, batches };
}

/** Turns of the event loop until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

describe('an async loop', () => {
  it('takes no more messages than may run, and the next ones as soon as handlers settle', async () => {
    const settle: (() => void)[] = [];
    const { send, handled, batches } = loopKit(2, () => new Promise<void>((resolve) => settle.push(resolve)));
    send(1, 2, 3, 4, 5);
    await until(() => settle.length === 2);
    for (let k = 0; k < 5; k++) await nextTurn();
    expect(settle).toHaveLength(2);
    settle[0]?.();
    await until(() => settle.length === 3);
    expect([handled(), batches]).toEqual([1, [2, 1]]);
    for (const one of settle) one();
    await until(() => settle.length === 5);
    for (const one of settle) one();
    await until(() => handled() === 5);
  });

  it('gives a burst of handlers that settle one turn, in the task in which they did', async () => {
    const settle: (() => void)[] = [];
    const { send, handled, batches } = loopKit(8, () => new Promise<void>((resolve) => settle.push(resolve)));
    send(...Array.from({ length: 16 }, (_, k) => k));
    await until(() => settle.length === 8);
    await nextTurn();
    for (const one of settle.splice(0)) one();
    await until(() => settle.length === 8);
    expect(handled()).toBe(8);
    expect(batches).toEqual([8, 8]);
  });

  it('leaves the event loop its turn while handlers settle at once for ever', async () => {
    let isOver = false;
    let ran = 0;
    const { send, reader, writer } = loopKit(4, async () => {
      ran += 1;
    });
    const refill = (): void => {
      if (isOver) return;
      while (writer.hasRoom()) send(1);
      setImmediate(refill);
    };
    refill();
    // A timer comes, though there is always more to do.
    await new Promise((resolve) => setTimeout(resolve, 1));
    isOver = true;
    expect(ran).toBeGreaterThan(0);
    await until(() => reader.available(1) === 0);
  });

  it('is dry when all have settled, not before, and goes on afterwards', async () => {
    const settle: (() => void)[] = [];
    const { send, loop, handled } = loopKit(4, () => new Promise<void>((resolve) => settle.push(resolve)));
    send(1, 2);
    await until(() => settle.length === 2);
    let isDry = false;
    const dry = loop.untilDry().then(() => {
      isDry = true;
    });
    settle[1]?.();
    for (let k = 0; k < 5; k++) await nextTurn();
    expect(isDry).toBe(false);
    settle[0]?.();
    await dry;
    expect(handled()).toBe(2);
    send(3);
    await until(() => settle.length === 3);
  });

  it.each(['throws', 'rejects'] as const)('stops for good when a handler %s', async (how) => {
    const error = new Error(how);
    const { send, faults, batches } = loopKit(1, (value) => {
      if (value !== 2) return undefined;
      if (how === 'throws') throw error;
      return Promise.reject(error);
    });
    send(1, 2);
    await until(() => faults.length === 1);
    const before = batches.length;
    send(3);
    for (let k = 0; k < 5; k++) await nextTurn();
    expect([faults, batches.length]).toEqual([[error], before]);
  });

  it('sleeps while handlers wait', async () => {
    const { send, memory, address, batches } = loopKit(4, () => new Promise<void>(() => {}));
    send(1);
    await until(() => batches.length === 1);
    await nextTurn();
    const parksIndex = (participantOffsetBytes(address.consumer) + PARKS_OFFSET_BYTES) >> 2;
    const parks = memory.i32[parksIndex];
    for (let k = 0; k < 20; k++) await nextTurn();
    expect(memory.i32[parksIndex]).toBe(parks);
    expect(batches).toHaveLength(1);
  });
});
