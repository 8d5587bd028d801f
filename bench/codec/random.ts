/** Numbers that look random and are the same in every run, so that all rounds encode the same records. */

export interface Random {
  /** A whole number from 0 up to `bound`, without it. */
  below(bound: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many of these characters. */
  text(length: number, characters: string): string;
}

/** After mulberry32, by Tommy Ettinger. */
export function randomOf(seed: number): Random {
  let state = seed;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
  return {
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    text: (length, characters) => Array.from({ length }, () => characters[below(characters.length)]).join(''),
  };
}
