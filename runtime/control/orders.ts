/**
 * Orders: what the host tells an instance besides messages, and how far the instance has got with it.
 *
 *     order (host):         | number, 30 bits | tells when done | paused |
 *     answered (instance):  the last order that it has seen
 *
 * The host stores an order and then wakes whoever sleeps; an instance looks at the word once for each pass of its loop, and once more
 * after it has announced any sleep. Both first write and then read, so that no order is slept through. The answer goes the same way back: it
 * is stored, and then the host's doorbell rung.
 *
 * An order says all that holds from now on, so that of two that follow each other fast the second is enough.
 *
 * Invariants:
 * I1. An answer in the loop follows what was ordered: the state is shown before. So `answered` together with the state `paused` mean that no
 *     handler runs, and none will until another order comes.
 * I2. A thread that blocks in a send answers as well, and goes on as it was: that it lives is all that such an answer says.
 */
import {
  ANSWERED_OFFSET_BYTES,
  instanceStates,
  ORDER_OFFSET_BYTES,
  STATE_OFFSET_BYTES,
} from '../arena-layout.js';
import type { Doorbell } from '../doorbell.js';

const PAUSED = 1;
const TELLS = 2;
const NUMBER_SHIFT = 2;

const PAUSED_STATE = instanceStates.indexOf('paused');

/** Where one instance's words lie. */
export interface Ordered {
  readonly doorbell: Doorbell;
  readonly offsetBytes: number;
}

/** The host's side, for all instances of a worker that there can be: one that starts later goes by the latest order from the start. */
export class OrderWriter {
  /** Whether they are to take no messages. */
  isPaused = false;
  /** Whether they are to ring the host whenever they are done with what was there. */
  tells = false;
  private readonly ordered: readonly Ordered[];
  private readonly isThere: (instance: number) => boolean;
  private number = 0;

  /** @param isThere - whether an instance has a thread, which can answer. */
  constructor(ordered: readonly Ordered[], isThere: (instance: number) => boolean) {
    this.ordered = ordered;
    this.isThere = isThere;
  }

  /** The numbers of the instances that there are. */
  present(): readonly number[] {
    return [...this.ordered.keys()].filter((instance) => this.isThere(instance));
  }

  /** Tells every instance what holds from now on. @returns the order's number. */
  give(): number {
    this.number = (this.number + 1) | 0;
    const word = (this.number << NUMBER_SHIFT) | (this.tells ? TELLS : 0) | (this.isPaused ? PAUSED : 0);
    for (const { doorbell, offsetBytes } of this.ordered) {
      Atomics.store(doorbell.i32, (offsetBytes + ORDER_OFFSET_BYTES) >> 2, word);
      doorbell.ringIfAsleep();
    }
    return this.number;
  }

  /** Whether an instance has seen the order of that number, or a later one. */
  isAnswered(instance: number, number: number): boolean {
    const { doorbell, offsetBytes } = this.ordered[instance] as Ordered;
    const answered = Atomics.load(doorbell.i32, (offsetBytes + ANSWERED_OFFSET_BYTES) >> 2);
    // Numbers wrap: the shift puts the sign of their difference where signs are.
    return ((answered >> NUMBER_SHIFT) - number) << NUMBER_SHIFT >= 0;
  }

  /** Whether every instance has done as the order of that number says, as far as pausing goes. */
  isObeyed(number: number, isPaused: boolean): boolean {
    for (let instance = 0; instance < this.ordered.length; instance++) {
      if (!this.isThere(instance)) continue;
      // The answer first: the state is at least as new.
      if (!this.isAnswered(instance, number)) return false;
      const { doorbell, offsetBytes } = this.ordered[instance] as Ordered;
      const state = Atomics.load(doorbell.i32, (offsetBytes + STATE_OFFSET_BYTES) >> 2);
      if ((state === PAUSED_STATE) !== isPaused) return false;
    }
    return true;
  }
}

/** The instance's side. */
export class OrderReader {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly orderIndex: number;
  private readonly answeredIndex: number;
  private readonly host: Doorbell;
  /** The order that the loop goes by. */
  private taken = 0;
  private answered = 0;

  constructor(host: Doorbell, offsetBytes: number) {
    this.i32 = host.i32;
    this.orderIndex = (offsetBytes + ORDER_OFFSET_BYTES) >> 2;
    this.answeredIndex = (offsetBytes + ANSWERED_OFFSET_BYTES) >> 2;
    this.host = host;
  }

  get isPaused(): boolean {
    return (this.taken & PAUSED) !== 0;
  }

  /** Whether the host wants to hear when this instance is done with what was there. */
  get tells(): boolean {
    return (this.taken & TELLS) !== 0;
  }

  /** Loop: whether there is an order that it does not go by yet. */
  isNew(): boolean {
    return Atomics.load(this.i32, this.orderIndex) !== this.taken;
  }

  /** Loop: goes by the latest order. What it does because of that comes before `answer`. */
  take(): void {
    this.taken = Atomics.load(this.i32, this.orderIndex);
  }

  /** Loop: says that it goes by what it has taken. */
  answer(): void {
    this.say(this.taken);
  }

  /** In a send that blocks: says that this thread lives. @returns whether it was asked. */
  answerInSend(): boolean {
    const order = Atomics.load(this.i32, this.orderIndex);
    if (order === this.answered) return false;
    this.say(order);
    return true;
  }

  private say(order: number): void {
    this.answered = order;
    Atomics.store(this.i32, this.answeredIndex, order);
    this.host.ringIfParked();
  }
}
