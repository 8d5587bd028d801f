/**
 * Work that is counted and not timed: so many turns of xorshift, each of which needs the one before. Work by the clock would seem to go on while
 * its thread has no core.
 */
export function crunch(turns: number, seed: number): number {
  let x = seed | 1;
  for (let turn = 0; turn < turns; turn++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}
