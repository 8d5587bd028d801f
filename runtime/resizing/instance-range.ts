/**
 * Instance range: how many threads a worker starts with, and between which numbers it may be resized.
 */
import { availableParallelism } from 'node:os';
import { SnError } from '../errors.js';
import { PARTITIONS } from '../partition-table.js';
import type { Instances, WorkerWiring } from '../wiring.js';

/** Keys are dealt to so many partitions, so more instances of one worker would get none. */
const MAX_INSTANCES = PARTITIONS;

export interface ResolvedRange {
  readonly start: number;
  readonly min: number;
  readonly max: number;
  /** There when the pool resizes the worker by itself. */
  readonly idleMs: number | undefined;
}

/** What the schema says of each worker, or the pool's options in its place. @throws SnError `SN_OPTION`. */
export function resolveRanges(
  workers: readonly WorkerWiring[],
  asked: Readonly<Record<string, Instances | undefined>>,
): ReadonlyMap<string, ResolvedRange> {
  return new Map(workers.map(({ name, instances }) => [name, resolve(name, asked[name] ?? instances)]));
}

function resolve(worker: string, asked: Instances): ResolvedRange {
  if (typeof asked !== 'object' || asked === null) {
    // A fixed number is where it starts; from there it can be resized down to one.
    const count = countOf(worker, 'instances', asked);
    return { start: count, min: 1, max: count, idleMs: undefined };
  }
  const min = countOf(worker, 'instances.min', asked.min ?? 1);
  const max = countOf(worker, 'instances.max', asked.max);
  if (min > max)
    throw rangeError(worker, 'instances.min', min, `must be at most instances.max, which is ${max}`);
  const { idleMs } = asked;
  if (idleMs !== undefined && !(typeof idleMs === 'number' && idleMs > 0))
    throw rangeError(worker, 'instances.idleMs', idleMs, 'must be milliseconds, more than 0');
  return { start: min, min, max, idleMs };
}

function countOf(worker: string, option: string, asked: number | 'cores'): number {
  const count = asked === 'cores' ? Math.min(availableParallelism(), MAX_INSTANCES) : asked;
  if (Number.isInteger(count) && count >= 1 && count <= MAX_INSTANCES) return count;
  throw rangeError(worker, option, asked, `must be 'cores' or a whole number from 1 to ${MAX_INSTANCES}`);
}

function rangeError(worker: string, option: string, value: unknown, rule: string): SnError {
  return new SnError('SN_OPTION', `${option} of ${worker} ${rule}: got ${String(value)}`, {
    details: { option, worker, value },
  });
}
