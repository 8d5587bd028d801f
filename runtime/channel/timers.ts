/**
 * Timers as channels: `after` gives one message, `tick` one at every interval. They take part in `select`, as those of crossbeam do.
 *
 * Nothing runs for them: a look at the clock says whether their time has come.
 */
import { LONGEST_DELAY_MS, watchLimit } from '../watch-limit.js';
import { abortedChannel, badOption, mustNotBlock } from './channel-errors.js';
import type { ReceiveAsyncOptions, ReceiveOptions } from './receiver.js';
import { thisThread } from './thread-context.js';

/** Gives one message, the time at which it was due (of `performance.now()`), after so many milliseconds. @throws SnError `SN_OPTION`. */
export function after(delayMs: number): Ticks {
  return new Ticks(checked('delayMs', delayMs, 0), undefined);
}

/**
 * Gives a message, the time at which it was due, every so many milliseconds. Ticks that nobody took in time are left out: the next one is
 * the next in the future.
 *
 * @throws SnError `SN_OPTION`.
 */
export function tick(intervalMs: number): Ticks {
  return new Ticks(checked('intervalMs', intervalMs, Number.MIN_VALUE), intervalMs);
}

export class Ticks {
  private readonly intervalMs: number | undefined;
  private nextMs: number;

  /** Use `after` or `tick`. */
  constructor(firstMs: number, intervalMs: number | undefined) {
    this.nextMs = performance.now() + firstMs;
    this.intervalMs = intervalMs;
  }

  /** The time that is due, if one is. */
  tryReceive(): number | undefined {
    const nowMs = performance.now();
    const dueMs = this.nextMs;
    if (nowMs < dueMs) return undefined;
    const { intervalMs } = this;
    this.nextMs =
      intervalMs === undefined
        ? Number.POSITIVE_INFINITY
        : dueMs + intervalMs * (Math.floor((nowMs - dueMs) / intervalMs) + 1);
    return dueMs;
  }

  /** Blocks until a time is due. @returns undefined when none will be, or the time is up. @throws SnError `SN_MUST_NOT_BLOCK`. */
  receive(options: ReceiveOptions = {}): number | undefined {
    const thread = thisThread();
    if (!thread.mayBlock) throw mustNotBlock('receive', 'receiveAsync');
    const untilMs = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    if (this.isClosed()) return undefined;
    thread.outbox.flush();
    const nowhere = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const due = this.tryReceive();
      if (due !== undefined) return due;
      const leftMs = Math.min(untilMs, this.nextMs) - performance.now();
      if (performance.now() >= untilMs) return undefined;
      Atomics.wait(nowhere, 0, 0, Math.min(Math.max(0, leftMs), LONGEST_DELAY_MS));
    }
  }

  /** As `receive`, on the event loop. @throws SnError `SN_ABORTED`. */
  async receiveAsync({
    timeoutMs = Number.POSITIVE_INFINITY,
    signal,
  }: ReceiveAsyncOptions = {}): Promise<number | undefined> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      if (signal?.aborted === true) throw abortedChannel('receiveAsync', signal);
      const due = this.tryReceive();
      if (due !== undefined) return due;
      const nowMs = performance.now();
      if (this.isClosed() || nowMs >= untilMs) return undefined;
      const waitMs = Math.min(untilMs, this.nextMs, nowMs + LONGEST_DELAY_MS) - nowMs;
      let lift = (): void => {};
      await new Promise<void>((resolve) => {
        lift = watchLimit({ timeoutMs: waitMs, signal }, resolve, resolve);
      });
      lift();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number, undefined> {
    for (;;) {
      const due = await this.receiveAsync();
      if (due === undefined) return undefined;
      yield due;
    }
  }

  /** Whether no time will be due any more. */
  isClosed(): boolean {
    return this.nextMs === Number.POSITIVE_INFINITY;
  }

  /** Ends it. */
  close(): void {
    this.nextMs = Number.POSITIVE_INFINITY;
  }

  /** When the next one is due, by `performance.now()`. */
  dueMs(): number {
    return this.nextMs;
  }
}

function checked(option: string, given: number, min: number): number {
  if (typeof given === 'number' && given >= min && given < Number.POSITIVE_INFINITY) return given;
  throw badOption(
    option,
    given,
    min === 0 ? 'a number of milliseconds from 0' : 'a number of milliseconds above 0',
  );
}
