/**
 * Moments: what the host waits for in shared memory, other than messages.
 *
 * The pump looks at all of them whenever it is about to sleep, after it has announced that; whoever changes what they look at rings the host
 * afterwards. So nothing polls.
 *
 * Invariants:
 * I1. Each settles exactly once: reached, given up, or rejected with the pool's end.
 */

interface Moment {
  readonly isReached: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export interface Waiting {
  readonly reached: Promise<void>;
  /** Ends the wait, if it is not over. */
  giveUp(reason: Error): void;
}

export class Moments {
  private readonly pending = new Set<Moment>();

  /** Whether somebody waits. */
  get areAwaited(): boolean {
    return this.pending.size > 0;
  }

  /** Waits until `isReached` holds at one of the pump's looks; whatever it looks at, its change must ring the host. */
  until(isReached: () => boolean): Waiting {
    let moment: Moment | undefined;
    const reached = new Promise<void>((resolve, reject) => {
      moment = { isReached, resolve, reject };
      this.pending.add(moment);
    });
    return { reached, giveUp: (reason) => this.giveUp(moment as Moment, reason) };
  }

  /** Pump, before it sleeps. */
  look(): void {
    for (const moment of this.pending) {
      if (!moment.isReached()) continue;
      this.pending.delete(moment);
      moment.resolve();
    }
  }

  /** Nothing will be reached any more. */
  rejectAll(reason: Error): void {
    for (const moment of this.pending) this.giveUp(moment, reason);
  }

  private giveUp(moment: Moment, reason: Error): void {
    if (this.pending.delete(moment)) moment.reject(reason);
  }
}
