/**
 * `npm run bench -- <suite> [filter] [--json]`: runs one suite and prints its rows.
 *
 * With --json one document goes to standard output: machine, versions, commit, rows. All else goes to standard error.
 * Measured whole, a suite that has a chart leaves the document and the chart in bench/results/.
 */
import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { channelsChart } from './channels-chart.js';
import { codecChart } from './codec-chart.js';
import { poolsChart } from './pools-chart.js';
import { writeResults } from './results.js';
import type { Row } from './statistics.js';
import type { Suite } from './suite.js';
import { channels } from './suites/channels.js';
import { codec } from './suites/codec.js';
import { generate } from './suites/generate.js';
import { pools } from './suites/pools.js';
import { startup } from './suites/startup.js';

const SUITES: Readonly<Record<string, Suite>> = { channels, codec, generate, pools, startup };
/** Draws a suite's rows, as SVG. */
const CHARTS: Readonly<Record<string, (rows: readonly Row[]) => Promise<string>>> = {
  channels: channelsChart,
  codec: codecChart,
  pools: poolsChart,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const [name = '', filter = ''] = positionals;
const suite = SUITES[name];
if (suite === undefined) {
  console.error(
    `usage: npm run bench -- <${Object.keys(SUITES).join('|')}> [filter] [--json]: got '${name}'`,
  );
  process.exit(2);
}
const rows = (await suite((row) => row.includes(filter))).filter((row) => row.name.includes(filter));
if (rows.length === 0) {
  console.error(`${name} has no row whose name contains '${filter}'`);
  process.exit(2);
}
const about = aboutMachine();
const document = JSON.stringify({ suite: name, ...about, rows }, undefined, 2);
const chart = CHARTS[name];
if (chart !== undefined && filter === '') writeResults(name, document, await chart(rows));
if (values.json) console.log(document);
else print(rows, about);

interface About {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly kernel: string };
  readonly versions: { readonly node: string; readonly v8: string };
  readonly commit: string;
}

function aboutMachine(): About {
  const all = cpus();
  return {
    machine: { cpu: all[0]?.model ?? 'unknown', cores: all.length, kernel: release() },
    versions: { node: process.versions.node, v8: process.versions.v8 },
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  };
}

function print(shown: readonly Row[], { machine, versions, commit }: About): void {
  const table = new Table({
    head: ['', 'median', 'quartiles', 'unit', 'samples'],
    colAligns: ['left', 'right', 'right', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name: row, unit, median, spread, samples, note } of shown)
    table.push([
      row,
      figure(median),
      spread.map(figure).join(' … '),
      note === undefined ? unit : `${unit}; ${note}`,
      samples.length,
    ]);
  console.log(table.toString());
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}; Node ${versions.node}; commit ${commit}`,
  );
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
