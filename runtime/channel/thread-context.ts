/**
 * Thread context: what all channels of one thread share.
 */
import { isMainThread, threadId } from 'node:worker_threads';
import { SnError } from '../errors.js';
import { KeepAlive } from '../keep-alive.js';
import { Outbox } from '../outbox.js';
import type { Board } from './bells.js';

/** Words of a board: so many threads may select among the channels of one creator. */
const BOARD_WORDS = 1024;

export interface ThreadContext {
  /** Names this thread in owner words: positive, and no other thread's of this process. */
  readonly owner: number;
  /** Whether a call may stop the thread: not the main one, whose event loop everything depends on. */
  readonly mayBlock: boolean;
  readonly outbox: Outbox;
  readonly keepAlive: Pick<KeepAlive, 'hold' | 'letGo'>;
}

let context: ThreadContext | undefined;
let ownBoard: SharedArrayBuffer | undefined;
const words = new Map<SharedArrayBuffer, number>();

export function thisThread(): ThreadContext {
  context ??= {
    owner: ownerOf(threadId),
    mayBlock: !isMainThread,
    outbox: new Outbox(),
    keepAlive: new KeepAlive(),
  };
  return context;
}

/** What a thread is called in owner words. */
export function ownerOf(thread: number): number {
  return thread + 1;
}

/** The board of all channels that this thread makes. */
export function boardOfThisThread(): SharedArrayBuffer {
  // Word 0 counts the words taken.
  ownBoard ??= new SharedArrayBuffer(BOARD_WORDS * 4);
  return ownBoard;
}

/** This thread's own word of a board. @throws SnError `SN_CHANNEL_ROLE` when more threads than words select. */
export function boardWord({ i32 }: Board): number {
  const buffer = i32.buffer as SharedArrayBuffer;
  const known = words.get(buffer);
  if (known !== undefined) return known;
  const word = Atomics.add(i32, 0, 1) + 1;
  if (word >= i32.length)
    throw new SnError(
      'SN_CHANNEL_ROLE',
      `${BOARD_WORDS - 1} threads have selected among the channels of one creator, more cannot: create channels in several threads`,
    );
  words.set(buffer, word);
  return word;
}
