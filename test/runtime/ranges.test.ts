import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealEvenly, PARTITIONS } from '../../runtime/partition-table.js';
import { partitionOfRange, rangeOf } from '../../runtime/ranges.js';

describe('rangeOf', () => {
  it('counts the bounds that are not above the key', () => {
    const bounds = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bounds, fc.integer({ min: -60, max: 60 }), (unsorted, key) => {
        const sorted = unsorted.sort((a, b) => a - b);
        expect(rangeOf(key, sorted)).toBe(sorted.filter((bound) => bound <= key).length);
      }),
    );
  });

  it('knows text by its code units, and bigints', () => {
    expect(['', 'A', 'Z', 'a', 'é'].map((key) => rangeOf(key, ['A', 'a']))).toEqual([0, 1, 1, 2, 2]);
    expect([-1n, 0n, 2n ** 63n].map((key) => rangeOf(key, [0n, 1n]))).toEqual([0, 1, 2]);
  });

  it('puts what is less than nothing into the last range', () => {
    expect(rangeOf(Number.NaN, [1, 2])).toBe(2);
  });
});

describe('partitionOfRange', () => {
  it('gives each range a partition of its own, ascending', () => {
    for (let ranges = 1; ranges <= PARTITIONS; ranges++) {
      const partitions = Array.from({ length: ranges }, (_, range) => partitionOfRange(range, ranges));
      expect(new Set(partitions).size).toBe(ranges);
      expect(partitions).toEqual([...partitions].sort((a, b) => a - b));
      expect(partitions.at(-1)).toBeLessThan(PARTITIONS);
    }
  });

  it('gives as many instances as ranges one each', () => {
    for (let ranges = 1; ranges <= PARTITIONS; ranges++) {
      const owners = dealEvenly(ranges);
      for (let range = 0; range < ranges; range++)
        expect(owners[partitionOfRange(range, ranges)]).toBe(range);
    }
  });
});
