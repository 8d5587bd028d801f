/** Tasks of 0, 10 and 100 us on two threads: calls beside task pools, messages beside `postMessage`. */
import { buildProgram } from '../build.js';
import { nodeProgram, type Program } from '../channels/contests.js';
import type { Contest } from '../contestant.js';
import type { Row } from '../statistics.js';
import type { Suite } from '../suite.js';
import { againstBest, type Comparison, measureCompared } from './compared.js';
import { DURATIONS_US, PEERS, type TaskKind, taskRowName, UNIT } from './task-rows.js';

const ROUNDS = 9;
/** The host and two workers. */
const THREADS = 3;
/** A round takes half a second at most where a core is busy all the time. */
const BUSY_MS = 400;
/** And no more operations than these where tasks are empty, by who runs them. */
const EMPTY = { ours: 1 << 18, peers: 1 << 14, messages: 1 << 20, posted: 1 << 17 } as const;

/** Peers have worker files of their own. */
const WORKER_FILES = ['task-function', 'task-workerpool', 'task-poolifier'];

export const tasks: Suite = async (wanted) => {
  for (const file of WORKER_FILES) await buildProgram(file, 'tasks');
  const calling = nodeProgram(await buildProgram('tasks', 'tasks'));
  const sending = nodeProgram(await buildProgram('task-messages', 'tasks'));
  const rows: Row[] = [];
  for (const us of DURATIONS_US)
    rows.push(
      ...(await measureCompared(callsOf(calling, us), callRatios(us), ROUNDS, wanted)),
      ...(await measureCompared(messagesOf(sending, us), messageRatios(us), ROUNDS, wanted)),
    );
  return rows;
};

function callsOf(program: Program, us: number): readonly Contest[] {
  return [
    contestOf(program, 'tasks', us, 'sn-gen call', 'call', EMPTY.ours),
    contestOf(program, 'tasks', us, 'sn-gen map', 'map', EMPTY.ours),
    ...PEERS.map((peer) => contestOf(program, 'tasks', us, peer, peer, EMPTY.peers)),
  ];
}

function messagesOf(program: Program, us: number): readonly Contest[] {
  return [
    contestOf(program, 'messages', us, 'sn-gen in turn', 'InTurn', EMPTY.messages),
    contestOf(program, 'messages', us, 'sn-gen to the less loaded', 'ByLoad', EMPTY.messages),
    contestOf(program, 'messages', us, 'postMessage in turn', 'postMessage', EMPTY.posted),
  ];
}

function contestOf(
  { command, args }: Program,
  kind: TaskKind,
  us: number,
  contestant: string,
  argument: string,
  empty: number,
): Contest {
  return {
    name: taskRowName({ kind, us, contestant }),
    unit: UNIT,
    operations: us === 0 ? empty : Math.min(empty, (BUSY_MS * 1000 * (THREADS - 1)) / us),
    command,
    args: [...args, argument, String(us)],
    threads: THREADS,
  };
}

function callRatios(us: number): readonly Comparison[] {
  const name = (contestant: string) => taskRowName({ kind: 'tasks', us, contestant });
  return ['sn-gen call', 'sn-gen map'].map((ours) =>
    againstBest(`${name(ours)} against the best peer`, name(ours), PEERS.map(name)),
  );
}

function messageRatios(us: number): readonly Comparison[] {
  const name = (contestant: string) => taskRowName({ kind: 'messages', us, contestant });
  return ['sn-gen in turn', 'sn-gen to the less loaded'].map((ours) =>
    againstBest(`${name(ours)} against postMessage`, name(ours), [name('postMessage in turn')]),
  );
}
