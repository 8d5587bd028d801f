/**
 * Async workers: whether a worker's handlers may wait, and how many of them at a time.
 */
import { type FaultList, quote, report } from './faults.js';

/** Enough to keep a service busy that takes 10 ms, and few enough not to be refused by one. */
const DEFAULT_CONCURRENCY = 64;
const MAX_CONCURRENCY = 65_536;

/** @returns how many handlers run at a time; undefined for a sync worker, whose handlers never wait. */
export function readConcurrency(
  { async, concurrency }: { readonly async?: unknown; readonly concurrency?: unknown },
  workerPath: readonly string[],
  faults: FaultList,
): number | undefined {
  if (async !== undefined && typeof async !== 'boolean') {
    report(
      faults,
      'SN1082',
      [...workerPath, 'async'],
      `async must be true or false: got ${quote(async)}`,
      'write async: true for handlers that await, or leave it out',
    );
    return undefined;
  }
  const path = [...workerPath, 'concurrency'];
  if (async !== true) {
    if (concurrency !== undefined)
      report(
        faults,
        'SN1083',
        path,
        `concurrency is of async workers only: a sync one handles one message after the other, got ${quote(concurrency)}`,
        'add async: true, or leave concurrency out and raise instances',
      );
    return undefined;
  }
  if (concurrency === undefined) return DEFAULT_CONCURRENCY;
  if (
    typeof concurrency === 'number' &&
    Number.isInteger(concurrency) &&
    concurrency >= 1 &&
    concurrency <= MAX_CONCURRENCY
  )
    return concurrency;
  report(
    faults,
    'SN1083',
    path,
    `concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}: got ${quote(concurrency)}`,
    `write how many handlers may run at a time, or leave it out for ${DEFAULT_CONCURRENCY}`,
  );
  return undefined;
}
