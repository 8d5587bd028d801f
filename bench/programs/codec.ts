/**
 * All codecs on one kind of message: `codec <kind>` prints nanoseconds of an operation, `codec <kind> allocation` (with
 * `--expose-gc` and a young generation of `--min-semi-space-size=64`) what sn-gen allocates; both as one object by trial.
 */
import { getHeapStatistics } from 'node:v8';
import { Bench } from 'tinybench';
import type { AnyContestant } from '../codec/contestant.js';
import { avro } from '../codec/contestants/avro.js';
import { flatBuffers } from '../codec/contestants/flat-buffers.js';
import { literal } from '../codec/contestants/literal.js';
import { cloning, json, v8 } from '../codec/contestants/platform.js';
import { bufbuild, protobufjs } from '../codec/contestants/protobuf.js';
import { cbor, msgpackr } from '../codec/contestants/self-describing.js';
import { snGen } from '../codec/contestants/sn-gen.js';
import { type FieldKind, isEnum, type Kind } from '../codec/kind.js';
import { codes } from '../codec/kinds/codes.js';
import { flights } from '../codec/kinds/flights.js';
import { movies } from '../codec/kinds/movies.js';
import { nested } from '../codec/kinds/nested.js';
import { numbers } from '../codec/kinds/numbers.js';
import { strings } from '../codec/kinds/strings.js';
import { trade } from '../codec/kinds/trade.js';
import { PASS, type Trial, trialsOf } from '../codec/trial.js';
import { quantile } from '../statistics.js';
import type { CodecKind } from '../suites/codec.js';

/** Milliseconds for each of some twenty trials; quartiles come from the suite's rounds. */
const TIMING = { time: 100, warmupTime: 50, iterations: 8, warmupIterations: 8 };
const WARM_UP_PASSES = 500;
/**
 * A million operations, with a collection before each part: none may fill the young generation. Their median counts, since
 * now and then one of them has code compiled anew.
 */
const PARTS = 20;
const PASSES_A_PART = 50;

type Contestants = <Value, Viewed>(kind: Kind<Value, Viewed>) => readonly AnyContestant<Value>[];

const TRIALS: Readonly<Record<CodecKind, (contestants: Contestants) => Promise<readonly Trial[]>>> = {
  numbers: async (contestants) => trialsOfAll(numbers(), contestants),
  trade: async (contestants) => trialsOfAll(trade(), contestants),
  codes: async (contestants) => trialsOfAll(codes(), contestants),
  strings: async (contestants) => trialsOfAll(strings(), contestants),
  flights: async (contestants) => trialsOfAll(await flights(), contestants),
  nested: async (contestants) => trialsOfAll(nested(), contestants),
  movies: async (contestants) => trialsOfAll(movies(), contestants),
};

const [, , name, task] = process.argv as [string, string, CodecKind, string?];
console.log(JSON.stringify(Object.fromEntries(await run(name))));

async function run(kind: CodecKind): Promise<readonly (readonly [string, number])[]> {
  return task === 'allocation'
    ? allocations(await TRIALS[kind]((of) => [snGen(of)]))
    : times(await TRIALS[kind](contestantsOf));
}

async function times(trials: readonly Trial[]): Promise<readonly (readonly [string, number])[]> {
  const bench = new Bench({ ...TIMING, throws: true });
  for (const trial of trials) bench.add(trial.name, trial.pass);
  const tasks = await bench.run();
  return tasks.map(({ name: trial, result }) => {
    if (!('latency' in result)) throw new Error(`${trial} was not measured`);
    return [trial, (result.latency.p50 * 1e6) / PASS];
  });
}

function allocations(trials: readonly Trial[]): readonly (readonly [string, number])[] {
  return trials
    .filter(({ name: trial }) => !trial.startsWith('decode'))
    .map(({ name: trial, pass }) => {
      for (let i = 0; i < WARM_UP_PASSES; i++) pass();
      const parts = Array.from({ length: PARTS }, () => allocatedBy(pass));
      return [trial, Math.round(quantile(parts, 0.5))];
    });
}

/** Bytes an operation. */
function allocatedBy(pass: () => void): number {
  (globalThis.gc as () => void)();
  const before = getHeapStatistics().used_heap_size;
  for (let i = 0; i < PASSES_A_PART; i++) pass();
  return (getHeapStatistics().used_heap_size - before) / (PASSES_A_PART * PASS);
}

function trialsOfAll<Value, Viewed>(kind: Kind<Value, Viewed>, contestants: Contestants): readonly Trial[] {
  return contestants(kind).flatMap((contestant) => trialsOf(kind, contestant));
}

function contestantsOf<Value, Viewed>(kind: Kind<Value, Viewed>): readonly AnyContestant<Value>[] {
  return [
    snGen(kind),
    msgpackr(),
    cbor(),
    protobufjs(kind),
    bufbuild(kind),
    avro(kind),
    flatBuffers(kind),
    json(kind),
    v8(),
    cloning(),
    ...(isFlat(kind) ? [literal(kind)] : []),
  ];
}

/** Whether nothing in a value has values of its own. */
function isFlat<Value, Viewed>({ fields }: Kind<Value, Viewed>): boolean {
  return Object.values<FieldKind>(fields).every((kind) => typeof kind === 'string' || isEnum(kind));
}
