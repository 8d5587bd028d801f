/** How the rows of channels are called, and what a row of that name is about: the suite writes them, the chart reads them. */
import type { Row } from '../statistics.js';
import { RATE, TIME } from './contests.js';

/** How the two threads of a round trip wait. */
export const WAYS = {
  spinning: 'two workers, spinning',
  parked: 'two workers, each asleep until woken',
  wake: 'one worker asleep, the other spinning: one wake',
  host: 'the host on its event loop, and a worker',
} as const;

export type Way = keyof typeof WAYS;

export interface ThroughputRow {
  /** Kind, producers and consumers: `mpsc 4p1c`. */
  readonly shape: string;
  readonly bytes: number;
  readonly contestant: string;
}

export interface TripRow {
  readonly way: Way;
  readonly contestant: string;
}

export interface TripPercentile extends TripRow {
  readonly percentile: number;
}

export function throughputRowName({ shape, bytes, contestant }: ThroughputRow): string {
  return `${shape}, ${bytes} bytes: ${contestant}`;
}

export function tripRowName({ way, contestant }: TripRow): string {
  return `round trip, ${way}: ${contestant}`;
}

/** Nothing for other rows. */
export function throughputRow({ name, unit }: Row): ThroughputRow | undefined {
  const found = unit === RATE ? /^(\w+ \d+p\d+c), (\d+) bytes: (.+)$/.exec(name) : null;
  if (found === null) return undefined;
  const [, shape, bytes, contestant] = found as unknown as [string, string, string, string];
  return { shape, bytes: Number(bytes), contestant };
}

/** Nothing for other rows. */
export function tripPercentile({ name, unit }: Row): TripPercentile | undefined {
  const found = unit === TIME ? /^round trip, (\w+): (.+?)(?:, ([\d.]+)th percentile)?$/.exec(name) : null;
  if (found === null) return undefined;
  const [, way, contestant, percentile = '50'] = found as unknown as [string, Way, string, string?];
  return { way, contestant, percentile: Number(percentile) };
}
