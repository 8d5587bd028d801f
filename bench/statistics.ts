/** Statistics of a row: order statistics, since a shared machine's outliers say nothing about the code. */

export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  /** First and third quartile. */
  readonly spread: readonly [number, number];
  readonly samples: readonly number[];
  /** What keeps it from being compared with other machines' figures. */
  readonly note?: string;
}

export function rowOf(name: string, unit: string, samples: readonly number[], note?: string): Row {
  return {
    name,
    unit,
    median: quantile(samples, 0.5),
    spread: [quantile(samples, 0.25), quantile(samples, 0.75)],
    samples,
    ...(note === undefined ? {} : { note }),
  };
}

/** Linear between the two nearest ranks. */
export function quantile(samples: Iterable<number>, share: number): number {
  return quantileOfSorted(
    [...samples].sort((a, b) => a - b),
    share,
  );
}

export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
