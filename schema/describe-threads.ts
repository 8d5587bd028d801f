/**
 * Threads of a worker: where they run and with which priority, as the user wishes. Which CPUs there are is known only where the
 * pool starts; it looks once more.
 */
import type { AffinityDescriptor } from './descriptor.js';
import { type FaultList, quote, report } from './faults.js';

/** The most that Linux is built for. */
const MAX_CPUS = 8192;
const MIN_PRIORITY = -20;
const MAX_PRIORITY = 19;

/** @returns undefined for `'none'`, which is the default. */
export function readAffinity(
  affinity: unknown,
  workerPath: readonly string[],
  faults: FaultList,
): AffinityDescriptor | undefined {
  if (affinity === undefined || affinity === 'none') return undefined;
  if (affinity === 'spread' || affinity === 'compact') return affinity;
  const isList = Array.isArray(affinity) && affinity.length > 0 && affinity.length <= MAX_CPUS;
  // A copy without holes.
  const cpus: readonly unknown[] = isList ? Array.from(affinity) : [];
  const wrong = cpus.findIndex((cpu) => !isIntegerWithin(cpu, 0, MAX_CPUS - 1));
  if (isList && wrong === -1) return cpus as readonly number[];
  const got = isList ? `${quote(cpus[wrong])} in the list` : quote(affinity);
  report(
    faults,
    'SN1038',
    [...workerPath, 'affinity'],
    `affinity must be 'none', 'spread', 'compact' or a list of CPUs, numbered from 0 to ${MAX_CPUS - 1}: got ${got}`,
    "write 'spread' for a core to each thread, 'compact' for neighbours, or the CPUs: [2, 3]",
  );
  return undefined;
}

export function readPriority(
  priority: unknown,
  workerPath: readonly string[],
  faults: FaultList,
): number | undefined {
  if (priority === undefined || isIntegerWithin(priority, MIN_PRIORITY, MAX_PRIORITY)) return priority;
  report(
    faults,
    'SN1039',
    [...workerPath, 'priority'],
    `priority must be a whole number from ${MIN_PRIORITY} (first) to ${MAX_PRIORITY} (last): got ${quote(priority)}`,
    'write 10 for work that may wait, or leave it out',
  );
  return undefined;
}

function isIntegerWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
