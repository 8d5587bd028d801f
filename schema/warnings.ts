/**
 * Warnings: what a topology without faults probably does not mean, found in its plan alone.
 *
 * They stop nothing. Each can be mended, or accepted where the schema has a word for it, so that what is still told is worth reading.
 */
import { type Cycle, cyclesOf, cycleText } from './cycles.js';
import { ARENA_MAX_BYTES, budgetOf } from './links.js';
import type { TopologyPlan } from './plan.js';

/** Every code that `warningsOf` reports, and its meaning. */
export const WARNING_MEANINGS = {
  SN1080: 'blocking sends form a cycle',
  SN1081: 'nobody can send the message',
  SN1082: "a worker's handler never sends what the worker may send",
  SN1083: 'what should feed the worker never does',
  SN1084: 'the lanes take more memory than a pool can have',
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

/** Whether the source of a worker's handler has anything that could send this message. */
export type MaySend = (worker: string, message: string) => boolean;

/** @param maySend - the less it allows, the more warnings there are, and none is lost. */
export function warningsOf(plan: TopologyPlan, maySend: MaySend): readonly Warning[] {
  return [
    ...cyclesOf(plan).map(cycleWarning),
    ...uncarried(plan),
    ...unsent(plan, maySend),
    ...unfed(plan, maySend),
    ...tooLarge(plan),
  ];
}

function cycleWarning(cycle: Cycle): Warning {
  const [first] = cycle;
  const names = [...new Set(cycle.map(({ from }) => from))];
  const sends = cycle.map(({ from, to, messages }) => `${from} sends ${messages.join(', ')} to ${to}`);
  const where =
    names.length === 1
      ? `'${names[0]}' sends to itself, which ends in SN_DEADLOCK where its lane is full`
      : 'blocking sends form a cycle, which ends in SN_DEADLOCK where all of its lanes are full';
  return {
    code: 'SN1080',
    path: ['workers', first?.from ?? '', 'sends', first?.to ?? ''],
    problem: `${where}: ${cycleText(cycle)} (${sends.join('; ')})`,
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
    .filter(({ name, codecOnly }) => !carried.has(name) && codecOnly !== true)
    .map(({ name }) => ({
      code: 'SN1081',
      path: ['messages', name],
      problem: `nobody can send ${name}: no worker receives it, and none sends it to main`,
      help: 'add it to the receives of a worker or to the sends to main, or remove it; message(schema, { codecOnly: true }) says that its codec is all you want',
    }));
}

function unsent({ workers }: TopologyPlan, maySend: MaySend): readonly Warning[] {
  return workers.flatMap(({ name, sends }) =>
    sends.flatMap(({ to, messages }) =>
      messages
        .filter((message) => !maySend(name, message))
        .map((message) => ({
          code: 'SN1082' as const,
          path: ['workers', name, 'sends', to, message],
          problem: `'${name}' may send ${message} to ${quoted(to)}, and its handler never does`,
          help: `send it by ctx.${to}.send.${message}(...), or take it out of the sends: its lanes take memory`,
        })),
    ),
  );
}

/** A worker that others are to send to, and none does. One that only main sends to is as it should be. */
function unfed({ workers }: TopologyPlan, maySend: MaySend): readonly Warning[] {
  return workers.flatMap(({ name }) => {
    const feeding = workers.flatMap((from) =>
      from.sends
        .filter(({ to }) => to === name && from.name !== name)
        .map(({ messages }) => ({
          from: from.name,
          isFed: messages.some((message) => maySend(from.name, message)),
        })),
    );
    if (feeding.length === 0 || feeding.some(({ isFed }) => isFed)) return [];
    return [
      {
        code: 'SN1083' as const,
        path: ['workers', name],
        problem: `nobody but main feeds '${name}': ${feeding.map(({ from }) => quoted(from)).join(', ')} may send to it, and never does`,
        help: 'send to it there, or take it out of the sends',
      },
    ];
  });
}

/** Counted with one core, since a topology that is too large there is so everywhere. */
function tooLarge(plan: TopologyPlan): readonly Warning[] {
  const { links, byteLength } = budgetOf(plan, 1);
  if (byteLength <= ARENA_MAX_BYTES) return [];
  const largest = links.reduce((most, link) => (link.byteLength > most.byteLength ? link : most));
  return [
    {
      code: 'SN1084',
      path: ['workers', largest.to === 'main' ? largest.from : largest.to],
      problem: `the lanes take ${byteLength} bytes, and a pool has at most ${ARENA_MAX_BYTES}: most of them, ${largest.byteLength}, from ${quoted(largest.from)} to ${quoted(largest.to)}`,
      help: 'lower capacity, instances or the limits of its messages; createPool() throws SN_OPTION otherwise',
    },
  ];
}

function quoted(name: string): string {
  return name === 'main' ? name : `'${name}'`;
}
