/**
 * Field kinds: the one table of how each type is written, checked and read by emitted code.
 *
 * To add a kind: a row here and a row in `schema/field-kinds.ts`.
 *
 * The statements that a row gives stand in `encodeX`, where the value is a local and `memory` and `offsetBytes`
 * are parameters; its expressions stand in `decodeX` and, on `this`, in a view's getters. Integers are checked by
 * the operator that would truncate them, which costs one instruction; `typeof` before it costs none and keeps
 * bigints and objects with `valueOf` away from the operator. Stores come after all checks, since text can only
 * be checked while it is written.
 */
import type { TypeLayout } from '../schema/layout.js';
import { assignment, type Code, call, ifAny, line, literal, quote } from './text.js';

/** What `sn-gen/runtime` offers to emitted codecs. */
export const RUNTIME_HELPERS = [
  'enumValue',
  'fieldRange',
  'indexesOf',
  'readAscii',
  'readBool',
  'readBytes',
  'readDate',
  'readF32',
  'readF64',
  'readSafeInt',
  'readUtf8',
  'timeOf',
  'viewBytes',
  'writeAscii',
  'writeBytes',
  'writeUtf8',
] as const;

export type RuntimeHelper = (typeof RUNTIME_HELPERS)[number];

/**
 * What the module names for a field's own type.
 *
 * A nested object has `type`, `view`, `encode` and `decode`; an enum has `type`, which is a member of the interface
 * around it, `values`, the array of them, and `indexOf`, a function or, for a large one, a `Map`.
 */
export type NameRole = 'type' | 'view' | 'encode' | 'decode' | 'values' | 'indexOf';

/** Where a field's code stands. */
export interface FieldPlace {
  /** The whole path, such as `Flight.position.x`. */
  readonly path: string;
  readonly name: string;
  readonly offsetBytes: number;
  readonly byteLength: number;
  readonly named: (role: NameRole) => string;
  /** The local name of a runtime helper, which is then imported. */
  readonly runtime: (helper: RuntimeHelper) => string;
}

/** The value's local, and one more for what is made of it. */
export interface Locals {
  readonly value: string;
  readonly made: (suffix: string) => string;
}

/** Lines in the body of `encodeX`. */
export interface Encoding {
  readonly checks: readonly string[];
  readonly stores: readonly string[];
}

/** `memory` and the record's offset, as seen from where an expression stands. */
export interface Reach {
  readonly memory: string;
  readonly base: string;
}

export const IN_DECODE: Reach = { memory: 'memory', base: 'offsetBytes' };
export const IN_VIEW: Reach = { memory: 'this.$memory', base: 'this.$offsetBytes' };
const IN_ENCODE = IN_DECODE;

/** An enum of more values is found by a `Map` instead of a `switch`. */
export const SWITCH_MAX_VALUES = 16;

export interface FieldEmitter<Type extends TypeLayout> {
  /** Members of the union that is its TypeScript type. */
  readonly type: (type: Type, place: FieldPlace) => readonly string[];
  /** How its layout is called in a doc comment. */
  readonly label: (type: Type, place: FieldPlace) => string;
  /** What a sender may put in, after "allowed is". */
  readonly allowed: (type: Type) => string;
  readonly encode: (type: Type, place: FieldPlace, locals: Locals) => Encoding;
  /** For `decode`: a value of its own, checked. */
  readonly read: (type: Type, place: FieldPlace, reach: Reach) => Code;
  /** For a view's getter, where it differs from `read`. */
  readonly view?: (type: Type, place: FieldPlace, reach: Reach) => Code;
  /** The type that a getter gives, where it differs from `type`. */
  readonly viewType?: (type: Type, place: FieldPlace) => string;
  /** What a getter's doc comment adds. */
  readonly viewNote?: string;
}

type LayoutOf<Kind extends TypeLayout['kind']> = TypeLayout & { readonly kind: Kind };

export const FIELD_EMITTERS = {
  u8: integer('u8', 0, 255, (value) => `(${value} & 255) !== ${value}`),
  i8: integer('i8', -128, 127, (value) => `(${value} << 24) >> 24 !== ${value}`),
  u16: integer('u16', 0, 65_535, (value) => `(${value} & 65535) !== ${value}`),
  i16: integer('i16', -32_768, 32_767, (value) => `(${value} << 16) >> 16 !== ${value}`),
  u32: integer('u32', 0, 4_294_967_295, (value) => `${value} >>> 0 !== ${value}`),
  i32: integer('i32', -2_147_483_648, 2_147_483_647, (value) => `(${value} | 0) !== ${value}`),
  f32: {
    type: () => ['number'],
    label: () => 'f32',
    allowed: () => 'a number that is finite as 32-bit float',
    encode: (type, place, { value }) => ({
      checks: guard(type, place, value, `typeof ${value} !== 'number'`, isInfinite(`Math.fround(${value})`)),
      stores: [store('f32', place, value)],
    }),
    read: (_, place, reach) => helperCall('readF32', place, reach),
    view: (_, place, reach) => load('f32', place, reach),
  },
  f64: {
    type: () => ['number'],
    label: () => 'f64',
    allowed: () => 'a finite number',
    encode: (type, place, { value }) => ({
      checks: guard(type, place, value, `typeof ${value} !== 'number'`, isInfinite(value)),
      stores: [store('f64', place, value)],
    }),
    read: (_, place, reach) => helperCall('readF64', place, reach),
    view: (_, place, reach) => load('f64', place, reach),
  },
  safeInt: {
    type: () => ['number'],
    label: () => '53-bit integer as f64',
    allowed: () => `an integer from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`,
    encode: (type, place, { value }) => ({
      checks: guard(type, place, value, `!Number.isSafeInteger(${value})`),
      stores: [store('f64', place, value)],
    }),
    read: (_, place, reach) => helperCall('readSafeInt', place, reach),
    view: (_, place, reach) => load('f64', place, reach),
  },
  u64: bigInteger('u64', 'asUintN', '0 to 18446744073709551615'),
  i64: bigInteger('i64', 'asIntN', '-9223372036854775808 to 9223372036854775807'),
  bool: {
    type: () => ['boolean'],
    label: () => 'bool as u8',
    allowed: () => 'true or false',
    encode: (type, place, { value }) => ({
      checks: guard(type, place, value, `typeof ${value} !== 'boolean'`),
      stores: [store('u8', place, `${value} ? 1 : 0`)],
    }),
    read: (_, place, reach) => helperCall('readBool', place, reach),
  },
  date: {
    type: () => ['Date'],
    label: () => 'milliseconds as f64',
    allowed: () => 'a valid Date',
    encode: (type, place, { value, made }) => {
      const time = made('Time');
      return {
        checks: [
          assignment(2, `const ${time}`, `${place.runtime('timeOf')}(${value})`),
          ...guard(type, place, value, isInfinite(time)),
        ],
        stores: [store('f64', place, time)],
      };
    },
    read: (_, place, reach) => helperCall('readDate', place, reach),
    viewNote: 'A new Date for each call.',
  },
  enum: {
    type: (type) => type.values.map(literal),
    label: (type, place) => `enum of ${type.values.length} as ${indexArray(place)}`,
    allowed: (type) => oneOf(type.values),
    encode: (type, place, { value, made }) => {
      const index = made('Index');
      const indexOf = place.named('indexOf');
      const left = `const ${index}`;
      const found =
        type.values.length > SWITCH_MAX_VALUES
          ? assignment(2, left, `${indexOf}.get(${value}) ?? -1`)
          : line(2, `${left} = `, call(indexOf, value), ';');
      return {
        checks: [found, ...guard(type, place, value, `${index} < 0`)],
        stores: [store(indexArray(place), place, index)],
      };
    },
    read: (_, place, reach) =>
      call(
        place.runtime('enumValue'),
        place.named('values'),
        load(indexArray(place), place, reach),
        quote(place.path),
      ),
    viewType: (_, place) => place.named('type'),
  },
  ascii: {
    ...text('writeAscii', 'readAscii', (type: LayoutOf<'ascii'>) => type.maxLength),
    label: (type) => `ascii(${type.maxLength})`,
    allowed: (type) => `a string of up to ${type.maxLength} ASCII characters`,
  },
  utf8: {
    ...text('writeUtf8', 'readUtf8', (type: LayoutOf<'utf8'>) => type.maxBytes),
    label: (type) => `utf8(${type.maxBytes})`,
    allowed: (type) => `a string of up to ${type.maxBytes} bytes of UTF-8 without lone surrogates`,
  },
  bytes: {
    ...text('writeBytes', 'readBytes', (type: LayoutOf<'bytes'>) => type.maxBytes),
    type: () => ['Uint8Array'],
    label: (type) => `bytes(${type.maxBytes})`,
    allowed: (type) => `a Uint8Array of up to ${type.maxBytes} bytes`,
    view: (type, place, reach) => helperCall('viewBytes', place, reach, String(type.maxBytes)),
    viewNote: 'The bytes in place: valid as long as the view; copy them to keep them.',
  },
  object: {
    type: (_, place) => [place.named('type')],
    label: (_, place) => `${place.byteLength} bytes`,
    allowed: () => 'an object',
    encode: (_, place, { value }) => ({
      checks: [],
      stores: [line(2, '', call(place.named('encode'), value, 'memory', 'offsetBytes'), ';')],
    }),
    read: (_, place, { memory, base }) => call(place.named('decode'), memory, base),
    viewType: (_, place) => place.named('view'),
    viewNote: 'The same view for each call.',
  },
} as const satisfies { readonly [Kind in TypeLayout['kind']]: FieldEmitter<LayoutOf<Kind>> };

/** The row of a type. */
export function emitterOf(type: TypeLayout): FieldEmitter<TypeLayout> {
  const table: { readonly [Kind in TypeLayout['kind']]: unknown } = FIELD_EMITTERS;
  // The row takes exactly the types with this tag; TypeScript cannot tie the two lookups together.
  return table[type.kind] as FieldEmitter<TypeLayout>;
}

/** `if (condition) throw ...` for a value that may not be stored. */
export function guard(
  type: TypeLayout,
  place: Pick<FieldPlace, 'path' | 'runtime'>,
  value: string,
  ...conditions: readonly string[]
): readonly string[] {
  const fieldRange = call(
    place.runtime('fieldRange'),
    quote(place.path),
    value,
    quote(emitterOf(type).allowed(type)),
  );
  return [ifAny(2, conditions), line(4, 'throw ', fieldRange, ';'), '  }'];
}

/** Whether a number is no finite one: one subtraction, where `Number.isFinite` costs 2 ns. */
function isInfinite(number: string): string {
  return `${number} - ${number} !== 0`;
}

type NumberArray = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64' | 'i64';

/** How many bits of an offset in bytes an array's index lacks. */
const ELEMENT_SHIFTS = {
  u8: 0,
  i8: 0,
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  f32: 2,
  f64: 3,
  u64: 3,
  i64: 3,
} as const satisfies Record<NumberArray, number>;

function integer<Kind extends 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32'>(
  kind: Kind,
  least: number,
  most: number,
  isTruncated: (value: string) => string,
): FieldEmitter<LayoutOf<Kind>> {
  return {
    type: () => ['number'],
    label: () => kind,
    allowed: () => `an integer from ${least} to ${most}`,
    encode: (type, place, { value }) => ({
      checks: guard(type, place, value, `typeof ${value} !== 'number'`, isTruncated(value)),
      stores: [store(kind, place, value)],
    }),
    read: (_, place, reach) => load(kind, place, reach),
  };
}

function bigInteger<Kind extends 'u64' | 'i64'>(
  kind: Kind,
  truncate: 'asUintN' | 'asIntN',
  limits: string,
): FieldEmitter<LayoutOf<Kind>> {
  return {
    type: () => ['bigint'],
    label: () => kind,
    allowed: () => `a bigint from ${limits}`,
    encode: (type, place, { value }) => ({
      checks: guard(
        type,
        place,
        value,
        `typeof ${value} !== 'bigint'`,
        `BigInt.${truncate}(64, ${value}) !== ${value}`,
      ),
      stores: [store(kind, place, value)],
    }),
    read: (_, place, reach) => load(kind, place, reach),
  };
}

/** Rows whose value is checked and written by one helper, and read by another. */
function text<Type extends LayoutOf<'ascii' | 'utf8' | 'bytes'>>(
  write: RuntimeHelper,
  read: RuntimeHelper,
  most: (type: Type) => number,
) {
  return {
    type: () => ['string'],
    encode: (type: Type, place: FieldPlace, { value }: Locals) => {
      const written = `${place.runtime(write)}(memory, ${at(place, IN_ENCODE)}, ${value}, ${most(type)})`;
      return { checks: [], stores: guard(type, place, value, `!${written}`) };
    },
    read: (type: Type, place: FieldPlace, reach: Reach) => helperCall(read, place, reach, String(most(type))),
  };
}

function helperCall(
  helper: RuntimeHelper,
  place: FieldPlace,
  reach: Reach,
  ...limits: readonly string[]
): Code {
  return call(place.runtime(helper), reach.memory, at(place, reach), ...limits, quote(place.path));
}

function store(array: NumberArray, place: FieldPlace, value: string): string {
  return `  ${element(array, place, IN_ENCODE)} = ${value};`;
}

function load(array: NumberArray, place: FieldPlace, reach: Reach): string {
  const type = array === 'u64' || array === 'i64' ? 'bigint' : 'number';
  return `${element(array, place, reach)} as ${type}`;
}

function element(array: NumberArray, place: FieldPlace, reach: Reach): string {
  const shift = ELEMENT_SHIFTS[array];
  const offset = at(place, reach);
  const index = shift === 0 ? offset : `${place.offsetBytes === 0 ? offset : `(${offset})`} >> ${shift}`;
  return `${reach.memory}.${array}[${index}]`;
}

function at(place: FieldPlace, { base }: Reach): string {
  return place.offsetBytes === 0 ? base : `${base} + ${place.offsetBytes}`;
}

/** The array that holds an enum's index: as wide as its place. */
function indexArray(place: FieldPlace): 'u8' | 'u16' {
  return place.byteLength === 1 ? 'u8' : 'u16';
}

/** The first few values, as they are written. */
function oneOf(values: readonly (string | number)[]): string {
  const shown = values.slice(0, 8).map((value) => JSON.stringify(value));
  const rest = values.length - shown.length;
  return `one of ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
