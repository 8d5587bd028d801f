/**
 * Histogram: how long things took, in shared memory, with a bounded relative error.
 *
 * Log-linear, after Gil Tene's HdrHistogram: each power of two is cut into 16 buckets of equal width. The bucket of a value is read off its own
 * bits: exponent and upper four bits of the mantissa of an IEEE 754 number count up together, through all powers of two, so that recording needs no
 * logarithm and no search.
 *
 *     1 ns                2 ns                4 ns                                 2^39 ns (9 minutes)
 *      |0|1|2| ... |14|15|16| ... |31|32| ...                                 ... |638|     then: max, in ns
 *
 * The value told for a bucket is its middle, so that it is off by 1/32 at most; what is shorter than 1 ns counts as the first bucket, what is
 * longer than the last one counts there, and the largest value is kept as it is.
 *
 * Counts are floating-point numbers: exact up to 2^53, where 32 bits would run over in a minute. One thread records, without any
 * ordering; any thread reads: see the note on plain access in `arena-layout.ts`.
 */
import type { Memory } from '../memory.js';

const BUCKETS = 639;
/** Behind the buckets. */
const MAX_INDEX = BUCKETS;
export const HISTOGRAM_BYTES = (BUCKETS + 1) * 8;

/** Mantissa bits of a bucket's number. */
const SUB_BITS = 4;
/** Bits of the upper half of a number that lie below those. */
const DROPPED_BITS = 20 - SUB_BITS;
/** What those bits are for 1 ns: an exponent of 1023, and a mantissa of 0. */
const FIRST = 1023 << SUB_BITS;

const NS_PER_MS = 1e6;

const scratchF64 = new Float64Array(1);
const scratchU32 = new Uint32Array(scratchF64.buffer);
/** Of the two halves the one with the exponent: memory is little-endian, as everywhere here. */
const UPPER = 1;

/** What a histogram says, in milliseconds; all 0 while there is nothing in it. */
export interface LatencyStats {
  /** Values that were recorded. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Exact, as the only one: the others are off by 1/32 at most. */
  readonly maxMs: number;
}

/** The recording end. */
export class Histogram {
  private readonly f64: Float64Array<ArrayBufferLike>;
  private readonly first: number;

  constructor({ f64 }: Memory, offsetBytes: number) {
    this.f64 = f64;
    this.first = offsetBytes >> 3;
  }

  /** Counts `count` times `valueNs`. */
  record(valueNs: number, count: number): void {
    const { f64, first } = this;
    const index = first + bucketOf(valueNs);
    f64[index] = (f64[index] as number) + count;
    if (valueNs > (f64[first + MAX_INDEX] as number)) f64[first + MAX_INDEX] = valueNs;
  }
}

/**
 * What the histograms at `offsets` say together. They are read, and percentiles found, when something of it is asked for: then once, so that
 * its parts belong together.
 */
export function latencyOf({ f64 }: Memory, offsets: readonly number[]): LatencyStats {
  let merged: Merged | undefined;
  const read = (): Merged => {
    merged ??= merge(f64, offsets);
    return merged;
  };
  const percentileMs = (share: number): number => percentile(read(), share) / NS_PER_MS;
  return {
    get count() {
      return read().count;
    },
    get p50Ms() {
      return percentileMs(0.5);
    },
    get p99Ms() {
      return percentileMs(0.99);
    },
    get p999Ms() {
      return percentileMs(0.999);
    },
    get maxMs() {
      return read().maxNs / NS_PER_MS;
    },
  };
}

interface Merged {
  readonly counts: Float64Array;
  readonly count: number;
  readonly maxNs: number;
}

function merge(f64: Float64Array<ArrayBufferLike>, offsets: readonly number[]): Merged {
  const counts = new Float64Array(BUCKETS);
  let count = 0;
  let maxNs = 0;
  for (const offsetBytes of offsets) {
    const first = offsetBytes >> 3;
    for (let k = 0; k < BUCKETS; k++) {
      const counted = f64[first + k] as number;
      counts[k] = (counts[k] as number) + counted;
      count += counted;
    }
    maxNs = Math.max(maxNs, f64[first + MAX_INDEX] as number);
  }
  return { counts, count, maxNs };
}

/** The smallest value that at least `share` of all values do not exceed (nearest rank), as its bucket tells it. */
function percentile({ counts, count, maxNs }: Merged, share: number): number {
  if (count === 0) return 0;
  let left = Math.max(1, Math.ceil(count * share));
  let bucket = 0;
  for (; bucket < BUCKETS - 1; bucket++) {
    left -= counts[bucket] as number;
    if (left <= 0) break;
  }
  // What lies beyond the last bucket is counted there.
  return bucket === BUCKETS - 1 ? maxNs : Math.min(middleOf(bucket), maxNs);
}

function bucketOf(valueNs: number): number {
  if (!(valueNs >= 1)) return 0;
  scratchF64[0] = valueNs;
  const bits = (scratchU32[UPPER] as number) >>> DROPPED_BITS;
  return Math.min(bits - FIRST, BUCKETS - 1);
}

function middleOf(bucket: number): number {
  return (lowerBoundOf(bucket) + lowerBoundOf(bucket + 1)) / 2;
}

function lowerBoundOf(bucket: number): number {
  scratchU32[0] = 0;
  scratchU32[UPPER] = (bucket + FIRST) << DROPPED_BITS;
  return scratchF64[0] as number;
}
