/** Custom routes, some of which fail. */
import type { CustomRoute } from 'sn-gen/runtime';
import type { ByLongRule } from './generated/index.js';

/** What a name that is no number leads to. */
const FAULTS: Readonly<Record<string, unknown>> = {
  nan: Number.NaN,
  half: 0.5,
  text: '1',
  nothing: undefined,
  promise: Promise.resolve(1),
};

/** `+2` is the second instance from the last, `2` the third from the first. */
export const byName: CustomRoute<{ readonly name: string }> = ({ name }, instances) => {
  if (name === 'throw') throw new TypeError('no rule for this');
  if (name in FAULTS) return FAULTS[name] as number;
  return name.startsWith('+') ? instances - Number(name) : Number(name);
};

export default function byLength({ name }: ByLongRule, instances: number): number {
  return name.length % instances;
}
