/** Memory of a pool's worker beside a bare one's, in a fresh process each time: what a process had once it keeps in part. */
import { execFileSync } from 'node:child_process';
import { buildProgram } from '../build.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const RUNS = 7;
const KINDS = ['pool', 'bare'] as const;
const PARTS = {
  heap: 'heap after a collection',
  external: 'outside of the heap',
  resident: 'resident set',
} as const;

type Kind = (typeof KINDS)[number];
type Part = keyof typeof PARTS;
type Taken = Readonly<Record<Part, number>>;

const NAMES: Readonly<Record<Kind, string>> = { pool: 'a worker of a pool of 8', bare: 'a bare worker of 8' };

export const memory: Suite = async (wanted) => {
  const parts = (Object.keys(PARTS) as Part[]).filter(
    (part) => wanted(extraName(part)) || KINDS.some((kind) => wanted(partName(kind, part))),
  );
  if (parts.length === 0) return [];
  await buildProgram('memory-probe', 'tasks');
  const program = await buildProgram('memory', 'tasks');
  const runs = Array.from({ length: RUNS }, () => ({
    pool: measure(program, 'pool'),
    bare: measure(program, 'bare'),
  }));
  return parts.flatMap((part): readonly Row[] => [
    ...KINDS.map((kind) =>
      rowOf(
        partName(kind, part),
        'MB',
        runs.map((run) => run[kind][part] / 1e6),
      ),
    ),
    rowOf(
      extraName(part),
      'MB',
      runs.map(({ pool, bare }) => (pool[part] - bare[part]) / 1e6),
    ),
  ]);
};

function measure(program: string, kind: Kind): Taken {
  const printed = execFileSync(process.execPath, ['--expose-gc', program, kind], { encoding: 'utf8' });
  return JSON.parse(printed) as Taken;
}

function partName(kind: Kind, part: Part): string {
  return `memory of ${NAMES[kind]}, ${PARTS[part]}`;
}

function extraName(part: Part): string {
  return `memory, more than a bare worker's, ${PARTS[part]}`;
}
