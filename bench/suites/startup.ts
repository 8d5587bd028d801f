/** Startup: a pool until it is ready, beside bare workers; and what pools and channels cost that have nothing to do. */
import { laneByteLength } from '../../runtime/lane-layout.js';
import { buildProgram } from '../build.js';
import { type Contest, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 9;
const WORKERS = 4;
const MEMORY = 'a lane beside its slots, at most';
/** A lane's end is padded: the worst of these shows it. */
const CAPACITIES_SLOTS = [1, 64, 1024, 65_536];
const STRIDE_BYTES = 40;

export const startup: Suite = async (wanted) => {
  const start = await buildProgram('start', 'quotes');
  const channels = await buildProgram('channel-idle', 'payloads');
  const contest = (name: string, unit: string, ...args: readonly string[]): Contest => ({
    name,
    unit,
    operations: WORKERS,
    command: process.execPath,
    args,
    threads: 1,
  });
  const contests = [
    contest(`createPool of ${WORKERS} workers`, 'ms', start, 'pool'),
    contest(`${WORKERS} bare workers`, 'ms', start, 'bare'),
    contest(`parked pool of ${WORKERS} workers`, '% of a core', start, 'parked'),
    contest(`${WORKERS} workers asleep at channels`, '% of a core', channels),
  ].filter(({ name }) => wanted(name));
  const contestants = await interleave(contests, ROUNDS);
  return [...contestants.flatMap((contestant) => contestant.rows()), ...(wanted(MEMORY) ? [memory()] : [])];
};

function memory(): Row {
  const overheads = CAPACITIES_SLOTS.map(
    (slots) => laneByteLength(slots, STRIDE_BYTES) - slots * STRIDE_BYTES,
  );
  return rowOf(MEMORY, 'bytes', [Math.max(...overheads)]);
}
