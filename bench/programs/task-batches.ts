/** Tasks from the event loop, so many under way at a time, for whoever runs them and gives promises. */
import { type Measured, rate } from './serve.js';

export const UNDER_WAY = 1024;

/** @param check - is shown every answer. @returns thousand tasks a second. */
export async function measureBatches<Answer>(
  operations: number,
  run: () => PromiseLike<Answer>,
  check: (answer: Answer) => void,
): Promise<Measured> {
  const startedMs = performance.now();
  for (let done = 0; done < operations; done += UNDER_WAY) {
    const length = Math.min(UNDER_WAY, operations - done);
    for (const answer of await Promise.all(Array.from({ length }, run))) check(answer);
  }
  return { value: rate(operations, startedMs) * 1000 };
}
