/** What the platform has: JSON, v8.serialize and structuredClone. */
import { deserialize, serialize } from 'node:v8';
import { type AnyContestant, anyContestant, same } from '../contestant.js';
import type { Kind } from '../kind.js';

/** Dates come back as text: those of a kind that has some are made again, since their users have to. */
export function json<Value, Viewed>({ fields }: Kind<Value, Viewed>): AnyContestant<Value> {
  const [date, ...more] = Object.entries(fields).flatMap(([name, kind]) => (kind === 'date' ? [name] : []));
  if (more.length > 0) throw new Error(`a second date, '${more[0]}', has nobody to make it again`);
  return anyContestant<Value, Value, string>({
    name: 'JSON',
    native: same,
    value: same,
    encode: (value) => JSON.stringify(value),
    keep: same,
    decode: date === undefined ? (text) => JSON.parse(text) as Value : (text) => withDate(text, date),
    weigh: ({ length }) => length,
  });
}

/**
 * Its buffers lie outside the heap and live until the next collection: in a young generation that has grown, most of its time
 * is the operating system's, which finds them memory (11 us where a small heap has 1.2).
 */
export function v8<Value>(): AnyContestant<Value> {
  return anyContestant<Value, Value, Buffer>({
    name: 'v8.serialize',
    native: same,
    value: same,
    encode: (value) => serialize(value),
    keep: same,
    decode: (bytes) => deserialize(bytes) as Value,
    weigh: ({ length }) => length,
  });
}

/** Both ways in one call, which counts as its decoding. */
export function cloning<Value>(): AnyContestant<Value> {
  return anyContestant<Value, Value, Value>({
    name: 'structuredClone, both ways',
    isOneCall: true,
    native: same,
    value: same,
    encode: same,
    keep: same,
    decode: (value) => structuredClone(value),
    weigh: () => 0,
  });
}

function withDate<Value>(text: string, name: string): Value {
  const value = JSON.parse(text) as Record<string, unknown>;
  value[name] = new Date(value[name] as string);
  return value as Value;
}
