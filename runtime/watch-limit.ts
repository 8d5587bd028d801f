/**
 * Watch limit: the timer and the listener of a wait that its caller may give up, by time or by signal.
 *
 * However many wait with one signal, it has one listener of ours: an EventTarget looks through all of its listeners for each new one,
 * and Node warns of the eleventh, while a thousand calls under one signal are nothing unusual.
 */

/** Neither timers nor `Atomics.wait` take a longer delay at once; a timer that is asked for more (25 days, or Infinity) fires at once. */
export const LONGEST_DELAY_MS = 0x7fff_ffff;

/** Who waits with a signal, and the listener that tells them. */
interface Watch {
  readonly watchers: Set<() => void>;
  readonly tell: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/** Tells when the limit is reached, which may be never. @returns what lifts it: no timer and no listener is left behind. */
export function watchLimit(
  { timeoutMs, signal }: { readonly timeoutMs: number | undefined; readonly signal: AbortSignal | undefined },
  onTimeout: () => void,
  onAbort: () => void,
): () => void {
  const isLimited = timeoutMs !== undefined && timeoutMs <= LONGEST_DELAY_MS;
  const timer = isLimited ? setTimeout(onTimeout, timeoutMs) : undefined;
  if (signal !== undefined) watchOf(signal).watchers.add(onAbort);
  return () => {
    clearTimeout(timer);
    if (signal !== undefined) unwatch(signal, onAbort);
  };
}

function watchOf(signal: AbortSignal): Watch {
  const known = watches.get(signal);
  if (known !== undefined) return known;
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const onAbort of watchers) onAbort();
  };
  const watch = { watchers, tell };
  watches.set(signal, watch);
  signal.addEventListener('abort', tell);
  return watch;
}

function unwatch(signal: AbortSignal, onAbort: () => void): void {
  const watch = watches.get(signal);
  if (watch === undefined) return;
  watch.watchers.delete(onAbort);
  if (watch.watchers.size > 0) return;
  watches.delete(signal);
  signal.removeEventListener('abort', watch.tell);
}
