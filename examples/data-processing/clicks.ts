/** Clicks to work on: random, and the same in every run. */
import type { Click } from './generated/index.js';

const PAGES = ['home', 'search', 'product', 'cart', 'paid'] as const;
const MIDNIGHT_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** One day of `count` clicks, in the order of time. */
export function* clicksOfADay(count: number, users: number): Generator<Click> {
  const random = mulberry32(2026);
  for (let n = 0; n < count; n++) {
    const user = Math.floor(users * random());
    // Squared: the first pages are looked at far more often than the last.
    const page = PAGES[Math.floor(PAGES.length * random() ** 2)] as (typeof PAGES)[number];
    yield { user, page, atMs: MIDNIGHT_MS + Math.floor((n / count) * DAY_MS) };
  }
}

/** Numbers from 0 to 1, after Tommy Ettinger's generator of that name. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
