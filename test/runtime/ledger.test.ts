import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LINE_BYTES, laneByteLength, totalAt } from '../../runtime/lane-layout.js';
import { Ledger } from '../../runtime/ledger.js';
import { laneKit } from './lane-kit.js';

beforeEach(() => {
  // Groups grow by the clock.
  vi.spyOn(performance, 'now').mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('totalAt', () => {
  const totals = fc.integer({ min: 0, max: 2 ** 52 });
  const epochOf = (total: number): number => Math.floor(total / 2 ** 31);

  it('gives back any total below 2^53 from its position and epoch', () => {
    fc.assert(
      fc.property(totals, (total) => {
        expect(totalAt(total | 0, epochOf(total))).toBe(total);
      }),
    );
  });

  it('allows for an epoch that was counted before its position was stored', () => {
    fc.assert(
      fc.property(totals, (total) => {
        expect(totalAt(total | 0, epochOf(total) + 1)).toBe(total);
      }),
    );
  });
});

describe('a lane', () => {
  it('costs its slots and at most 512 bytes', () => {
    for (const [capacity, stride] of [
      [1, 8],
      [2, 24],
      [1024, 40],
      [4096, 32],
    ] as const) {
      const bytes = laneByteLength(capacity, stride);
      expect(bytes - capacity * stride).toBeLessThanOrEqual(512);
      expect(bytes % LINE_BYTES).toBe(0);
    }
  });
});

describe('a ledger', () => {
  it('counts what was published, not what a group still holds', () => {
    const { ledger, writer, outbox, send } = laneKit(64);
    send(1, 2);
    expect(writer.tail).toBe(2);
    expect(ledger.count(() => true).sent).toBe(1);
    outbox.flush();
    expect(ledger.count(() => true)).toEqual({ sent: 2, handled: 0, depth: 2 });
  });

  it('is quiescent when every lane is empty, and only then', () => {
    const { ledger, outbox, send, receive } = laneKit(4);
    expect(ledger.isQuiescent()).toBe(true);
    send(1, 2);
    outbox.flush();
    expect(ledger.isQuiescent()).toBe(false);
    receive(1);
    expect(ledger.isQuiescent()).toBe(false);
    receive(1);
    expect(ledger.isQuiescent()).toBe(true);
  });

  it('counts a message as handled at its release, not while a handler has it', () => {
    const { ledger, reader, outbox, send } = laneKit(4);
    send(1);
    outbox.flush();
    reader.head = (reader.head + 1) | 0;
    expect(ledger.isQuiescent()).toBe(false);
    expect(ledger.count(() => true).handled).toBe(0);
    reader.release();
    expect(ledger.isQuiescent()).toBe(true);
  });

  it('adds up the lanes that are picked', () => {
    const kit = laneKit(4);
    kit.send(1, 2);
    kit.outbox.flush();
    const other = { ...kit.address, consumer: 9 };
    const ledger = new Ledger(kit.memory.i32, [kit.address, other]);
    expect(ledger.count(() => true).sent).toBe(4);
    expect(ledger.count(({ consumer }) => consumer === 9).sent).toBe(2);
    expect(ledger.count(() => false)).toEqual({ sent: 0, handled: 0, depth: 0 });
  });
});
