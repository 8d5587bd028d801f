/** What a route costs its sender, in one thread with nobody else on the lanes; rounds of all routes in turn. */
import { buildProgram } from '../build.js';
import { nodeProgram } from '../channels/contests.js';
import { type Contest, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 11;
const OPERATIONS = 1 << 22;

/** What is told against the turns, which look at no key. */
const KEYED = 'send by hash of an 8-character key';
const TURNS = 'send in turn';
const DIFFERENCE = `${KEYED}, more than in turn`;

const ROUTES: Readonly<Record<string, string>> = {
  'hash of an 8-character key, table and pick, without a send': 'key',
  'hashPartitioner, 8-character key': 'partitioner',
  [KEYED]: 'hash',
  'send by consistent hash of an 8-character key': 'consistentHash',
  'send by range, 7 bounds': 'range',
  [TURNS]: 'roundRobin',
  'send to the less loaded of two': 'leastLoaded',
  'send by a custom route': 'custom',
};

export const routes: Suite = async (wanted) => {
  const { command, args } = nodeProgram(await buildProgram('routing', 'routes'));
  const isCompared = (name: string) => (name === KEYED || name === TURNS) && wanted(DIFFERENCE);
  const contests = Object.entries(ROUTES)
    .filter(([name]) => wanted(name) || isCompared(name))
    .map(
      ([name, route]): Contest => ({
        name,
        unit: 'ns',
        operations: OPERATIONS,
        command,
        args: [...args, route],
        threads: 1,
      }),
    );
  const contestants = await interleave(contests, ROUNDS);
  const samplesOf = (name: string) => contestants.find(({ contest }) => contest.name === name)?.samples;
  const [keyed, turns] = [samplesOf(KEYED), samplesOf(TURNS)];
  const rows: Row[] = contestants.flatMap((contestant) => contestant.rows());
  if (keyed === undefined || turns === undefined) return rows;
  const more = keyed.map((ns, round) => ns - (turns[round] as number));
  return [...rows, rowOf(DIFFERENCE, 'ns', more)];
};
