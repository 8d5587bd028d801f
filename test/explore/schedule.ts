/**
 * Schedule: a failing run as text that a person can follow.
 */
import type { Taken } from './machine.js';
import { KILL, type Op, TIMEOUT } from './op.js';
import type { WordNames } from './shared-memory.js';

const DOORBELL_STATES: Readonly<Record<number, string>> = {
  [-1]: 'BLOCKED',
  0: 'AWAKE',
  1: 'HUNGRY',
  2: 'PARKED',
};
const TASKS = ['the notified task', 'the next immediate', 'a timer'];

/** One line a step: `worker   exchange bell(worker) PARKED -> AWAKE`. */
export function formatSchedule(trace: readonly Taken[], { atomic }: WordNames): string {
  const width = Math.max(...trace.map(({ thread }) => thread.length), 0);
  return trace
    .map(
      (taken, at) =>
        `${String(at + 1).padStart(4)}  ${taken.thread.padEnd(width)}  ${formatStep(taken, atomic)}`,
    )
    .join('\n');
}

function formatStep({ op, choice, result }: Taken, names: ReadonlyMap<number, string>): string {
  if (choice === KILL) return 'is killed';
  if (op.kind === 'loop') return `event loop: runs ${TASKS[choice]}`;
  const name = names.get(op.word) ?? `word ${op.word}`;
  const show = (value: unknown): string => {
    if (typeof value === 'object' && value !== null && 'async' in value)
      return value.async === true ? 'pending' : 'not-equal';
    return name.startsWith('bell') && typeof value === 'number'
      ? (DOORBELL_STATES[value] ?? String(value))
      : String(value);
  };
  if (choice === TIMEOUT) return `wait ${name} times out`;
  const stale = op.kind === 'hint' && choice > 0 ? ' (stale)' : '';
  return `${op.kind} ${name}${operands(op, show)} -> ${op.kind === 'notify' ? String(result) : show(result)}${stale}`;
}

function operands({ kind, a, b }: Op, show: (value: unknown) => string): string {
  if (kind === 'load' || kind === 'hint' || kind === 'notify') return '';
  if (kind === 'compareExchange') return ` ${show(a)}, ${show(b)}`;
  return ` ${show(a)}`;
}
