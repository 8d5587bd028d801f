/**
 * Event loop: one explored thread's tasks, as far as the sources under test use them.
 *
 * A task runs to its end (stopping at operations on shared memory), then all ticks, then all microtasks, as in Node. Which of
 * the macrotasks at hand comes first is the scheduler's choice: the real order depends on the moment at which a timer ends or
 * a notification arrives.
 */
import type { Op } from './op.js';
import { currentMachine, finish } from './step-support.js';

type Task = () => unknown;

interface Reaction {
  readonly onValue: ((value: unknown) => unknown) | undefined;
  readonly onReason: ((reason: unknown) => unknown) | undefined;
  /** The promise of what the reaction gives. */
  readonly next: VirtualPromise;
}

export class EventLoop {
  private readonly immediates: Task[] = [];
  private readonly notified: Task[] = [];
  private timers: { readonly task: Task }[] = [];
  private readonly ticks: Task[] = [];
  private readonly microtasks: Task[] = [];
  /** Waits on a doorbell that nobody has rung yet. */
  waits = 0;

  immediate(task: Task): void {
    this.immediates.push(task);
  }

  tick(task: Task): void {
    this.ticks.push(task);
  }

  microtask(task: Task): void {
    this.microtasks.push(task);
  }

  timer(task: Task): object {
    const timer = { task };
    this.timers.push(timer);
    return timer;
  }

  clearTimer(timer: object | undefined): void {
    this.timers = this.timers.filter((one) => one !== timer);
  }

  /** A doorbell rang: the promise of its wait settles in a task of its own. */
  wake(promise: VirtualPromise): void {
    this.waits -= 1;
    this.notified.push(() => promise.resolve('ok'));
  }

  /** Which macrotasks could run now, by the number that `Machine` calls the choice. */
  choices(): readonly number[] {
    const { notified, immediates, timers } = this;
    const choices: number[] = [];
    if (notified.length > 0) choices.push(0);
    if (immediates.length > 0) choices.push(1);
    if (timers.length > 0) choices.push(2);
    return choices;
  }

  /** Whether the next task is settled, whatever other threads do. */
  get isForced(): boolean {
    return this.waits === 0 && this.choices().length === 1;
  }

  take(choice: number): Task {
    if (choice === 2) return (this.timers.shift() as { task: Task }).task;
    return (choice === 0 ? this.notified : this.immediates).shift() as Task;
  }

  /** What a thread does from its first statement to its end. */
  *run(main: Task): Generator<Op, void, unknown> {
    yield* finish(main());
    yield* this.settle();
    while (this.waits > 0 || this.choices().length > 0) {
      const task = (yield { kind: 'loop', word: -1, a: 0, b: 0 }) as Task;
      yield* finish(task());
      yield* this.settle();
    }
  }

  private *settle(): Generator<Op, void, unknown> {
    for (;;) {
      const task = this.ticks.shift() ?? this.microtasks.shift();
      if (task === undefined) return;
      yield* finish(task());
    }
  }
}

/** A promise whose reactions run on the loop of the thread that made it. */
export class VirtualPromise {
  private readonly loop: EventLoop = currentMachine().loop();
  private state: 'pending' | 'resolved' | 'rejected' = 'pending';
  private value: unknown;
  private readonly reactions: Reaction[] = [];

  constructor(executor?: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void) {
    executor?.(
      (value) => this.resolve(value),
      (reason) => this.reject(reason),
    );
  }

  static resolve(value: unknown): VirtualPromise {
    return new VirtualPromise((resolve) => resolve(value));
  }

  static reject(reason: unknown): VirtualPromise {
    return new VirtualPromise((_, reject) => reject(reason));
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands in for Promise.
  then(onValue?: (value: unknown) => unknown, onReason?: (reason: unknown) => unknown): VirtualPromise {
    const next = new VirtualPromise();
    this.reactions.push({ onValue, onReason, next });
    if (this.state !== 'pending') this.react();
    return next;
  }

  catch(onReason: (reason: unknown) => unknown): VirtualPromise {
    return this.then(undefined, onReason);
  }

  resolve(value: unknown): void {
    this.end('resolved', value);
  }

  reject(reason: unknown): void {
    this.end('rejected', reason);
  }

  private end(state: 'resolved' | 'rejected', value: unknown): void {
    if (this.state !== 'pending') return;
    this.state = state;
    this.value = value;
    this.react();
  }

  private react(): void {
    const { state, value } = this;
    for (const { onValue, onReason, next } of this.reactions.splice(0)) {
      const reaction = state === 'resolved' ? onValue : onReason;
      if (reaction !== undefined) this.loop.microtask(() => next.settleBy(reaction, value));
      else if (state === 'resolved') next.resolve(value);
      else next.reject(value);
    }
  }

  /** What a reaction throws is a failure of the program, unless somebody waits for it. */
  private *settleBy(reaction: (value: unknown) => unknown, value: unknown): Generator<Op, void, unknown> {
    try {
      this.resolve(yield* finish(reaction(value)));
    } catch (error) {
      if (this.reactions.length === 0) throw error;
      this.reject(error);
    }
  }
}
