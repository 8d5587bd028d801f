/**
 * Receiver core: which message comes next, and when there is none.
 *
 * Lanes are taken in turn, each for at most `STREAK` messages. With priorities each has credit: as many messages as its weight says; when
 * nobody with credit has messages, all get theirs anew. So the high ones come first, and none waits for ever.
 *
 * One thread, the seat's owner, calls everything here.
 */
import { PARKED } from '../doorbell.js';
import type { ReceiverBell } from './bells.js';
import type { Side } from './seats.js';
import type { Source } from './sources.js';
import type { Sleeper } from './waits.js';

/** Messages taken from one lane before the next has its turn. */
const STREAK = 256;
/** Messages of weight 1 between two looks at the other priorities. */
const CREDIT = 16;

export interface ReceiverCoreOptions {
  /** For each priority one source for each sender. */
  readonly sources: readonly (readonly Source[])[];
  /** None without priorities. */
  readonly weights: readonly number[];
  readonly senders: Side;
  readonly bell: ReceiverBell;
  /** Looks for runs that dead receivers left; missing where messages are not claimed. */
  readonly orphans: Orphans | undefined;
  readonly i32: Int32Array<ArrayBufferLike>;
  /** Element that says how many messages were found waiting, at most. */
  readonly highWaterIndex: number;
}

/** Runs that nobody works on since their receivers are gone. */
export interface Orphans {
  /** Whether there are any, as far as is known. */
  isWaiting(): boolean;
  /** Takes over those of one receiver. @returns their sources. */
  adopt(): readonly Source[];
  /** Told when all that was adopted is handled. */
  done(): void;
}

export class ReceiverCore implements Sleeper {
  /** Where the last claim was made. */
  source: Source;
  private readonly sources: readonly (readonly Source[])[];
  private readonly weights: readonly number[];
  private readonly senders: Side;
  private readonly bell: ReceiverBell;
  private readonly orphans: Orphans | undefined;
  private readonly credits: number[];
  private readonly cursors: number[];
  private adopted: readonly Source[] = [];
  private streak = 0;
  private highWater = 0;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly highWaterIndex: number;

  constructor(options: ReceiverCoreOptions) {
    this.sources = options.sources;
    this.weights = options.weights;
    this.senders = options.senders;
    this.bell = options.bell;
    this.orphans = options.orphans;
    this.credits = options.weights.map(() => 0);
    this.cursors = options.sources.map(() => 0);
    this.i32 = options.i32;
    this.highWaterIndex = options.highWaterIndex;
    this.source = (options.sources[0] as readonly Source[])[0] as Source;
  }

  /** Claims up to `max` messages of one lane, which is `source` then. @returns how many; 0 when none waits. */
  claim(max: number): number {
    if (this.orphans?.isWaiting() === true || this.adopted.length > 0) {
      const count = this.claimAdopted(max);
      if (count > 0) return count;
    }
    if (this.weights.length === 0) return this.claimOf(0, max);
    for (let turn = 0; turn < 2; turn++) {
      for (let priority = 0; priority < this.weights.length; priority++) {
        const credit = this.credits[priority] as number;
        if (credit <= 0) continue;
        const count = this.claimOf(priority, Math.min(max, credit));
        this.credits[priority] = credit - count;
        if (count > 0) return count;
      }
      for (let priority = 0; priority < this.weights.length; priority++)
        this.credits[priority] = (this.weights[priority] as number) * CREDIT;
    }
    return 0;
  }

  /** Whether a message waits, or will never wait again. */
  ready(): boolean {
    return this.hasMessages() || this.senders.hasEnded() || this.orphans?.isWaiting() === true;
  }

  hasMessages(): boolean {
    for (let priority = 0; priority < this.sources.length; priority++) {
      const lanes = this.sources[priority] as readonly Source[];
      for (let k = 0; k < lanes.length; k++) if ((lanes[k] as Source).waiting() > 0) return true;
    }
    for (let k = 0; k < this.adopted.length; k++) if ((this.adopted[k] as Source).isHolding()) return true;
    return false;
  }

  /** Whether nothing waits and nothing will. Senders publish before they leave, so that they are looked at first. */
  isOver(): boolean {
    return this.senders.hasEnded() && !this.hasMessages() && this.orphans?.isWaiting() !== true;
  }

  sayHungry(): void {
    this.bell.sayHungry();
  }

  announce(): void {
    this.bell.announce();
  }

  /** As `announce`, of a thread that sleeps at `word` of the board. */
  announceAt(word: number): void {
    this.bell.seat.sleepAt(word);
    this.bell.announce();
  }

  /** As `wakeUp`, after `announceAt`. */
  wakeUpAt(word: number): void {
    this.bell.seat.sleepAt(word);
    this.bell.sayAwake();
  }

  sleep(timeoutMs: number): boolean {
    return Atomics.wait(this.bell.seat.i32, this.bell.seat.index, PARKED, timeoutMs) === 'ok';
  }

  /** On the event loop: a promise of the next ring, or undefined if rung since `announce`. */
  sleepAsync(): Promise<unknown> | undefined {
    return this.bell.seat.waitAsync();
  }

  /** Ends such a sleep, so that the pump looks at everything again. */
  wakeUpPump(): void {
    Atomics.notify(this.bell.seat.i32, this.bell.seat.index);
  }

  wakeUp(): void {
    this.bell.sayAwake();
  }

  /** Gives everything back that is handled. */
  release(): void {
    for (let priority = 0; priority < this.sources.length; priority++) {
      const lanes = this.sources[priority] as readonly Source[];
      for (let k = 0; k < lanes.length; k++) (lanes[k] as Source).release();
    }
  }

  /** Takes up what another had in hand that sat here before. */
  resume(seat: number): void {
    for (let priority = 0; priority < this.sources.length; priority++) {
      const lanes = this.sources[priority] as readonly Source[];
      for (let k = 0; k < lanes.length; k++) (lanes[k] as Source).takeOver(seat);
    }
  }

  /** Whether messages were claimed and are not handled: a handler threw. */
  isHolding(): boolean {
    for (let priority = 0; priority < this.sources.length; priority++) {
      const lanes = this.sources[priority] as readonly Source[];
      for (let k = 0; k < lanes.length; k++) if ((lanes[k] as Source).isHolding()) return true;
    }
    return this.adopted.length > 0;
  }

  /** Says of what is held that its first message was not begun: the one before it was, and counts as handled. */
  noteHeld(): void {
    for (const source of [...this.sources.flat(), ...this.adopted]) if (source.isHolding()) source.enter();
  }

  private claimOf(priority: number, max: number): number {
    const lanes = this.sources[priority] as readonly Source[];
    const first = this.cursors[priority] as number;
    for (let k = 0; k < lanes.length; k++) {
      const at = (first + k) % lanes.length;
      const source = lanes[at] as Source;
      const count = source.claim(max);
      if (count === 0) continue;
      this.streak = k === 0 ? this.streak + count : count;
      if (source.seen > this.highWater) this.raise(source.seen);
      const isOver = this.streak >= STREAK;
      if (isOver) this.streak = 0;
      this.cursors[priority] = isOver ? (at + 1) % lanes.length : at;
      this.source = source;
      return count;
    }
    return 0;
  }

  private raise(seen: number): void {
    this.highWater = seen;
    Atomics.store(this.i32, this.highWaterIndex, seen);
  }

  private claimAdopted(max: number): number {
    if (this.adopted.length === 0) this.adopted = (this.orphans as Orphans).adopt();
    for (let k = 0; k < this.adopted.length; k++) {
      const source = this.adopted[k] as Source;
      if (!source.isHolding()) continue;
      this.source = source;
      return source.claim(max);
    }
    if (this.adopted.length > 0) (this.orphans as Orphans).done();
    this.adopted = [];
    return 0;
  }
}
