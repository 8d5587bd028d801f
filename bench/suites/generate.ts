/** Generate: the cold command, a fresh process each time, on the flights schema. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build.js';
import { rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const RUNS = 9;
const OUT = join(ROOT, '.bench/flights');
const COMMAND = [join(ROOT, 'dist/generator/cli.js'), join(ROOT, 'examples/flights/schema.ts'), '--out', OUT];

const CASES: Readonly<Record<string, readonly string[]>> = {
  'sn-gen examples/flights/schema.ts, cold': COMMAND,
  'the same, --no-bundle': [...COMMAND, '--no-bundle'],
  'node -e 0': ['-e', '0'],
};

export const generate: Suite = async (wanted) => {
  const cases = Object.entries(CASES).filter(([name]) => wanted(name));
  const samples = new Map<string, number[]>(cases.map(([name]) => [name, []]));
  for (let run = 0; run < RUNS; run++) for (const [name, args] of cases) samples.get(name)?.push(time(args));
  return [...samples].map(([name, values]) => rowOf(name, 'ms', values));
};

/** Milliseconds of one process, with nothing written before it. */
function time(args: readonly string[]): number {
  rmSync(OUT, { recursive: true, force: true });
  const startedMs = performance.now();
  execFileSync(process.execPath, args, { stdio: 'pipe' });
  return performance.now() - startedMs;
}
