/**
 * Machine: the threads of one explored program, each stopped before its next operation on shared memory.
 *
 * `step` does that operation for one thread and runs it to the next one. A thread that is woken by a notification runs on at once
 * up to its next operation: up to there it touches nothing that others see.
 *
 * Deterministic: the same steps from the same start give the same state.
 */
import { EventLoop, VirtualPromise } from './event-loop.js';
import { CHOICES, KILL, type Op, TIMEOUT } from './op.js';
import type { SharedMemory } from './shared-memory.js';
import { type Roots, snapshot } from './snapshot.js';
import { setMachine } from './step-support.js';

export interface ThreadProgram {
  readonly name: string;
  readonly main: () => unknown;
  /** Everything that the thread owns and the scenario's check looks at. */
  readonly roots: Roots;
  /** Need not end: sleeping for ever is its way to be done. */
  readonly isDaemon?: boolean;
  /** Begins when the thread of this name was killed, and not at all if it never is: a supervisor. */
  readonly after?: string;
  /** Milliseconds that each look at the clock takes. */
  readonly clockStepMs?: number;
}

export interface MachineOptions {
  /** Whether waits with a limit may end by it. */
  readonly timeouts?: boolean;
  /** Whether hints may see old values. */
  readonly staleHints?: boolean;
  /** Name of the thread that may die at any step. */
  readonly kill?: string;
}

export interface Taken {
  readonly thread: string;
  readonly op: Op;
  readonly choice: number;
  readonly result: unknown;
}

interface Thread {
  readonly program: ThreadProgram;
  readonly loop: EventLoop;
  readonly steps: Generator<Op, void, unknown>;
  pending: Op | undefined;
  /** Word on which it sleeps in `Atomics.wait`, or -1. */
  sleepsOn: number;
  isKilled: boolean;
  /** Of its last checkpoint. */
  place: number;
  history: number;
  nowMs: number;
}

interface AsyncWait {
  readonly thread: Thread;
  readonly word: number;
  readonly promise: VirtualPromise;
}

/** As in Parker: for ever. */
const LONGEST_WAIT_MS = 0x7fff_ffff;
/** Apart from the places of all programs. */
const WAITING = 0x10000;
/** More than any healthy schedule has. */
const MAX_LOCAL_STEPS = 10_000;

export class Machine {
  readonly memory: SharedMemory;
  readonly threads: Thread[] = [];
  /** Filled when `isTracing`. */
  readonly trace: Taken[] = [];
  isTracing = false;
  /** While steps are played again: what threads know is not worked out but set by `recall`. */
  isReplaying = false;
  private readonly options: MachineOptions;
  private asyncWaits: AsyncWait[] = [];
  private running: Thread | undefined;

  constructor(memory: SharedMemory, options: MachineOptions) {
    this.memory = memory;
    this.options = options;
  }

  /** Starts all threads up to their first operations. */
  start(programs: readonly ThreadProgram[]): void {
    setMachine(this);
    for (const program of programs) {
      const loop = new EventLoop();
      const steps = loop.run(program.main);
      this.threads.push({
        program,
        loop,
        steps,
        pending: undefined,
        sleepsOn: -1,
        isKilled: false,
        place: 0,
        history: 0,
        nowMs: 0,
      });
    }
    for (const thread of this.threads) this.run(thread, undefined);
  }

  /** What may happen next, as `thread * CHOICES + choice`; the likely ones first. */
  enabled(): number[] {
    const rare: number[] = [];
    const steps: number[] = [];
    this.threads.forEach((thread, id) => {
      const { pending, sleepsOn, isKilled, program } = thread;
      if (pending === undefined || isKilled || this.waitsForDeath(thread)) return;
      if (program.name === this.options.kill) rare.push(id * CHOICES + KILL);
      if (sleepsOn >= 0) {
        if (this.options.timeouts === true && pending.b < LONGEST_WAIT_MS) rare.push(id * CHOICES + TIMEOUT);
        return;
      }
      if (pending.kind === 'loop') {
        for (const choice of thread.loop.choices()) steps.push(id * CHOICES + choice);
      } else if (pending.kind === 'hint') {
        this.memory.visible(pending.word).forEach((_, choice) => {
          steps.push(id * CHOICES + choice);
        });
      } else {
        steps.push(id * CHOICES);
      }
    });
    return steps.concat(rare);
  }

  /** Does one of `enabled()`. */
  step(transition: number): void {
    setMachine(this);
    const choice = transition % CHOICES;
    const thread = this.threads[(transition - choice) / CHOICES] as Thread;
    const op = thread.pending as Op;
    if (choice === KILL) {
      this.note(thread, op, choice, undefined);
      thread.isKilled = true;
      thread.sleepsOn = -1;
      this.threads.forEach(({ program }, id) => {
        if (program.after === thread.program.name) this.memory.join(this.threads.indexOf(thread), id);
      });
      this.asyncWaits = this.asyncWaits.filter((wait) => wait.thread !== thread);
    } else if (choice === TIMEOUT) {
      this.note(thread, op, choice, 'timed-out');
      thread.sleepsOn = -1;
      if (thread.program.clockStepMs !== undefined) thread.nowMs += op.b;
      this.run(thread, 'timed-out');
    } else {
      this.perform(thread, op, choice);
    }
  }

  /** Threads that sleep though they should have ended. */
  stuck(): readonly string[] {
    return this.threads
      .filter(
        (thread) =>
          thread.pending !== undefined &&
          !thread.isKilled &&
          thread.program.isDaemon !== true &&
          !this.waitsForDeath(thread),
      )
      .map(({ program }) => program.name);
  }

  private waitsForDeath({ program: { after } }: Thread): boolean {
    return after !== undefined && !this.isKilled(after);
  }

  isKilled(name: string): boolean {
    return this.threads.some(({ program, isKilled }) => program.name === name && isKilled);
  }

  /** Name of the word that the killed thread would have touched next. */
  killedAt(name: string): string | undefined {
    const thread = this.threads.find(({ program, isKilled }) => program.name === name && isKilled);
    return thread?.pending === undefined ? undefined : this.memory.names.atomic.get(thread.pending.word);
  }

  /** Two states with the same number have the same future. */
  fingerprint(): number {
    let a = 0x9e3779b1;
    let b = 0x85ebca77;
    const mix = (value: number): void => {
      a = Math.imul(a ^ value, 0x85ebca6b);
      a ^= a >>> 15;
      b = Math.imul((b + value) | 0, 0xc2b2ae35);
      b ^= b >>> 13;
    };
    this.memory.mixInto(mix);
    for (const { history, sleepsOn, pending, isKilled, loop } of this.threads) {
      mix(history);
      mix(sleepsOn);
      mix(pending === undefined ? 1 : 0);
      mix(isKilled ? 1 : 0);
      mix(loop.waits);
      for (const choice of loop.choices()) mix(choice);
    }
    return (a >>> 0) * 0x20_0000 + (b >>> 11);
  }

  // What transformed sources ask for, by way of `$` and the virtual globals.

  checkShared(array: Int32Array): void {
    if (array.buffer !== this.memory.i32.buffer || array.byteOffset !== 0)
      throw new Error('an Atomics operation outside of the arena');
  }

  plainRead(array: Uint32Array, index: number, count: number): void {
    this.eachWord(array, index, count, (thread, word) => this.memory.plainRead(thread, word));
  }

  plainWrite(array: Uint32Array | Uint8Array, index: number, count: number): void {
    this.eachWord(array, index, count, (thread, word) => this.memory.plainWrite(thread, word));
  }

  loop(): EventLoop {
    if (this.running === undefined) throw new Error('no thread is running');
    return this.running.loop;
  }

  promise(): VirtualPromise {
    return new VirtualPromise();
  }

  now(): number {
    const { running } = this;
    if (running === undefined) return 0;
    running.nowMs += running.program.clockStepMs ?? 0;
    return running.nowMs;
  }

  /** A program's word that its stack holds nothing but `place`. */
  checkpoint(place: number): void {
    if (this.running === undefined) return;
    this.running.place = place + 1;
    this.forget(this.running, place + 1);
  }

  /** The stack holds nothing but what it holds whenever the thread waits here, after the same checkpoint. */
  waitCheckpoint(): void {
    if (this.running !== undefined) this.forget(this.running, this.running.place + WAITING);
  }

  private eachWord(
    array: Uint32Array | Uint8Array,
    index: number,
    count: number,
    visit: (thread: number, word: number) => void,
  ): void {
    if (array.buffer !== this.memory.i32.buffer || this.running === undefined) return;
    const thread = this.threads.indexOf(this.running);
    const first = (index * array.BYTES_PER_ELEMENT) >> 2;
    const last = (((index + count) * array.BYTES_PER_ELEMENT - 1) | 3) >> 2;
    for (let word = first; word <= last; word++) visit(thread, word);
  }

  private perform(thread: Thread, op: Op, choice: number): void {
    const id = this.threads.indexOf(thread);
    const { memory } = this;
    memory.tick(id);
    if (op.kind === 'wait') {
      memory.acquire(id, op.word);
      const isAsleep = memory.i32[op.word] === op.a;
      this.note(thread, op, choice, isAsleep ? 'sleeps' : 'not-equal');
      if (isAsleep) thread.sleepsOn = op.word;
      else this.run(thread, 'not-equal');
      return;
    }
    const woken: Thread[] = [];
    const result = this.result(thread, id, op, choice, woken);
    this.note(thread, op, choice, result);
    if (op.kind === 'loop') thread.history = (Math.imul(thread.history, 31) + choice) | 0;
    this.run(thread, result);
    for (const sleeper of woken) this.run(sleeper, 'ok');
  }

  private result(thread: Thread, id: number, op: Op, choice: number, woken: Thread[]): unknown {
    const { memory } = this;
    const { word, a, b } = op;
    if (op.kind === 'loop') return thread.loop.take(choice);
    const before = memory.i32[word] as number;
    switch (op.kind) {
      case 'hint':
        return memory.visible(word)[choice];
      case 'load':
        memory.acquire(id, word);
        return before;
      case 'store':
        memory.release(id, word, a);
        return a;
      case 'add':
      case 'exchange':
        memory.acquire(id, word);
        memory.release(id, word, op.kind === 'add' ? (before + a) | 0 : a);
        return before;
      case 'compareExchange':
        memory.acquire(id, word);
        if (before === a) memory.release(id, word, b);
        return before;
      case 'waitAsync': {
        memory.acquire(id, word);
        if (before !== a) return { async: false, value: 'not-equal' };
        this.running = thread;
        const promise = this.promise();
        thread.loop.waits += 1;
        this.asyncWaits.push({ thread, word, promise });
        return { async: true, value: promise };
      }
      case 'notify':
        return this.notify(word, woken);
      default:
        throw new Error(`the explorer does not know Atomics.${op.kind}`);
    }
  }

  private notify(word: number, woken: Thread[]): number {
    for (const thread of this.threads) {
      if (thread.sleepsOn !== word) continue;
      thread.sleepsOn = -1;
      woken.push(thread);
    }
    const rung = this.asyncWaits.filter((wait) => wait.word === word);
    this.asyncWaits = this.asyncWaits.filter((wait) => wait.word !== word);
    for (const { thread, promise } of rung) thread.loop.wake(promise);
    return woken.length + rung.length;
  }

  /** Gives `thread` the result of its operation and runs it to the next one that others can see. */
  private run(thread: Thread, result: unknown): void {
    let value = result;
    for (let local = 0; ; local++) {
      thread.history = Math.imul(thread.history ^ codeOf(value), 0x01000193) | 0;
      thread.history ^= thread.history >>> 13;
      this.running = thread;
      const next = thread.steps.next(value);
      this.running = undefined;
      thread.pending = next.done === true ? undefined : next.value;
      const op = thread.pending;
      if (op === undefined || op.kind === 'loop') this.forget(thread, 0);
      if (op === undefined || !this.isLocal(thread, op)) return;
      if (local > MAX_LOCAL_STEPS)
        throw new Error(`${thread.program.name} never comes to a shared operation`);
      const choice = op.kind === 'loop' ? (thread.loop.choices()[0] as number) : 0;
      value = this.result(thread, this.threads.indexOf(thread), op, choice, []);
    }
  }

  /** What every thread knows, as a number each. */
  remember(): readonly number[] {
    return this.threads.map(({ history }) => history);
  }

  /** Ends a replay: it has come to the state that `histories` were taken in. */
  recall(histories: readonly number[]): void {
    this.isReplaying = false;
    this.threads.forEach((thread, k) => {
      thread.history = histories[k] as number;
    });
  }

  /** From here on, what `thread` does depends on its objects and `place` only, not on how it came here. */
  private forget(thread: Thread, place: number): void {
    if (this.isReplaying) return;
    const { roots } = thread.program;
    thread.history = snapshot([...roots, thread.loop], thread.nowMs) ^ Math.imul(place, 0x9e3779b1);
  }

  private isLocal(thread: Thread, { kind, word }: Op): boolean {
    return kind === 'loop' ? thread.loop.isForced : this.memory.names.owned.has(word);
  }

  private note(thread: Thread, op: Op, choice: number, result: unknown): void {
    if (this.isTracing) this.trace.push({ thread: thread.program.name, op, choice, result });
  }
}

/** A number that tells results apart, as far as a thread can. */
function codeOf(result: unknown): number {
  if (typeof result === 'number') return result + 16;
  if (typeof result === 'object' && result !== null && 'async' in result)
    return result.async === true ? 2 : 3;
  if (typeof result === 'string') return result === 'ok' ? 4 : result === 'timed-out' ? 5 : 6;
  return 7;
}
