/**
 * Thread priority: the nice value of the calling thread, from -20 (first) to 19 (last).
 *
 * Linux has one for each thread: `setpriority` with 0 means the calling thread there, whatever POSIX says about processes. Elsewhere the
 * same call would change the whole process and is never made.
 */
import { setPriority } from 'node:os';
import { SnError } from '../errors.js';

const MIN_PRIORITY = -20;
const MAX_PRIORITY = 19;
const CALLING_THREAD = 0;

/** Whether this system has a priority for each thread. */
export function canSetPriority(): boolean {
  return process.platform === 'linux';
}

/** @throws SnError `SN_OPTION` unless it is a whole number from -20 to 19. */
export function checkPriority(priority: unknown, what: string): void {
  const isRight =
    typeof priority === 'number' &&
    Number.isInteger(priority) &&
    priority >= MIN_PRIORITY &&
    priority <= MAX_PRIORITY;
  if (isRight) return;
  throw new SnError(
    'SN_OPTION',
    `${what}: must be a whole number from ${MIN_PRIORITY} (first) to ${MAX_PRIORITY} (last): got ${String(priority)}`,
    { details: { value: priority, min: MIN_PRIORITY, max: MAX_PRIORITY } },
  );
}

/** Sets the calling thread's priority. @throws SnError `SN_PRIORITY` when the system refuses. */
export function setThreadPriority(priority: number): void {
  try {
    setPriority(CALLING_THREAD, priority);
  } catch (cause) {
    const { code = 'an unknown error' } =
      (cause as { readonly info?: { readonly code?: string } }).info ?? {};
    throw new SnError(
      'SN_PRIORITY',
      `the system refuses the priority ${priority} (${code}): a number below the one that it has needs CAP_SYS_NICE or a higher limit (ulimit -e); a higher number is open to all`,
      { cause, details: { priority, reason: code } },
    );
  }
}
