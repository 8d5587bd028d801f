/**
 * Before exit: pools that the program forgot to close are closed when nothing else keeps the process alive.
 *
 * Idle threads keep no process alive, so that forgetting is no hang; but ended with the process they would lose what they
 * printed last, which is on its way to this thread, and their `shutdown` would never be called.
 */
interface Closable {
  close(): Promise<void>;
}

const open = new Set<Closable>();

const closeAll = (): void => {
  // A pool that fails to close rejects a promise that nobody has: the process ends with its reason.
  for (const pool of open) void pool.close();
};

/** Closes `pool` when the process is about to exit, unless it is forgotten before. */
export function closeBeforeExit(pool: Closable): void {
  // One listener for all pools: Node warns of more than ten.
  if (open.size === 0) globalThis.process?.on?.('beforeExit', closeAll);
  open.add(pool);
}

/** Takes back `closeBeforeExit`. */
export function forgetBeforeExit(pool: Closable): void {
  open.delete(pool);
  if (open.size === 0) globalThis.process?.off?.('beforeExit', closeAll);
}
