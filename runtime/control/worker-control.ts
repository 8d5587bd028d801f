/**
 * Worker control: what a program may ask of one worker besides messages and calls.
 *
 * Everything is asked and answered in shared memory (`orders.ts`), so that it works while the instances are busy. The host waits by its
 * pump (`moments.ts`). Called on the host's thread only.
 *
 * Invariants:
 * I1. The newer of `pause` and `resume` decides: what is left of the older one rejects.
 * I2. Every promise settles: obeyed, answered, limited by its caller, or rejected with the pool's end.
 */
import { HOST_PARTICIPANT } from '../arena-layout.js';
import { SnError } from '../errors.js';
import type { LaneWriter } from '../lane-writer.js';
import type { Ledger } from '../ledger.js';
import { limited, type WaitOptions } from '../limit.js';
import type { WorkerStats } from '../pool-stats.js';
import type { Resizer } from '../resizing/resizer.js';
import type { Target } from '../target.js';
import type { LaneAddress } from '../wiring.js';
import type { Moments, Waiting } from './moments.js';
import { type Ordered, OrderWriter } from './orders.js';

/** What `ping` tells of one instance. */
export interface Pong {
  readonly instance: number;
  /** From the call until this thread had heard of the answer. */
  readonly latencyMs: number;
}

/** One instance, by its number among them. */
export interface OrderedInstance extends Ordered {
  readonly participant: number;
}

export interface WorkerControlOptions {
  /** The host's way to it. */
  readonly target: Target;
  /** All that there can be. */
  readonly instances: readonly OrderedInstance[];
  /** Whether an instance has a thread. */
  readonly isThere: (instance: number) => boolean;
  /** Lanes into it that carry messages. */
  readonly inbox: readonly LaneAddress[];
  readonly ledger: Ledger;
  readonly moments: Moments;
  /** Whoever waits for a worker's messages to be handled, over all workers: what these send to the host must not wait for its readers then. */
  readonly draining: Set<unknown>;
  readonly stats: () => WorkerStats;
  /** Why the pool takes no more orders, if it is so. */
  readonly refusal: () => Error | undefined;
  /** Keeps the process alive while `holder` waits. */
  readonly keepAlive: { hold(holder: unknown): void; letGo(holder: unknown): void };
  readonly resizer: () => Resizer;
}

export class WorkerControl {
  /** The host's way to the worker. */
  readonly target: Target;
  /** Its counters. */
  readonly stats: () => WorkerStats;
  readonly #options: WorkerControlOptions;
  readonly #orders: OrderWriter;
  /** Calls of `pause` or `resume` that are not obeyed yet. */
  readonly #changes = new Set<Waiting>();
  #drains = 0;

  constructor(options: WorkerControlOptions) {
    this.target = options.target;
    this.stats = options.stats;
    this.#options = options;
    this.#orders = new OrderWriter(options.instances, options.isThere);
  }

  /**
   * Makes it have so many instances: starts threads or retires some, and moves whole partitions of its keys between them. Messages of one
   * key keep their order; state moves with its partition by the handler's `exportPartition` and `importPartition`. Senders do not
   * wait. A busy instance hands over when it has handled what was sent to it before, a paused one when it is resumed.
   *
   * @throws SnError (as rejection) `SN_OPTION`; `SN_WORKER_START`, when nothing has changed; `SN_WORKER_CRASHED`, `SN_POOL_CLOSED`;
   *   `SN_TIMEOUT` and `SN_ABORTED`: it goes on all the same.
   */
  resize(instances: number, options: WaitOptions = {}): Promise<void> {
    return this.#alter('resize', options, (resizer) => resizer.resize(this.target.name, instances));
  }

  /** Replaces the threads of its instances by new ones, one after the other. State moves as in a resize. @throws as `resize`. */
  restart(options: WaitOptions = {}): Promise<void> {
    return this.#alter('restart', options, (resizer) => resizer.restart(this.target.name));
  }

  async #alter(
    what: string,
    options: WaitOptions,
    alter: (resizer: Resizer) => Promise<void>,
  ): Promise<void> {
    this.#refuse();
    const { keepAlive, resizer, refusal } = this.#options;
    const altered = alter(resizer());
    keepAlive.hold(altered);
    const untilDone = altered.finally(() => keepAlive.letGo(altered));
    try {
      await limited(untilDone, options, what);
    } catch (error) {
      const { code } = error as SnError;
      if (code === 'SN_TIMEOUT' || code === 'SN_ABORTED') throw error;
      // What has stopped it may have stopped the pool.
      throw refusal() ?? error;
    }
  }

  /**
   * Makes every instance take no more messages once the batch in hand is handled; resolves when all have stopped. What is sent to
   * them waits, and so do senders whose lanes are full. Replies to their own calls still come; `tick` does not.
   *
   * @throws SnError (as rejection) `SN_TIMEOUT`, `SN_ABORTED`: the order stands all the same. `SN_ABORTED` when `resume` came in between;
   *   `SN_POOL_CLOSED`, `SN_WORKER_CRASHED`.
   */
  pause(options: WaitOptions = {}): Promise<void> {
    return this.#change(true, options);
  }

  /** Makes every instance work again; resolves when all do. @throws as `pause`. */
  resume(options: WaitOptions = {}): Promise<void> {
    return this.#change(false, options);
  }

  /**
   * Asks every instance for a sign of life. One that is busy gives it between two batches, one that waits in a send at once, a paused one too;
   * one whose handler does not return does not.
   *
   * @returns how long each took.
   * @throws SnError (as rejection) `SN_TIMEOUT`, whose `details` tell who answered and who was silent; as `pause` else.
   */
  async ping(options: WaitOptions = {}): Promise<readonly Pong[]> {
    this.#refuse();
    const startedMs = performance.now();
    const pongs = new Map<number, Pong>();
    const orders = this.#orders;
    const number = orders.give();
    const haveAllAnswered = (): boolean => {
      for (const instance of orders.present()) {
        if (pongs.has(instance) || !orders.isAnswered(instance, number)) continue;
        pongs.set(instance, { instance, latencyMs: performance.now() - startedMs });
      }
      return orders.present().every((instance) => pongs.has(instance));
    };
    const inOrder = (): readonly Pong[] => [...pongs.values()].sort((a, b) => a.instance - b.instance);
    try {
      await this.#wait(this.#options.moments.until(haveAllAnswered), options, 'ping');
    } catch (error) {
      if ((error as SnError).code !== 'SN_TIMEOUT') throw error;
      throw this.#silence(error as SnError, inOrder());
    }
    return inOrder();
  }

  /**
   * Waits until the instances have handled all that was sent to them until now; what came of it may still be on its way elsewhere. Where they are
   * paused that takes until they are resumed.
   *
   * @throws SnError (as rejection) `SN_TIMEOUT`, `SN_ABORTED`, `SN_POOL_CLOSED`, `SN_WORKER_CRASHED`.
   */
  async drain(options: WaitOptions = {}): Promise<void> {
    this.#refuse();
    const { moments, inbox, ledger, draining } = this.#options;
    for (const lane of this.target.all) lane.flush();
    const inflows = inbox.map((lane): Inflow => {
      const writer = this.#writerOf(lane);
      return { lane, writer, total: ledger.countOf(lane).sent + (writer?.queued ?? 0) };
    });
    draining.add(inflows);
    this.#drains += 1;
    this.#orders.tells = true;
    this.#orders.give();
    try {
      const isDone = (): boolean => inflows.every((one) => isHandled(ledger, one));
      await this.#wait(moments.until(isDone), options, 'drain');
    } finally {
      draining.delete(inflows);
      this.#drains -= 1;
      if (this.#drains === 0) {
        this.#orders.tells = false;
        this.#orders.give();
      }
    }
  }

  /** The pool closes: whoever is paused works again, and nobody can pause it any more. */
  resumeForGood(closed: Error): void {
    for (const change of this.#changes) change.giveUp(closed);
    if (!this.#orders.isPaused) return;
    this.#orders.isPaused = false;
    this.#orders.give();
  }

  async #change(isPaused: boolean, options: WaitOptions): Promise<void> {
    this.#refuse();
    const orders = this.#orders;
    if (orders.isPaused !== isPaused)
      for (const change of this.#changes) change.giveUp(superseded(isPaused ? 'resume' : 'pause'));
    orders.isPaused = isPaused;
    const number = orders.give();
    const change = this.#options.moments.until(() => orders.isObeyed(number, isPaused));
    this.#changes.add(change);
    try {
      await this.#wait(change, options, isPaused ? 'pause' : 'resume');
    } finally {
      this.#changes.delete(change);
    }
  }

  /** The host's end of a lane, where it is the host's. */
  #writerOf({ producer, consumer }: LaneAddress): LaneWriter | undefined {
    if (producer !== HOST_PARTICIPANT) return undefined;
    return this.target.all[this.#options.instances.findIndex((one) => one.participant === consumer)];
  }

  #refuse(): void {
    const refusal = this.#options.refusal();
    if (refusal !== undefined) throw refusal;
  }

  async #wait(waiting: Waiting, limits: WaitOptions, what: string): Promise<void> {
    const { keepAlive } = this.#options;
    keepAlive.hold(waiting);
    try {
      await limited(waiting.reached, limits, what);
    } catch (error) {
      waiting.giveUp(error as Error);
      throw error;
    } finally {
      keepAlive.letGo(waiting);
    }
  }

  #silence(timeout: SnError, pongs: readonly Pong[]): SnError {
    const worker = this.target.name;
    const silent: number[] = [];
    for (const instance of this.#orders.present())
      if (!pongs.some((pong) => pong.instance === instance)) silent.push(instance);
    const who = silent.map((instance) => `${worker}[${instance}]`).join(', ');
    return new SnError('SN_TIMEOUT', `${timeout.message}: ${who} gave no answer`, {
      details: { ...timeout.details, worker, silent, answered: pongs },
    });
  }
}

/** A lane into the worker, and how many messages it had been sent. */
interface Inflow {
  readonly lane: LaneAddress;
  /** The host's end of it, where it is the host's. */
  readonly writer: LaneWriter | undefined;
  readonly total: number;
}

/** Whether so many were handled; or all there are, where some that waited for room were given up. */
function isHandled(ledger: Ledger, { lane, writer, total }: Inflow): boolean {
  const { handled, depth } = ledger.countOf(lane);
  return handled >= total || (depth === 0 && (writer?.queued ?? 0) === 0);
}

function superseded(what: string): SnError {
  const by = what === 'pause' ? 'resume' : 'pause';
  return new SnError('SN_ABORTED', `${what} was called off: ${by} came before every instance had obeyed`);
}
