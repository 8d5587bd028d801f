/**
 * Reply intake: takes in the replies to a worker's calls, on the worker's own thread.
 *
 * What a reply settles goes on in callbacks that run once the turn of the event loop has ended, and what they send belongs to what was
 * in flight. So in the worker loop replies end the turn, and nothing is released until the next one.
 *
 * Invariants:
 * I1. While callbacks wait to run (`isPending`), the thread holds back something that it has handled, a reply or a message: nobody
 *     takes the pool for quiescent.
 * I2. A thread that is blocked in a send gives replies back at once, since whoever answers must never wait for it, and before that all
 *     messages that it has handled (`LaneReader.giveBack`). In a handler it has a message in hand all the while; in a callback or a tick
 *     it has not, and I1 does not hold until the send is done.
 */
import type { InboxSource } from '../inbox.js';
import type { PendingCalls } from './pending-calls.js';

const TAKEN_AT_ONCE = 256;

export class ReplyIntake {
  /** Whether callbacks of what was taken wait to run. */
  isPending = false;
  /** Whether replies were taken that were not given back. */
  private isHolding = false;
  private readonly sources: readonly InboxSource[];
  private readonly pending: readonly PendingCalls[];

  /** @param pending - the calls that are answered by these lanes. */
  constructor(sources: readonly InboxSource[], pending: readonly PendingCalls[]) {
    this.sources = sources;
    this.pending = pending;
  }

  /** Whether replies are still to come. */
  isAwaited(): boolean {
    for (let i = 0; i < this.pending.length; i++) if ((this.pending[i] as PendingCalls).size > 0) return true;
    return false;
  }

  /** Whether replies have come. */
  isReady(): boolean {
    for (let i = 0; i < this.sources.length; i++)
      if ((this.sources[i] as InboxSource).lane.available(1) > 0) return true;
    return false;
  }

  /** Worker loop: takes in what is there, and keeps it until `release`. @returns how many replies. */
  take(): number {
    let taken = 0;
    for (let i = 0; i < this.sources.length; i++) {
      const { lane, inbox } = this.sources[i] as InboxSource;
      taken += inbox.drain(lane, TAKEN_AT_ONCE);
    }
    if (taken > 0) {
      this.isPending = true;
      this.isHolding = true;
    }
    return taken;
  }

  /** In a send that blocks: takes in what is there, and gives back all that was taken. @returns whether there was something. */
  readonly takeReplies = (): boolean => {
    this.take();
    // Also what the loop took before the handler that sends: its slots are what the answerer may wait for.
    const isThere = this.isHolding;
    if (isThere) this.releaseLanes();
    return isThere;
  };

  /** Worker loop, in a later turn: the callbacks have run. */
  release(): void {
    this.isPending = false;
    if (this.isHolding) this.releaseLanes();
  }

  private releaseLanes(): void {
    this.isHolding = false;
    for (let i = 0; i < this.sources.length; i++) (this.sources[i] as InboxSource).lane.release();
  }
}
