/** Trips: one message there, one back, then the next, each timed by itself. The clock is read once a trip. */
import { quantileOfSorted } from '../statistics.js';
import type { Measured } from './serve.js';

/**
 * Trips of a thread that blocks or spins. Microseconds.
 *
 * @param prepare - called before each trip, outside of its time.
 */
export function timedTrips(
  count: number,
  trip: (index: number) => void,
  prepare?: (index: number) => void,
): Measured {
  const tookMs = new Float64Array(count);
  let beforeMs = performance.now();
  for (let index = 0; index < count; index++) {
    if (prepare !== undefined) {
      prepare(index);
      beforeMs = performance.now();
    }
    trip(index);
    const nowMs = performance.now();
    tookMs[index] = nowMs - beforeMs;
    beforeMs = nowMs;
  }
  return percentilesOf(tookMs);
}

/** Trips by way of the event loop. Microseconds. */
export async function timedTripsAsync(
  count: number,
  trip: (index: number) => Promise<unknown>,
): Promise<Measured> {
  const tookMs = new Float64Array(count);
  let beforeMs = performance.now();
  for (let index = 0; index < count; index++) {
    await trip(index);
    const nowMs = performance.now();
    tookMs[index] = nowMs - beforeMs;
    beforeMs = nowMs;
  }
  return percentilesOf(tookMs);
}

function percentilesOf(tookMs: Float64Array): Measured {
  tookMs.sort();
  const atUs = (share: number): number => quantileOfSorted(tookMs, share) * 1000;
  return { value: atUs(0.5), p90: atUs(0.9), p99: atUs(0.99), p999: atUs(0.999) };
}
