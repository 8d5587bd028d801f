/**
 * Outbox: all lanes of one thread that hold messages committed but not yet published.
 *
 * Its promise: when control returns to the event loop, everything sent is visible. Within the worker loop's batches the
 * loop flushes; anywhere else (main program, timers, I/O callbacks) the first enlisted lane defers a flush to the end of the
 * current turn. On Node that is `process.nextTick`, which runs when the microtasks are done: a loop that awaits every
 * send stays in microtasks, so its messages still go out in groups rather than one by one.
 */

/** A lane, as far as the outbox cares. */
export interface Publishes {
  /** Whether the outbox has it on its list. Only the outbox clears it. */
  enlisted: boolean;
  /** Makes visible what is committed. */
  flush(): void;
}

type Defer = (callback: () => void) => void;

/** Runs `callback` at the end of the current turn: see above. */
export const defer: Defer =
  typeof globalThis.process?.nextTick === 'function' ? (f) => process.nextTick(f) : (f) => queueMicrotask(f);

export class Outbox {
  private readonly lanes: Publishes[] = [];
  private deferred = false;
  /** Set by the worker loop while it flushes by itself at the end of a batch. */
  inBatch = false;
  private readonly onActivity: (() => void) | undefined;
  private readonly flushDeferred = (): void => {
    this.deferred = false;
    this.flush();
  };

  /** @param onActivity - called when the first message after a flush is committed. */
  constructor(onActivity?: () => void) {
    this.onActivity = onActivity;
  }

  /** Called by a lane with its first unpublished message. */
  enlist(lane: Publishes): void {
    if (this.lanes.push(lane) === 1) this.onActivity?.();
    if (this.inBatch || this.deferred) return;
    this.deferred = true;
    defer(this.flushDeferred);
  }

  /** Publishes everything that is committed. */
  flush(): void {
    const { lanes } = this;
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i] as Publishes;
      lane.enlisted = false;
      lane.flush();
    }
    lanes.length = 0;
  }
}
