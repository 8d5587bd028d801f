/**
 * Sender: the end of a channel that gives messages.
 *
 * One thread calls everything here: the one that made it. `trySend` never waits; `send` stops the thread while the channel is full, and is
 * refused on the main one; `sendAsync` waits on the event loop.
 *
 * A message is visible when its group is full, at once when a receiver runs dry, and when the thread's turn ends or it blocks. A thread that
 * does neither for long calls `flush`.
 */
import type { Codec } from '../codec.js';
import { SnError } from '../errors.js';
import { type Encode, type LaneWriter, NO_SLOT, type SendOptions } from '../lane-writer.js';
import { abortedChannel, badOption, handleClosed, mustNotBlock, receiversGone } from './channel-errors.js';
import {
  DROPPED_OFFSET_BYTES,
  type FullPolicy,
  type Priority,
  priorities,
  RECEIVER_MASK_OFFSET_BYTES,
  REFUSED_OFFSET_BYTES,
  TAIL_BYTES_HIGH_OFFSET_BYTES,
  TAIL_BYTES_OFFSET_BYTES,
} from './channel-layout.js';
import type { ChannelStats } from './channel-stats.js';
import type { Claims } from './claims.js';
import type { Region } from './region.js';
import type { SenderWaiter } from './sender-waiter.js';
import type { ThreadContext } from './thread-context.js';

const TAG = 0;
const NORMAL = 1;
/** A claim that came too late is taken back within some instructions, unless the system stops its thread there. */
const LATE_CLAIM_MS = 1;

export interface PriorityOption {
  /** Which lane it takes, where the channel has priorities; `normal` if nothing is said. */
  readonly priority?: Priority;
}

export interface BlockingSendOptions extends PriorityOption {
  /** Milliseconds to wait for room; without it there is no limit. */
  readonly timeoutMs?: number;
}

export interface AsyncSendOptions extends BlockingSendOptions {
  /** Rejects with `SN_ABORTED` when aborted; the message is not sent then. */
  readonly signal?: AbortSignal;
}

/** `full`: as many wait as `highWater` says. `drained`: no more than `lowWater` do, after a `full`. */
export type WaterSignal = 'full' | 'drained';

interface Watcher {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** What a channel gives its sender. */
export interface SenderParts<Input> {
  readonly thread: ThreadContext;
  readonly codec: Codec<unknown, unknown, Input>;
  /** One for each priority. */
  readonly lanes: readonly LaneWriter[];
  /** Claims of this sender on its own lanes, where it drops the oldest. */
  readonly claims: readonly Claims[];
  readonly waiter: SenderWaiter;
  readonly onFull: FullPolicy;
  readonly seatBytes: number;
  readonly highWater: number;
  readonly lowWater: number;
  /** Most bytes of one message with a tail. */
  readonly ringBytes: number;
  readonly region: Region;
  readonly seat: number;
  readonly stats: () => ChannelStats;
}

export class Sender<Input> {
  private readonly parts: SenderParts<Input>;
  private readonly encode: Encode<Input>;
  private readonly lane: LaneWriter;
  private readonly waits: boolean;
  /** Whether a message is its record, and nobody wants to hear how many wait. */
  private readonly isPlain: boolean;
  private readonly watchesWater: boolean;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private hasLeft = false;
  private isSeatFree = false;
  private isFull = false;
  private readonly listeners = new Set<(signal: WaterSignal) => void>();
  private watchers: Watcher[] = [];

  constructor(parts: SenderParts<Input>) {
    this.parts = parts;
    this.encode = parts.codec.encode as Encode<Input>;
    this.lane = (parts.lanes[NORMAL] ?? parts.lanes[0]) as LaneWriter;
    this.waits = parts.onFull === 'wait';
    this.watchesWater = parts.highWater > 0;
    this.isPlain = parts.codec.byteLengthOf === undefined && !this.watchesWater;
    this.i32 = this.lane.memory.i32;
  }

  /**
   * Sends if there is room at once; what `onFull` says of dropping is done.
   *
   * @returns false when the message is not in the channel: it was full, or the message was dropped.
   * @throws SnError `SN_CHANNEL_CLOSED` when this sender or all receivers have closed; `SN_FIELD_RANGE`.
   */
  trySend(value: Input, options?: PriorityOption): boolean {
    const lane = options === undefined ? this.lane : this.laneOf(options);
    if ((this.i32[RECEIVER_MASK_OFFSET_BYTES >> 2] as number) < 0) this.refuse(value);
    if (!this.isPlain) return this.trySendSlowly(lane, value);
    // `value` goes to the encoder and, where nothing goes wrong, nowhere else: so V8 need not allocate it (see LaneWriter).
    let slot = lane.tryClaim();
    if (slot === NO_SLOT) slot = this.claimByPolicy(lane);
    if (slot === NO_SLOT) return false;
    this.encode(value, lane.memory, slot, undefined, lane, undefined);
    lane.commitRecord(slot);
    return true;
  }

  /**
   * Sends, and stops the thread while the channel is full, if `onFull` says `wait`.
   *
   * @returns false when the message is not in the channel, because `onFull` says so.
   * @throws SnError `SN_MUST_NOT_BLOCK` on the main thread, `SN_TIMEOUT`; as `trySend`.
   */
  send(value: Input, options?: BlockingSendOptions): boolean {
    if (!this.parts.thread.mayBlock) throw mustNotBlock('send', 'sendAsync');
    const lane = options === undefined ? this.lane : this.laneOf(options);
    if ((this.i32[RECEIVER_MASK_OFFSET_BYTES >> 2] as number) < 0) this.refuse(value);
    try {
      if (!this.waits || !this.isPlain) return this.sendSlowly(lane, value, options);
      this.parts.waiter.mayBlock = true;
      const slot = lane.claim(options);
      this.encode(value, lane.memory, slot, undefined, lane, undefined);
      lane.commitRecord(slot);
      return true;
    } catch (error) {
      // The receivers went while it waited.
      throw this.withUnsent(error, value);
    }
  }

  /**
   * Sends, and waits on the event loop while the channel is full, if `onFull` says `wait`. The value is encoded at once. The process stays
   * alive while one waits.
   *
   * @returns at once whether it is in the channel; a promise of it while it waits, which rejects with `SN_TIMEOUT`, `SN_ABORTED` or
   *   `SN_CHANNEL_CLOSED`; nothing was sent then.
   * @throws as `trySend`; `SN_ABORTED` when it was aborted before.
   */
  sendAsync(value: Input, options?: AsyncSendOptions): boolean | Promise<boolean> {
    const lane = options === undefined ? this.lane : this.laneOf(options);
    if ((this.i32[RECEIVER_MASK_OFFSET_BYTES >> 2] as number) < 0) this.refuse(value);
    if (options?.signal?.aborted === true) throw abortedChannel('sendAsync', options.signal);
    if (!this.waits) return this.trySendSlowly(lane, value);
    this.parts.waiter.mayBlock = false;
    const sent = this.write(lane, value, options);
    this.noteWater();
    if (sent === undefined) return true;
    return sent.then(
      () => true,
      (error) => {
        // Given up, it need not keep the process alive.
        this.parts.waiter.lookAgain();
        throw this.withUnsent(error, value);
      },
    );
  }

  /** Sends all, as `send` does. @returns how many are in the channel. @throws as `send`; `details.unsent` tells what is left. */
  sendMany(values: Iterable<Input>, options?: BlockingSendOptions): number {
    let sent = 0;
    const all = [...values];
    for (const [k, value] of all.entries()) {
      try {
        if (this.send(value, options)) sent += 1;
      } catch (error) {
        throw this.withLeft(error, all.slice(k));
      }
    }
    return sent;
  }

  /** Sends all, as `sendAsync` does, waiting for each. @returns how many are in the channel. @throws as `sendAsync`. */
  async sendManyAsync(values: Iterable<Input>, options?: AsyncSendOptions): Promise<number> {
    let sent = 0;
    const all = [...values];
    for (const [k, value] of all.entries()) {
      try {
        const isSent = this.sendAsync(value, options);
        if (typeof isSent === 'boolean' ? isSent : await isSent) sent += 1;
      } catch (error) {
        throw this.withLeft(error, all.slice(k));
      }
    }
    return sent;
  }

  /** Publishes what was sent. */
  flush(): void {
    for (const lane of this.parts.lanes) lane.flush();
  }

  /** Whether as many messages of this sender wait as `highWater` says, and have not come down to `lowWater` since. */
  needsDrain(): boolean {
    this.noteWater();
    return this.isFull;
  }

  /** Waits on the event loop until no more than `lowWater` messages of this sender wait. @throws SnError `SN_CHANNEL_CLOSED`. */
  drained(): Promise<void> {
    if (this.hasLeft) return Promise.reject(handleClosed('sender'));
    if (this.depth() <= this.parts.lowWater) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.watchers.push({ resolve, reject });
      this.parts.waiter.startPump();
    });
  }

  /** Calls `listener` with `full` and `drained` as they come. Dispose of the result to end that. */
  onWater(listener: (signal: WaterSignal) => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => void this.listeners.delete(listener) };
  }

  /** Messages of this sender that wait, or are in receivers' hands. */
  len(): number {
    return this.depth();
  }

  /** Whether nothing can be sent any more. */
  isClosed(): boolean {
    return this.hasLeft || Atomics.load(this.i32, RECEIVER_MASK_OFFSET_BYTES >> 2) < 0;
  }

  /** Counts of the whole channel. Any thread may read them at any time. */
  stats(): ChannelStats {
    return this.parts.stats();
  }

  /**
   * Gives the sender up. What it has sent is still received, what waits in `sendAsync` is still written. The last one's end closes the
   * channel once it is empty.
   */
  close(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.flush();
    const reason = handleClosed('sender');
    for (const lane of this.parts.lanes) lane.close(reason);
    this.forgetWatchers(reason);
    if (this.parts.waiter.queued === 0) this.leave();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // What the channel and the pump ask and tell.

  /** @internal Goes on where the sender was that had this seat before. */
  resume(): void {
    for (const lane of this.parts.lanes) lane.resume();
  }

  /** @internal The pump has nothing left to do. */
  onQuiet(): void {
    if (this.hasLeft) this.leave();
  }

  /** @internal All receivers have gone. */
  onEnded(): void {
    const reason = receiversGone(this.parts.codec.name);
    for (const lane of this.parts.lanes) lane.close(reason);
    this.forgetWatchers(reason);
    this.parts.waiter.rejectAll(reason);
  }

  /** @internal @returns the depth that somebody waits for, or -1. */
  watchDepth(): number {
    const { lowWater } = this.parts;
    if (this.watchers.length === 0 && !(this.isFull && this.listeners.size > 0)) return -1;
    if (this.depth() > lowWater) return lowWater;
    const { watchers } = this;
    this.watchers = [];
    for (const { resolve } of watchers) resolve();
    this.setFull(false);
    return -1;
  }

  /** Gives the seat up. The last sender wakes all receivers: nothing more will come. */
  private leave(): void {
    const { region, seat } = this.parts;
    if (this.isSeatFree) return;
    this.isSeatFree = true;
    this.parts.waiter.stop();
    if (region.senders.leave(seat)) region.ringAll(region.receiverBells);
  }

  /** Nothing will drain any more, or nobody may wait for it. */
  private forgetWatchers(reason: Error): void {
    const { watchers } = this;
    this.watchers = [];
    this.listeners.clear();
    for (const { reject } of watchers) reject(reason);
  }

  private laneOf({ priority }: PriorityOption): LaneWriter {
    if (priority === undefined) return this.lane;
    const lane = this.parts.lanes[priorities.indexOf(priority)];
    if (lane === undefined || this.parts.lanes.length === 1)
      throw badOption(
        'priority',
        priority,
        this.parts.lanes.length === 1
          ? 'left out: this channel has no priorities, see createChannel'
          : `one of ${priorities.join(', ')}`,
      );
    return lane;
  }

  /** @throws the reason why nothing can be sent. */
  private refuse(value: Input): never {
    if (this.hasLeft) throw handleClosed('sender');
    this.onEnded();
    throw receiversGone(this.parts.codec.name, value);
  }

  /** Where the receivers have gone, the error says what they will not get. */
  private withUnsent(error: unknown, unsent: unknown): unknown {
    const isGone = error instanceof SnError && error.details.side === 'receivers';
    return isGone ? receiversGone(this.parts.codec.name, unsent) : error;
  }

  /** Whatever ended the sending of many, the error says which of them are left. */
  private withLeft(error: unknown, unsent: readonly Input[]): unknown {
    if (!(error instanceof SnError)) return error;
    const { code, message, details, cause } = error;
    return new SnError(code, message, { details: { ...details, unsent }, cause });
  }

  /** Any message, in any channel. @returns a promise when it was queued. */
  private write(lane: LaneWriter, value: Input, options: SendOptions | undefined): Promise<void> | undefined {
    const { byteLengthOf } = this.parts.codec;
    if (byteLengthOf === undefined) return lane.sendRecord(this.encode, value, options);
    const bytes = this.checkedLength(byteLengthOf(value));
    const sent = lane.sendLong(TAG, this.encode, value, bytes, options);
    this.countBytes(lane.writtenBytes);
    return sent;
  }

  private sendSlowly(lane: LaneWriter, value: Input, options: BlockingSendOptions | undefined): boolean {
    if (!this.waits) return this.trySendSlowly(lane, value);
    this.parts.waiter.mayBlock = true;
    this.write(lane, value, options);
    this.noteWater();
    return true;
  }

  /** A slot of a full lane, where `onFull` makes one. */
  private claimByPolicy(lane: LaneWriter): number {
    let slot = NO_SLOT;
    this.makeRoom(lane, () => {
      slot = lane.tryClaim();
      return slot !== NO_SLOT;
    });
    return slot;
  }

  private trySendSlowly(lane: LaneWriter, value: Input): boolean {
    const isSent = this.tryWrite(lane, value) || this.makeRoom(lane, () => this.tryWrite(lane, value));
    this.noteWater();
    return isSent;
  }

  private tryWrite(lane: LaneWriter, value: Input): boolean {
    const { byteLengthOf } = this.parts.codec;
    if (byteLengthOf !== undefined) {
      const isSent = lane.trySendLong(TAG, this.encode, value, this.checkedLength(byteLengthOf(value)));
      if (isSent) this.countBytes(lane.writtenBytes);
      return isSent;
    }
    const slot = lane.tryClaim();
    if (slot === NO_SLOT) return false;
    this.encode(value, lane.memory, slot, undefined, lane, undefined);
    lane.commitRecord(slot);
    return true;
  }

  /** What `onFull` says of a full lane. @returns whether `attempt` found room after all; if not, that is counted. */
  private makeRoom(lane: LaneWriter, attempt: () => boolean): boolean {
    const isDone = this.dropOldest(lane) && this.attemptSoon(lane, attempt);
    if (!isDone)
      this.count(this.parts.onFull === 'drop-newest' ? DROPPED_OFFSET_BYTES : REFUSED_OFFSET_BYTES, 1);
    return isDone;
  }

  /** Makes room by claiming the oldest message that nobody has in hand. @returns whether there may be room now. */
  private dropOldest(lane: LaneWriter): boolean {
    if (this.parts.onFull !== 'drop-oldest') return false;
    const claims = this.parts.claims[this.parts.lanes.indexOf(lane)] as Claims;
    // Published, so that the oldest can be claimed even where all are our own of this turn.
    lane.flush();
    if (lane.depth() !== claims.waiting() || claims.claim(1) === 0) return false;
    claims.head = claims.end;
    claims.release();
    this.count(DROPPED_OFFSET_BYTES, 1);
    return true;
  }

  /**
   * The oldest was taken away; its slot is free at once, but for a receiver that had just announced to claim it, and has yet to see that
   * it was late. It is waited for, though not for ever: it may be anywhere.
   */
  private attemptSoon(lane: LaneWriter, attempt: () => boolean): boolean {
    if (attempt()) return true;
    // A message with a tail, or a lane that has grown, may need the room of several.
    while (this.dropOldest(lane)) if (attempt()) return true;
    const claims = this.parts.claims[this.parts.lanes.indexOf(lane)] as Claims;
    const untilMs = performance.now() + LATE_CLAIM_MS;
    while (performance.now() < untilMs) {
      claims.moveHead();
      if (attempt()) return true;
    }
    return false;
  }

  private checkedLength(bytes: number): number {
    const { ringBytes } = this.parts;
    if (bytes <= ringBytes) return bytes;
    throw badOption(
      'ringBytes',
      ringBytes,
      `at least ${bytes} for this ${this.parts.codec.name}, which takes so many bytes: give createChannel({ ringBytes }) that much`,
    );
  }

  private countBytes(bytes: number): void {
    const before = this.count(TAIL_BYTES_OFFSET_BYTES, bytes);
    if (before >>> 0 > (before + bytes) >>> 0) this.count(TAIL_BYTES_HIGH_OFFSET_BYTES, 1);
  }

  private count(offsetBytes: number, by: number): number {
    return Atomics.add(this.i32, (this.parts.seatBytes + offsetBytes) >> 2, by);
  }

  private depth(): number {
    let depth = 0;
    for (const lane of this.parts.lanes) depth += lane.depth();
    return depth;
  }

  private noteWater(): void {
    const { highWater, lowWater } = this.parts;
    if (!this.watchesWater) return;
    const depth = this.depth();
    if (!this.isFull && depth >= highWater) {
      this.setFull(true);
      // Without a listener nobody waits for the other signal, and the process need not stay alive for it.
      if (this.listeners.size > 0) this.parts.waiter.startPump();
    } else if (this.isFull && depth <= lowWater) this.setFull(false);
  }

  private setFull(isFull: boolean): void {
    if (this.isFull === isFull) return;
    this.isFull = isFull;
    for (const listener of this.listeners) listener(isFull ? 'full' : 'drained');
  }
}
