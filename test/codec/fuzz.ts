/**
 * `npm run fuzz [-- --minutes n] [--seed n]`: hostile records for as long as asked, on new layouts all the time.
 *
 * With 0 minutes it does one round, which is how a failure is run again.
 */
import { parseArgs } from 'node:util';
import { emptyTally, FAMILY_NAMES, hostileRound, type Tally } from './hostile.js';

const DEFAULT_MINUTES = 2;
const REPORT_EVERY_MS = 10_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const minutes = numberOf(values.minutes, DEFAULT_MINUTES);
  const first = numberOf(values.seed, Date.now() % 2 ** 31);
  // What is thrown millions of times needs no trace.
  Error.stackTraceLimit = 0;
  console.log(`fuzz: ${minutes} minutes from seed ${first}`);
  const tally = emptyTally();
  const startMs = performance.now();
  let reportedMs = startMs;
  let rounds = 0;
  do {
    await hostileRound((first + rounds) | 0, tally);
    rounds++;
    if (performance.now() - reportedMs >= REPORT_EVERY_MS) {
      reportedMs = performance.now();
      report(first, rounds, tally, reportedMs - startMs);
    }
  } while (performance.now() - startMs < minutes * 60_000);
  report(first, rounds, tally, performance.now() - startMs);
  console.table(tally.families);
}

function report(first: number, rounds: number, { layouts, families }: Tally, elapsedMs: number): void {
  const sum = (of: 'records' | 'values' | 'errors') =>
    FAMILY_NAMES.reduce((total, family) => total + families[family][of], 0).toLocaleString('en');
  console.log(
    `${Math.round(elapsedMs / 1000)} s: seeds ${first} to ${first + rounds - 1}, ${layouts} layouts, ` +
      `${sum('records')} records, ${sum('values')} values, ${sum('errors')} errors`,
  );
}

function numberOf(text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (!Number.isFinite(number)) throw new Error(`not a number: ${text}`);
  return number;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
