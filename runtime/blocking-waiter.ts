/**
 * Space waiters: what a sender does when its lane is full.
 *
 * A worker blocks (`BlockingWaiter`); the host queues the message and answers with a promise (`QueueingWaiter`, host side).
 * Both keep the order in which messages were sent.
 */
import type { Parker } from './parker.js';
import type { Encode, LaneWriter } from './lane-writer.js';
import { SnError } from './errors.js';

/** What every sending call may be given. */
export interface SendOptions {
  /** Milliseconds to wait for space; without it there is no limit. */
  readonly timeoutMs?: number;
  /** Gives up when aborted. A blocked worker cannot see an abort, and looks at it once before it blocks. */
  readonly signal?: AbortSignal;
}

export interface SpaceWaiter {
  /** Sends one message through a lane that had no room. */
  send<Value>(
    lane: LaneWriter,
    tag: number,
    encode: Encode<Value>,
    value: Value,
    options: SendOptions | undefined,
  ): Promise<void> | undefined;
}

/** For workers: blocks the thread until there is room. */
export class BlockingWaiter implements SpaceWaiter {
  private readonly parker: Parker;
  private readonly outbox: { flush(): void };

  constructor(parker: Parker, outbox: { flush(): void }) {
    this.parker = parker;
    this.outbox = outbox;
  }

  /** @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, or the lane's reason when it is closed. Nothing was sent then. */
  send<Value>(
    lane: LaneWriter,
    tag: number,
    encode: Encode<Value>,
    value: Value,
    options: SendOptions | undefined,
  ): undefined {
    if (lane.closed !== undefined) throw lane.closed;
    if (options?.signal?.aborted) throw abortedError(options.signal);
    // Whoever should make space may be waiting for what we hold back.
    this.outbox.flush();
    if (!this.parker.blockUntilRoom(lane, options?.timeoutMs)) throw sendTimeoutError(options?.timeoutMs);
    lane.write(tag, encode, value);
    return undefined;
  }
}

export function abortedError(signal: AbortSignal): SnError {
  return new SnError('SN_ABORTED', 'send was given up: its signal was aborted; nothing was enqueued', {
    cause: signal.reason,
  });
}

export function sendTimeoutError(timeoutMs: number | undefined): SnError {
  return new SnError(
    'SN_TIMEOUT',
    `send found no space within ${timeoutMs} ms; nothing was enqueued: allow more time, raise the worker's capacity, or add instances`,
    { details: { timeoutMs } },
  );
}
