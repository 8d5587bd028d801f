/** Generate: the cold command, a fresh process each time, on the flights schema. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build.js';
import { type Row, rowOf } from '../statistics.js';

const RUNS = 9;

export async function generate(): Promise<readonly Row[]> {
  const out = join(ROOT, '.bench/flights');
  const command = [
    join(ROOT, 'dist/generator/cli.js'),
    join(ROOT, 'examples/flights/schema.ts'),
    '--out',
    out,
  ];
  const time = (args: readonly string[]): number => {
    rmSync(out, { recursive: true, force: true });
    const startedMs = performance.now();
    execFileSync(process.execPath, args, { stdio: 'pipe' });
    return performance.now() - startedMs;
  };
  const runs = { bundled: [] as number[], bare: [] as number[], node: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    runs.bundled.push(time(command));
    runs.bare.push(time([...command, '--no-bundle']));
    runs.node.push(time(['-e', '0']));
  }
  return [
    rowOf('sn-gen examples/flights/schema.ts, cold', 'ms', runs.bundled),
    rowOf('the same, --no-bundle', 'ms', runs.bare),
    rowOf('node -e 0', 'ms', runs.node),
  ];
}
