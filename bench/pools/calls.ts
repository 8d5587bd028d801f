/** Calls from the host to a worker, pipelined and one at a time, beside the same by postMessage. */
import { buildProgram } from '../build.js';
import { nodeProgram } from '../channels/contests.js';
import { type Contest, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 9;
const PIPELINED = 1 << 18;
const POSTED_PIPELINED = 1 << 16;
const TRIPS = 10_000;

const PIPELINE = 'calls, 1024 under way';
const SINGLE = 'one call at a time';
const RATIO = `${SINGLE}: sn-gen's median against postMessage's`;

export const calls: Suite = async (wanted) => {
  const { command, args } = nodeProgram(await buildProgram('calls', 'calls'));
  const contest = (way: string, contestant: string, operations: number): Contest => ({
    name: `${way === 'single' ? SINGLE : PIPELINE}: ${contestant}`,
    unit: way === 'single' ? 'us' : 'million calls/s',
    operations,
    command,
    args: [...args, way, contestant],
    threads: 2,
  });
  const isTold = (name: string) => wanted(name) || (name.startsWith(SINGLE) && wanted(RATIO));
  const groups = [
    [contest('pipelined', 'sn-gen', PIPELINED), contest('pipelined', 'postMessage', POSTED_PIPELINED)],
    [contest('single', 'sn-gen', TRIPS), contest('single', 'postMessage', TRIPS)],
  ];
  const rows: Row[] = [];
  for (const group of groups) {
    const contestants = await interleave(
      group.filter(({ name }) => isTold(name)),
      ROUNDS,
    );
    rows.push(...contestants.flatMap((contestant) => contestant.rows()));
    const [ours, theirs] = contestants.map(({ samples }) => samples);
    if (group[0]?.unit !== 'us' || ours === undefined || theirs === undefined) continue;
    rows.push(
      rowOf(
        RATIO,
        'of its time',
        ours.map((us, round) => us / (theirs[round] as number)),
      ),
    );
  }
  return rows;
};
