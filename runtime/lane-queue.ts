/**
 * Lane queue: encoded messages that wait in front of one full lane on the host, first in first out.
 *
 * Each settles exactly once: written, timed out, aborted, or rejected with the pool's end.
 */
import type { LaneWriter, MessageBytes, SendOptions } from './lane-writer.js';
import { abortedError, sendTimeoutError } from './send-errors.js';
import { watchLimit } from './watch-limit.js';

/** A slot's bytes (header and record), or a message with a tail, which goes into the byte ring. */
export type Waiting = Uint8Array | MessageBytes;

interface Queued {
  /** See `LaneQueue.push`. */
  readonly number: number;
  readonly message: Waiting;
  readonly sent: Promise<void>;
  /** Called once, with the reason why it was not written, if it was not. */
  readonly settle: (reason?: Error) => void;
  /** Number of the routing before which the lane is cut behind this message; 0 where it is not. */
  cut: number;
}

export class LaneQueue {
  private readonly lane: LaneWriter;
  private items: Queued[] = [];
  /** Index of the oldest item; those before it are written or given up. */
  private first = 0;

  constructor(lane: LaneWriter) {
    this.lane = lane;
  }

  /**
   * Appends one message.
   *
   * @param number - greater than that of each message that was queued before, here or before another lane.
   * @returns a promise that settles when it is in the ring, or given up.
   */
  push(message: Waiting, options: SendOptions | undefined, number: number): Promise<void> {
    const { timeoutMs, signal } = options ?? {};
    let settle: Queued['settle'] = () => {};
    const sent = new Promise<void>((resolve, reject) => {
      const lift = watchLimit(
        { timeoutMs, signal },
        () => this.expire(queued, timeoutMs as number),
        () => this.giveUp(queued, abortedError(signal as AbortSignal)),
      );
      settle = (reason) => {
        lift();
        if (reason === undefined) resolve();
        else reject(reason);
      };
    });
    const queued: Queued = { number, message, sent, settle, cut: 0 };
    this.items.push(queued);
    this.lane.queued += 1;
    this.lane.holdBack();
    return sent;
  }

  /** Number of the oldest message that waits; none is greater where none does. */
  get firstNumber(): number {
    return this.items[this.first]?.number ?? Number.POSITIVE_INFINITY;
  }

  /** Bytes of the byte ring that the oldest message needs. */
  get wantedBytes(): number {
    const message = this.items[this.first]?.message;
    return message === undefined || message instanceof Uint8Array ? 0 : message.bytes.length;
  }

  /** Cuts the lane behind all that waits: see `LaneWriter.cut`. */
  cut(routing: number): void {
    const last = this.items.at(-1);
    if (this.lane.queued === 0 || last === undefined) this.lane.cut(routing);
    else last.cut = routing;
  }

  /** Moves as many into the ring as have room there. */
  writeWhatFits(): void {
    const { lane, items } = this;
    if (lane.queued === 0) return;
    lane.refreshLimit(this.wantedBytes);
    while (lane.queued > 0 && lane.tail !== lane.limit) {
      const { message, settle, cut } = items[this.first] as Queued;
      if (message instanceof Uint8Array) lane.sendSlot(message);
      else if (!lane.sendBytes(message)) break;
      this.first += 1;
      lane.queued -= 1;
      if (cut !== 0) lane.cut(cut);
      settle();
    }
    // A closed lane still delivers what it had accepted, and nothing else.
    if (lane.queued > 0 || lane.closed !== undefined) lane.holdBack();
    this.forgetWritten();
  }

  /**
   * Gives all up.
   *
   * @param isKnown - whether the program hears of `reason` in another way: then a promise that nobody looks at rejects in silence.
   */
  rejectAll(reason: Error, isKnown: boolean): void {
    const waiting = this.items.slice(this.first);
    this.items = [];
    this.first = 0;
    this.lane.queued = 0;
    for (const { sent, settle } of waiting) {
      if (isKnown) sent.catch(() => {});
      settle(reason);
    }
  }

  /** Time is up, unless there is room by now that nobody has told us of. */
  private expire(queued: Queued, timeoutMs: number): void {
    this.writeWhatFits();
    if (this.items.includes(queued, this.first)) this.giveUp(queued, sendTimeoutError(timeoutMs));
  }

  /** Mostly the oldest one goes first, which moves nothing. */
  private giveUp(queued: Queued, reason: Error): void {
    const index = this.items.indexOf(queued, this.first);
    if (index === this.first) this.first += 1;
    else this.items.splice(index, 1);
    this.lane.queued -= 1;
    if (queued.cut !== 0) this.cutBehind(index - 1, queued.cut);
    this.forgetWritten();
    queued.settle(reason);
  }

  /** What was to be cut behind a message that is given up is cut behind the one before it. */
  private cutBehind(index: number, routing: number): void {
    if (index < this.first) this.lane.cut(routing);
    else (this.items[index] as Queued).cut = routing;
  }

  /** Drops the written part once it is the larger one: amortised, each item is moved at most once. */
  private forgetWritten(): void {
    if (this.first < 64 || this.first * 2 < this.items.length) return;
    this.items = this.items.slice(this.first);
    this.first = 0;
  }
}
