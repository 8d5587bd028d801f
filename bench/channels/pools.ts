/** Generated pools: 24-byte records, object literal in, view out, a handler that adds two fields. Rings have 65536 slots. */
import { buildProgram } from '../build.js';
import {
  type ContestDetails,
  contestOf,
  type Group,
  nodeProgram,
  type Program,
  RATE,
  TIME,
} from './contests.js';
import type { NativePrograms } from './native-programs.js';

const MANY = 20_000_000;
const FEW = 300_000;
const TRIPS = 10_000;
const RECORD_BYTES = '24';

export async function poolGroups({ rust, ring, pingPong }: NativePrograms): Promise<readonly Group[]> {
  const workers = nodeProgram(await buildProgram('worker-to-worker', 'quotes'));
  const host = nodeProgram(await buildProgram('host-to-worker', 'quotes'));
  const posted = nodeProgram(await buildProgram('post-message', 'quotes'));
  const trip = nodeProgram(await buildProgram('round-trip', 'quotes'));
  const keyed = nodeProgram(await buildProgram('host-to-two', 'orders'));
  const crossbeam = (producers: number): Group => {
    const name = `crossbeam bounded(4096) ${producers}p1c`;
    const contest = yardstick(name, MANY / 2, producers + 1);
    return contestOf(rust, contest, 'crossbeam', String(producers), '1', RECORD_BYTES);
  };
  return [
    [
      ...ours('sn-gen worker -> worker', MANY, 2, workers),
      ...ours('sn-gen worker -> worker, written in place', MANY / 2, 2, workers, '1', 'in-place'),
      ...contestOf(posted, yardstick('postMessage worker -> worker', FEW, 2)),
      ...crossbeam(1),
      ...contestOf(ring, yardstick('C++ ring, the ceiling', MANY / 2, 2), RECORD_BYTES, '65536'),
      ...contestOf(pingPong, {
        name: 'cache line there and back',
        unit: 'ns',
        operations: 200_000,
        threads: 2,
      }),
    ],
    [...ours('sn-gen 2 workers -> worker', MANY, 3, workers, '2'), ...crossbeam(2)],
    [
      ...ours('sn-gen host -> worker', MANY / 2, 2, host),
      ...ours('sn-gen host -> worker, each awaited', MANY / 10, 2, host, 'await'),
      ...contestOf(posted, yardstick('postMessage host -> worker', FEW, 2), 'host'),
    ],
    [
      ...ours('sn-gen host -> 2 workers by ascii(8) key', MANY / 4, 3, keyed),
      ...contestOf(keyed, yardstick('postMessage host -> 2 workers by key', FEW, 3), 'postMessage'),
    ],
    [
      ...contestOf(trip, { name: 'sn-gen round trip', unit: TIME, operations: TRIPS, threads: 2 }),
      ...contestOf(
        trip,
        { name: 'postMessage round trip', unit: TIME, operations: TRIPS, threads: 2 },
        'postMessage',
      ),
    ],
  ];
}

function ours(
  name: string,
  operations: number,
  threads: number,
  program: Program,
  ...args: readonly string[]
): Group {
  return contestOf(program, { name, unit: RATE, operations, threads, isCold: true }, ...args);
}

function yardstick(name: string, operations: number, threads: number): ContestDetails {
  return { name, unit: RATE, operations, threads, isYardstick: true };
}
