/**
 * Watch limit: the timer and the listener of a wait that its caller may give up, by time or by signal.
 */

/** Neither timers nor `Atomics.wait` take a longer delay at once; a timer that is asked for more (25 days, or Infinity) fires at once. */
export const LONGEST_DELAY_MS = 0x7fff_ffff;

/** Tells when the limit is reached, which may be never. @returns what lifts it: no timer and no listener is left behind. */
export function watchLimit(
  { timeoutMs, signal }: { readonly timeoutMs: number | undefined; readonly signal: AbortSignal | undefined },
  onTimeout: () => void,
  onAbort: () => void,
): () => void {
  const isLimited = timeoutMs !== undefined && timeoutMs <= LONGEST_DELAY_MS;
  const timer = isLimited ? setTimeout(onTimeout, timeoutMs) : undefined;
  signal?.addEventListener('abort', onAbort);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
