/**
 * Seats: who takes part in a channel, and when one of its sides has ended.
 *
 * Each side, senders and receivers, has so many seats, and one word with a bit for each that is open or reserved. The last one to leave
 * makes the word negative in the same step: no other can come in between, and the side has ended for good.
 *
 * A seat's owner word says whose it is: 0 nobody's, positive a thread's, negative reserved, `ORPHANED` a dead receiver's whose messages wait
 * for somebody to take them over.
 *
 * Invariants:
 * T1. Taking: owner first, bit second. Leaving: bit first, owner second. So a thread that dies in between leaves a seat that
 *     names it, and whose bit says whether it counted.
 */
import { ENDED, OWNER_OFFSET_BYTES, SEAT_BYTES } from './channel-layout.js';

const FREE = 0;
/** Owner of a seat whose thread is gone and has left messages in hand. */
export const ORPHANED = ENDED;

export class Side {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly maskIndex: number;
  private readonly ownersIndex: number;
  readonly seats: number;

  /** @param firstSeatBytes - where the side's first seat begins. */
  constructor(
    i32: Int32Array<ArrayBufferLike>,
    maskOffsetBytes: number,
    firstSeatBytes: number,
    seats: number,
  ) {
    this.i32 = i32;
    this.maskIndex = maskOffsetBytes >> 2;
    this.ownersIndex = (firstSeatBytes + OWNER_OFFSET_BYTES) >> 2;
    this.seats = seats;
  }

  /** Whether the last seat was given up. */
  hasEnded(): boolean {
    return Atomics.load(this.i32, this.maskIndex) < 0;
  }

  /** How many seats are open or reserved. */
  open(): number {
    let count = 0;
    for (let mask = Atomics.load(this.i32, this.maskIndex) & ~ENDED; mask !== 0; mask &= mask - 1) count += 1;
    return count;
  }

  isOpen(seat: number): boolean {
    return (Atomics.load(this.i32, this.maskIndex) & (1 << seat)) !== 0;
  }

  ownerOf(seat: number): number {
    return Atomics.load(this.i32, this.ownerIndex(seat));
  }

  /**
   * Takes a free seat for `owner`: a thread, or a reservation (negative).
   *
   * @returns its number, or -1 where none is free. The caller has looked whether the side has ended; if it has, the seat is given back.
   */
  take(owner: number): number {
    for (let seat = 0; seat < this.seats; seat++) {
      if (Atomics.compareExchange(this.i32, this.ownerIndex(seat), FREE, owner) !== FREE) continue;
      if (this.setBit(seat)) return seat;
      Atomics.store(this.i32, this.ownerIndex(seat), FREE);
      return -1;
    }
    return -1;
  }

  /** Makes a reserved seat a thread's own. @returns false when that reservation is no more. */
  takeReserved(seat: number, reservation: number, owner: number): boolean {
    return Atomics.compareExchange(this.i32, this.ownerIndex(seat), reservation, owner) === reservation;
  }

  /** Gives a seat up, to nobody or to `next`. @returns whether the side has ended by that. */
  leave(seat: number, next = FREE): boolean {
    const hasEnded = this.clearBit(seat);
    Atomics.store(this.i32, this.ownerIndex(seat), next);
    return hasEnded;
  }

  /** Makes the seat of a thread that is gone a reservation; it stays open. */
  reserveAgain(seat: number, reservation: number): void {
    Atomics.store(this.i32, this.ownerIndex(seat), reservation);
  }

  /** Takes over a seat whose messages wait for somebody. @returns whether the caller is the one. */
  adopt(seat: number, owner: number): boolean {
    return Atomics.compareExchange(this.i32, this.ownerIndex(seat), ORPHANED, owner) === ORPHANED;
  }

  /** Frees a seat that has no bit. */
  free(seat: number): void {
    Atomics.store(this.i32, this.ownerIndex(seat), FREE);
  }

  private ownerIndex(seat: number): number {
    return this.ownersIndex + seat * (SEAT_BYTES >> 2);
  }

  private setBit(seat: number): boolean {
    for (;;) {
      const mask = Atomics.load(this.i32, this.maskIndex);
      if (mask < 0) return false;
      if (Atomics.compareExchange(this.i32, this.maskIndex, mask, mask | (1 << seat)) === mask) return true;
    }
  }

  private clearBit(seat: number): boolean {
    for (;;) {
      const mask = Atomics.load(this.i32, this.maskIndex);
      if ((mask & (1 << seat)) === 0) return false;
      const left = mask & ~(1 << seat);
      const next = left === 0 ? ENDED : left;
      if (Atomics.compareExchange(this.i32, this.maskIndex, mask, next) === mask) return next < 0;
    }
  }
}
