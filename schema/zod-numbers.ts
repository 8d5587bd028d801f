/**
 * Numbers and bigints: from a Zod definition's format and bounds to the narrowest exact layout.
 *
 * Bounds are read from `def.checks`; `_zod.bag` is filled in some versions of Zod and empty in others.
 */
import type { TypeDescriptor } from './descriptor.js';
import type { Fault } from './faults.js';

/** What the walk reads of a Zod definition: plain data, every property of which may be missing. */
export interface ZodDef {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly checks?: unknown;
  readonly [property: string]: unknown;
}

/** A check as Zod keeps it in `def.checks[i]._zod.def`. */
export interface CheckDef {
  readonly check?: unknown;
  readonly format?: unknown;
  readonly value?: unknown;
  readonly inclusive?: unknown;
  readonly maximum?: unknown;
  readonly length?: unknown;
  readonly size?: unknown;
}

/** A type, or what stands in its way. */
export type Described = TypeDescriptor | Pick<Fault, 'code' | 'problem' | 'help'>;

type IntegerKind = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32';

/** Narrowest first, and unsigned before signed where both would hold the bounds. */
const INTEGER_RANGES: readonly (readonly [kind: IntegerKind, min: number, max: number])[] = [
  ['u8', 0, 0xff],
  ['i8', -0x80, 0x7f],
  ['u16', 0, 0xffff],
  ['i16', -0x8000, 0x7fff],
  ['u32', 0, 0xffff_ffff],
  ['i32', -0x8000_0000, 0x7fff_ffff],
];

/** Formats that name a layout; `safeint` alone is left to the bounds. */
const NUMBER_FORMATS: ReadonlyMap<unknown, 'i32' | 'u32' | 'f32' | 'f64'> = new Map([
  ['int32', 'i32'],
  ['uint32', 'u32'],
  ['float32', 'f32'],
  ['float64', 'f64'],
] as const);

const U64_MAX = 2n ** 64n - 1n;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;

/** `z.number()` and its kin: an exact format as named, an integer by its bounds, all else as f64. */
export function describeNumber(def: ZodDef): Described {
  const checks = checksOf(def);
  const formats = [def.format, ...checks.map((check) => check.format)];
  for (const format of formats) {
    const kind = NUMBER_FORMATS.get(format);
    if (kind !== undefined) return { kind };
  }
  if (!formats.includes('safeint')) return { kind: 'f64' };

  const { min, max } = integerBounds(checks);
  if (min > max) {
    return {
      code: 'SN1013',
      problem: `no number is at least ${min} and at most ${max}`,
      help: 'set a lower bound that is not above the upper one',
    };
  }
  const fitting = INTEGER_RANGES.find(([, least, most]) => min >= least && max <= most);
  return { kind: fitting === undefined ? 'safeInt' : fitting[0] };
}

/** `z.int64()`, `z.uint64()`, or a bigint whose bounds fit one of them. */
export function describeBigint(def: ZodDef): Described {
  const checks = checksOf(def);
  const formats = [def.format, ...checks.map((check) => check.format)];
  if (formats.includes('uint64')) return { kind: 'u64' };
  if (formats.includes('int64')) return { kind: 'i64' };

  const { min, max } = bigintBounds(checks);
  if (min !== undefined && max !== undefined) {
    if (min >= 0n && max <= U64_MAX) return { kind: 'u64' };
    if (min >= I64_MIN && max <= I64_MAX) return { kind: 'i64' };
  }
  return {
    code: 'SN1015',
    problem: `a bigint needs bounds that fit 64 bits: got ${min ?? 'no minimum'} and ${max ?? 'no maximum'}`,
    help: 'write u64() or i64(), or give it a .min() and a .max()',
  };
}

/** The checks of a definition; what is not a check is left out, since it restricts nothing. */
export function checksOf(def: ZodDef): readonly CheckDef[] {
  if (!Array.isArray(def.checks)) return [];
  return def.checks.flatMap((check: { _zod?: { def?: CheckDef } } | undefined) => check?._zod?.def ?? []);
}

/** The smallest and the largest integer that pass all checks. */
function integerBounds(checks: readonly CheckDef[]): { min: number; max: number } {
  let min = Number.NEGATIVE_INFINITY;
  let max = Number.POSITIVE_INFINITY;
  for (const { check, value, inclusive } of checks) {
    if (typeof value !== 'number') continue;
    if (check === 'greater_than') min = Math.max(min, inclusive ? Math.ceil(value) : Math.floor(value) + 1);
    if (check === 'less_than') max = Math.min(max, inclusive ? Math.floor(value) : Math.ceil(value) - 1);
  }
  return { min, max };
}

function bigintBounds(checks: readonly CheckDef[]): { min: bigint | undefined; max: bigint | undefined } {
  let min: bigint | undefined;
  let max: bigint | undefined;
  for (const { check, value, inclusive } of checks) {
    if (typeof value !== 'bigint') continue;
    const least = inclusive ? value : value + 1n;
    const most = inclusive ? value : value - 1n;
    if (check === 'greater_than' && (min === undefined || least > min)) min = least;
    if (check === 'less_than' && (max === undefined || most < max)) max = most;
  }
  return { min, max };
}
