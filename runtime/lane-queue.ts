/**
 * Lane queue: encoded messages that wait in front of one full lane on the host, first in first out.
 *
 * Each settles exactly once: written, timed out, aborted, or rejected with the pool's end.
 */
import type { LaneWriter } from './lane-writer.js';
import { abortedError, type SendOptions, sendTimeoutError } from './space-waiter.js';

interface Queued {
  readonly slot: Uint8Array;
  /** Undefined once settled: then it is skipped. */
  settle: ((reason: Error | undefined) => void) | undefined;
}

export class LaneQueue {
  private readonly lane: LaneWriter;
  private items: Queued[] = [];
  /** Index of the oldest item; those before it are written. */
  private first = 0;

  constructor(lane: LaneWriter) {
    this.lane = lane;
  }

  /** Appends one slot's bytes. @returns a promise that settles when it is in the ring, or given up. */
  push(slot: Uint8Array, options: SendOptions | undefined): Promise<void> {
    const queued: Queued = { slot, settle: undefined };
    const sent = new Promise<void>((resolve, reject) => {
      const signal = options?.signal;
      const onAbort = (): void => queued.settle?.(abortedError(signal as AbortSignal));
      const timer =
        options?.timeoutMs === undefined
          ? undefined
          : setTimeout(() => this.expire(queued, options.timeoutMs), options.timeoutMs);
      queued.settle = (reason) => {
        queued.settle = undefined;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        if (reason === undefined) resolve();
        else reject(reason);
      };
      signal?.addEventListener('abort', onAbort);
    });
    this.items.push(queued);
    this.lane.queued += 1;
    this.lane.holdBack();
    return sent;
  }

  /** Moves as many into the ring as have room there. */
  writeWhatFits(): void {
    const { lane, items } = this;
    if (lane.queued === 0) return;
    lane.refreshLimit();
    while (this.first < items.length) {
      const queued = items[this.first] as Queued;
      if (queued.settle !== undefined) {
        if (lane.tail === lane.limit) break;
        lane.writeSlot(queued.slot);
        queued.settle(undefined);
      }
      this.first += 1;
      lane.queued -= 1;
    }
    // A closed lane still delivers what it had accepted, and nothing else.
    if (lane.queued > 0 || lane.closed !== undefined) lane.holdBack();
    this.forgetWritten();
  }

  rejectAll(reason: Error): void {
    for (const { settle } of this.items) settle?.(reason);
    this.items = [];
    this.first = 0;
    this.lane.queued = 0;
  }

  /** Time is up, unless there is room by now that nobody has told us of. */
  private expire(queued: Queued, timeoutMs: number | undefined): void {
    this.writeWhatFits();
    queued.settle?.(sendTimeoutError(timeoutMs));
  }

  /** Drops the written part once it is the larger one: amortised, each item is moved at most once. */
  private forgetWritten(): void {
    if (this.first < 64 || this.first * 2 < this.items.length) return;
    this.items = this.items.slice(this.first);
    this.first = 0;
  }
}
