/**
 * Pool: the host's end of a running topology; generated pools extend it with their workers' handles.
 *
 *     open --close()--> closing --> closed
 *       \--destroy()---------------> closed
 *        \--a thread dies----------> failed
 *
 * Invariants:
 * I1. Every promise given out settles: when its condition holds, or with the reason of the pool's end.
 * I2. The process is kept alive exactly while something is pending: unhandled messages, a waiting reader, a close under way. When it
 *     is about to exit, the pool closes.
 * I3. After the end no thread, timer or handle is left.
 */
import {
  HOST_PARTICIPANT,
  type InstanceState,
  instanceStates,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
} from './arena-layout.js';
import { closeBeforeExit, forgetBeforeExit } from './before-exit.js';
import { hostSideOf, lateError, lossesOf } from './close-report.js';
import { type CloseOnSignalOptions, closeOnSignal } from './control/close-on-signal.js';
import { Moments } from './control/moments.js';
import { WorkerControl } from './control/worker-control.js';
import { ANY_MESSAGE, DeadLetters } from './dead-letters.js';
import { endWait } from './deadlock.js';
import { Doorbell } from './doorbell.js';
import type { Participant } from './envelope.js';
import { SnError } from './errors.js';
import { HostPump } from './host-pump.js';
import type { Inbox } from './inbox.js';
import { KeepAlive } from './keep-alive.js';
import { type LaneCounts, Ledger } from './ledger.js';
import { limited, type WaitOptions } from './limit.js';
import { type Memory, memoryOf } from './memory.js';
import { Outbox } from './outbox.js';
import { type PoolEvent, type PoolEventMap, PoolEvents, throwLater } from './pool-events.js';
import { describe, type PoolBaseOptions, type Started, startThreads } from './pool-start.js';
import { type PoolStats, readStats, type StatsSources, type WorkerStats } from './pool-stats.js';
import { QueueingWaiter } from './queueing-waiter.js';
import { Receivers } from './receivers.js';
import { Autoscaler, scaledWorkers } from './resizing/autoscaler.js';
import type { HoldOrder } from './resizing/orders.js';
import { Resizer } from './resizing/resizer.js';
import type { Target } from './target.js';
import type { StartThread, Thread, ThreadEnd } from './thread.js';
import { ThreadLanes } from './thread-lanes.js';
import { inboxLanesOf, type LaneAddress, targetOf, type Wiring } from './wiring.js';

const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/** What generated code says about a pool. */
export interface PoolProgram {
  readonly wiring: Wiring;
  /** Names of the messages that `main` gets, by tag. */
  readonly received: readonly string[];
  readonly starts: Readonly<Record<string, StartThread>>;
  readonly inbox: (receivers: Receivers) => Inbox;
}

function stateIndexOf({ participant }: Thread): number {
  return (participantOffsetBytes(participant) + STATE_OFFSET_BYTES) >> 2;
}

function isOfMessages({ isOfReplies }: LaneAddress): boolean {
  return !isOfReplies;
}

interface Drain {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export class PoolBase {
  protected readonly receivers: Receivers;
  readonly #program: PoolProgram;
  readonly #started: Started;
  readonly #memory: Memory;
  readonly #sources: StatsSources;
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;
  readonly #waiter: QueueingWaiter;
  readonly #pump: HostPump;
  readonly #keepAlive = new KeepAlive();
  readonly #events = new PoolEvents();
  readonly #deadLetters = new DeadLetters(this.#events);
  readonly #lanes: ThreadLanes;
  /** By place. */
  readonly #threads = new Map<number, Thread>();
  /** Threads that have not taken their places yet. */
  readonly #starting = new Set<Thread>();
  readonly #resizer: Resizer;
  readonly #autoscaler: Autoscaler;
  readonly #moments = new Moments();
  readonly #controls = new Map<string, WorkerControl>();
  readonly #drains = new Set<Drain>();
  /** Whoever drains one worker. */
  readonly #draining = new Set<unknown>();
  /** Threads that are expected to go. */
  readonly #leaving = new Set<Thread>();
  /** Why the pool takes nothing any more, once it is so. */
  #ended: Error | undefined;
  #failure: SnError | undefined;
  #hasToldEnd = false;
  /** Whether the program was told of the failure. */
  #isFailureKnown = false;
  #closing: Promise<void> | undefined;
  /** What is refused with while the pool closes. */
  #closed: SnError | undefined;

  /** @param started - from `startPool`. */
  constructor(program: PoolProgram, started: Started) {
    const { arena, threads, signal } = started;
    const memory = memoryOf(arena.buffer);
    this.#program = program;
    this.#started = started;
    this.#memory = memory;
    this.#ledger = new Ledger(memory.i32, arena.lanes);
    const doorbell = new Doorbell(memory.i32, participantOffsetBytes(HOST_PARTICIPANT) >> 2);
    const onActivity = (): void => this.#stayAlive();
    this.#outbox = new Outbox(onActivity);
    const spareSlot = arena.spareSlots.get(HOST_PARTICIPANT) as number;
    this.#waiter = new QueueingWaiter(this.#memory, spareSlot, doorbell, onActivity, () => {
      this.#isFailureKnown = true;
    });
    this.#lanes = new ThreadLanes(memory, this.#outbox, this.#waiter);
    this.#sources = {
      arena,
      memory,
      wiring: program.wiring,
      ledger: this.#ledger,
      threads: this.#threads,
      clockOffsetMs: this.#lanes.clockOffsetMs,
    };
    for (const { name } of program.wiring.workers) this.#controls.set(name, this.#makeControl(name));
    this.receivers = new Receivers(program.received, {
      onDeadLetter: (message) => this.#deadLetters.add(message, 1),
      onHandlerError: (message, cause) => this.#reportHandlerError(message, cause),
      onRoom: () => this.#pump.nudge(),
      onWaiting: (stream, isWaiting) =>
        isWaiting ? this.#keepAlive.hold(stream) : this.#keepAlive.letGo(stream),
    });
    const inbox = program.inbox(this.receivers);
    this.#pump = new HostPump({
      sources: inboxLanesOf(arena, HOST_PARTICIPANT).map((lane) => ({
        lane: this.#lanes.reader(lane),
        inbox,
      })),
      replies: this.#lanes.replies,
      outbox: this.#outbox,
      waiter: this.#waiter,
      doorbell,
      ledger: this.#ledger,
      moments: this.#moments,
      // Whoever drains or closes waits for these messages: reading on is then worth more than bounded memory.
      isHeldBack: () =>
        this.#drains.size === 0 &&
        this.#draining.size === 0 &&
        this.#closing === undefined &&
        this.receivers.isHeldBack,
      onIdle: () => this.#settleIdle(),
      onFault: (cause) => this.#failByRecord(cause),
    });
    this.#resizer = new Resizer({
      i32: memory.i32,
      wiring: program.wiring,
      started,
      begin: (who, hold) => this.#begin(who, hold),
      threads: this.#threads,
      target: (worker) => this.#targetTo(worker),
      enter: (thread) => this.#enter(thread),
      retire: (thread) => this.#retire(thread),
      restarted: ({ worker, instance, threadId }) =>
        this.#events.emit('worker-restart', { worker, instance, threadId }),
      onStranded: (cause) => this.#fail(cause),
    });
    for (const thread of threads) this.#enter(thread);
    this.#autoscaler = new Autoscaler({
      workers: scaledWorkers(arena, started.ranges),
      countsOf: (worker) => this.#countsOf(worker),
      queuedFor: (worker) => this.#targetTo(worker).lanes.reduce((sum, { queued }) => sum + queued, 0),
      resize: (worker, instances) => this.#resizer.resize(worker, instances),
      onFault: (cause) => this.#reportUnscaled(cause as SnError),
    });
    this.#autoscaler.start();
    closeBeforeExit(this);
    if (signal?.aborted) this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort);
    this.#pump.start();
  }

  /** Calls `listener` on every `event` from now on, until disposed. */
  on<Event extends PoolEvent>(event: Event, listener: (detail: PoolEventMap[Event]) => void): Disposable {
    return this.#events.on(event, listener);
  }

  /** Counters of every worker and instance, read from shared memory; asks no thread. */
  stats(): PoolStats {
    return readStats(this.#sources, this.#deadLetters.total);
  }

  /**
   * Waits until every message accepted so far, and every message sent because of one, was handled; where a worker is paused and
   * has some, until it is resumed.
   *
   * @throws SnError (as rejection) `SN_WORKER_CRASHED`, `SN_POOL_CLOSED`, `SN_TIMEOUT`, `SN_ABORTED`.
   */
  async drain(options: WaitOptions = {}): Promise<void> {
    if (this.#ended !== undefined) throw this.#refusal();
    await this.#idle(options);
  }

  /**
   * Stops taking messages, resumes paused workers, waits until all accepted messages are handled, shuts the workers down stage by stage, and
   * leaves no thread, timer or handle. Idempotent: further calls get the same promise.
   *
   * @throws SnError (as rejection) `SN_TIMEOUT` after `timeoutMs` (default 30 s): then the threads are ended at once, and `details`
   * tells what was lost: `waitedFor`, `dropped` in all, and `losses` for each instance. `SN_WORKER_CRASHED` when the pool failed.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#closeOnce(options.timeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS);
    return this.#closing;
  }

  /**
   * Closes the pool when the process is told to end, and destroys it when it is told so again; then the process ends by that signal.
   *
   * @returns what takes it back; the pool's own end does so too.
   */
  closeOnSignal(options: CloseOnSignalOptions = {}): Disposable {
    return closeOnSignal(this, options);
  }

  /** Ends all threads at once; what waits rejects with `SN_POOL_CLOSED`. Messages not handled yet are dropped. Idempotent. */
  async destroy(): Promise<void> {
    await this.#end(
      new SnError('SN_POOL_CLOSED', 'the pool was destroyed; what it had not handled is dropped'),
    );
  }

  /** Closes it. Of a failure that the program knows it says nothing: a second error would only hide the first. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#failure !== undefined && this.#isFailureKnown) await this.#end(this.#failure);
    else await this.close();
  }

  /** What the program may ask of `worker`, and the way to it. */
  protected control(worker: string): WorkerControl {
    return this.#controls.get(worker) as WorkerControl;
  }

  #makeControl(worker: string): WorkerControl {
    const { arena } = this.#started;
    const { participants } = arena;
    const numbers = [...participants.keys()].filter((number) => participants[number]?.worker === worker);
    return new WorkerControl({
      target: this.#lanes.target(worker, targetOf(arena, HOST_PARTICIPANT, worker, this.#started.routings)),
      isThere: (instance) => this.#threads.has(numbers[instance] as number),
      instances: numbers.map((participant) => ({
        participant,
        doorbell: this.#lanes.doorbellOf(participant),
        offsetBytes: participantOffsetBytes(participant),
      })),
      inbox: numbers.flatMap((participant) => inboxLanesOf(arena, participant)),
      ledger: this.#ledger,
      moments: this.#moments,
      draining: this.#draining,
      stats: () => this.stats().workers[worker] as WorkerStats,
      refusal: () => this.#refusal(),
      keepAlive: this.#keepAlive,
      resizer: () => this.#resizer,
    });
  }

  #countsOf(worker: string): readonly LaneCounts[] {
    const counts: LaneCounts[] = [];
    for (const [participant, thread] of this.#threads) {
      if (thread.worker !== worker) continue;
      counts.push(this.#ledger.count((lane) => lane.consumer === participant && isOfMessages(lane)));
    }
    return counts;
  }

  /** Why nothing can be asked of workers any more; whoever asks knows then. */
  #refusal(): Error | undefined {
    if (this.#ended !== undefined) this.#isFailureKnown = true;
    return this.#ended ?? this.#closed;
  }

  /** The host's way to `worker`. */
  #targetTo(worker: string): Target {
    return this.control(worker).target;
  }

  readonly #onAbort = (): void => {
    const cause = this.#started.signal?.reason;
    void this.#end(
      new SnError('SN_POOL_CLOSED', 'the pool was destroyed: its signal was aborted', { cause }),
    );
  };

  #stayAlive(): void {
    this.#keepAlive.hold(this);
    this.#pump.watchIdle();
  }

  /** Waits for the next moment at which nothing is in flight. */
  async #idle(options: WaitOptions = {}): Promise<void> {
    let drain: Drain | undefined;
    const nothingInFlight = new Promise<void>((resolve, reject) => {
      drain = { resolve, reject };
      this.#drains.add(drain);
    });
    this.#stayAlive();
    this.#pump.nudge();
    try {
      await limited(nothingInFlight, options, 'drain');
    } finally {
      this.#drains.delete(drain as unknown as Drain);
    }
  }

  #settleIdle(): void {
    this.#keepAlive.letGo(this);
    for (const { resolve } of this.#drains) resolve();
    this.#drains.clear();
  }

  #begin(who: Participant, hold: HoldOrder): Thread {
    if (this.#ended !== undefined) throw this.#ended;
    const thread = this.#started.begin(who, hold);
    this.#starting.add(thread);
    void thread.exited.then(() => this.#starting.delete(thread));
    return thread;
  }

  /** A thread that has taken its place. */
  #enter(thread: Thread): void {
    this.#starting.delete(thread);
    this.#threads.set(thread.participant, thread);
    thread.unref();
    this.#watch(thread);
  }

  #watch(thread: Thread): void {
    const { worker, instance, threadId } = thread;
    // In a later task, so that whoever awaits the pool can listen first.
    setImmediate(() => this.#events.emit('worker-start', { worker, instance, threadId }));
    thread.exited.then((end) => {
      const isExpected = this.#leaving.has(thread);
      endWait(this.#memory.i32, thread.participant);
      // One that was told to shut down and left before it had is no better than one that left by itself.
      const isDone = this.#ended !== undefined || this.#stateOf(thread) === 'stopped';
      this.#showState(thread, isExpected && isDone && end.cause === undefined ? 'stopped' : 'crashed');
      this.#events.emit('worker-exit', { worker, instance, exitCode: end.exitCode });
      if (!isExpected) this.#failByThread(thread, end);
    });
  }

  #stateOf(thread: Thread): InstanceState | undefined {
    return instanceStates[Atomics.load(this.#memory.i32, stateIndexOf(thread))];
  }

  /** Of a thread that is gone: nobody else writes its state. */
  #showState(thread: Thread, state: InstanceState): void {
    Atomics.store(this.#memory.i32, stateIndexOf(thread), instanceStates.indexOf(state));
  }

  async #closeOnce(timeoutMs: number): Promise<void> {
    if (this.#ended !== undefined) {
      await this.#end(this.#ended);
      this.#isFailureKnown = true;
      if (this.#failure !== undefined) throw this.#failure;
      return;
    }
    const closed = closedError();
    this.#closed = closed;
    this.#keepAlive.hold(closed);
    for (const control of this.#controls.values()) {
      control.target.close(closed);
      control.resumeForGood(closed);
    }
    try {
      await limited(this.#shutDown(), { timeoutMs }, 'close');
    } catch (error) {
      if (this.#ended === undefined) throw await this.#endLate(error as SnError);
      await this.#end(this.#ended);
      throw error;
    }
    await this.#end(closed);
  }

  /** Ends what did not close in time. @returns what `close` rejects with. */
  async #endLate(timeout: SnError): Promise<SnError> {
    const waitedFor = [...this.#threads.values()]
      .filter((thread) => this.#isWaitedFor(thread))
      .map(({ worker, instance }) => `${worker}[${instance}]`);
    const { participants } = this.#started.arena;
    const hostSides = participants.map(({ worker, instance }) =>
      hostSideOf(this.#controls.get(worker)?.target.all[instance]),
    );
    await this.#end(
      new SnError('SN_POOL_CLOSED', 'the pool was closed before everything was handled', { cause: timeout }),
    );
    return lateError(timeout, waitedFor, lossesOf(participants, hostSides, this.#ledger));
  }

  /** Whether it has something to handle, or was told to shut down and has not. */
  #isWaitedFor(thread: Thread): boolean {
    const { depth } = this.#ledger.count(
      (lane) => isOfMessages(lane) && lane.consumer === thread.participant,
    );
    return depth > 0 || (this.#leaving.has(thread) && this.#stateOf(thread) !== 'stopped');
  }

  async #shutDown(): Promise<void> {
    this.#autoscaler.stop();
    await this.#resizer.settled();
    if (this.#ended !== undefined) throw this.#ended;
    await this.#idle();
    for (const stage of this.#program.wiring.stages) {
      const threads = [...this.#threads.values()].filter(({ worker }) => stage.includes(worker));
      await Promise.all(threads.map((thread) => this.#stop(thread)));
    }
    this.#pump.takeAll();
    this.receivers.end();
    const { depth } = this.#ledger.count(isOfMessages);
    if (depth > 0) this.#deadLetters.add(ANY_MESSAGE, depth);
    await Promise.all([...this.#threads.values()].map((thread) => thread.leave()));
  }

  /** Orders a thread to work off its inbox and to stop, and waits until it has. */
  async #stop(thread: Thread): Promise<void> {
    this.#leaving.add(thread);
    thread.order({ kind: 'shutdown' });
    await this.#stoppedOrGone(thread);
  }

  async #retire(thread: Thread): Promise<void> {
    await this.#stop(thread);
    await thread.leave();
    this.#threads.delete(thread.participant);
  }

  /** A thread that dies while it shuts down has not shut down. */
  async #stoppedOrGone(thread: Thread): Promise<void> {
    const end = await Promise.race([thread.stopped, thread.exited]);
    if (end === undefined) return;
    this.#failByThread(thread, end);
    throw this.#ended;
  }

  #failByThread(thread: Thread, { cause, exitCode }: ThreadEnd): void {
    const { worker, instance } = thread;
    this.#showState(thread, 'crashed');
    const why = cause === undefined ? `left with exit code ${exitCode}` : `crashed: ${describe(cause)}`;
    this.#fail(
      new SnError('SN_WORKER_CRASHED', `${worker}[${instance}] ${why}; the pool has stopped`, {
        cause,
        details: { worker, instance, exitCode },
      }),
    );
  }

  #failByRecord(cause: unknown): void {
    this.#fail(
      new SnError(
        'SN_BAD_RECORD',
        `the host could not read what it was sent: ${describe(cause)}; the pool has stopped`,
        { cause },
      ),
    );
  }

  #fail(failure: SnError): void {
    if (this.#ended !== undefined) return;
    this.#failure = failure;
    const isAwaited =
      this.#drains.size > 0 ||
      this.#moments.areAwaited ||
      this.#closing !== undefined ||
      this.receivers.hasReaders;
    const isKnown = isAwaited || this.#events.has('error');
    // Senders that wait are told as well; if nobody looks at their promises, Node says so.
    this.#isFailureKnown = isKnown || this.#waiter.queued > 0;
    void this.#end(failure, isKnown);
    this.#events.emit('error', failure);
    // Nobody waits and nobody listens: the next call will throw, but it may never come.
    if (!this.#isFailureKnown) process.emitWarning(failure);
  }

  /**
   * The one way out: refuses, rejects and stops everything with `reason`, and leaves nothing behind.
   *
   * @param isKnown - see `LaneQueue.rejectAll`.
   */
  async #end(reason: Error, isKnown = true): Promise<void> {
    if (this.#ended === undefined) {
      this.#ended = reason;
      for (const { target } of this.#controls.values()) target.close(reason);
      this.#waiter.rejectAll(reason, isKnown);
      for (const pending of this.#lanes.pending) pending.rejectAll(reason);
      this.receivers.end(reason);
      this.#moments.rejectAll(reason);
      for (const { reject } of this.#drains) reject(reason);
      this.#drains.clear();
      this.#pump.stop();
      this.#autoscaler.stop();
      this.#started.signal?.removeEventListener('abort', this.#onAbort);
      forgetBeforeExit(this);
      this.#keepAlive.hold(reason);
      for (const thread of this.#threads.values()) this.#leaving.add(thread);
    }
    const threads = [...this.#threads.values(), ...this.#starting];
    await Promise.all(threads.map((thread) => thread.terminate()));
    this.#keepAlive.end();
    if (this.#hasToldEnd) return;
    this.#hasToldEnd = true;
    this.#events.emit('close', { reason: this.#ended });
  }

  /** A thread that did not start where one was needed: the others go on. */
  #reportUnscaled(cause: SnError): void {
    if (this.#ended !== undefined) return;
    if (this.#events.has('error')) this.#events.emit('error', cause);
    else process.emitWarning(cause);
  }

  #reportHandlerError(message: string, cause: unknown): void {
    if (!this.#events.has('error')) {
      // As with any event listener that throws.
      throwLater(cause);
      return;
    }
    const says = `a receiver of ${message} at the host threw: ${describe(cause)}`;
    this.#events.emit('error', new SnError('SN_RECEIVER', says, { cause, details: { message } }));
  }
}

function closedError(): SnError {
  return new SnError('SN_POOL_CLOSED', 'the pool is closed: it takes no more messages');
}

/** Starts the threads of a topology. See `startThreads` for what it throws. */
export async function startPool<P extends PoolBase>(
  program: PoolProgram,
  options: PoolBaseOptions,
  make: new (program: PoolProgram, started: Started) => P,
): Promise<P> {
  return new make(program, await startThreads(program.wiring, program.starts, options));
}
