/**
 * Channels: 24-byte records of four numbers, object literal in, view out, a handler that adds two fields; beside `postMessage`,
 * crossbeam-channel and a C++ ring, round by round in turn.
 */
import { buildCpp, buildCrossbeam, buildProgram } from '../build.js';
import { Contestant, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';

const ROUNDS = 9;
const RATE = 'million messages/s';
const MANY = 20_000_000;
const FEW = 300_000;

export async function channels(): Promise<readonly Row[]> {
  const node = process.execPath;
  const toWorker = await buildProgram('worker-to-worker');
  const fromHost = await buildProgram('host-to-worker');
  const posted = await buildProgram('post-message');
  const trip = await buildProgram('round-trip');
  const crossbeam = buildCrossbeam();
  const ring = buildCpp('ring');
  const pingPong = buildCpp('ping-pong');

  // One by one in a group of their own, so that idle pools of others do not take part.
  const first = [
    new Contestant('sn-gen worker -> worker', RATE, MANY, node, [toWorker]),
    new Contestant('postMessage worker -> worker', RATE, FEW, node, [posted]),
    ...(crossbeam === undefined
      ? []
      : [new Contestant('crossbeam bounded(4096)', RATE, MANY / 2, crossbeam, [])]),
    ...(ring === undefined ? [] : [new Contestant('C++ ring, the ceiling', RATE, MANY, ring, [])]),
    ...(pingPong === undefined
      ? []
      : [new Contestant('cache line there and back', 'ns', 200_000, pingPong, [])]),
  ];
  await interleave(first, ROUNDS);
  const second = [
    new Contestant('sn-gen host -> worker', RATE, MANY / 2, node, [fromHost]),
    new Contestant('sn-gen host -> worker, each awaited', RATE, MANY / 10, node, [fromHost, 'await']),
    new Contestant('postMessage host -> worker', RATE, FEW, node, [posted, 'host']),
    new Contestant('sn-gen round trip', 'us', 10_000, node, [trip]),
    new Contestant('postMessage round trip', 'us', 10_000, node, [trip, 'postMessage']),
  ];
  await interleave(second, ROUNDS);
  return [...rowsOf(first), ...rowsOf(second), ...ratios(first, 'sn-gen worker -> worker')];
}

/** The steady state, and for sn-gen the first round too, when nothing is optimised yet. */
function rowsOf(contestants: readonly Contestant[]): Row[] {
  return contestants.flatMap(({ name, unit, samples }) => [
    ...(name.startsWith('sn-gen') && unit === RATE
      ? [rowOf(`${name}, first round`, unit, samples.slice(0, 1))]
      : []),
    rowOf(name, unit, samples.slice(2)),
  ]);
}

function ratios(contestants: readonly Contestant[], name: string): Row[] {
  const ours = contestants.find((one) => one.name === name) as Contestant;
  return contestants
    .filter((other) => other !== ours && other.unit === ours.unit)
    .map((other) =>
      rowOf(
        `${name} against ${other.name}`,
        'x',
        ours.samples.map((value, round) => value / (other.samples[round] as number)).slice(2),
      ),
    );
}
