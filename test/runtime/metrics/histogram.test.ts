import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Memory, memoryOf } from '../../../runtime/memory.js';
import {
  HISTOGRAM_BYTES,
  Histogram,
  type LatencyStats,
  latencyOf,
} from '../../../runtime/metrics/histogram.js';

const NS_PER_MS = 1e6;
const AT = 64;

function makeMemory(histograms = 1): Memory {
  return memoryOf(new SharedArrayBuffer(AT + histograms * HISTOGRAM_BYTES));
}

function statsOf(recorded: readonly (readonly [valueNs: number, count: number])[]): LatencyStats {
  const memory = makeMemory();
  const histogram = new Histogram(memory, AT);
  for (const [valueNs, count] of recorded) histogram.record(valueNs, count);
  return latencyOf(memory, [AT]);
}

/** Nearest rank. */
function exactly(recorded: readonly (readonly [number, number])[], share: number): number {
  const sorted = [...recorded].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.max(1, Math.ceil(total * share));
  for (const [value, count] of sorted) {
    left -= count;
    if (left <= 0) return value;
  }
  return 0;
}

/** Over all magnitudes from 1 ns to 9 minutes. */
const values = fc.double({ min: 0, max: 38.9, noNaN: true }).map((power) => 2 ** power);

describe('a histogram', () => {
  test('tells each percentile within 1/32 of the exact one, and the maximum exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(values, fc.integer({ min: 1, max: 300 })), { minLength: 1 }),
        (recorded) => {
          const { count, p50Ms, p99Ms, p999Ms, maxMs } = statsOf(recorded);
          expect(count).toBe(recorded.reduce((sum, [, times]) => sum + times, 0));
          expect(maxMs).toBe(Math.max(...recorded.map(([value]) => value)) / NS_PER_MS);
          for (const [told, share] of [
            [p50Ms, 0.5],
            [p99Ms, 0.99],
            [p999Ms, 0.999],
          ] as const) {
            const exact = exactly(recorded, share);
            expect(Math.abs(told * NS_PER_MS - exact)).toBeLessThanOrEqual(exact / 32 + 1e-9);
          }
        },
      ),
    );
  });

  test('is all 0 while there is nothing in it', () => {
    expect({ ...statsOf([]) }).toEqual({ count: 0, p50Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 });
  });

  test('counts what is too short or no number as the shortest, and what is too long as the longest with its maximum', () => {
    const short = statsOf([
      [0, 1],
      [-5, 1],
      [Number.NaN, 1],
      [0.5, 1],
    ]);
    expect(short.count).toBe(4);
    expect(short.p50Ms).toBeLessThan(2 / NS_PER_MS);
    const long = statsOf([[2 ** 45, 3]]);
    expect(long.count).toBe(3);
    expect(long.p50Ms).toBe(2 ** 45 / NS_PER_MS);
    expect(statsOf([[Number.POSITIVE_INFINITY, 1]]).maxMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('counts beyond 2^32', () => {
    const { count, p50Ms } = statsOf([
      [1000, 3 * 2 ** 40],
      [1e9, 2 ** 40],
    ]);
    expect(count).toBe(2 ** 42);
    expect(p50Ms).toBeCloseTo(0.001, 4);
  });

  test('writes nothing outside its block', () => {
    const memory = makeMemory(3);
    memory.u8.fill(0xee);
    const first = AT + HISTOGRAM_BYTES;
    memory.u8.fill(0, first, first + HISTOGRAM_BYTES);
    const histogram = new Histogram(memory, first);
    for (let power = -3; power < 60; power++) histogram.record(2 ** power, 1);
    const outside = [...memory.u8.subarray(0, first), ...memory.u8.subarray(first + HISTOGRAM_BYTES)];
    expect(outside.every((byte) => byte === 0xee)).toBe(true);
  });

  test('is what several say together, as one of them would have recorded it', () => {
    const memory = makeMemory(2);
    const offsets = [AT, AT + HISTOGRAM_BYTES];
    offsets.forEach((offset, k) => {
      const histogram = new Histogram(memory, offset);
      for (let n = 1; n <= 1000; n++) histogram.record(n * (k + 1) * 100, k + 1);
    });
    const recorded = [0, 1].flatMap((k) =>
      Array.from({ length: 1000 }, (_, n) => [(n + 1) * (k + 1) * 100, k + 1] as const),
    );
    expect({ ...latencyOf(memory, offsets) }).toEqual({ ...statsOf(recorded) });
  });

  test('is read when something of it is asked for, and then once', () => {
    const memory = makeMemory();
    const histogram = new Histogram(memory, AT);
    const stats = latencyOf(memory, [AT]);
    histogram.record(1000, 7);
    expect(stats.count).toBe(7);
    histogram.record(1000, 7);
    expect(stats.count).toBe(7);
    expect(latencyOf(memory, [AT]).count).toBe(14);
    expect(JSON.parse(JSON.stringify(stats))).toMatchObject({ count: 7, maxMs: 0.001 });
  });
});
