/** Startup: a pool until it is ready, beside bare workers; and what pools and channels cost that have nothing to do. */
import { laneByteLength } from '../../runtime/lane-layout.js';
import { buildProgram } from '../build.js';
import { type Contest, interleave } from '../contestant.js';
import { start } from '../pools/start.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 9;
const WORKERS = 4;
const MEMORY = 'a lane beside its slots, at most';
/** A lane's end is padded: the worst of these shows it. */
const CAPACITIES_SLOTS = [1, 64, 1024, 65_536];
const STRIDE_BYTES = 40;

export const startup: Suite = async (wanted) => {
  const pools = await buildProgram('start', 'quotes');
  const channels = await buildProgram('channel-idle', 'payloads');
  const contest = (name: string, ...args: readonly string[]): Contest => ({
    name,
    unit: '% of a core',
    operations: WORKERS,
    command: process.execPath,
    args,
    threads: 1,
  });
  const contests = [
    contest(`parked pool of ${WORKERS} workers`, pools, 'parked'),
    contest(`${WORKERS} workers asleep at channels`, channels),
  ].filter(({ name }) => wanted(name));
  const contestants = await interleave(contests, ROUNDS);
  return [
    ...(await start(wanted)),
    ...contestants.flatMap((contestant) => contestant.rows()),
    ...(wanted(MEMORY) ? [memory()] : []),
  ];
};

function memory(): Row {
  const overheads = CAPACITIES_SLOTS.map(
    (slots) => laneByteLength(slots, STRIDE_BYTES) - slots * STRIDE_BYTES,
  );
  return rowOf(MEMORY, 'bytes', [Math.max(...overheads)]);
}
