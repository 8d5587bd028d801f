/** Report: what was explored of each scenario, printed when its tests are done. */
import type { Outcome } from './search.js';

export function printOutcomes(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(
    ({ scenario, schedules, ends, states }) =>
      `${String(schedules).padStart(9)} schedules ${String(ends).padStart(8)} ends ${String(states).padStart(9)} states  ${scenario}`,
  );
  process.stdout.write(`${rows.join('\n')}\n`);
}
