/**
 * Waits: how long a thread at a channel looks before it sleeps.
 *
 * - `spin`: looks for ever. Fastest, and takes a core.
 * - `yield`: looks, and leaves its core to others for a moment between two looks.
 * - `park`: sleeps at once.
 * - `adaptive`: looks for as long as what it waits for usually takes, if that is short; else sleeps almost at once. Idle, it costs nothing.
 *   A thread that sleeps learns little: its waits are long because it sleeps (a sender is woken when half of the ring is free). So now and
 *   then it looks all the same.
 *
 * Looking is bounded by time, never by a count: a count means 3 ms on one machine and 500 on another.
 */
import { LONGEST_DELAY_MS } from '../watch-limit.js';
import { SEAT_PARKS_OFFSET_BYTES, WAKES_OFFSET_BYTES } from './channel-layout.js';

export const waitStrategies = ['adaptive', 'spin', 'yield', 'park'] as const;
export type WaitStrategy = (typeof waitStrategies)[number];

/** Waits that took longer on average are slept through: waking a sleeper costs 10 to 20 us. */
const WORTH_LOOKING_MS = 0.05;
/** What a look is worth where nothing is known, or what comes is far away. */
const SHORTEST_LOOK_MS = 0.005;
/** How much the last wait counts: one that a look found the end of, and one that was slept through. */
const LEARNING_BY_LOOK = 1 / 2;
const LEARNING_BY_SLEEP = 1 / 8;
/** Longer waits count as this one. */
const LONGEST_COUNTED_MS = 0.2;
/** Of so many waits that would sleep at once, one looks. */
const PROBE_EVERY = 16;
/** How long a thread that yields stays away: the system's shortest sleep is longer. */
const YIELD_MS = 0.001;
/** A receiver that has found nothing for this long asks for unfinished groups: see WorkerLoop. */
const HUNGRY_MS = 0.03;

/** What a thread does around its sleep. */
export interface Sleeper {
  /** Whether what it waits for is there. */
  ready(): boolean;
  /** Says that it runs dry. */
  sayHungry(): void;
  /** Says that it will sleep; `ready` is asked once more afterwards. */
  announce(): void;
  /** Sleeps until rung, at most so long. @returns whether it was rung, as far as is known. */
  sleep(timeoutMs: number): boolean;
  /** Says that it is awake. */
  wakeUp(): void;
}

export class Waits {
  private readonly strategy: WaitStrategy;
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly parksIndex: number;
  private readonly wakesIndex: number;
  /** What a wait takes on average. */
  private usualMs = WORTH_LOOKING_MS;
  private sinceProbe = 0;

  constructor(strategy: WaitStrategy, i32: Int32Array<ArrayBufferLike>, seatBytes: number) {
    this.strategy = strategy;
    this.i32 = i32;
    this.parksIndex = (seatBytes + SEAT_PARKS_OFFSET_BYTES) >> 2;
    this.wakesIndex = (seatBytes + WAKES_OFFSET_BYTES) >> 2;
  }

  /** Blocks until `sleeper` is ready, at most so long. The caller has looked before. @returns whether it is. */
  block(sleeper: Sleeper, timeoutMs: number): boolean {
    if (timeoutMs <= 0) return false;
    const startedMs = performance.now();
    const lookMs = this.lookMs();
    let waitedMs = 0;
    let isHungry = false;
    for (;;) {
      if (waitedMs >= lookMs) {
        this.park(sleeper, Math.min(timeoutMs - waitedMs, LONGEST_DELAY_MS));
        isHungry = false;
      } else if (!isHungry && (waitedMs > HUNGRY_MS || this.strategy !== 'adaptive')) {
        sleeper.sayHungry();
        isHungry = true;
      } else if (this.strategy === 'yield') {
        this.yieldCore();
      }
      const isReady = sleeper.ready();
      waitedMs = performance.now() - startedMs;
      if (!isReady && waitedMs < timeoutMs) continue;
      if (isHungry) sleeper.wakeUp();
      if (isReady) this.learn(waitedMs, waitedMs < lookMs);
      return isReady;
    }
  }

  /** One sleep. No wake-up is lost: it is announced before the last look. */
  park(sleeper: Sleeper, timeoutMs: number): void {
    sleeper.announce();
    if (!sleeper.ready()) {
      Atomics.add(this.i32, this.parksIndex, 1);
      if (sleeper.sleep(timeoutMs)) Atomics.add(this.i32, this.wakesIndex, 1);
    }
    sleeper.wakeUp();
  }

  /** Notes a sleep on the event loop. */
  countPark(): void {
    Atomics.add(this.i32, this.parksIndex, 1);
  }

  /** Notes that such a sleep was ended by a ring. */
  countWake(): void {
    Atomics.add(this.i32, this.wakesIndex, 1);
  }

  private lookMs(): number {
    if (this.strategy === 'park') return 0;
    if (this.strategy !== 'adaptive') return Number.POSITIVE_INFINITY;
    if (this.usualMs <= WORTH_LOOKING_MS) return 2 * WORTH_LOOKING_MS;
    this.sinceProbe = (this.sinceProbe + 1) % PROBE_EVERY;
    return this.sinceProbe === 0 ? 2 * WORTH_LOOKING_MS : SHORTEST_LOOK_MS;
  }

  private learn(waitedMs: number, byLook: boolean): void {
    const share = byLook ? LEARNING_BY_LOOK : LEARNING_BY_SLEEP;
    this.usualMs += (Math.min(waitedMs, LONGEST_COUNTED_MS) - this.usualMs) * share;
  }

  /** Leaves the core to whoever wants it: a sleep on a word that holds what it is waited for. */
  private yieldCore(): void {
    Atomics.wait(this.i32, this.parksIndex, Atomics.load(this.i32, this.parksIndex), YIELD_MS);
  }
}
