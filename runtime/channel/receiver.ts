/**
 * Receiver: the end of a channel that takes messages.
 *
 * One thread calls everything here: the one that made it. `receive` and `waitFor` stop that thread until there is something, and are
 * refused on the main one; `receiveAsync` and `for await` wait on the event loop; `tryReceive` and `drain` never wait.
 */
import type { Codec } from '../codec.js';
import type { Memory } from '../memory.js';
import type { Board, CrowdBell } from './bells.js';
import { abortedChannel, handleClosed, mustNotBlock, stillDraining } from './channel-errors.js';
import type { ChannelStats } from './channel-stats.js';
import type { OrphanedRuns } from './orphans.js';
import type { ReceiverCore } from './receiver-core.js';
import { ReceiverPump } from './receiver-pump.js';
import type { Region } from './region.js';
import { orphanSeats } from './repair.js';
import type { Source } from './sources.js';
import type { ThreadContext } from './thread-context.js';
import type { Waits } from './waits.js';

/** A drain that says nothing of how many takes so many. */
const DRAIN_MAX = 1024;
/** A run of shared messages that took longer is followed by a smaller one. */
const RUN_MS = 0.02;
const MAX_RUN = 256;
/** A reader that always finds a message lets the event loop have its turn after so long. */
const SLICE_MS = 4;
const LOOK_AT_CLOCK_EVERY = 64;

export interface ReceiveOptions {
  /** Milliseconds to wait; without it there is no limit. */
  readonly timeoutMs?: number;
}

export interface ReceiveAsyncOptions extends ReceiveOptions {
  /** Rejects with `SN_ABORTED` when aborted. */
  readonly signal?: AbortSignal;
}

/** A view as generated code makes it: moved from record to record. */
interface MovableView {
  $memory: Memory;
  $offsetBytes: number;
}

/** What a channel gives its receiver. */
export interface ReceiverParts<Value, View> {
  readonly thread: ThreadContext;
  readonly codec: Codec<Value, View, never>;
  readonly core: ReceiverCore;
  readonly board: Board;
  readonly waits: Waits;
  /** Where several receivers take messages: who passes a wake-up on rings here. */
  readonly crowd: CrowdBell | undefined;
  readonly region: Region;
  readonly seat: number;
  readonly orphans: OrphanedRuns | undefined;
  readonly stats: () => ChannelStats;
}

export class Receiver<Value, View = unknown> implements AsyncIterable<Value> {
  private readonly parts: ReceiverParts<Value, View>;
  private readonly core: ReceiverCore;
  private readonly codec: Codec<Value, View, never>;
  private readonly isMovable: boolean;
  private view: View & MovableView;
  private run = 1;
  private hasLeft = false;
  /** Whether a handler of `drain` is at work: its message is still in its slot. */
  private isDraining = false;
  private readonly pump: ReceiverPump<Value>;
  private sinceClock = 0;
  private sliceStartedMs = 0;

  constructor(parts: ReceiverParts<Value, View>) {
    this.parts = parts;
    this.core = parts.core;
    this.codec = parts.codec;
    this.pump = new ReceiverPump(this, parts.core, parts.waits, parts.thread.keepAlive);
    const view = parts.codec.view(parts.core.source.memory, 0) as View & MovableView;
    this.view = view;
    this.isMovable = typeof view === 'object' && view !== null && '$offsetBytes' in view;
  }

  /**
   * The next message, if one waits: a value of its own.
   *
   * @returns undefined when none waits; `isClosed` says whether one still may come.
   * @throws SnError `SN_CHANNEL_CLOSED` after `close`; `SN_DRAINING` in a handler of `drain`; `SN_BAD_RECORD` when the memory was written
   *   by someone else.
   */
  tryReceive(): Value | undefined {
    if (this.hasLeft || this.isDraining) throw this.notNow();
    if (this.core.claim(1) === 0) return undefined;
    const { source } = this.core;
    source.reach();
    source.enter();
    try {
      return this.codec.decode(source.memory, source.recordAt());
    } finally {
      source.advance();
      source.releaseLater();
    }
  }

  /**
   * The next message. Blocks the thread until there is one, and publishes before what the thread has sent.
   *
   * @returns undefined when the channel is closed and empty, or the time is up: `isClosed` tells them apart.
   * @throws SnError `SN_MUST_NOT_BLOCK` on the main thread; as `tryReceive`.
   */
  receive(options?: ReceiveOptions): Value | undefined {
    const { parts, core } = this;
    if (!parts.thread.mayBlock) throw mustNotBlock('receive', 'receiveAsync');
    const value = this.tryReceive();
    if (value !== undefined) return value;
    const timeoutMs = options?.timeoutMs ?? Number.POSITIVE_INFINITY;
    const untilMs = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : performance.now() + timeoutMs;
    for (;;) {
      parts.thread.outbox.flush();
      const isReady = parts.waits.block(core, leftOf(untilMs));
      this.pump.lookAgain();
      const late = this.tryReceive();
      if (late !== undefined) return late;
      if (!isReady || core.isOver()) return undefined;
    }
  }

  /**
   * Blocks the thread until `drain` would find a message.
   *
   * @returns false when the channel is closed and empty, or the time is up.
   * @throws SnError `SN_MUST_NOT_BLOCK` on the main thread, `SN_CHANNEL_CLOSED` after `close`, `SN_DRAINING` in a handler of `drain`.
   */
  waitFor(options?: ReceiveOptions): boolean {
    const { parts, core } = this;
    if (this.hasLeft || this.isDraining) throw this.notNow();
    if (!parts.thread.mayBlock) throw mustNotBlock('waitFor', 'receiveAsync');
    if (core.hasMessages()) return true;
    parts.thread.outbox.flush();
    const isReady = parts.waits.block(core, options?.timeoutMs ?? Number.POSITIVE_INFINITY);
    this.pump.lookAgain();
    return isReady && !core.isOver();
  }

  /**
   * The next message, waited for on the event loop. The process stays alive while one is waited for.
   *
   * @returns undefined when the channel is closed and empty, or the time is up.
   * @throws SnError `SN_ABORTED`; as `tryReceive`.
   */
  receiveAsync(options?: ReceiveAsyncOptions): Promise<Value | undefined> {
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(abortedChannel('receiveAsync', signal));
    try {
      if (!this.pump.isWaitedFor) {
        const value = this.tryReceive();
        if (value !== undefined) return this.letOthersRun(value);
        if (this.core.isOver()) return Promise.resolve(undefined);
      } else if (this.hasLeft || this.isDraining) throw this.notNow();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.pump.wait(options?.timeoutMs, signal);
  }

  /**
   * Hands the messages that wait to `onView`, in place. Never waits.
   *
   * A view is good until `onView` returns: keep its fields or `toObject()`. What `onView` sends is published before the slots
   * are given back. If it throws, its message counts as handled, and the rest waits for the next call. If it closes the receiver, its
   * message is the last.
   *
   * @param max - at most so many; 1024 if not given.
   * @returns how many messages were handled.
   * @throws what `onView` throws; SnError `SN_CHANNEL_CLOSED` after `close`; `SN_DRAINING` in a handler of `drain`.
   */
  drain(onView: (view: View) => void, max: number = DRAIN_MAX): number {
    if (this.hasLeft || this.isDraining) throw this.notNow();
    this.isDraining = true;
    let handled = 0;
    let startedMs = 0;
    try {
      while (handled < max && !this.hasLeft) {
        const count = this.core.claim(Math.min(max - handled, this.run));
        if (count === 0) break;
        startedMs ||= performance.now();
        handled += this.drainRun(this.core.source, onView, count);
        const nowMs = performance.now();
        this.fitRun(count, nowMs - startedMs);
        startedMs = nowMs;
      }
    } finally {
      this.isDraining = false;
      if (this.hasLeft) this.leave();
    }
    return handled;
  }

  /** Messages one after the other, until the channel is closed and empty. Leaving the loop leaves the receiver open. */
  [Symbol.asyncIterator](): AsyncIterator<Value, undefined> {
    return {
      next: async (): Promise<IteratorResult<Value, undefined>> => {
        const value = await this.receiveAsync();
        return value === undefined
          ? { done: true, value: undefined }
          : { done: false, value: value as Value };
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /** Whether all senders have closed and no message waits: nothing will be received any more. */
  isClosed(): boolean {
    return this.hasLeft || this.core.isOver();
  }

  /** Messages that wait, those in other receivers' hands among them. */
  len(): number {
    return this.stats().depth;
  }

  isEmpty(): boolean {
    return this.hasLeft || !this.core.hasMessages();
  }

  /** Counts of the whole channel. Any thread may read them at any time. */
  stats(): ChannelStats {
    // A handler's message is still in its slot.
    if (!this.hasLeft && !this.isDraining) this.core.release();
    return this.parts.stats();
  }

  /**
   * Gives the receiver up: what it had claimed and not handled goes to others. The last one's end makes senders fail. Receives that are
   * waited for resolve to undefined.
   */
  close(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    // A handler may read its message to the end.
    if (!this.isDraining) this.leave();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // What the channel and `select` ask of it.

  /** @internal Takes up what the receiver had in hand that had this seat before, and was not there to finish. */
  resume(): void {
    this.core.resume(this.parts.seat);
  }

  /** @internal Where threads that select among channels of its creator sleep. */
  get board(): Board {
    return this.parts.board;
  }

  /** @internal Says that this thread will sleep at `word` of the board. */
  announceAt(word: number): void {
    this.core.announceAt(word);
  }

  /** @internal Whether there is a message, or none will come. */
  isReady(): boolean {
    return this.hasLeft || this.core.ready();
  }

  /** @internal Takes `announceAt` back. */
  wakeUp(): void {
    this.core.wakeUpAt(0);
    this.pump.lookAgain();
  }

  /** @internal Calls `tell` once, on the event loop, when it is ready. @returns what takes that back. */
  onNews(tell: () => void): () => void {
    return this.pump.onNews(tell);
  }

  /** @internal A wake-up that nothing was taken for goes to another receiver. */
  passOn(): void {
    if (!this.hasLeft && this.core.hasMessages()) this.parts.crowd?.ringIfParked();
  }

  /** Gives the seat up, and messages in hand to whoever takes them. The last receiver wakes all senders: nobody will receive. */
  private leave(): void {
    const { region, seat, orphans } = this.parts;
    this.core.release();
    this.pump.stop();
    if (this.core.isHolding()) {
      this.core.noteHeld();
      orphanSeats(region, [seat, ...(orphans?.adoptedSeats() ?? [])], this.parts.thread.outbox);
    } else if (region.receivers.leave(seat)) {
      region.ringAll(region.senderBells);
    }
    // A wake-up that was meant for this receiver goes to another.
    this.parts.crowd?.ring();
  }

  /** @returns how many were handled: fewer when the handler closed the receiver. */
  private drainRun(source: Source, onView: (view: View) => void, count: number): number {
    const from = source.head;
    try {
      for (let left = count; left > 0 && !this.hasLeft; ) {
        const here = Math.min(source.reach(), left);
        left -= here;
        if (this.isMovable && !source.isLong) this.drainRing(source, onView, here);
        else this.drainSlowly(source, onView, here);
      }
    } finally {
      // Publish before release: what was sent for these messages is visible before their slots are given back.
      this.parts.thread.outbox.flush();
      source.release();
    }
    return (source.head - from) | 0;
  }

  private notNow(): Error {
    return this.hasLeft ? handleClosed('receiver') : stillDraining();
  }

  /** `count` messages of one ring, whose slots hold the records: the loop that everything else is for, all it needs in locals. */
  private drainRing(source: Source, onView: (view: View) => void, count: number): void {
    const { view } = this;
    const { memory, slots, mask, strideBytes, enteredIndex } = source;
    const { u32 } = memory;
    let { head } = source;
    if (view.$memory !== memory) view.$memory = memory;
    try {
      for (let left = count; left > 0 && !this.hasLeft; left--) {
        const slot = slots + (head & mask) * strideBytes;
        // What is thrown below is of this message, which counts as handled.
        head = (head + 1) | 0;
        u32[enteredIndex] = head;
        view.$offsetBytes = slot;
        onView(view);
      }
    } finally {
      source.head = head;
    }
  }

  /** The same for messages with a tail, and views that cannot be moved. */
  private drainSlowly(source: Source, onView: (view: View) => void, count: number): void {
    const { memory } = source;
    if (this.isMovable && this.view.$memory !== memory) this.view.$memory = memory;
    for (let left = count; left > 0 && !this.hasLeft; left--) {
      source.enter();
      const view = this.viewAt(memory, source.recordAt());
      source.advance();
      onView(view);
    }
  }

  private viewAt(memory: Memory, offsetBytes: number): View {
    if (!this.isMovable) return this.codec.view(memory, offsetBytes);
    this.view.$offsetBytes = offsetBytes;
    return this.view;
  }

  /** Many cheap messages are claimed in runs, few expensive ones singly. */
  private fitRun(count: number, tookMs: number): void {
    if (tookMs > RUN_MS) this.run = Math.max(1, this.run >> 1);
    else if (count === this.run && tookMs < RUN_MS / 2) this.run = Math.min(MAX_RUN, this.run << 1);
  }

  /** A reader that never has to wait would keep timers and I/O from ever running. */
  private letOthersRun(value: Value): Promise<Value> {
    this.sinceClock += 1;
    if (this.sinceClock < LOOK_AT_CLOCK_EVERY) return Promise.resolve(value);
    this.sinceClock = 0;
    const nowMs = performance.now();
    if (nowMs - this.sliceStartedMs < SLICE_MS) return Promise.resolve(value);
    return new Promise((resolve) => {
      setImmediate(() => {
        this.sliceStartedMs = performance.now();
        resolve(value);
      });
    });
  }
}

function leftOf(untilMs: number): number {
  return untilMs === Number.POSITIVE_INFINITY ? untilMs : Math.max(0, untilMs - performance.now());
}
