/** Startup: a pool until it is ready, beside bare workers; and what a pool costs that has nothing to do. */
import { laneByteLength } from '../../runtime/lane-layout.js';
import { buildProgram } from '../build.js';
import { Contestant, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';

const ROUNDS = 7;

export async function startup(): Promise<readonly Row[]> {
  const node = process.execPath;
  const program = await buildProgram('start');
  const contestants = [
    new Contestant('createPool of 4 workers', 'ms', 4, node, [program, 'pool']),
    new Contestant('4 bare workers', 'ms', 4, node, [program, 'bare']),
    new Contestant('parked pool of 4 workers', '% of a core', 4, node, [program, 'parked']),
  ];
  await interleave(contestants, ROUNDS);
  const overheads = [1, 64, 1024, 65_536].map((slots) => laneByteLength(slots, 40) - slots * 40);
  return [
    ...contestants.map(({ name, unit, samples }) => rowOf(name, unit, samples)),
    rowOf('a lane beside its slots, at most', 'bytes', [Math.max(...overheads)]),
  ];
}
