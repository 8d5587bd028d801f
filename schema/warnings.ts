/**
 * Warnings: what a topology without faults probably does not mean, found in its plan and in what its handlers' sources name.
 *
 * They stop nothing. Each can be mended, or accepted where the schema has a word for it, so that what is still told is worth reading. And each is
 * certain: main may send whatever a worker receives, and a handler may do whatever cannot be ruled out.
 */
import { type Cycle, cyclesOf, cycleText } from './cycles.js';
import { ARENA_MAX_BYTES, BUDGET_CORES, budgetOf } from './links.js';
import type { TopologyPlan } from './plan.js';

/** Every code that `warningsOf` reports, and its meaning. */
export const WARNING_MEANINGS = {
  SN1090: 'blocking sends form a cycle',
  SN1091: 'nobody can send the message, or nobody answers the call',
  SN1092: "a worker's handler never sends what the worker may send",
  SN1093: 'those who should feed the worker never do',
  SN1094: 'the lanes take more than half of the memory that a pool can have',
} as const satisfies Record<`SN1${number}`, string>;

export type WarningCode = keyof typeof WARNING_MEANINGS;

export interface Warning {
  readonly code: WarningCode;
  /** As of faults: `['workers', 'delays', 'sends', 'main']`. */
  readonly path: readonly string[];
  readonly problem: string;
  /** What to write instead, or to accept it. */
  readonly help: string;
}

/** What the handlers' sources leave possible. */
export interface HandlerUse {
  /** Whether a worker may send this message, or make this call. */
  maySend(worker: string, name: string): boolean;
  /** Whether it may block in what it sends there. */
  mayBlock(worker: string, to: string): boolean;
}

export function warningsOf(plan: TopologyPlan, use: HandlerUse): readonly Warning[] {
  const unfed = unfedWorkers(plan, use);
  return [
    ...cyclesOf(plan, (from, to) => use.mayBlock(from, to) && feeds(plan, from, to, use)).map((cycle) =>
      cycleWarning(cycle, plan),
    ),
    ...uncarried(plan),
    ...uncalled(plan),
    ...unfed.map(unfedWarning),
    ...unsent(plan, use, new Set(unfed.map(({ name }) => name))),
    ...tooLarge(plan),
  ];
}

/** Where warnings may stand, whatever the handlers' sources say. */
export function pathsOfWarnings({ messages, calls = [], workers }: TopologyPlan): readonly Warning['path'][] {
  return [
    ...messages.map(({ name }) => ['messages', name]),
    ...calls.map(({ name }) => ['calls', name]),
    ...workers.flatMap((worker) => {
      const path = ['workers', worker.name];
      const sends = worker.sends.flatMap((one) => {
        const to = [...path, 'sends', one.to];
        return [to, ...[...one.messages, ...(one.calls ?? [])].map((name) => [...to, name])];
      });
      return [path, ...sends];
    }),
  ];
}

function cycleWarning(cycle: Cycle, { workers }: TopologyPlan): Warning {
  const [first] = cycle;
  const ways = cycle.map(({ from, to, messages, calls = [] }) =>
    [
      ...(messages.length === 0 ? [] : [`${from} sends ${messages.join(', ')} to ${to}`]),
      ...(calls.length === 0 ? [] : [`${from} calls ${calls.join(', ')} of ${to}`]),
    ].join(', '),
  );
  // Who awaits its sends blocks no thread, and the runtime finds only threads that block.
  const isAsync = cycle.some(({ from }) =>
    workers.some(({ name, concurrency }) => name === from && concurrency !== undefined),
  );
  const where =
    cycle.length === 1
      ? `'${first?.from}' sends to itself, which ends in SN_DEADLOCK where its lane is full`
      : `${isAsync ? 'sends form a cycle, whose workers wait for ever' : 'blocking sends form a cycle, which ends in SN_DEADLOCK'} where all of its lanes are full`;
  return {
    code: 'SN1090',
    path: ['workers', first?.from ?? '', 'sends', first?.to ?? ''],
    problem: `${where}: ${cycleText(cycle)} (${ways.join('; ')})`,
    help: `use trySend on one of these ways, or send in one direction only; a larger capacity makes it rarer. If it cannot happen, write cycles: 'accepted' in the worker '${first?.from}'`,
  };
}

/** Main may send whatever a worker receives, so that only what nobody receives cannot be sent. */
function uncarried({ messages, workers, main }: TopologyPlan): readonly Warning[] {
  const carried = new Set(
    [...workers.map(({ inbox }) => inbox), main].flatMap((inbox) =>
      inbox.messages.map(({ message }) => message),
    ),
  );
  return messages
    .filter(({ name, codecOnly, isOfCall }) => !carried.has(name) && codecOnly !== true && isOfCall !== true)
    .map(({ name }) => ({
      code: 'SN1091',
      path: ['messages', name],
      problem: `nobody can send ${name}: no worker receives it, and none sends it to main`,
      help: 'add it to the receives of a worker or to the sends to main, or remove it; message(schema, { codecOnly: true }) says that its codec is all you want',
    }));
}

function uncalled({ calls = [], workers }: TopologyPlan): readonly Warning[] {
  const answered = new Set(workers.flatMap(({ inbox }) => inbox.messages.map(({ call }) => call)));
  return calls
    .filter(({ name }) => !answered.has(name))
    .map(({ name }) => ({
      code: 'SN1091',
      path: ['calls', name],
      problem: `nobody can call ${name}: no worker answers it`,
      help: 'add it to the answers of a worker, or remove it',
    }));
}

/** Whether anything may go from one worker to another. */
function feeds({ workers }: TopologyPlan, from: string, to: string, use: HandlerUse): boolean {
  const sends = workers.find(({ name }) => name === from)?.sends.find((one) => one.to === to);
  return [...(sends?.messages ?? []), ...(sends?.calls ?? [])].some((name) => use.maySend(from, name));
}

interface Unfed {
  readonly name: string;
  /** Who may send to it, and never does. */
  readonly by: readonly string[];
}

/** Workers that others are to send to, and none does. One that only main sends to is as it should be. */
function unfedWorkers(plan: TopologyPlan, use: HandlerUse): readonly Unfed[] {
  return plan.workers.flatMap(({ name }) => {
    const by = plan.workers
      .filter((from) => from.name !== name && from.sends.some(({ to }) => to === name))
      .map((from) => from.name);
    return by.length === 0 || by.some((from) => feeds(plan, from, name, use)) ? [] : [{ name, by }];
  });
}

function unfedWarning({ name, by }: Unfed): Warning {
  return {
    code: 'SN1093',
    path: ['workers', name],
    problem: `nobody but main feeds '${name}': ${by.map(quoted).join(', ')} may send to it, and never ${by.length === 1 ? 'does' : 'do'}`,
    help: `send to it by ctx.${name}, or take it out of the sends: their lanes take memory`,
  };
}

/** @param unfed - workers of which this is told already. */
function unsent({ workers }: TopologyPlan, use: HandlerUse, unfed: ReadonlySet<string>): readonly Warning[] {
  return workers.flatMap(({ name, sends }) =>
    sends
      .filter(({ to }) => to === name || !unfed.has(to))
      .flatMap(({ to, messages, calls = [] }) => {
        const warning = (sent: string, problem: string, member: string): readonly Warning[] =>
          use.maySend(name, sent)
            ? []
            : [
                {
                  code: 'SN1092',
                  path: ['workers', name, 'sends', to, sent],
                  problem: `'${name}' may ${problem}, and its handler never does`,
                  help: `write ctx.${to}.${member}.${sent}(...) in the handler, or take it out of the sends`,
                },
              ];
        return [
          ...messages.flatMap((sent) => warning(sent, `send ${sent} to ${quoted(to)}`, 'send')),
          ...calls.flatMap((called) => warning(called, `call ${called} of ${quoted(to)}`, 'call')),
        ];
      }),
  );
}

/** With half of what there can be: more instances on a larger machine, or one more worker, and there is no pool. */
function tooLarge(plan: TopologyPlan): readonly Warning[] {
  const { links, byteLength } = budgetOf(plan);
  if (byteLength <= ARENA_MAX_BYTES / 2) return [];
  const largest = links.reduce((most, link) => (link.byteLength > most.byteLength ? link : most));
  const isCounted = plan.workers.some(({ instances }) => instances === 'cores');
  const where = isCounted ? ` on a machine with ${BUDGET_CORES} cores` : '';
  const from = `from ${quoted(largest.from)} to ${quoted(largest.to)}`;
  return [
    {
      code: 'SN1094',
      path: ['workers', largest.to === 'main' ? largest.from : largest.to],
      problem: `the lanes take ${megabytes(byteLength)}${where}, and a pool can have ${megabytes(ARENA_MAX_BYTES)}: most of them, ${megabytes(largest.byteLength)}, ${from}`,
      help: 'lower capacity, instances or the limits of its messages; beyond that limit createPool() throws SN_OPTION. sn-gen inspect shows each link',
    },
  ];
}

function megabytes(count: number): string {
  return `${Math.round(count / 1e6)} MB`;
}

function quoted(name: string): string {
  return name === 'main' ? name : `'${name}'`;
}
