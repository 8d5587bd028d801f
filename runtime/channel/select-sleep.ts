/**
 * Select sleep: how a thread sleeps at several receivers at once.
 *
 * It says at each seat where it sleeps, announces its sleep there, looks at all once more, and sleeps on its word of the board, which
 * whoever rings one of the seats changes.
 *
 * Invariants:
 * L1. The board's word is read before the last look: a ring that comes after that look changes it, and the sleep ends at once.
 * L2. A wake-up at a receiver from which nothing was taken is passed on: another receiver of that channel may be asleep.
 */
import { LONGEST_DELAY_MS } from '../watch-limit.js';
import type { Board } from './bells.js';

/** A receiver, as far as waiting goes. */
export interface Awaited {
  readonly board: Board;
  /** Says that this thread will sleep at `word` of the board. */
  announceAt(word: number): void;
  isReady(): boolean;
  /** Takes `announceAt` back. */
  wakeUp(): void;
  /** Gives a wake-up that nothing was taken for to another. */
  passOn(): void;
}

/** One sleep, at most so long. @param word - this thread's own of the board that all `receivers` have in common. */
export function sleepAtBoard(receivers: readonly Awaited[], word: number, timeoutMs: number): void {
  const { i32 } = (receivers[0] as Awaited).board;
  const before = Atomics.load(i32, word);
  for (const receiver of receivers) receiver.announceAt(word);
  let isReady = false;
  for (const receiver of receivers) if (receiver.isReady()) isReady = true;
  if (!isReady) Atomics.wait(i32, word, before, Math.min(timeoutMs, LONGEST_DELAY_MS));
  for (const receiver of receivers) receiver.wakeUp();
  // Mostly what woke us is still there; whoever takes it rings on if there is more (SharedSource.claim).
}

/** Rings on for all of which nothing was taken (L2). */
export function passOn(receivers: readonly Awaited[]): void {
  for (const receiver of receivers) receiver.passOn();
}
