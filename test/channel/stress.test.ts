/** A short stress: so many messages through random channels, from seeds that are always the same; `npm run stress` goes on from others. */
import { describe, it } from 'vitest';
import { describeRound, stressRound } from './stress.js';
import './support/clean-up.js';

const ROUNDS = 25;
const MESSAGES = 1500;

describe('what is sent through any channel is received once, in order', () => {
  it.each(Array.from({ length: ROUNDS }, (_, k) => [k + 1, describeRound(k + 1, MESSAGES)] as const))(
    'seed %i: %s',
    async (seed) => {
      await stressRound(seed, MESSAGES);
    },
  );
});
