/**
 * Host pump: the host's side of the rings, on its event loop, never blocking.
 *
 * Each turn (one macrotask) empties the lanes into `main`, writes queued messages that now have room, and publishes; when
 * nothing is left it announces sleep, looks once more, and waits on its doorbell by `Atomics.waitAsync`.
 *
 * Invariants:
 * I1. One turn at most is scheduled or waiting.
 * I2. While somebody wants to know (`watchIdle`), the pool's quiescence is looked at before every sleep, after the wish was
 *     stored; workers look at the wish after they released their last message. One of the two sees the other.
 * I3. The moments that somebody waits for are looked at before every sleep, after it was announced.
 */
import { IDLE_WANTED_OFFSET_BYTES } from './arena-layout.js';
import type { Moments } from './control/moments.js';
import { type Doorbell, PARKED } from './doorbell.js';
import type { InboxSource } from './inbox.js';
import type { Ledger } from './ledger.js';
import type { Outbox } from './outbox.js';
import type { QueueingWaiter } from './queueing-waiter.js';

/** The host's other work gets its turn at least this often. */
const SLICE_MS = 4;
const BATCH = 256;

export interface HostPumpOptions {
  /** Lanes with messages to `main`. */
  readonly sources: readonly InboxSource[];
  /** Lanes with replies to the host's calls: taken in whatever readers of messages do. */
  readonly replies: readonly InboxSource[];
  readonly outbox: Outbox;
  readonly waiter: QueueingWaiter;
  readonly doorbell: Doorbell;
  readonly ledger: Ledger;
  readonly moments: Moments;
  /** Whether readers of streams are so far behind that `main`'s lanes must wait. */
  readonly isHeldBack: () => boolean;
  /** Called when everything sent was handled, if that was being watched for. */
  readonly onIdle: () => void;
  /** Called when a lane holds what no worker can have sent; the pump has stopped. */
  readonly onFault: (cause: unknown) => void;
}

export class HostPump {
  private readonly options: HostPumpOptions;
  private watching = false;
  private stopped = false;
  /** The lane that the next pass begins with: while readers hold the pump back, each lane gets its turn. */
  private firstLane = 0;

  constructor(options: HostPumpOptions) {
    this.options = options;
  }

  start(): void {
    setImmediate(this.turn);
  }

  stop(): void {
    this.stopped = true;
    this.options.doorbell.ring();
  }

  /** Takes in everything that is there, whatever readers think of it: the last act before the end. */
  takeAll(): void {
    while (this.pass() > 0);
  }

  /** Looks at everything again soon. */
  nudge(): void {
    this.options.doorbell.ring();
  }

  /** Makes `onIdle` be called when the pool is quiescent. Cheap when it is set already. */
  watchIdle(): void {
    if (this.watching) return;
    this.watching = true;
    this.wantIdle(1);
  }

  private readonly turn = (): void => {
    if (this.stopped) return;
    try {
      this.work();
    } catch (cause) {
      this.stopped = true;
      this.options.onFault(cause);
    }
  };

  private work(): void {
    const { outbox, waiter, doorbell } = this.options;
    const untilMs = performance.now() + SLICE_MS;
    for (;;) {
      const handled = this.pass();
      waiter.retry();
      outbox.flush();
      if (handled === 0) break;
      if (performance.now() > untilMs) {
        setImmediate(this.turn);
        return;
      }
    }
    doorbell.announce(PARKED);
    if (this.hasWork()) {
      doorbell.sayAwake();
      setImmediate(this.turn);
      return;
    }
    this.options.moments.look();
    this.reportIdle();
    const rung = this.stopped ? undefined : doorbell.waitAsync();
    if (rung === undefined) setImmediate(this.turn);
    else rung.then(this.turn);
  }

  /** Once over all lanes. @returns how many messages and replies were handled. */
  private pass(): number {
    const { sources, replies, isHeldBack } = this.options;
    let handled = 0;
    for (const source of replies) handled += this.drain(source);
    for (let left = sources.length; left > 0 && !isHeldBack(); left--) {
      handled += this.drain(sources[this.firstLane] as InboxSource);
      this.firstLane = (this.firstLane + 1) % sources.length;
    }
    return handled;
  }

  private drain({ lane, inbox }: InboxSource): number {
    if (lane.available(1) === 0) return 0;
    const handled = inbox.drain(lane, BATCH);
    // Publish before release, as in a worker: LaneReader I3.
    this.options.outbox.flush();
    lane.release();
    return handled;
  }

  private hasWork(): boolean {
    const { sources, replies, waiter, isHeldBack } = this.options;
    if (waiter.askForSpace() || replies.some(({ lane }) => lane.available(1) > 0)) return true;
    return !isHeldBack() && sources.some(({ lane }) => lane.available(1) > 0);
  }

  private reportIdle(): void {
    const { waiter, ledger, onIdle } = this.options;
    if (!this.watching || waiter.queued > 0 || !ledger.isQuiescent()) return;
    this.watching = false;
    this.wantIdle(0);
    onIdle();
  }

  private wantIdle(wanted: 0 | 1): void {
    Atomics.store(this.options.doorbell.i32, IDLE_WANTED_OFFSET_BYTES >> 2, wanted);
  }
}
