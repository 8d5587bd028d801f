/**
 * Trials: one operation of one contestant over all records of a kind, in passes of a thousand.
 *
 * All contestants run in one process, so none may share code that learns from its callers: what V8 has learned of one's types
 * would slow the next one down. `ownCopy` gives each trial the loop and the checksum as code of its own.
 */
import type { AnyContestant } from './contestant.js';
import { areEqual } from './equal.js';
import type { Kind } from './kind.js';

/** Operations a pass, so that the clock is not what is measured. */
export const PASS = 1000;

export interface Trial {
  /** As in its row's name: operation and contestant. */
  readonly name: string;
  /** The next thousand records. @throws Error when their checksum is not what it must be. */
  readonly pass: () => void;
}

type Loop = typeof passOver;

/** Verifies the contestant record by record, then gives its trials. @throws Error when a record comes back as another one. */
export function trialsOf<Value, Viewed>(
  kind: Kind<Value, Viewed>,
  contestant: AnyContestant<Value>,
): readonly Trial[] {
  const { name, isOneCall, encode, decode, view } = contestant;
  const { natives, kept, encodedWeights } = prepare(kind, contestant);
  const weights = kind.values.map((value) => kind.weigh(value as unknown as Viewed));
  const weigh = kind.weigh as (decoded: unknown) => number;
  return [
    ...(isOneCall === true
      ? []
      : [trial(`encode, ${name}`, encode, natives, contestant.weigh, encodedWeights)]),
    trial(`decode, ${name}`, decode, kept, weigh, weights),
    ...(view === undefined ? [] : [trial(`view, ${name}`, view, kept, weigh, weights)]),
  ];
}

/** All records encoded, and each of them verified. */
function prepare<Value, Viewed>(
  { fields, values }: Kind<Value, Viewed>,
  { name, native, encode, weigh, keep, decode, value: back }: AnyContestant<Value>,
) {
  const natives = values.map(native);
  const encodedWeights: number[] = [];
  const kept = natives.map((one) => {
    const encoded = encode(one);
    encodedWeights.push(weigh(encoded));
    return keep(encoded);
  });
  for (const [i, value] of values.entries())
    if (!areEqual(fields, value, back(decode(kept[i]))))
      throw new Error(`${name} gives ${JSON.stringify(back(decode(kept[i])))} for ${JSON.stringify(value)}`);
  return { natives, kept, encodedWeights };
}

function trial(
  name: string,
  operate: (input: unknown) => unknown,
  inputs: readonly unknown[],
  weigh: (result: unknown) => number,
  weights: readonly number[],
): Trial {
  const passOwn: Loop = ownCopy(name, passOver);
  const weighOwn = ownCopy(name, weigh);
  const sums = Array.from({ length: inputs.length / PASS }, (_, i) =>
    weights.slice(i * PASS, (i + 1) * PASS).reduce((sum, weight) => sum + weight, 0),
  );
  const sink = { last: undefined as unknown };
  let at = 0;
  return {
    name,
    pass() {
      const sum = passOwn(operate, inputs, at * PASS, (at + 1) * PASS, weighOwn, sink);
      if (sum !== sums[at]) throw new Error(`${name}: the checksum of pass ${at} is ${sum}, not ${sums[at]}`);
      at = (at + 1) % sums.length;
    },
  };
}

/** Each result is stored where V8 cannot see that nobody reads it: it must exist. It refers to nothing outside. */
function passOver(
  operate: (input: unknown) => unknown,
  inputs: readonly unknown[],
  from: number,
  to: number,
  weigh: (result: unknown) => number,
  sink: { last: unknown },
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const result = operate(inputs[i]);
    sink.last = result;
    sum += weigh(result);
  }
  return sum;
}

/** The same function compiled anew, from its text, which differs by a comment. */
function ownCopy<Function_>(name: string, original: Function_): Function_ {
  return new Function(`return /* ${name} */ ${original}`)() as Function_;
}
