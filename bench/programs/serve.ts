/** The contestant's side of `contestant.ts`. */
import { createInterface } from 'node:readline';

/** Answers each number of operations with what `round` measures. */
export async function serve(
  round: (operations: number) => Promise<number>,
  end: () => Promise<void>,
): Promise<void> {
  console.log('{"ready":true}');
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify({ value: await round(Number(line)) }));
  }
  await end();
}

/** Million operations a second. */
export function rate(operations: number, startedMs: number): number {
  return operations / (performance.now() - startedMs) / 1000;
}
