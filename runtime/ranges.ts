/**
 * Ranges: which range of a sorted list of bounds a key lies in, and which partition a range is.
 *
 * Emitted code searches its own bounds in the same way: a loop of its own sees keys of one type only, and runs several times as fast.
 */
import { PARTITIONS } from './partition-table.js';

/** Below the first bound is range 0, from the last one on the last range; what is less than nothing (NaN) is in the last one too. */
export function rangeOf<Key>(key: Key, bounds: readonly Key[]): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key < (bounds[middle] as Key)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Spread over the table so that as many instances as ranges, dealt evenly, own one each. */
export function partitionOfRange(range: number, ranges: number): number {
  return Math.ceil((range * PARTITIONS) / ranges);
}
