/**
 * Bells: how the threads at a channel's seats are woken.
 *
 * Each seat has a doorbell of its own (`doorbell.ts`). Where one receiver takes a lane's messages, its senders ring that. Where several do,
 * they ring the crowd's, which wakes *one* of them: a message wanted by all would be taken by one, and the others would have been
 * woken for nothing. Who takes a message and sees more rings again.
 *
 * A thread that waits at several channels at once (`select`) sleeps on a word of a *board*, a small region that channels made by one
 * thread have in common; its seats say which.
 *
 * Invariants:
 * B1. While a message waits that nobody has claimed, and some receiver sleeps, then another is awake and will look before it sleeps; or
 *     somebody is about to ring. A receiver says that it sleeps first at its seat, then at the crowd's bell, then looks once more;
 *     a sender first publishes, then looks at the crowd's bell.
 * B2. Who rings the crowd takes `PARKED` away, looks at all seats, and puts it back where more than the one it woke sleep.
 */
import { AWAKE, BLOCKED, Doorbell, HUNGRY, PARKED } from '../doorbell.js';
import { BOARD_WORD_OFFSET_BYTES } from './channel-layout.js';

/** Words on which threads sleep that wait at several channels. */
export interface Board {
  readonly i32: Int32Array<ArrayBufferLike>;
}

/** The bell of one seat. */
export class SeatBell extends Doorbell {
  private readonly board: Board;
  private readonly boardWordIndex: number;

  /** @param seatBytes - where the seat begins. */
  constructor(i32: Int32Array<ArrayBufferLike>, seatBytes: number, board: Board) {
    super(i32, seatBytes >> 2);
    this.board = board;
    this.boardWordIndex = (seatBytes + BOARD_WORD_OFFSET_BYTES) >> 2;
  }

  /** Anybody: wakes the owner, wherever it sleeps. */
  override ring(): void {
    this.wake();
  }

  /** As `ring`. @returns whether the owner slept, or was about to. */
  wake(): boolean {
    const state = Atomics.exchange(this.i32, this.index, AWAKE);
    if (state !== PARKED && state !== BLOCKED) return false;
    Atomics.notify(this.i32, this.index);
    const word = Atomics.load(this.i32, this.boardWordIndex);
    if (word !== 0) {
      Atomics.add(this.board.i32, word, 1);
      Atomics.notify(this.board.i32, word);
    }
    return true;
  }

  /** Repair: as `wake`, of a sleeper whose ringer may have died before it could notify. */
  wakeAnyway(): void {
    Atomics.exchange(this.i32, this.index, AWAKE);
    Atomics.notify(this.i32, this.index);
    const word = Atomics.load(this.i32, this.boardWordIndex);
    if (word === 0) return;
    Atomics.add(this.board.i32, word, 1);
    Atomics.notify(this.board.i32, word);
  }

  /** Owner: sleeps on `word` of the board from now on, or (0) on the bell itself. Called before sleep is announced. */
  sleepAt(word: number): void {
    Atomics.store(this.i32, this.boardWordIndex, word);
  }
}

/** The senders' end of the bell of all receivers. */
export class CrowdBell extends Doorbell {
  private readonly seats: readonly SeatBell[];

  constructor(i32: Int32Array<ArrayBufferLike>, index: number, seats: readonly SeatBell[]) {
    super(i32, index);
    this.seats = seats;
  }

  /** Wakes one receiver that sleeps, if one does (B2). */
  override ring(): void {
    Atomics.exchange(this.i32, this.index, AWAKE);
    let isOneAwake = false;
    for (let k = 0; k < this.seats.length; k++) {
      const seat = this.seats[k] as SeatBell;
      if (Atomics.load(this.i32, seat.index) !== PARKED) continue;
      if (isOneAwake) {
        // Also over a receiver's HUNGRY: that one is awake, and this one is not.
        Atomics.exchange(this.i32, this.index, PARKED);
        return;
      }
      isOneAwake = seat.wake();
    }
  }
}

/** A receiver's own end: what it says is heard by those who send to it. */
export class ReceiverBell {
  readonly seat: SeatBell;
  private readonly i32: Int32Array<ArrayBufferLike>;
  /** The crowd's word, where it is one of several. */
  private readonly crowdIndex: number | undefined;

  constructor(seat: SeatBell, crowdIndex: number | undefined) {
    this.seat = seat;
    this.i32 = seat.i32;
    this.crowdIndex = crowdIndex;
  }

  /** Runs dry, still looking: senders publish at once. */
  sayHungry(): void {
    if (this.crowdIndex === undefined) this.seat.sayHungry();
    else Atomics.compareExchange(this.i32, this.crowdIndex, AWAKE, HUNGRY);
  }

  sayAwake(): void {
    this.seat.sayAwake();
    if (this.crowdIndex !== undefined) Atomics.compareExchange(this.i32, this.crowdIndex, HUNGRY, AWAKE);
  }

  /** Is about to sleep. The caller must look once more (B1). */
  announce(): void {
    this.seat.announce(PARKED);
    if (this.crowdIndex !== undefined) Atomics.exchange(this.i32, this.crowdIndex, PARKED);
  }
}
