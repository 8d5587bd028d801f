/**
 * Contestants: measured programs, each a process of its own, so that no peer's code or heap colours another's.
 *
 * A contestant prints `{"ready":true}`, then answers each line of its standard input, a number of operations, with a line
 * `{"value":...}`, and percentiles beside it where single operations were timed. Rounds of different contestants are interleaved,
 * so that all of them meet the same weather.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { type Row, rowOf } from './statistics.js';

/** In the first rounds nothing is optimised yet; the steady state begins after them. */
const WARM_UP_ROUNDS = 2;
/** A round takes well below a second. Who takes so long hangs, and all others would wait for it. */
const LIMIT_MS = 60_000;

export interface Contest {
  readonly name: string;
  readonly unit: string;
  /** A round's worth. */
  readonly operations: number;
  readonly command: string;
  readonly args: readonly string[];
  /** Threads that are busy at once. */
  readonly threads: number;
  /** Whether the first round is told too. */
  readonly isCold?: boolean;
}

/** The percentiles that a contestant may tell, as rows call them. */
const PERCENTILES = { p90: '90th percentile', p99: '99th percentile', p999: '99.9th percentile' } as const;

type Answer = { readonly [Told in 'value' | keyof typeof PERCENTILES]?: number };

export class Contestant {
  readonly contest: Contest;
  private readonly answered: Answer[] = [];
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  /** Starts the process. */
  constructor(contest: Contest) {
    this.contest = contest;
    this.child = spawn(contest.command, contest.args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const input = this.child.stdout as NodeJS.ReadableStream;
    this.lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    await this.answer();
  }

  /** One round; its answer is kept. */
  async round(): Promise<void> {
    this.child.stdin?.write(`${this.contest.operations}\n`);
    this.answered.push(await this.answer());
  }

  end(): void {
    this.child.stdin?.end();
  }

  /** The steady state's values, in the order of the rounds. */
  get samples(): readonly number[] {
    return this.steady.map(({ value }) => value as number);
  }

  rows(): readonly Row[] {
    const { name, unit, threads, isCold } = this.contest;
    const cores = availableParallelism();
    const note = threads > cores ? `${threads} busy threads on ${cores} cores` : undefined;
    const first = this.answered.slice(0, 1).map(({ value }) => value as number);
    return [
      ...(isCold === true ? [rowOf(`${name}, first round`, unit, first, note)] : []),
      rowOf(name, unit, this.samples, note),
      ...Object.entries(PERCENTILES).flatMap(([key, percentile]) => {
        const samples = this.steady.flatMap((answer) => answer[key as keyof Answer] ?? []);
        return samples.length > 0 ? [rowOf(`${name}, ${percentile}`, unit, samples, note)] : [];
      }),
    ];
  }

  private get steady(): readonly Answer[] {
    return this.answered.slice(WARM_UP_ROUNDS);
  }

  private async answer(): Promise<Answer> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), LIMIT_MS);
    const { value, done } = await this.lines.next();
    clearTimeout(timer);
    if (done)
      throw new Error(`${this.contest.name} ended, or was ended after ${LIMIT_MS} ms, without an answer`);
    return JSON.parse(value) as Answer;
  }
}

/** So many rounds of each, in turn. */
export async function interleave(
  contests: readonly Contest[],
  rounds: number,
): Promise<readonly Contestant[]> {
  const contestants = contests.map((contest) => new Contestant(contest));
  try {
    for (const contestant of contestants) await contestant.ready();
    for (let round = 0; round < rounds; round++)
      for (const contestant of contestants) await contestant.round();
  } finally {
    for (const contestant of contestants) contestant.end();
  }
  return contestants;
}
