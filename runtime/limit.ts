/**
 * Limit: a wait that its caller may give up, by time or by signal.
 */
import { SnError } from './errors.js';
import { watchLimit } from './watch-limit.js';

/** What every waiting call may be given. */
export interface WaitOptions {
  /** Rejects with `SN_TIMEOUT` after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Rejects with `SN_ABORTED` when aborted. */
  readonly signal?: AbortSignal;
}

/** `promise`, or its caller's limit, whichever comes first. Leaves no timer and no listener behind. */
export async function limited<T>(promise: Promise<T>, options: WaitOptions, what: string): Promise<T> {
  const { timeoutMs, signal } = options;
  if (timeoutMs === undefined && signal === undefined) return promise;
  let lift: () => void = () => {};
  const limit = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(abortError(what, signal));
    if (signal?.aborted) onAbort();
    lift = watchLimit({ timeoutMs, signal }, () => reject(timeoutError(what, timeoutMs)), onAbort);
  });
  try {
    // The loser may reject later: the race has taken note of both, so that it is nobody's business then.
    return await Promise.race([limit, promise]);
  } finally {
    lift();
  }
}

function abortError(what: string, signal: AbortSignal | undefined): SnError {
  return new SnError('SN_ABORTED', `${what} was given up: its signal was aborted`, { cause: signal?.reason });
}

function timeoutError(what: string, timeoutMs: number | undefined): SnError {
  return new SnError('SN_TIMEOUT', `${what} was not done within ${timeoutMs} ms`, { details: { timeoutMs } });
}
