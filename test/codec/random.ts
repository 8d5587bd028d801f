/** Random bits: fast, and the same for the same seed. */

/** 32 random bits a call, after Marsaglia's xorshift. */
export type Random = () => number;

export function randomBits(seed: number): Random {
  // Zero is the one state that it never leaves.
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Bytes of which, in two of three styles, most are small, so that lengths, indexes and flags are often right. */
export function fillRandomly(bytes: Uint8Array, random: Random): void {
  const style = random() % 3;
  for (let index = 0; index < bytes.length; index++) {
    const bits = random();
    const byte = bits & 0xff;
    if (style === 0 || (byte & 7) === 0) bytes[index] = byte;
    else bytes[index] = style === 1 ? byte & 1 : byte & 0x7f & (bits >>> 8);
  }
}
