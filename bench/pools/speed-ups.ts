/**
 * From one instance to as many as there are cores, while the host waits: tasks of counted turns, all sent before the first is done, beside bare
 * workers that compute the same turns and hear of nothing meanwhile. What those lose is the machine's doing.
 */
import { availableParallelism } from 'node:os';
import { buildProgram } from '../build.js';
import type { Contest } from '../contestant.js';
import type { Suite } from '../suite.js';
import { againstBest, measureCompared } from './compared.js';

const ROUNDS = 13;
/** Some 100 us each; they all find room in the lanes. */
const TASKS = 4096;

/** 1, 2, 4 ... and all cores. */
export const COUNTS: readonly number[] = counts(availableParallelism());

export const speedUps: Suite = async (wanted) => {
  const program = await buildProgram('crunching', 'tasks');
  const contests = COUNTS.flatMap((instances) =>
    (['pool', 'bare'] as const).map(
      (kind): Contest => ({
        name: rateName(kind, instances),
        unit: 'thousand tasks/s',
        operations: TASKS,
        command: process.execPath,
        args: [program, kind, String(instances)],
        threads: instances,
      }),
    ),
  );
  const comparisons = COUNTS.slice(1).flatMap((instances) =>
    (['pool', 'bare'] as const).map((kind) =>
      againstBest(speedUpName(kind, instances), rateName(kind, instances), [rateName(kind, 1)]),
    ),
  );
  return await measureCompared(contests, comparisons, ROUNDS, wanted);
};

export function speedUpName(kind: 'pool' | 'bare', instances: number): string {
  return `${rateName(kind, instances)} against 1`;
}

function rateName(kind: 'pool' | 'bare', instances: number): string {
  return `computing, host idle: ${kind === 'pool' ? `pool of ${instances}` : `bare workers, ${instances}`}`;
}

function counts(cores: number): readonly number[] {
  const doubled: number[] = [];
  for (let instances = 1; instances < cores; instances *= 2) doubled.push(instances);
  return [...doubled, cores];
}
