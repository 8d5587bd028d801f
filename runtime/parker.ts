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
import { BLOCKED, type Doorbell, PARKED } from './doorbell.js';
import type { LaneWriter } from './lane-writer.js';
import { LONGEST_DELAY_MS } from './watch-limit.js';

export class Parker {
  readonly doorbell: Doorbell;
  /** How long to look before sleeping. Short where threads outnumber cores: there a spinner steals the time it waits for. */
  readonly spinMs: number;
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
   * @returns false when `timeoutMs` passed before.
   * @throws SnError `SN_DEADLOCK` when there would never be any.
   */
  blockUntilRoom(lane: LaneWriter, timeoutMs: number = Number.POSITIVE_INFINITY): boolean {
    if (lane.refreshLimit()) return true;
    this.deadlocks.refuseOwn(lane);
    Atomics.add(this.i32, this.fullWaitsIndex, 1);
    const startMs = performance.now();
    for (;;) {
      const waitedMs = performance.now() - startMs;
      if (lane.refreshLimit()) break;
      if (waitedMs >= timeoutMs) return false;
      if (waitedMs < this.spinMs) continue;
      if (timeoutMs === Number.POSITIVE_INFINITY) {
        if (!this.sleepUntilRoom(lane, LOOK_MS)) this.deadlocks.look(lane);
      } else {
        this.sleepUntilRoom(lane, Math.min(timeoutMs - waitedMs, LONGEST_DELAY_MS));
      }
    }
    this.deadlocks.leave();
    return true;
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
  parkAsync(ready: () => boolean): Promise<unknown> | undefined {
    this.doorbell.announce(PARKED);
    const rung = ready() ? undefined : this.doorbell.waitAsync();
    if (rung === undefined) this.doorbell.sayAwake();
    else this.countPark();
    return rung;
  }

  /**
   * One sleep for space. No wake-up is lost: the wish is stored before the last look at the head, and the consumer
   * stores the head before it looks at the wish; the doorbell's state was announced before both.
   *
   * @returns false when nobody rang, and there was no room at the last look.
   */
  private sleepUntilRoom(lane: LaneWriter, timeoutMs: number): boolean {
    this.doorbell.announce(BLOCKED);
    lane.askForSpace();
    const isRung = lane.refreshLimit() || this.doorbell.wait(BLOCKED, timeoutMs);
    // Not `sayAwake`: a timer may send while the loop itself sleeps in `parkAsync`. The announcement above took the place of the loop's,
    // so its sleep must end too: it looks at its inbox and announces itself again.
    this.doorbell.ring();
    return isRung;
  }

  private countPark(): void {
    Atomics.add(this.i32, this.parksIndex, 1);
  }
}
