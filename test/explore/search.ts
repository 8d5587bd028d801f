/**
 * Search: every schedule of a scenario, depth first, each that matters once.
 *
 * A stateless search (a state is reached by playing its steps again) with two prunings, after Godefroid, "Partial-Order Methods for
 * the Verification of Concurrent Systems": sleep sets leave out schedules that differ from an explored one only in the order of
 * independent steps; a cache of states, each with the sleep set it was explored under, leaves out what was explored from there.
 *
 * What it finds: an exception in a thread (a check of the scenario's, a data race), a thread that sleeps for ever though it should end
 * (a missed wake-up), and a final state that the scenario's check refuses.
 */
import { Machine, type MachineOptions, type Taken, type ThreadProgram } from './machine.js';
import { CHOICES, isDependent, type Op, TIMEOUT } from './op.js';
import { formatSchedule } from './schedule.js';
import { SharedMemory, type WordNames } from './shared-memory.js';

/** One run's threads and what must hold when none of them can go on. */
export interface Play {
  readonly threads: readonly ThreadProgram[];
  /** @throws what is wrong with the final state. */
  check(machine: Machine): void;
}

export interface Scenario extends MachineOptions {
  readonly name: string;
  readonly buffer: SharedArrayBuffer;
  readonly words: WordNames;
  readonly threadCount: number;
  /** See SharedMemory. */
  readonly exactClocks?: boolean;
  /**
   * Explores all schedules that take the core from a thread that could go on at most so often, in place of all: most faults show with two
   * or three such switches (Musuvathi and Qadeer, CHESS). Sleep sets would hide some of these, so that there are none then.
   */
  readonly maxPreemptions?: number;
  /** Makes the threads anew; called for every schedule, when memory is as at the start. */
  play(): Play;
}

export interface Limits {
  /** Give up after so many states; the search is then not exhaustive. */
  readonly maxStates: number;
}

export interface Outcome {
  readonly scenario: string;
  /** Schedules run, to their end or to where they met an explored one. */
  readonly schedules: number;
  /** Of them, those that ran to their end. */
  readonly ends: number;
  readonly states: number;
  readonly isExhausted: boolean;
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly message: string;
  readonly schedule: string;
}

interface Frame {
  readonly todo: readonly number[];
  next: number;
  /** Transitions that need no exploration here, one bit each. */
  sleep: number;
  readonly pending: readonly (Op | undefined)[];
  taken: number;
  /** Thread that did the last step, or -1; and how often a thread may still be interrupted. */
  readonly last: number;
  readonly budget: number;
  /** Whether that thread could do another step; only told where switches are counted. */
  readonly canGoOn?: boolean;
  readonly histories: readonly number[];
}

const MAX_DEPTH = 600;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Explores all of `scenario` within `limits`, up to the first failure. */
export function explore(scenario: Scenario, limits: Limits): Outcome {
  return new Search(scenario, limits).run();
}

class Search {
  private readonly scenario: Scenario;
  private readonly limits: Limits;
  private readonly memory: SharedMemory;
  /** State -> transitions that were left out whenever it was reached. */
  private readonly visited = new Map<number, number>();
  private readonly frames: Frame[] = [];
  private machine: Machine;
  private play: Play;
  private schedules = 0;
  private ends = 0;
  /** Whether the machine has gone on from the last frame and must be brought back to it. */
  private isStale = false;

  constructor(scenario: Scenario, limits: Limits) {
    const { buffer, words, threadCount, staleHints, exactClocks } = scenario;
    this.scenario = scenario;
    this.limits = limits;
    this.memory = new SharedMemory(buffer, words, threadCount, staleHints === true, exactClocks === true);
    [this.machine, this.play] = this.restart();
  }

  run(): Outcome {
    let failure: Failure | undefined;
    let isExhausted = true;
    try {
      this.schedules = 1;
      this.pushFrame(0, -1, this.scenario.maxPreemptions ?? UNBOUNDED);
      while (this.frames.length > 0) {
        if (this.visited.size > this.limits.maxStates) {
          isExhausted = false;
          break;
        }
        this.advance();
      }
    } catch (error) {
      failure = this.explain(error);
    }
    const { schedules, ends } = this;
    return { scenario: this.scenario.name, schedules, ends, states: this.visited.size, isExhausted, failure };
  }

  /** Takes the next transition of the last frame, or drops the frame when there is none. */
  private advance(): void {
    const frame = this.frames.at(-1) as Frame;
    const transition = frame.todo[frame.next];
    if (transition === undefined) {
      this.frames.pop();
      this.isStale = true;
      return;
    }
    frame.next += 1;
    if (this.isStale) this.replay();
    const isBounded = this.scenario.maxPreemptions !== undefined;
    const childSleep = isBounded ? 0 : this.sleepAfter(frame, transition);
    if (!isBounded) frame.sleep |= 1 << transition;
    const budget = frame.budget - this.costOf(frame, transition);
    const last = transition % CHOICES >= TIMEOUT ? frame.last : (transition / CHOICES) | 0;
    frame.taken = transition;
    this.machine.step(transition);
    this.pushFrame(childSleep, last, budget);
  }

  /** Plays the steps up to the last frame again. */
  private replay(): void {
    [this.machine, this.play] = this.restart('replays');
    const last = this.frames.length - 1;
    for (let k = 0; k < last; k++) this.machine.step((this.frames[k] as Frame).taken);
    this.machine.recall((this.frames[last] as Frame).histories);
    this.isStale = false;
    this.schedules += 1;
  }

  private restart(purpose?: 'replays' | 'traces'): [Machine, Play] {
    this.memory.reset();
    const machine = new Machine(this.memory, this.scenario);
    machine.isReplaying = purpose === 'replays';
    machine.isTracing = purpose === 'traces';
    const play = this.scenario.play();
    machine.start(play.threads);
    return [machine, play];
  }

  private pushFrame(sleep: number, last: number, budget: number): void {
    const { machine, visited } = this;
    const enabled = this.ordered(machine.enabled());
    if (enabled.length === 0) this.checkEnd();
    if (this.frames.length > MAX_DEPTH) throw new Error('a schedule without end');
    if (this.scenario.maxPreemptions !== undefined) {
      this.pushBounded(enabled, last, budget);
      return;
    }
    const state = machine.fingerprint();
    const known = visited.get(state);
    const kept = known === undefined ? sleep : known & sleep;
    // Known states: only what slept whenever we were here before and sleeps no more.
    const wanted = known === undefined ? ~sleep : known & ~sleep;
    visited.set(state, kept);
    const todo = enabled.filter((transition) => (wanted & (1 << transition)) !== 0);
    if (todo.length === 0) {
      this.isStale = true;
      return;
    }
    const pending = machine.threads.map((thread) => thread.pending);
    const histories = machine.remember();
    this.frames.push({ todo, next: 0, sleep: kept, pending, taken: -1, last, budget, histories });
  }

  /** A state is explored again when it is reached with more switches left than before. */
  private pushBounded(enabled: readonly number[], last: number, budget: number): void {
    const { machine, visited } = this;
    const state = machine.fingerprint() * (this.scenario.threadCount + 1) + last;
    const known = visited.get(state) ?? -1;
    const pending = machine.threads.map((thread) => thread.pending);
    const frame = { next: 0, sleep: 0, pending, taken: -1, last, budget, histories: machine.remember() };
    const canGoOn = enabled.some(
      (transition) => ((transition / CHOICES) | 0) === last && transition % CHOICES < TIMEOUT,
    );
    const todo = enabled.filter(
      (transition) => canGoOn === false || this.costOf({ last }, transition) <= budget,
    );
    if (known >= budget || todo.length === 0) {
      this.isStale = true;
      return;
    }
    visited.set(state, budget);
    this.frames.push({ ...frame, todo, canGoOn });
  }

  /** 1 when `transition` takes the core from a thread that could go on; deaths and timeouts cost nothing. */
  private costOf({ last, canGoOn = true }: Pick<Frame, 'last' | 'canGoOn'>, transition: number): number {
    if (last < 0 || !canGoOn || transition % CHOICES >= TIMEOUT) return 0;
    return ((transition / CHOICES) | 0) === last ? 0 : 1;
  }

  /** The thread that ran last goes on first: schedules with few switches are found first, and are the easiest to read. */
  private ordered(enabled: number[]): number[] {
    const last = this.lastThread();
    if (last === undefined) return enabled;
    const goesOn = (transition: number): number => (((transition / CHOICES) | 0) === last ? 0 : 1);
    return enabled.toSorted((a, b) => goesOn(a) - goesOn(b));
  }

  private lastThread(): number | undefined {
    const taken = this.frames.at(-1)?.taken;
    return taken === undefined || taken < 0 ? undefined : (taken / CHOICES) | 0;
  }

  private sleepAfter(frame: Frame, transition: number): number {
    const thread = (transition / CHOICES) | 0;
    const op = frame.pending[thread] as Op;
    let sleep = 0;
    for (let left = frame.sleep; left !== 0; left &= left - 1) {
      const other = 31 - Math.clz32(left & -left);
      const otherThread = (other / CHOICES) | 0;
      if (otherThread === thread) continue;
      const otherOp = frame.pending[otherThread] as Op;
      if (!isDependent(op, transition % CHOICES, otherOp, other % CHOICES)) sleep |= 1 << other;
    }
    return sleep;
  }

  private checkEnd(): void {
    this.ends += 1;
    const stuck = this.machine.stuck();
    if (stuck.length > 0) throw new Error(`missed wake-up: ${stuck.join(', ')} would sleep for ever`);
    this.play.check(this.machine);
  }

  /** Runs the failing schedule once more, writing it down. */
  private explain(error: unknown): Failure {
    const message = error instanceof Error ? error.message : String(error);
    const steps = this.frames.map(({ taken }) => taken).filter((taken) => taken >= 0);
    const [machine] = this.restart('traces');
    try {
      for (const step of steps) machine.step(step);
    } catch {
      // The failure itself: the schedule up to here is what we want.
    }
    const trace: readonly Taken[] = machine.trace;
    return { message, schedule: formatSchedule(trace, this.scenario.words) };
  }
}
