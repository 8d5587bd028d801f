/**
 * Close on signal: a pool that ends well when the process is told to.
 *
 *     first signal:   close() -> the process ends by that signal
 *     second signal:  destroy() -> the same at once
 *
 * The process then dies by the signal itself, as it would have without a listener, so that whoever started it sees why it ended (a shell:
 * 128 + the signal's number). Where others listen to the signal as well they decide about that.
 */
export interface CloseOnSignalOptions {
  /** Default: `SIGINT` and `SIGTERM`. */
  readonly signals?: readonly NodeJS.Signals[];
  /** What `close` is given; default 30 s. */
  readonly timeoutMs?: number;
}

/** The part of a pool that this needs. */
interface Closable {
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  destroy(): Promise<void>;
  on(event: 'close', listener: () => void): Disposable;
}

/**
 * Closes `pool` at the first of `signals`, and destroys it at the second; then the process ends by that signal. What `close` had to
 * give up (`SN_TIMEOUT`), and any other failure, is told as a warning of the process.
 *
 * @returns what takes it back. It takes itself back when the pool has ended in another way.
 */
export function closeOnSignal(pool: Closable, options: CloseOnSignalOptions = {}): Disposable {
  const { signals = ['SIGINT', 'SIGTERM'], timeoutMs } = options;
  let isClosing = false;
  let isDestroyed = false;

  const stopListening = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
    ended[Symbol.dispose]();
  };

  const finish = (signal: NodeJS.Signals): void => {
    stopListening();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    if (isClosing) {
      isDestroyed = true;
      // The first signal's `close` rejects then, and ends the process.
      void pool.destroy();
      return;
    }
    isClosing = true;
    pool.close(timeoutMs === undefined ? {} : { timeoutMs }).then(
      () => finish(signal),
      (error: Error) => {
        if (!isDestroyed) process.emitWarning(error);
        // The warning is printed in the next tick.
        setImmediate(finish, signal);
      },
    );
  };

  for (const signal of signals) process.on(signal, onSignal);
  const ended = pool.on('close', () => {
    // Until `finish` a signal would end the process in the midst of it.
    if (!isClosing) stopListening();
  });
  return { [Symbol.dispose]: stopListening };
}
