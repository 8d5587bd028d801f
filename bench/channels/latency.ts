/** Latency: one message there and one back between two threads, by percentiles. */
import { buildProgram } from '../build.js';
import { type ContestDetails, contestOf, type Group, nodeProgram, TIME } from './contests.js';
import type { NativePrograms } from './native-programs.js';
import { tripRowName, type Way } from './rows.js';

/** Some 0.3 s each. Enough for the 99.9th percentile to stand on ten trips at the least. */
const QUICK_TRIPS = 200_000;
const POLLED_TRIPS = 20_000;
const TRIPS = 10_000;

export async function latencyGroups({ roundTrip }: NativePrograms): Promise<readonly Group[]> {
  const channel = nodeProgram(await buildProgram('channel-round-trip', 'payloads'));
  const posted = nodeProgram(await buildProgram('posted-round-trip', 'payloads'));
  return [
    [
      ...contestOf(channel, trips('spinning', 'sn-gen', QUICK_TRIPS), 'spin'),
      ...contestOf(roundTrip, yardstick('spinning', 'C++ rings', QUICK_TRIPS)),
      ...contestOf(posted, trips('spinning', 'postMessage, polled', POLLED_TRIPS), 'poll'),
    ],
    [
      ...contestOf(channel, trips('parked', 'sn-gen', TRIPS), 'park'),
      ...contestOf(posted, yardstick('parked', 'postMessage', TRIPS), 'workers'),
    ],
    [
      ...contestOf(channel, trips('wake', 'sn-gen', TRIPS), 'wake'),
      ...contestOf(posted, yardstick('wake', 'postMessage', TRIPS), 'workers'),
    ],
    [
      ...contestOf(channel, trips('host', 'sn-gen', TRIPS), 'host'),
      ...contestOf(posted, yardstick('host', 'postMessage', TRIPS), 'host'),
    ],
  ];
}

function trips(way: Way, contestant: string, operations: number): ContestDetails {
  return { name: tripRowName({ way, contestant }), unit: TIME, operations, threads: 2 };
}

function yardstick(way: Way, contestant: string, operations: number): ContestDetails {
  return { ...trips(way, contestant, operations), isYardstick: true };
}
