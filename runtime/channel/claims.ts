/**
 * Claims: how several threads take messages from one lane, each message once.
 *
 * After the work pool of the LMAX Disruptor: consumers claim runs of slots by moving one shared word, and what each has in hand
 * gates the producer. The lane itself, its tail and its head, is that of `lane-layout.ts`; only who moves the head is different.
 *
 * ```
 *   claim word:  | position, 24 bits                | claimant, 8 bits |     the last claim: where it ends, whose it is
 *   hand word:   | start, 22 bits | count - 1, 8 bits | confirmed | busy |     one for each claimant, 0 when it has nothing
 * ```
 *
 * | line of the lane block | bytes | field    | writer         | readers    | access                              |
 * |------------------------|------:|----------|----------------|------------|-------------------------------------|
 * | 0                      |     4 | claim    | claimants      | all        | read-modify-write                   |
 * | 1 + claimant           |     4 | hand     | claimant, next | all        | store, and compareExchange by others |
 * | 1 + claimant, byte 4   |     4 | entered  | claimant       | repair     | plain: read after the thread's exit |
 *
 * A claim: announce the run in the own hand, see that the claim word has not moved meanwhile, say of the last claim that it was
 * made (`confirm`), move the word. A release: empty the hand, then move the head to what nobody holds.
 *
 * Invariants:
 * C1. A hand is announced before its claim is made, and emptied when its messages were read: head <= start of every hand
 *     whose claim was made. So the producer overwrites nothing that somebody reads.
 * C2. While a hand is announced the ring cannot turn round beneath it: the head stays where it is, and the tail at most a capacity
 *     ahead. So a claim word that looks the same *is* the same, for 24 bits and the 22 of a start hold more than two rings.
 * C3. Whoever claims next confirms the claim before it. So after a death it is known whether an announced claim was made: it
 *     is confirmed, or it is the last one in the claim word.
 * C4. Whoever empties a hand, or withdraws one, moves the head afterwards, to the first slot that somebody holds: the last of them finds
 *     all others' hands empty.
 */
import { LINE_BYTES } from '../lane-layout.js';
import { CLAIM_LINE_OFFSET_BYTES, HANDS_OFFSET_BYTES } from './channel-layout.js';

const CLAIMANT_BITS = 8;
const CLAIMANT_MASK = 0xff;
const POSITION_MASK = 0xff_ffff;
const START_SHIFT = 10;
const START_MASK = 0x3f_ffff;
const START_SIGN = 0x20_0000;
const COUNT_SHIFT = 2;
const COUNT_MASK = 0xff;
const BUSY = 1;
const CONFIRMED = 2;

/** The claim word's claimant before anybody has claimed. */
export const NOBODY = 0xff;
/** Most messages of one claim. */
export const MAX_RUN = 256;
/** Most slots of a lane whose messages are claimed: see C2. */
export const MAX_CLAIMED_SLOTS = 2 ** 20;
/** Where the `entered` word lies in a hand's line. */
export const ENTERED_OFFSET_BYTES = 4;

/** Messages that a claimant had in hand. */
export interface Run {
  /** Low bits of the first one's position. */
  readonly start: number;
  readonly count: number;
}

/** Claims of one claimant on one lane. One thread calls everything here. */
export class Claims {
  /** Slots claimed and not yet released: [head, end) are still to be handled. Positions. */
  head = 0;
  end = 0;
  /** Messages that the last claim left to others, when it was made. */
  left = 0;
  /** Whether the last claim took an announcement back, which may have held others' slots. */
  hasMoved = false;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly self: number;
  private readonly claimants: number;
  private readonly claimIndex: number;
  private readonly handsIndex: number;
  private readonly handIndex: number;
  private readonly headIndex: number;
  private readonly tailIndex: number;

  /**
   * @param blockBytes - where the lane's block begins.
   * @param headIndex - element of the lane's head. @param tailIndex - of its tail.
   */
  constructor(
    i32: Int32Array<ArrayBufferLike>,
    blockBytes: number,
    headIndex: number,
    tailIndex: number,
    claimants: number,
    self: number,
  ) {
    this.i32 = i32;
    this.self = self;
    this.claimants = claimants;
    this.claimIndex = (blockBytes + CLAIM_LINE_OFFSET_BYTES) >> 2;
    this.handsIndex = (blockBytes + HANDS_OFFSET_BYTES) >> 2;
    this.handIndex = this.handsIndex + self * (LINE_BYTES >> 2);
    this.headIndex = headIndex;
    this.tailIndex = tailIndex;
  }

  /** Messages that nobody has claimed. */
  waiting(): number {
    const word = Atomics.load(this.i32, this.claimIndex);
    return (Atomics.load(this.i32, this.tailIndex) - (word >>> CLAIMANT_BITS)) & POSITION_MASK;
  }

  /**
   * Claims up to `max` messages, at most `MAX_RUN`. Nothing may be in hand.
   *
   * @returns how many; they begin at `head`. `hasMoved` says whether announcements that came to nothing had held slots of others, which
   *   are free now.
   */
  claim(max: number): number {
    const { i32, claimIndex, tailIndex, handIndex } = this;
    let announced = 0;
    this.hasMoved = false;
    for (;;) {
      const word = Atomics.load(i32, claimIndex);
      const from = word >>> CLAIMANT_BITS;
      const count = Math.min((Atomics.load(i32, tailIndex) - from) & POSITION_MASK, max, MAX_RUN);
      if (count === 0) {
        this.hasMoved = announced > 0;
        if (this.hasMoved) this.putDown();
        return 0;
      }
      // announce: hand before claim. Pairs with the looks at all hands in `moveHead`.
      Atomics.store(i32, handIndex, handOf(from, count));
      announced += 1;
      // Had the word moved before the hand was seen, the ring could have turned round beneath us (C2).
      if (Atomics.load(i32, claimIndex) !== word) continue;
      const tail = Atomics.load(i32, tailIndex);
      const waiting = (tail - from) & POSITION_MASK;
      if (waiting < count) continue;
      this.confirm(word, from);
      const claimed = (((from + count) & POSITION_MASK) << CLAIMANT_BITS) | this.self;
      if (Atomics.compareExchange(i32, claimIndex, word, claimed) !== word) continue;
      this.head = (tail - waiting) | 0;
      this.end = (this.head + count) | 0;
      this.left = waiting - count;
      // What an earlier announcement held is free, and its owners have gone on: nobody else would move the head.
      this.hasMoved = announced > 1;
      if (this.hasMoved) this.moveHead();
      return count;
    }
  }

  /** Gives back what was claimed, once all of it is handled. */
  release(): void {
    if (this.head !== this.end) return;
    this.putDown();
  }

  /** Empties the hand: what was in it was handled, or never claimed. */
  private putDown(): void {
    // release: our reads before the hand is empty. Pairs with the looks at all hands in `moveHead`.
    Atomics.store(this.i32, this.handIndex, 0);
    this.moveHead();
  }

  /** Moves the lane's head to the first slot that somebody holds, or that nobody has claimed (C4). */
  moveHead(): void {
    const { i32, headIndex } = this;
    for (;;) {
      const head = Atomics.load(i32, headIndex);
      const free = this.handledFrom(head);
      if (free === 0) return;
      // release: all reads of these slots before head. Pairs with the acquire in LaneWriter.refreshLimit.
      // Who empties a hand after our look moves the head further.
      if (Atomics.compareExchange(i32, headIndex, head, (head + free) | 0) === head) return;
    }
  }

  /** Slots from `head` on that were claimed and are in nobody's hand. */
  private handledFrom(head: number): number {
    const { i32, handsIndex, claimants } = this;
    // The claim word first: a claim made later than this look announced its hand before it, at or behind what we see here.
    let free = ((Atomics.load(i32, this.claimIndex) >>> CLAIMANT_BITS) - head) & POSITION_MASK;
    for (let claimant = 0; claimant < claimants && free > 0; claimant++) {
      const hand = Atomics.load(i32, handsIndex + claimant * (LINE_BYTES >> 2));
      if ((hand & BUSY) === 0) continue;
      const ahead = ((hand >>> START_SHIFT) - head) & START_MASK;
      // Behind the head: announced too late, its claim will fail.
      if ((ahead & START_SIGN) === 0) free = Math.min(free, ahead);
    }
    return free;
  }

  /** Says of the claim that ends at `from` that it was made: the next one is about to hide it (C3). */
  private confirm(word: number, from: number): void {
    const claimant = word & CLAIMANT_MASK;
    if (claimant === this.self || claimant === NOBODY) return;
    const index = this.handsIndex + claimant * (LINE_BYTES >> 2);
    const hand = Atomics.load(this.i32, index);
    if ((hand & (BUSY | CONFIRMED)) !== BUSY || endOf(hand) !== (from & START_MASK)) return;
    Atomics.compareExchange(this.i32, index, hand, hand | CONFIRMED);
  }

  // What follows is for repair, after the exit of the thread that a claimant was.

  /** What `claimant`, whose thread is gone, had in hand; nothing if its last claim was never made. Confirms it. */
  leftBy(claimant: number): Run | undefined {
    const index = this.handsIndex + claimant * (LINE_BYTES >> 2);
    for (;;) {
      const hand = Atomics.load(this.i32, index);
      if ((hand & BUSY) === 0) return undefined;
      const word = Atomics.load(this.i32, this.claimIndex);
      const isLast =
        (word & CLAIMANT_MASK) === claimant && ((word >>> CLAIMANT_BITS) & START_MASK) === endOf(hand);
      if ((hand & CONFIRMED) === 0 && !isLast) {
        // Confirmed between the two looks? Then the hand has changed.
        if (Atomics.load(this.i32, index) === hand) return undefined;
        continue;
      }
      if (Atomics.compareExchange(this.i32, index, hand, hand | CONFIRMED) === hand)
        return { start: hand >>> START_SHIFT, count: countOf(hand) };
    }
  }

  /** Takes over a run that another left. The caller alone may do so. */
  adopt(run: Run): void {
    const head = Atomics.load(this.i32, this.headIndex);
    const start = (head + ((run.start - head) & START_MASK)) | 0;
    this.head = start;
    this.end = (start + run.count) | 0;
  }

  /** Empties the hand of `claimant`, whose messages were handled in its place or never its own. */
  clear(claimant: number): void {
    Atomics.store(this.i32, this.handsIndex + claimant * (LINE_BYTES >> 2), 0);
    this.moveHead();
  }
}

function handOf(start: number, count: number): number {
  return ((start & START_MASK) << START_SHIFT) | ((count - 1) << COUNT_SHIFT) | BUSY;
}

function countOf(hand: number): number {
  return ((hand >>> COUNT_SHIFT) & COUNT_MASK) + 1;
}

/** Low bits of the position behind the last message of a hand. */
function endOf(hand: number): number {
  return ((hand >>> START_SHIFT) + countOf(hand)) & START_MASK;
}
