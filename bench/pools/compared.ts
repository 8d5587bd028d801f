/** Contests that take turns, and what is told of several of them together, round by round. */
import { type Contest, type Contestant, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Wanted } from '../suite.js';

/** A row made from other rows. */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** Names of the contests that it is made from. */
  readonly of: readonly string[];
  /** @param values - of one round, in the order of `of`. */
  readonly value: (...values: readonly number[]) => number;
}

/** Measures what is wanted, and what wanted comparisons are made from. */
export async function measureCompared(
  contests: readonly Contest[],
  comparisons: readonly Comparison[],
  rounds: number,
  wanted: Wanted,
): Promise<readonly Row[]> {
  const told = comparisons.filter(({ name }) => wanted(name));
  const needed = new Set(told.flatMap(({ of }) => of));
  const contestants = await interleave(
    contests.filter(({ name }) => wanted(name) || needed.has(name)),
    rounds,
  );
  const samplesOf = (name: string): readonly number[] =>
    (contestants.find(({ contest }) => contest.name === name) as Contestant).samples;
  return [
    ...contestants.flatMap((contestant) => contestant.rows()),
    ...told.map(({ name, unit, of, value }) => {
      const [first = [], ...others] = of.map(samplesOf);
      return rowOf(
        name,
        unit,
        first.map((own, round) => value(own, ...others.map((samples) => samples[round] as number))),
      );
    }),
  ];
}

/** How many times the rate of the fastest of `theirs` ours is. */
export function againstBest(name: string, ours: string, theirs: readonly string[]): Comparison {
  return {
    name,
    unit: 'x',
    of: [ours, ...theirs],
    value: (own = Number.NaN, ...others) => own / Math.max(...others),
  };
}

/** Which part of the other's time, memory or cost ours is. */
export function shareOf(name: string, unit: string, ours: string, theirs: string): Comparison {
  return { name, unit, of: [ours, theirs], value: (own = Number.NaN, other = Number.NaN) => own / other };
}

/** How much more ours is. */
export function moreThan(name: string, unit: string, ours: string, theirs: string): Comparison {
  return { name, unit, of: [ours, theirs], value: (own = Number.NaN, other = Number.NaN) => own - other };
}
