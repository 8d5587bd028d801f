/** Turns of the event loop, as what tests wait for in place of time. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Waits for `count` turns. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await nextTurn();
}

/** Waits, turn by turn, until `condition` holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
