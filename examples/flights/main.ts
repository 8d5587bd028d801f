/**
 * The demo: three million flights through a generated topology, checked against a plain loop, compared with `postMessage`.
 *
 * Exits with 1 when the results are not equal.
 */
import { isDeepStrictEqual } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import pc from 'picocolors';
import { readFlights } from './flights.js';
import { type JobResult, runPlainLoop, runPostMessage, runTopology } from './jobs.js';

const COUNT = 10;
const MIN_FLIGHTS = 1000;
const INSTANCES = 2;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Runs `work` under a progress bar, on terminals only. */
async function withProgress<T>(
  what: string,
  total: number,
  work: (onProgress: (done: number) => void) => T | Promise<T>,
): Promise<T> {
  const bar = new SingleBar(
    { format: `${what.padEnd(22)} {bar} {percentage}%`, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

const startedMs = performance.now();
const flights = await withProgress('reading flights', 1, readFlights);
const readSeconds = (performance.now() - startedMs) / 1000;
console.log(
  `Read ${whole.format(flights.count)} flights from flights-3m.parquet in ${tenths.format(readSeconds)} s.\n`,
);

const options = { flights, count: COUNT, minFlights: MIN_FLIGHTS, instances: INSTANCES };
const topology = await withProgress('topology', flights.count, (onProgress) =>
  runTopology({ ...options, onProgress }),
);
const plain = runPlainLoop({ ...options, onProgress: () => {} });
const posted = await withProgress('postMessage', flights.count, (onProgress) =>
  runPostMessage({ ...options, onProgress }),
);

console.log(
  pc.bold(
    `The ten airports with the longest mean delay, of those with ${whole.format(MIN_FLIGHTS)} flights or more`,
  ),
);
const worst = new Table({
  head: ['', 'airport', 'flights', 'mean delay, min', 'mean distance, mi'],
  colAligns: ['right', 'left', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
for (const { rank, airport, flights: count, meanDelayMinutes, meanMiles } of topology.rows)
  worst.push([
    rank,
    airport,
    whole.format(count),
    hundredths.format(meanDelayMinutes),
    whole.format(meanMiles),
  ]);
console.log(worst.toString());

const rates = new Table({
  head: ['', 'threads', 'seconds', 'million flights/s', 'against postMessage'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
const rateOf = ({ seconds }: JobResult): number => flights.count / seconds / 1e6;
for (const [job, threads] of [
  [topology, `host + ${INSTANCES} + 1`],
  [posted, `host + ${INSTANCES}`],
  [plain, 'host alone'],
] as const)
  rates.push([
    job.name,
    threads,
    hundredths.format(job.seconds),
    hundredths.format(rateOf(job)),
    `${tenths.format(rateOf(job) / rateOf(posted))} x`,
  ]);
console.log(`\n${rates.toString()}`);
console.log(
  `${whole.format(topology.messages)} messages in all; deepest queue before \`delays\`: ` +
    `${whole.format(topology.deepestQueue)} of ${whole.format(topology.slots)} slots.`,
);

const isEqual = isDeepStrictEqual(topology.rows, plain.rows) && isDeepStrictEqual(posted.rows, plain.rows);
console.log(
  isEqual
    ? pc.green('Equal: topology, plain loop and postMessage gave the same ten rows, to the last bit.')
    : pc.red('NOT EQUAL: the three jobs disagree.'),
);
process.exitCode = isEqual ? 0 : 1;
