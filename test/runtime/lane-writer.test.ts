import { afterEach, describe, expect, it, vi } from 'vitest';
import { AWAKE, HUNGRY, MUTED, PARKED } from '../../runtime/doorbell.js';
import { NO_SLOT } from '../../runtime/lane-writer.js';
import { laneKit, nextTurn, TAG } from './lane-kit.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The clock as the test moves it. */
function clock(): { nowMs: number } {
  const time = { nowMs: 100 };
  vi.spyOn(performance, 'now').mockImplementation(() => time.nowMs);
  return time;
}

/** Sends `count` messages, each after `workMs` of other work. @returns how many messages each publication brought. */
function publications(
  lane: ReturnType<typeof laneKit>,
  time: { nowMs: number },
  count: number,
  workMs: number,
): number[] {
  const groups: number[] = [];
  for (let k = 0; k < count; k++) {
    time.nowMs += workMs;
    lane.send(k);
    const seen = lane.receive().length;
    if (seen > 0) groups.push(seen);
    lane.writer.refreshLimit();
  }
  return groups;
}

describe('a lane', () => {
  it.each([1, 2, 8, 64])('of %i slots takes exactly as many messages', (capacity) => {
    const { writer, send } = laneKit(capacity);
    let sent = 0;
    while (writer.tryClaim() !== NO_SLOT) send(++sent);
    expect(sent).toBe(capacity);
    expect(writer.tryClaim()).toBe(NO_SLOT);
  });

  it('has room again for as many as the consumer has released', () => {
    const { writer, outbox, send, receive } = laneKit(4);
    send(1, 2, 3, 4);
    outbox.flush();
    expect(writer.hasRoom()).toBe(false);
    expect(receive(3)).toEqual([1, 2, 3]);
    expect(writer.hasRoom()).toBe(true);
    send(5, 6, 7);
    expect(writer.hasRoom()).toBe(false);
    outbox.flush();
    expect(receive()).toEqual([4, 5, 6, 7]);
  });

  it('shows no trace of a message whose encoder throws', () => {
    const { writer, outbox, send, receive } = laneKit(4);
    send(1);
    const failing = (): void => {
      throw new RangeError('no such value');
    };
    expect(() => writer.send(TAG, failing, 2, undefined)).toThrow('no such value');
    send(3);
    outbox.flush();
    expect(receive()).toEqual([1, 3]);
  });

  it('keeps order and totals where positions cross 2^31 and 2^32', () => {
    for (const start of [0x7fff_fffd, 0xffff_fffd, 7 * 0x1_0000_0000 - 3]) {
      const { outbox, send, receive, ledger } = laneKit(2, start);
      for (let k = 0; k < 6; k++) {
        send(k);
        outbox.flush();
        expect(ledger.count(() => true)).toEqual({ sent: start + k + 1, handled: start + k, depth: 1 });
        expect(receive()).toEqual([k]);
        expect(ledger.isQuiescent()).toBe(true);
      }
      expect(ledger.count(() => true)).toEqual({ sent: start + 6, handled: start + 6, depth: 0 });
    }
  });

  it('tells at which head it last looked, also across 2^31', () => {
    const { writer, outbox, memory, send, receive } = laneKit(2, 0x7fff_ffff);
    expect(writer.headSeen()).toBe(0x7fff_ffff);
    send(1);
    outbox.flush();
    receive();
    expect(writer.headSeen()).toBe(0x7fff_ffff);
    writer.refreshLimit();
    expect(writer.headSeen()).toBe(0x8000_0000 | 0);
    expect(memory.i32[writer.headIndex]).toBe(0x8000_0000 | 0);
  });

  it('writes slots made elsewhere as they are', () => {
    const { writer, outbox, memory, receive, send } = laneKit(4);
    send(5);
    writer.sendSlot(memory.u8.slice(writer.slots, writer.slots + writer.strideBytes));
    outbox.flush();
    expect(receive()).toEqual([5, 5]);
  });
});

describe('group commit', () => {
  it('doubles its group while messages come fast, up to a quarter of the ring', () => {
    const time = clock();
    expect(publications(laneKit(64), time, 63, 0.0001)).toEqual([1, 2, 4, 8, 16, 16, 16]);
  });

  it('never groups more than 256 messages', () => {
    const time = clock();
    expect(Math.max(...publications(laneKit(4096), time, 5000, 0))).toBe(256);
  });

  it('halves its group when the sender works longer than about 20 us for it', () => {
    const time = clock();
    const lane = laneKit(64);
    publications(lane, time, 31, 0.0001);
    expect(publications(lane, time, 16 + 8 + 4 + 2 + 1 + 1, 0.05)).toEqual([16, 8, 4, 2, 1, 1]);
  });

  it('keeps its group while a full one takes between 10 and 20 us', () => {
    const time = clock();
    const lane = laneKit(64);
    publications(lane, time, 7, 0.0001);
    expect(publications(lane, time, 24, 0.002)).toEqual([8, 8, 8]);
  });

  it.each([
    ['hungry', HUNGRY],
    ['parked', PARKED],
  ] as const)('publishes at once for a %s consumer', (_, state) => {
    const time = clock();
    const lane = laneKit(64);
    publications(lane, time, 31, 0);
    lane.send(1);
    expect(lane.visible()).toBe(0);
    Atomics.store(lane.memory.i32, lane.consumer.index, state);
    lane.send(2);
    expect(lane.visible()).toBe(2);
  });

  it('rings a parked consumer and leaves a hungry one alone', () => {
    const lane = laneKit(64);
    for (const [state, after] of [
      [HUNGRY, HUNGRY],
      [PARKED, 0],
    ] as const) {
      Atomics.store(lane.memory.i32, lane.consumer.index, state);
      lane.send(1);
      expect(Atomics.load(lane.memory.i32, lane.consumer.index)).toBe(after);
    }
  });

  it('leaves a paused consumer asleep, unless it brings replies', () => {
    for (const [isOfReplies, after] of [
      [false, MUTED],
      [true, AWAKE],
    ] as const) {
      const lane = laneKit(64, 0, { isOfReplies });
      lane.consumer.announce(MUTED);
      lane.send(1);
      lane.outbox.flush();
      expect(lane.visible()).toBe(1);
      expect(Atomics.load(lane.memory.i32, lane.consumer.index)).toBe(after);
    }
  });

  it('publishes in groups for a paused consumer', () => {
    const time = clock();
    const lane = laneKit(64);
    publications(lane, time, 31, 0);
    lane.consumer.announce(MUTED);
    lane.send(1, 2);
    expect(lane.visible()).toBe(0);
  });

  it('publishes everything by the time control returns to the event loop', async () => {
    clock();
    const lane = laneKit(64);
    for (const count of [1, 2, 3, 5, 17]) {
      for (let k = 0; k < count; k++) lane.send(k);
      await nextTurn();
      expect(lane.receive()).toHaveLength(count);
      lane.writer.refreshLimit();
    }
  });

  it('publishes what was sent in microtasks, in timers and in I/O callbacks', async () => {
    clock();
    const lane = laneKit(64);
    const grow = lane.send.bind(undefined, 0, 0, 0, 0, 0, 0, 0);
    grow();
    await nextTurn();
    lane.receive();
    await Promise.resolve().then(() => lane.send(1));
    await nextTurn();
    expect(lane.receive()).toEqual([1]);
    await new Promise<void>((resolve) => setTimeout(() => resolve(lane.send(2)), 0));
    await nextTurn();
    expect(lane.receive()).toEqual([2]);
  });

  it('still groups in a loop that awaits every send', async () => {
    clock();
    const lane = laneKit(64);
    let shown = 0;
    for (let k = 0; k < 20; k++) {
      lane.send(k);
      await undefined;
      if (lane.visible() !== shown) shown = lane.visible();
    }
    // 1 + 2 + 4 + 8 are published, the rest is a group that is not full.
    expect(shown).toBe(15);
    await nextTurn();
    expect(lane.visible()).toBe(20);
  });

  it('within a batch leaves the flush to the loop', async () => {
    clock();
    const lane = laneKit(64);
    lane.outbox.inBatch = true;
    lane.send(1, 2);
    await nextTurn();
    expect(lane.visible()).toBe(1);
    lane.outbox.flush();
    expect(lane.visible()).toBe(2);
  });

  it('tells of activity once for all that is sent until the next flush', async () => {
    const onActivity = vi.fn();
    const { Outbox } = await import('../../runtime/outbox.js');
    const outbox = new Outbox(onActivity);
    const lanes = [1, 2].map(() => ({ enlisted: false, flush: vi.fn() }));
    for (const lane of lanes) outbox.enlist(lane);
    expect(onActivity).toHaveBeenCalledTimes(1);
    outbox.flush();
    for (const lane of lanes) expect(lane.flush).toHaveBeenCalledTimes(1);
    outbox.enlist(lanes[0] as (typeof lanes)[number]);
    expect(onActivity).toHaveBeenCalledTimes(2);
    await nextTurn();
    expect(lanes[0]?.flush).toHaveBeenCalledTimes(2);
  });
});

describe('a lane that is closed', () => {
  const reason = new Error('the pool is closed');

  it('has no room and refuses with the reason', () => {
    const { writer } = laneKit(4);
    writer.close(reason);
    expect(writer.tail).toBe(writer.limit);
    expect(writer.hasRoom()).toBe(false);
    expect(() => writer.tryClaim()).toThrow(reason);
  });

  it('still publishes what it had taken', async () => {
    clock();
    const { writer, send, receive } = laneKit(64);
    send(1, 2);
    writer.close(reason);
    await nextTurn();
    expect(receive()).toEqual([1, 2]);
  });

  it('keeps the first reason', () => {
    const { writer } = laneKit(4);
    writer.close(reason);
    writer.close(new Error('another'));
    expect(writer.closed).toBe(reason);
  });
});
