/** How the rows of tasks are called, and what a row of that name is about: the suite writes them, the chart reads them. */
import type { Row } from '../statistics.js';

export const UNIT = 'thousand/s';
export const DURATIONS_US = [0, 10, 100] as const;
export const PEERS = ['piscina', 'tinypool', 'workerpool', 'poolifier'] as const;

export type TaskKind = 'tasks' | 'messages';

export interface TaskRow {
  readonly kind: TaskKind;
  /** How long each keeps its thread busy. */
  readonly us: number;
  readonly contestant: string;
}

export function taskRowName({ kind, us, contestant }: TaskRow): string {
  return `${kind} of ${us} us: ${contestant}`;
}

/** Nothing for other rows. */
export function taskRow({ name, unit }: Row): TaskRow | undefined {
  const found = unit === UNIT ? /^(tasks|messages) of (\d+) us: (.+)$/.exec(name) : null;
  if (found === null) return undefined;
  const [, kind, us, contestant] = found as unknown as [string, TaskKind, string, string];
  return { kind, us: Number(us), contestant };
}
