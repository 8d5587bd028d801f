/**
 * Parker: how a worker's thread waits, for messages or for space.
 *
 * In both cases it looks for a bounded *time* first (the other side is mostly just about to act, and waking a sleeper
 * costs 10 to 20 us), then announces sleep on its doorbell, looks once more, and sleeps.
 *
 * Called by its own thread only.
 */

import { FULL_WAITS_OFFSET_BYTES, PARKS_OFFSET_BYTES } from './arena-layout.js';
import { type DeadlockWatch, LOOK_MS } from './deadlock.js';
import { BLOCKED, type Doorbell, type MUTED, PARKED } from './doorbell.js';
import type { LaneWriter } from './lane-writer.js';
import { LONGEST_DELAY_MS } from './watch-limit.js';

const nothing = (): boolean => false;

export class Parker {
  readonly doorbell: Doorbell;
  /** How long to look before sleeping. Short where threads outnumber cores: there a spinner steals the time it waits for. */
  readonly spinMs: number;
  /** For so long at most it sleeps for room without looking what else there is to do. */
  longestSleepMs = LONGEST_DELAY_MS;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly parksIndex: number;
  private readonly fullWaitsIndex: number;
  private readonly deadlocks: DeadlockWatch;

  constructor(doorbell: Doorbell, participantOffsetBytes: number, spinMs: number, deadlocks: DeadlockWatch) {
    this.doorbell = doorbell;
    this.spinMs = spinMs;
    this.deadlocks = deadlocks;
    this.i32 = doorbell.i32;
    this.parksIndex = (participantOffsetBytes + PARKS_OFFSET_BYTES) >> 2;
    this.fullWaitsIndex = (participantOffsetBytes + FULL_WAITS_OFFSET_BYTES) >> 2;
  }

  /**
   * Blocks until `lane` has room. The caller has flushed.
   *
   * @param attend - called whenever it looks; says whether it found something to do.
   * @returns false when `timeoutMs` passed before.
   * @throws SnError `SN_DEADLOCK` when there would never be any.
   */
  blockUntilRoom(
    lane: LaneWriter,
    timeoutMs: number = Number.POSITIVE_INFINITY,
    attend: () => boolean = nothing,
  ): boolean {
    if (lane.refreshLimit()) return true;
    // Who should make room may be blocked itself: replies it takes in all the same.
    if (lane.isOfReplies) lane.wakeIfBlocked();
    else this.deadlocks.refuseOwn(lane);
    this.countFullWait();
    // While its own lanes are held it gives slots back as it waits: see I2 of the watch.
    const isHolding = this.longestSleepMs < LONGEST_DELAY_MS;
    const isWatched = timeoutMs === Number.POSITIVE_INFINITY && !lane.isOfReplies && !isHolding;
    const startMs = performance.now();
    try {
      for (;;) {
        const waitedMs = performance.now() - startMs;
        attend();
        if (lane.refreshLimit()) return true;
        if (waitedMs >= timeoutMs) return false;
        if (waitedMs < this.spinMs) continue;
        const sleepMs = isWatched ? LOOK_MS : Math.min(timeoutMs - waitedMs, this.longestSleepMs);
        if (!this.sleepUntilRoom(lane, sleepMs, attend) && isWatched) this.deadlocks.look(lane);
      }
    } finally {
      this.deadlocks.leave();
    }
  }

  /** Sleeps until rung, unless `ready()` holds after sleep was announced, at most `timeoutMs`. */
  park(ready: () => boolean, timeoutMs: number): void {
    this.doorbell.announce(PARKED);
    if (!ready()) {
      this.countPark();
      this.doorbell.wait(PARKED, timeoutMs);
    }
    this.doorbell.sayAwake();
  }

  /** As `park`, on the event loop: a promise of the next ring, or `undefined` when `ready()` holds or it rang already. */
  parkAsync(
    ready: () => boolean,
    state: typeof PARKED | typeof MUTED = PARKED,
  ): Promise<unknown> | undefined {
    this.doorbell.announce(state);
    const rung = ready() ? undefined : this.doorbell.waitAsync(state);
    if (rung === undefined) this.doorbell.sayAwake();
    else this.countPark();
    return rung;
  }

  /**
   * One sleep for space. No wake-up is lost: the wish is stored before the last look at the head, and the consumer
   * stores the head before it looks at the wish; the doorbell's state was announced before both, and before the last look for
   * something to do: who has published that looks at the doorbell afterwards (`wakeIfBlocked`).
   *
   * @returns false when nobody rang, and there was neither room nor something to do at the last look.
   */
  private sleepUntilRoom(lane: LaneWriter, timeoutMs: number, attend: () => boolean): boolean {
    this.doorbell.announce(BLOCKED);
    lane.askForSpace();
    const isRung = lane.refreshLimit() || attend() || this.doorbell.wait(BLOCKED, timeoutMs);
    // Not `sayAwake`: a timer may send while the loop itself sleeps in `parkAsync`. The announcement above took the place of the loop's,
    // so its sleep must end too: it looks at its inbox and announces itself again.
    this.doorbell.ring();
    return isRung;
  }

  /** Counts a send that found no room. */
  countFullWait(): void {
    Atomics.add(this.i32, this.fullWaitsIndex, 1);
  }

  private countPark(): void {
    Atomics.add(this.i32, this.parksIndex, 1);
  }
}
