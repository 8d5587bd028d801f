/**
 * Keep-alive: holds the process open while something is pending, and only then.
 *
 * `Atomics.waitAsync` does not keep an event loop alive (Node issue 61941), and threads that idle should not either. A timer that
 * never matters does it: referenced while there is work, unreferenced otherwise.
 */
import { LONGEST_DELAY_MS } from './watch-limit.js';

export class KeepAlive {
  private readonly timer = setInterval(() => {}, LONGEST_DELAY_MS);
  private readonly holders = new Set<unknown>();
  private isEnded = false;

  constructor() {
    this.timer.unref();
  }

  /** Keeps the process alive until `holder` lets go. */
  hold(holder: unknown): void {
    if (this.isEnded) return;
    this.holders.add(holder);
    this.timer.ref();
  }

  letGo(holder: unknown): void {
    this.holders.delete(holder);
    if (this.holders.size === 0 && !this.isEnded) this.timer.unref();
  }

  /** Lets go of everything, for good, and leaves no timer behind. */
  end(): void {
    this.isEnded = true;
    this.holders.clear();
    clearInterval(this.timer);
  }
}
