/**
 * The floor: a literal with the values of an object that is there already. No decoder into objects can be faster than V8 makes
 * them, boxes of doubles included.
 */
import { type AnyContestant, anyContestant, same } from '../contestant.js';
import type { Kind } from '../kind.js';

export function literal<Value, Viewed>({ fields }: Kind<Value, Viewed>): AnyContestant<Value> {
  // A decoder has its doubles from memory and must box them: here the subtraction takes them out of their boxes.
  const members = Object.entries(fields).map(
    ([name, kind]) => `${name}: value.${name}${kind === 'f64' ? ' - 0' : ''}`,
  );
  return anyContestant<Value, Value, Value>({
    name: 'object literal, the floor',
    isOneCall: true,
    native: same,
    value: same,
    encode: same,
    keep: same,
    // One literal for each kind, as if it were written out.
    decode: new Function('value', `return { ${members.join(', ')} };`) as (value: Value) => Value,
    weigh: () => 0,
  });
}
