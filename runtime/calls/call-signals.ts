/**
 * Call signals: the `ctx.signal` of a sync worker, which says whether the call in hand was given up.
 *
 * A sync handler never lets the event loop run, so nothing can tell its signal of an abort: `aborted` looks into shared memory each
 * time it is read. A signal is made only for handlers that ask for it.
 */
import { SnError } from '../errors.js';
import type { CancelReader } from './cancels.js';

const nativeAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get as (
  this: AbortSignal,
) => boolean;

export class CallSignals {
  /** Of handlers that are given no call. */
  private readonly idle = new AbortController().signal;
  private cancels: CancelReader | undefined;
  private id = 0;
  private made: AbortSignal | undefined;

  /** The signal of the call in hand; outside of calls one that nobody aborts. */
  get signal(): AbortSignal {
    const { cancels, id } = this;
    if (cancels === undefined) return this.idle;
    this.made ??= this.polling(cancels, id);
    return this.made;
  }

  begin(cancels: CancelReader, id: number): void {
    this.cancels = cancels;
    this.id = id;
  }

  end(): void {
    this.cancels = undefined;
    this.made = undefined;
  }

  private polling(cancels: CancelReader, id: number): AbortSignal {
    const controller = new AbortController();
    const { signal } = controller;
    // Once its call is over the id may be another's.
    const isInHand = (): boolean => this.made === signal;
    Object.defineProperty(signal, 'aborted', {
      get: () => {
        if (isInHand() && !nativeAborted.call(signal) && cancels.has(id)) controller.abort(callAborted());
        return nativeAborted.call(signal);
      },
    });
    Object.defineProperty(signal, 'throwIfAborted', {
      value: () => {
        if (signal.aborted) throw signal.reason;
      },
    });
    return signal;
  }
}

/** The reason of a call's signal. */
export function callAborted(): SnError {
  return new SnError('SN_ABORTED', 'the caller has given this call up');
}
