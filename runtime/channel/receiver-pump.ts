/**
 * Receiver pump: how a receiver waits on the event loop.
 *
 * Whoever waits stands in line; the pump serves them in their order, and while there is nothing for the first of them it sleeps on the seat's
 * bell by `Atomics.waitAsync`. A blocking wait of the same thread takes the place of the pump's announcement, so it makes the pump
 * look, and announce itself, again. The process stays alive while somebody waits.
 *
 * Called by the receiver's own thread only.
 */
import { watchLimit } from '../watch-limit.js';
import { abortedChannel } from './channel-errors.js';
import type { ReceiverCore } from './receiver-core.js';
import type { ThreadContext } from './thread-context.js';
import type { Waits } from './waits.js';

interface Waiter<Value> {
  resolve(value: Value | undefined): void;
  reject(reason: Error): void;
  /** Lifts its limit. */
  readonly lift: () => void;
}

/** Whose messages these are. */
export interface Served<Value> {
  tryReceive(): Value | undefined;
  /** Whether there is a message, or none will come. */
  isReady(): boolean;
  /** Gives a wake-up that nobody here wants to another receiver. */
  passOn(): void;
}

export class ReceiverPump<Value> {
  private readonly receiver: Served<Value>;
  private readonly core: ReceiverCore;
  private readonly waits: Waits;
  private readonly keepAlive: ThreadContext['keepAlive'];
  private waiters: Waiter<Value>[] = [];
  private readonly news = new Set<() => void>();
  private isPumping = false;

  constructor(
    receiver: Served<Value>,
    core: ReceiverCore,
    waits: Waits,
    keepAlive: ThreadContext['keepAlive'],
  ) {
    this.receiver = receiver;
    this.core = core;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  /** Whether somebody waits for a message, whom nobody may overtake. */
  get isWaitedFor(): boolean {
    return this.waiters.length > 0;
  }

  /** The next message, behind all who wait already; undefined when the channel is over, or the time is up. */
  wait(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const onTimeout = (): void => {
        this.forget(waiter);
        resolve(undefined);
      };
      const onAbort = (): void => {
        this.forget(waiter);
        reject(abortedChannel('receiveAsync', signal as AbortSignal));
      };
      const waiter = { resolve, reject, lift: watchLimit({ timeoutMs, signal }, onTimeout, onAbort) };
      this.waiters.push(waiter);
      this.start();
    });
  }

  /** Calls `tell` once, when the receiver is ready. @returns what takes that back. */
  onNews(tell: () => void): () => void {
    this.news.add(tell);
    this.start();
    return () => {
      if (this.news.delete(tell)) this.lookAgain();
    };
  }

  /** Makes the pump look at everything, and announce itself again. */
  lookAgain(): void {
    if (this.isPumping) this.core.wakeUpPump();
  }

  /** Settles all who wait: nothing comes any more. From now on the seat may be another's, and the pump does not touch it. */
  stop(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const { lift, resolve } of waiters) {
      lift();
      resolve(undefined);
    }
    this.tellNews();
    this.end();
  }

  private forget(waiter: Waiter<Value>): void {
    this.waiters.splice(this.waiters.indexOf(waiter), 1);
    waiter.lift();
    // The pump looks, finds nobody who waits, and sleeps no more.
    this.lookAgain();
  }

  private start(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    this.keepAlive.hold(this);
    this.pump();
  }

  private readonly pump = (): void => {
    const { core, receiver } = this;
    core.wakeUp();
    while (this.waiters.length > 0 || this.news.size > 0) {
      if (this.waiters.length > 0 && this.serveOne()) continue;
      if (this.news.size > 0 && receiver.isReady()) {
        this.tellNews();
        continue;
      }
      core.announce();
      const rung = core.ready() ? undefined : core.sleepAsync();
      if (rung === undefined) continue;
      this.waits.countPark();
      rung.then(this.onRung);
      return;
    }
    this.end();
    // The ring that woke us may have been for a message that nobody here wants any more.
    receiver.passOn();
  };

  private readonly onRung = (): void => {
    if (!this.isPumping) return;
    this.waits.countWake();
    this.pump();
  };

  /** The seat must not seem asleep any more, and a sleep under way is not waited for. */
  private end(): void {
    if (!this.isPumping) return;
    this.isPumping = false;
    this.core.wakeUp();
    this.core.wakeUpPump();
    this.keepAlive.letGo(this);
  }

  private tellNews(): void {
    const told = [...this.news];
    this.news.clear();
    for (const tell of told) tell();
  }

  /** @returns false when there is nothing for the first who waits. */
  private serveOne(): boolean {
    try {
      const value = this.receiver.tryReceive();
      if (value === undefined && !this.core.isOver()) return false;
      const waiter = this.waiters.shift() as Waiter<Value>;
      waiter.lift();
      waiter.resolve(value);
    } catch (error) {
      const waiter = this.waiters.shift() as Waiter<Value>;
      waiter.lift();
      waiter.reject(error as Error);
    }
    return true;
  }
}
