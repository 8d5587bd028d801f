/**
 * Channels: 24-byte records, object literal in, view out, a handler that adds two fields; beside `postMessage`,
 * crossbeam-channel and a C++ ring, round by round in turn.
 *
 * A group's contestants take turns; groups run one after the other, so that idle pools of others do not take part.
 */
import { buildCpp, buildRust, buildProgram } from '../build.js';
import { type Contest, type Contestant, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 9;
const RATE = 'million messages/s';
const MANY = 20_000_000;
const FEW = 300_000;
const TRIPS = 10_000;

export const channels: Suite = async (wanted) => {
  const rows: Row[] = [];
  for (const group of await groups()) {
    const [ours] = group as [Contest];
    const isCompared = ({ name }: Contest): boolean => wanted(versus(ours.name, name));
    const contests = group.filter(
      (one) => wanted(one.name) || isCompared(one) || (one === ours && group.some(isCompared)),
    );
    if (contests.length === 0) continue;
    const contestants = await interleave(contests, ROUNDS);
    rows.push(...contestants.flatMap((contestant) => contestant.rows()), ...ratios(contestants));
  }
  return rows;
};

async function groups(): Promise<readonly (readonly Contest[])[]> {
  const workers = await buildProgram('worker-to-worker', 'quotes');
  const host = await buildProgram('host-to-worker', 'quotes');
  const posted = await buildProgram('post-message', 'quotes');
  const trip = await buildProgram('round-trip', 'quotes');
  const keyed = await buildProgram('host-to-two', 'orders');
  const crossbeam = buildRust();
  const ring = buildCpp('ring');
  const pingPong = buildCpp('ping-pong');
  return [
    [
      ours('sn-gen worker -> worker', MANY, 2, workers),
      ours('sn-gen worker -> worker, written in place', MANY / 2, 2, workers, '1', 'in-place'),
      peer('postMessage worker -> worker', 2, posted),
      ...native(crossbeam, 'crossbeam bounded(4096) 1p1c', 2, '1'),
      ...native(ring, 'C++ ring, the ceiling', 2),
      ...native(pingPong, 'cache line there and back', 2).map((one) => ({
        ...one,
        unit: 'ns',
        operations: 200_000,
      })),
    ],
    [
      ours('sn-gen 2 workers -> worker', MANY, 3, workers, '2'),
      ...native(crossbeam, 'crossbeam bounded(4096) 2p1c', 3, '2'),
    ],
    [
      ours('sn-gen host -> worker', MANY / 2, 2, host),
      ours('sn-gen host -> worker, each awaited', MANY / 10, 2, host, 'await'),
      peer('postMessage host -> worker', 2, posted, 'host'),
    ],
    [
      ours('sn-gen host -> 2 workers by ascii(8) key', MANY / 4, 3, keyed),
      peer('postMessage host -> 2 workers by key', 3, keyed, 'postMessage'),
    ],
    [
      { ...rate('sn-gen round trip', TRIPS, 2, process.execPath, [trip]), unit: 'us' },
      { ...rate('postMessage round trip', TRIPS, 2, process.execPath, [trip, 'postMessage']), unit: 'us' },
    ],
  ];
}

function ours(name: string, operations: number, threads: number, ...args: readonly string[]): Contest {
  return { ...rate(name, operations, threads, process.execPath, args), isCold: true };
}

function peer(name: string, threads: number, ...args: readonly string[]): Contest {
  return rate(name, FEW, threads, process.execPath, args);
}

/** Nothing where it could not be built. */
function native(
  binary: string | undefined,
  name: string,
  threads: number,
  ...args: readonly string[]
): readonly Contest[] {
  return binary === undefined ? [] : [rate(name, MANY / 2, threads, binary, args)];
}

function rate(
  name: string,
  operations: number,
  threads: number,
  command: string,
  args: readonly string[],
): Contest {
  return { name, unit: RATE, operations, command, args, threads };
}

/** How many times each other's rate the first one's is, round by round. */
function ratios([first, ...others]: readonly Contestant[]): readonly Row[] {
  if (first === undefined) return [];
  return others
    .filter(({ contest: { name, unit } }) => unit === RATE && !name.startsWith('sn-gen'))
    .map((other) =>
      rowOf(
        versus(first.contest.name, other.contest.name),
        'x',
        first.samples.map((value, round) => value / (other.samples[round] as number)),
      ),
    );
}

function versus(name: string, other: string): string {
  return `${name} against ${other}`;
}
