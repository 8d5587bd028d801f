/** What a route costs its sender, in one thread with nobody else on the lanes; rounds of all routes in turn. */
import { buildProgram } from '../build.js';
import { nodeProgram } from '../channels/contests.js';
import type { Contest } from '../contestant.js';
import type { Suite } from '../suite.js';
import { measureCompared, moreThan } from './compared.js';

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
  const contests = Object.entries(ROUTES).map(
    ([name, route]): Contest => ({
      name,
      unit: 'ns',
      operations: OPERATIONS,
      command,
      args: [...args, route],
      threads: 1,
    }),
  );
  return await measureCompared(contests, [moreThan(DIFFERENCE, 'ns', KEYED, TURNS)], ROUNDS, wanted);
};
