/**
 * Handling: the messages that an async worker has in hand, from its inbox until their handlers have settled.
 *
 *     inbox --take--> key is busy? --no--> handler runs --settles--> LaneProgress
 *                        \--yes--> waits behind it --------^
 *
 * Messages of one key run one after the other, in the order in which they were taken. They are chained by the key's hash: two keys with
 * the same hash share a chain, which costs them time and nothing else.
 *
 * Invariants:
 * I1. running <= concurrency: whoever waits starts when the one before it settles, and takes its place.
 * I2. Only those wait whose key has a handler running: so nothing waits when nothing runs.
 * I3. running + waiting is bounded by the window: a key with many messages cannot fill the memory, though it may hold others up.
 *
 * Called by its own thread only. Costs: an object, two closures and a promise's reaction for each message.
 */
import type { LaneReader } from '../lane-reader.js';
import { LaneProgress } from './lane-progress.js';

/** How many messages are in hand at most, running and waiting, in handlers' worth of concurrency; and where that is little. */
const WINDOW_OF_CONCURRENCY = 2;
const LEAST_WINDOW = 256;

export interface HandlingOptions {
  /** Handlers that run at a time, at most. */
  readonly concurrency: number;
  /** Knows the number of the last message that was queued. */
  readonly waiter: { readonly pushed: number };
  /** Called with how long a handler took. */
  readonly onHandled: (tookMs: number) => void;
  /** Called when a handler that had to wait has settled, in the midst of anything. */
  readonly onSettled: () => void;
  /** Called with what a handler threw or rejected with. */
  readonly onFault: (error: unknown) => void;
}

/** One message in hand. */
interface Task {
  readonly progress: LaneProgress;
  readonly position: number;
  /** Runs its handler. */
  readonly handle: () => unknown;
  readonly hash: number | undefined;
  /** When it began; by `performance.now()`. */
  startedMs: number;
  /** Whose turn it is afterwards. */
  next: Task | undefined;
}

export class Handling {
  /** Handlers that have begun and not settled. */
  running = 0;
  /** Messages whose key is busy. */
  waiting = 0;
  /** One for each lane of the inbox. */
  readonly lanes: LaneProgress[] = [];
  private readonly progress = new Map<LaneReader, LaneProgress>();
  /** By hash of a busy key, the last one in its chain. */
  private readonly chains = new Map<number, Task>();
  private readonly concurrency: number;
  private readonly window: number;
  private readonly waiter: { readonly pushed: number };
  private readonly onHandled: (tookMs: number) => void;
  private readonly onSettled: () => void;
  private readonly onFault: (error: unknown) => void;
  private isStopped = false;

  constructor({ concurrency, waiter, onHandled, onSettled, onFault }: HandlingOptions) {
    this.concurrency = concurrency;
    this.window = Math.max(LEAST_WINDOW, concurrency * WINDOW_OF_CONCURRENCY);
    this.waiter = waiter;
    this.onHandled = onHandled;
    this.onSettled = onSettled;
    this.onFault = onFault;
  }

  /** How many more messages may be taken now. */
  get room(): number {
    return Math.min(this.concurrency - this.running, this.window - this.running - this.waiting);
  }

  /** Whether no message is in hand, and no slot that was read is held. */
  get isClear(): boolean {
    for (let i = 0; i < this.lanes.length; i++) if (!(this.lanes[i] as LaneProgress).isClear) return false;
    return true;
  }

  /** Takes messages of one more lane. */
  addLane(lane: LaneReader): void {
    const progress = new LaneProgress(lane);
    this.lanes.push(progress);
    this.progress.set(lane, progress);
  }

  /** Nothing of it is in hand, and nothing more will come. */
  removeLane(lane: LaneReader): void {
    const progress = this.progress.get(lane);
    this.progress.delete(lane);
    if (progress !== undefined) this.lanes.splice(this.lanes.indexOf(progress), 1);
  }

  hasLane(lane: LaneReader): boolean {
    return this.progress.has(lane);
  }

  /** Nothing begins any more. */
  stop(): void {
    this.isStopped = true;
  }

  /**
   * Takes the message at `lane.head` in hand; called by emitted inboxes, no more often than there is `room`.
   *
   * @param handle - runs its handler; it is over when what it returns has settled.
   * @param hash - of the key, where it has one: it runs once those of that key before it are over.
   */
  take(lane: LaneReader, handle: () => unknown, hash?: number): void {
    const progress = this.progress.get(lane) as LaneProgress;
    const task: Task = { progress, position: lane.head, handle, hash, startedMs: 0, next: undefined };
    if (hash !== undefined) {
      const last = this.chains.get(hash);
      this.chains.set(hash, task);
      if (last !== undefined) {
        last.next = task;
        this.waiting += 1;
        return;
      }
    }
    this.begin(task);
  }

  /** Runs its handler; when that is over at once, those of the chain behind it. */
  private begin(first: Task): void {
    let next: Task | undefined = first;
    while (next !== undefined) {
      const task: Task = next;
      this.running += 1;
      task.startedMs = performance.now();
      const result = task.handle();
      if (isThenable(result)) {
        promiseOf(result).then(() => this.goOn(task), this.onFault);
        return;
      }
      next = this.settle(task);
    }
  }

  /** The handler's promise has resolved. */
  private goOn(task: Task): void {
    if (this.isStopped) return;
    try {
      const next = this.settle(task);
      if (next !== undefined) this.begin(next);
    } catch (error) {
      this.onFault(error);
      return;
    }
    this.onSettled();
  }

  /** @returns the one whose turn it is now. */
  private settle({ progress, position, hash, startedMs, next }: Task): Task | undefined {
    this.running -= 1;
    this.onHandled(performance.now() - startedMs);
    progress.settle(position, this.waiter.pushed);
    if (next !== undefined) this.waiting -= 1;
    else if (hash !== undefined) this.chains.delete(hash);
    return next;
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

function promiseOf(value: PromiseLike<unknown>): Promise<unknown> {
  return value instanceof Promise ? value : Promise.resolve(value);
}
