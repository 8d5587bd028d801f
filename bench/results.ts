/** Results that are kept: of each suite with a chart, the last whole run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.js';

const RESULTS = join(ROOT, 'bench/results');

export function writeResults(suite: string, document: string, chart: string): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${suite}.json`), `${document}\n`);
  writeFileSync(join(RESULTS, `${suite}.svg`), `${chart}\n`);
}
