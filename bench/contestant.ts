/**
 * Contestants: measured programs, each a process of its own, so that no peer's code or heap colours another's.
 *
 * A contestant prints `{"ready":true}`, then answers each line of its standard input, a number of operations, with a line
 * `{"value":...}`. Rounds of different contestants are interleaved, so that all of them meet the same weather.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Contestant {
  readonly name: string;
  readonly unit: string;
  readonly samples: number[] = [];
  private readonly child: ChildProcess;
  private readonly operations: number;
  private readonly answers: AsyncIterator<string>;

  /** @param operations - a round's worth. */
  constructor(name: string, unit: string, operations: number, command: string, args: readonly string[]) {
    this.name = name;
    this.unit = unit;
    this.operations = operations;
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.answers = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  async ready(): Promise<this> {
    await this.answer();
    return this;
  }

  /** One round; its value is kept. */
  async round(): Promise<void> {
    this.child.stdin?.write(`${this.operations}\n`);
    const { value } = await this.answer();
    this.samples.push(value as number);
  }

  end(): void {
    this.child.stdin?.end();
  }

  private async answer(): Promise<{ readonly value?: number }> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`${this.name} ended without an answer`);
    return JSON.parse(value) as { readonly value?: number };
  }
}

/** So many rounds of each, in turn. */
export async function interleave(contestants: readonly Contestant[], rounds: number): Promise<void> {
  for (const contestant of contestants) await contestant.ready();
  for (let round = 0; round < rounds; round++) for (const contestant of contestants) await contestant.round();
  for (const contestant of contestants) contestant.end();
}
