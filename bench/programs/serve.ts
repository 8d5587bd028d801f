/** The contestant's side of `contestant.ts`. */
import { createInterface } from 'node:readline';

/** What a round measured; where single operations were timed, `value` is their median and percentiles are beside it. */
export interface Measured {
  readonly value: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly p999?: number;
}

/** Answers each number of operations with what `round` measures. */
export async function serve(
  round: (operations: number) => Promise<Measured>,
  end: () => Promise<void>,
): Promise<void> {
  console.log('{"ready":true}');
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await round(Number(line))));
  }
  await end();
}

/** Million operations a second. */
export function rate(operations: number, startedMs: number): number {
  return operations / (performance.now() - startedMs) / 1000;
}
