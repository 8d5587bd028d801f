/**
 * Doorbell: the word that one thread sleeps on, whatever it waits for.
 *
 * After crossbeam-utils' `Parker`: a sleeper announces itself, looks once more for what it waits for, and only then
 * waits; whoever changes something looks at the word afterwards. Both sides first write and then read, and JS Atomics
 * are sequentially consistent, so at least one of them sees the other: no wake-up is lost.
 *
 * States:
 * - `AWAKE`: running. Senders may publish in groups.
 * - `HUNGRY`: running dry, still looking. Senders publish at once, but need not ring.
 * - `PARKED`: asleep until something arrives. Senders publish at once and ring.
 * - `BLOCKED`: asleep until *space* is made. Senders of messages leave it alone (it could not handle them); only
 *   whoever makes space rings.
 * - `MUTED`: asleep while paused. Senders of messages leave it alone; replies to its calls and orders from the host ring.
 *
 * Invariants:
 * I1. Only the owner leaves `AWAKE`; anybody may set `AWAKE`, by `ring`.
 * I2. `notify` follows only an exchange that took `PARKED`, `BLOCKED` or `MUTED` away, so that one sleep costs one notify.
 */

export const AWAKE = 0;
export const HUNGRY = 1;
export const PARKED = 2;
/** Negative, so that a sender's plain look `state > AWAKE` leaves a blocked owner alone. */
export const BLOCKED = -1;
export const MUTED = -2;

type Asleep = typeof PARKED | typeof BLOCKED | typeof MUTED;

export class Doorbell {
  readonly i32: Int32Array<ArrayBufferLike>;
  /** Element of `i32` that holds the state. */
  readonly index: number;

  constructor(i32: Int32Array<ArrayBufferLike>, index: number) {
    this.i32 = i32;
    this.index = index;
  }

  /** Owner: says that it runs dry. A ring that came before stays visible as `AWAKE` only to whoever looks later. */
  sayHungry(): void {
    Atomics.compareExchange(this.i32, this.index, AWAKE, HUNGRY);
  }

  /** Owner: says that it is awake again. */
  sayAwake(): void {
    Atomics.exchange(this.i32, this.index, AWAKE);
  }

  /**
   * Owner: announces sleep. The caller must now look again for what it waits for, and call `sayAwake` if it is there.
   * Pairs with the look at this word after a publish or release.
   */
  announce(state: Asleep): void {
    Atomics.exchange(this.i32, this.index, state);
  }

  /** Owner, where blocking is allowed: sleeps until a ring or for `timeoutMs`. Returns at once if rung since `announce`. @returns whether it rang. */
  wait(state: typeof PARKED | typeof BLOCKED, timeoutMs: number): boolean {
    return Atomics.wait(this.i32, this.index, state, timeoutMs) !== 'timed-out';
  }

  /** Owner, on an event loop: a promise of the next ring, or `undefined` if rung since `announce`. */
  waitAsync(state: typeof PARKED | typeof MUTED = PARKED): Promise<unknown> | undefined {
    const waiting = Atomics.waitAsync(this.i32, this.index, state);
    return waiting.async ? waiting.value : undefined;
  }

  /** Anybody: wakes the owner, whatever it sleeps for. */
  ring(): void {
    const state = Atomics.exchange(this.i32, this.index, AWAKE);
    if (state === PARKED || state === BLOCKED || state === MUTED) Atomics.notify(this.i32, this.index);
  }

  /** Anybody that waits for the owner: wakes it if it sleeps for space. */
  ringIfBlocked(): void {
    if (Atomics.load(this.i32, this.index) === BLOCKED) this.ring();
  }

  /** Anybody with news whatever the owner does: wakes it from any sleep. */
  ringIfAsleep(): void {
    const state = Atomics.load(this.i32, this.index);
    if (state !== AWAKE && state !== HUNGRY) this.ring();
  }

  /** Anybody with news for the inbox: wakes the owner if it sleeps for messages. */
  ringIfParked(): void {
    if (Atomics.load(this.i32, this.index) === PARKED) this.ring();
  }
}
