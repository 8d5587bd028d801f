/**
 * Bounds of a `range` route: values of its field, ascending, each once, in a form that JSON can hold.
 */
import type { RangeBound, TypeDescriptor, TypeKind } from './descriptor.js';
import { type FaultList, quote, report } from './faults.js';

/** A range is a partition of its own at most, and there are 256. */
const MAX_BOUNDS = 255;

/** What the bounds of a field may be. */
interface Order {
  readonly noun: string;
  readonly example: string;
  readonly is: (bound: unknown) => boolean;
}

const NUMBER: Order = {
  noun: 'finite numbers',
  example: '[10, 100]',
  is: (bound) => typeof bound === 'number' && Number.isFinite(bound),
};
const BIGINT: Order = { noun: 'bigints', example: '[10n, 100n]', is: (bound) => typeof bound === 'bigint' };
const TEXT: Order = { noun: 'strings', example: "['h', 'p']", is: (bound) => typeof bound === 'string' };
const DATE: Order = {
  noun: 'valid dates',
  example: "[new Date('2025-01-01')]",
  is: (bound) => bound instanceof Date && !Number.isNaN(bound.getTime()),
};

/** How each type of key is ordered; undefined where it is not. */
const ORDERS = {
  u8: NUMBER,
  i8: NUMBER,
  u16: NUMBER,
  i16: NUMBER,
  u32: NUMBER,
  i32: NUMBER,
  f32: NUMBER,
  f64: NUMBER,
  safeInt: NUMBER,
  u64: BIGINT,
  i64: BIGINT,
  date: DATE,
  ascii: TEXT,
  utf8: TEXT,
  uuid: TEXT,
  bool: undefined,
  enum: undefined,
  bytes: undefined,
  numbers: undefined,
  object: undefined,
  tuple: undefined,
  list: undefined,
  union: undefined,
  tail: undefined,
  maybe: undefined,
  default: undefined,
} as const satisfies Record<TypeKind, Order | undefined>;

/** @param type - the field's; undefined where it is not known, and the bounds are only looked at as a list. */
export function describeBounds(
  bounds: unknown,
  type: TypeDescriptor | undefined,
  path: readonly string[],
  faults: FaultList,
): readonly RangeBound[] {
  const order = type === undefined ? undefined : ORDERS[type.kind];
  if (type !== undefined && order === undefined) {
    const problem = `a range needs a field that has an order: this one is ${type.kind}`;
    report(faults, 'SN1043', path, problem, "use numbers, bigints, text or dates, or write hash('field')");
    return [];
  }
  const problem = listProblem(bounds) ?? (order && typeProblem(bounds as readonly unknown[], order));
  if (problem !== undefined) {
    const help = `write range('field', ${order?.example ?? '[10, 100]'})`;
    report(faults, 'SN1048', path, problem, help);
    return [];
  }
  return (bounds as readonly unknown[]).map(boundOf);
}

function listProblem(bounds: unknown): string | undefined {
  if (Array.isArray(bounds) && bounds.length >= 1 && bounds.length <= MAX_BOUNDS) return undefined;
  return `a range takes a list of 1 to ${MAX_BOUNDS} bounds: got ${quote(bounds)}`;
}

function typeProblem(bounds: readonly unknown[], { noun, is }: Order): string | undefined {
  const wrong = bounds.findIndex((bound) => !is(bound));
  if (wrong >= 0) return `the bounds of this field must be ${noun}: got ${shown(bounds[wrong])}`;
  // Values of one type that has an order: `<` compares text by its code units, and dates by their time.
  const values = bounds as readonly number[];
  const late = values.findIndex((bound, index) => index > 0 && !((values[index - 1] as number) < bound));
  if (late < 0) return undefined;
  return `bounds must ascend, each once: ${shown(bounds[late])} stands behind ${shown(bounds[late - 1])}`;
}

function shown(bound: unknown): string {
  return bound instanceof Date && !Number.isNaN(bound.getTime()) ? bound.toISOString() : quote(bound);
}

function boundOf(bound: unknown): RangeBound {
  if (bound instanceof Date) return bound.getTime();
  return typeof bound === 'bigint' ? String(bound) : (bound as RangeBound);
}
