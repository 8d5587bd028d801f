/** A pool until all of its workers are ready, beside bare workers of an empty file until all are online. */
import { buildProgram } from '../build.js';
import type { Contest } from '../contestant.js';
import type { Row } from '../statistics.js';
import type { Suite } from '../suite.js';
import { measureCompared, shareOf } from './compared.js';

const ROUNDS = 13;
const COUNTS = [2, 4];

export const start: Suite = async (wanted) => {
  await buildProgram('empty', 'quotes');
  const program = await buildProgram('start', 'quotes');
  const contest = (name: string, workers: number, kind: string): Contest => ({
    name,
    unit: 'ms',
    operations: workers,
    command: process.execPath,
    args: [program, kind],
    threads: 1,
  });
  const rows: Row[] = [];
  for (const workers of COUNTS) {
    const [pool, bare] = [`createPool of ${workers} workers`, `${workers} bare workers`];
    const contests = [contest(pool, workers, 'pool'), contest(bare, workers, 'bare')];
    const ratio = shareOf(`${pool} against bare ones`, 'x their time', pool, bare);
    rows.push(...(await measureCompared(contests, [ratio], ROUNDS, wanted)));
  }
  return rows;
};
