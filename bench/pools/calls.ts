/** Calls from the host to a worker, pipelined and one at a time, beside the same by postMessage. */
import { buildProgram } from '../build.js';
import { nodeProgram } from '../channels/contests.js';
import type { Contest } from '../contestant.js';
import type { Suite } from '../suite.js';
import { measureCompared, shareOf } from './compared.js';

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
  const [pipelined, posted] = [
    contest('pipelined', 'sn-gen', PIPELINED),
    contest('pipelined', 'postMessage', POSTED_PIPELINED),
  ];
  const [single, postedSingle] = [
    contest('single', 'sn-gen', TRIPS),
    contest('single', 'postMessage', TRIPS),
  ];
  const ratio = shareOf(RATIO, 'of its time', single.name, postedSingle.name);
  return [
    ...(await measureCompared([pipelined, posted], [], ROUNDS, wanted)),
    ...(await measureCompared([single, postedSingle], [ratio], ROUNDS, wanted)),
  ];
};
