/**
 * Common clock: milliseconds that mean the same moment in every thread of a pool.
 *
 * `performance.now()` counts from the start of its own thread, and the threads' `timeOrigin`s come from a clock that the system may set.
 * `process.hrtime` is one monotonic clock for the whole process, but slower and a BigInt: so each thread finds once by how much the two differ.
 */
import { CLOCK_BASE_OFFSET_BYTES } from '../arena-layout.js';

/** The system may take the processor away between two looks at clocks: the closest pair of so many counts. */
const TRIES = 8;
const NS_PER_MS = 1e6;

/** Host: begins the clock of an arena. */
export function beginCommonClock(words: DataView): void {
  words.setBigUint64(CLOCK_BASE_OFFSET_BYTES, process.hrtime.bigint(), true);
}

/** What this thread adds to `performance.now()` to get the time since the arena's clock began. */
export function commonClockOffsetMs(arena: ArrayBufferLike): number {
  const baseNs = new DataView(arena).getBigUint64(CLOCK_BASE_OFFSET_BYTES, true);
  let offsetMs = 0;
  let closestMs = Number.POSITIVE_INFINITY;
  for (let left = TRIES; left > 0; left--) {
    const beforeMs = performance.now();
    const commonNs = process.hrtime.bigint();
    const afterMs = performance.now();
    if (afterMs - beforeMs >= closestMs) continue;
    closestMs = afterMs - beforeMs;
    offsetMs = Number(commonNs - baseNs) / NS_PER_MS - (beforeMs + afterMs) / 2;
  }
  return offsetMs;
}
