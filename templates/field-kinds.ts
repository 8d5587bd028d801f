/**
 * Field kinds: the one table of how each type is written, checked and read by emitted code.
 *
 * To add a kind: a row here and a row in `schema/field-kinds.ts`.
 *
 * The statements that a row gives stand in `encodeX`, where the value is a local and `memory` and the struct's offset
 * are at hand; its expressions stand in `decodeX` and, on `this`, in a view's getters. Integers are checked by
 * the operator that would truncate them, which costs one instruction; `typeof` before it costs none and keeps
 * bigints and objects with `valueOf` away from the operator. Stores come after all checks, since text can only
 * be checked while it is written. What has structs inside is written by a function of its own (`encoders.ts`, `decoders.ts`, `views.ts`).
 */
import type { EnumValue, NumberElement } from '../schema/descriptor.js';
import type { CountLayout, TypeLayout } from '../schema/layout.js';
import {
  assignment,
  type Code,
  call,
  conditional,
  flat,
  ifAny,
  line,
  literal,
  plural,
  quote,
} from './text.js';

/** What `sn-gen/runtime` offers to emitted codecs. */
export const RUNTIME_HELPERS = [
  'badRecord',
  'beginTail',
  'claimTail',
  'closedRecord',
  'correlationOf',
  'defaultView',
  'endOfTail',
  'enumValue',
  'fieldRange',
  'indexesOf',
  'microseconds',
  'participantOf',
  'readAscii',
  'readBits',
  'readBytes',
  'readCount',
  'readDate',
  'readF32',
  'readF64',
  'readNumbers',
  'readSafeInt',
  'readTailBytes',
  'readTailNumbers',
  'readTailUtf8',
  'readTrace',
  'readUtf8',
  'readUuid',
  'tailAt',
  'tailBytes',
  'tailBytesOfText',
  'tailCount',
  'timeOf',
  'viewBytes',
  'viewNumbers',
  'viewTailBytes',
  'viewTailNumbers',
  'writeAscii',
  'writeBytes',
  'writeNumbers',
  'writeTailBytes',
  'writeTailNumbers',
  'writeTailUtf8',
  'writeTrace',
  'writeUtf8',
  'writeUuid',
] as const;

export type RuntimeHelper = (typeof RUNTIME_HELPERS)[number];

/**
 * What the module names for a type.
 *
 * What is made of structs has `type`, `input` (the type with defaults left out, or `type` itself), `view`, `encode`, `decode`, `faultOf`, where it is an object `writer` and, where there is a tail, `tailOf`; an
 * enum has `type`, `values`, the array of them, and `indexOf`, a function or, for a large one, a `Map`.
 */
export type NameRole =
  | 'type'
  | 'input'
  | 'view'
  | 'writer'
  | 'encode'
  | 'decode'
  | 'faultOf'
  | 'tailOf'
  | 'values'
  | 'indexOf';

/** Which type: what is sent, where what has a default may be left out, or what is received. */
export type Side = 'input' | 'output';

/** Where a field's code stands. */
export interface FieldPlace {
  /** The whole path, such as `Flight.position.x`. */
  readonly path: string;
  readonly name: string;
  /** From the start of the struct. */
  readonly offsetBytes: number;
  readonly byteLength: number;
  /** Its first bit among those of the struct. */
  readonly bit: number;
  /** What an error says is allowed beside the type's own values, such as ` or undefined`. */
  readonly alsoAllowed: string;
  /** The version with which it came into its message; missing in what was there from the first. */
  readonly since?: number;
  /** The constant that older records have in its place: the view of a default that is made of structs. */
  readonly missing?: string;
  /** The places of the types inside: of a `maybe` or `default`, of a list's items, of a tuple's items. */
  readonly inner: readonly FieldModel[];
  readonly named: (role: NameRole) => string;
  /** The local name of a runtime helper, which is then imported. */
  readonly runtime: (helper: RuntimeHelper) => string;
}

export interface FieldModel extends FieldPlace {
  readonly type: TypeLayout;
}

/** The value's local, and one more for what is made of it. */
export interface Locals {
  readonly value: string;
  readonly made: (suffix: string) => string;
}

/** Lines in the body of `encodeX`. */
export interface Encoding {
  readonly checks: readonly string[];
  /** Of a number: when it is refused. `checks` say the same, and why. */
  readonly refusedWhen?: readonly string[];
  readonly stores: readonly string[];
  /** For each of its bits a condition under which it is set. */
  readonly bits?: readonly string[];
}

/** Where the struct lies, as seen from where code stands. */
export interface Reach {
  readonly memory: string;
  /** The struct's offset. */
  readonly base: string;
  /** The condition that one of the struct's bits is set. */
  readonly bit: (index: number) => string;
  /** Columns before a statement. */
  readonly indent: number;
}

/** An enum of more values is found by a `Map` instead of a `switch`. */
export const SWITCH_MAX_VALUES = 16;
/** Numbers whose encodings say when they are refused. */
export const NUMBER_KINDS: ReadonlySet<TypeLayout['kind']> = new Set([
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'f64',
]);

export interface FieldEmitter<Type extends TypeLayout> {
  /** Members of the union that is its TypeScript type. */
  readonly type: (type: Type, place: FieldPlace, side: Side) => readonly string[];
  /** How its layout is called in a doc comment. */
  readonly label: (type: Type, place: FieldPlace) => string;
  /** What a sender may put in, after "allowed is". */
  readonly allowed: (type: Type) => string;
  readonly encode: (type: Type, place: FieldPlace, locals: Locals, reach: Reach) => Encoding;
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
    encode: (type, place, { value }, reach) =>
      encodeNumber(type, place, value, reach, isInfinite(`Math.fround(${value})`), 'f32'),
    read: (_, place, reach) => helperCall('readF32', place, reach),
    view: (_, place, reach) => load('f32', place, reach),
  },
  f64: {
    type: () => ['number'],
    label: () => 'f64',
    allowed: () => 'a finite number',
    encode: (type, place, { value }, reach) =>
      encodeNumber(type, place, value, reach, isInfinite(value), 'f64'),
    read: (_, place, reach) => helperCall('readF64', place, reach),
    view: (_, place, reach) => load('f64', place, reach),
  },
  safeInt: {
    type: () => ['number'],
    label: () => '53-bit integer as f64',
    allowed: () => `an integer from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`,
    encode: (type, place, { value }, reach) => ({
      checks: guard(type, place, reach.indent, value, `!Number.isSafeInteger(${value})`),
      stores: [store('f64', place, reach, value)],
    }),
    read: (_, place, reach) => helperCall('readSafeInt', place, reach),
    view: (_, place, reach) => load('f64', place, reach),
  },
  u64: bigInteger('u64', 'asUintN', '0 to 18446744073709551615'),
  i64: bigInteger('i64', 'asIntN', '-9223372036854775808 to 9223372036854775807'),
  bool: {
    type: () => ['boolean'],
    label: () => 'bool',
    allowed: () => 'true or false',
    encode: (type, place, { value }, reach) => ({
      checks: guard(type, place, reach.indent, value, `typeof ${value} !== 'boolean'`),
      stores: [],
      bits: [value],
    }),
    read: (_, place, reach) => reach.bit(place.bit),
  },
  date: {
    type: () => ['Date'],
    label: () => 'milliseconds as f64',
    allowed: () => 'a valid Date',
    encode: (type, place, { value, made }, reach) => {
      const time = made('Time');
      return {
        checks: [
          assignment(reach.indent, `const ${time}`, `${place.runtime('timeOf')}(${value})`),
          ...guard(type, place, reach.indent, value, isInfinite(time)),
        ],
        stores: [store('f64', place, reach, time)],
      };
    },
    read: (_, place, reach) => helperCall('readDate', place, reach),
    viewNote: 'A new Date for each call.',
  },
  enum: {
    type: (type, place) => (hasAlias(type, place) ? [place.named('type')] : type.values.map(literal)),
    label: (type, place) =>
      type.values.length === 1
        ? 'always the same, no bytes'
        : `enum of ${type.values.length} as ${indexArray(place)}`,
    allowed: (type) => oneOf(type.values),
    encode: (type, place, { value, made }, reach) => {
      if (type.values.length === 1) {
        const only = literal(type.values[0] as EnumValue);
        return { checks: guard(type, place, reach.indent, value, `${value} !== ${only}`), stores: [] };
      }
      const index = made('Index');
      const indexOf = place.named('indexOf');
      const left = `const ${index}`;
      const found =
        type.values.length > SWITCH_MAX_VALUES
          ? assignment(reach.indent, left, `${indexOf}.get(${value}) ?? -1`)
          : line(reach.indent, `${left} = `, call(indexOf, value), ';');
      return {
        checks: [found, ...guard(type, place, reach.indent, value, `${index} < 0`)],
        stores: [store(indexArray(place), place, reach, index)],
      };
    },
    read: (type, place, reach) =>
      type.values.length === 1
        ? literal(type.values[0] as EnumValue)
        : call(
            place.runtime('enumValue'),
            place.named('values'),
            load(indexArray(place), place, reach),
            quote(place.path),
          ),
    viewType: (type, place) =>
      type.values.length === 1 ? literal(type.values[0] as EnumValue) : place.named('type'),
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
  uuid: {
    type: () => ['string'],
    label: () => '128 bits',
    allowed: () => 'a UUID in lower case',
    encode: (type, place, { value }, reach) => ({
      checks: [],
      stores: guard(
        type,
        place,
        reach.indent,
        value,
        `!${place.runtime('writeUuid')}(${reach.memory}, ${at(place, reach)}, ${value})`,
      ),
    }),
    read: (_, place, reach) => call(place.runtime('readUuid'), reach.memory, at(place, reach)),
  },
  numbers: {
    type: ({ element }) => [TYPED_ARRAYS[element]],
    label: ({ element, max }) => `up to ${max} ${element}`,
    allowed: ({ element, max }) => `a ${TYPED_ARRAYS[element]} of up to ${max} numbers`,
    encode: (type, place, { value, made }, reach) => {
      const count = made('Count');
      const written = call(
        place.runtime('writeNumbers'),
        `${reach.memory}.${type.element}`,
        index(type.element, at(place, reach)),
        value,
        TYPED_ARRAYS[type.element],
        String(type.max),
      );
      return {
        checks: [],
        stores: [
          line(reach.indent, `const ${count} = `, written, ';'),
          ...guard(type, place, reach.indent, value, `${count} < 0`),
          storeCount(type.count, place, reach, count),
        ],
      };
    },
    read: (type, place, reach) => numbersCall('readNumbers', type, place, reach),
    view: (type, place, reach) => numbersCall('viewNumbers', type, place, reach),
    viewNote: 'The numbers in place: valid as long as the view; copy them to keep them.',
  },
  object: composite(() => 'an object'),
  tuple: composite(({ fields }) => `an array of ${fields.length} items`),
  list: {
    ...composite(({ as, max, count }) => {
      const items = as === 'map' ? 'entries' : 'items';
      return `${LIST_WORDS[as]} of ${count === undefined ? 'exactly' : 'up to'} ${max} ${items}`;
    }),
    type: ({ as }, place, side) => {
      const items = place.inner.map((item) => emitterOf(item.type).type(item.type, item, side));
      const [first = []] = items;
      if (as === 'array') return [first.length > 1 ? `(${first.join(' | ')})[]` : `${first[0]}[]`];
      return [`${as === 'map' ? 'Map' : 'Set'}<${items.map((each) => each.join(' | ')).join(', ')}>`];
    },
    label: ({ max, count, item }) =>
      `${count === undefined ? '' : 'up to '}${plural(max, 'item')} of ${plural(item.byteLength, 'byte')}`,
  },
  union: {
    ...composite(() => 'an object'),
    viewType: (_, place) => `${place.named('view')}['option']`,
  },
  tail: {
    type: ({ type }, { inner }, side) => emitterOf(type).type(type, only(inner), side),
    label: ({ type }) => `${TAIL_LABELS[type.kind](type as never)} in the tail`,
    allowed: ({ type }) => emitterOf(type).allowed(type),
    encode: ({ type }, place, locals, reach) => {
      const { value } = locals;
      if (type.kind === 'list') return emitterOf(type).encode(type, only(place.inner), locals, reach);
      const [write, array, limits] = tailParts(type, reach);
      const written = flat(
        call(place.runtime(`writeTail${write}`), reach.memory, ...array, at(place, reach), value, ...limits),
      );
      return { checks: [], stores: guard(type, place, reach.indent, value, `!${written}`) };
    },
    read: ({ type }, place, reach) => tailCall('readTail', type, place, reach),
    view: ({ type }, place, reach) =>
      tailCall(type.kind === 'utf8' ? 'readTail' : 'viewTail', type, place, reach),
    viewType: ({ type }, { inner }) => viewTypeOf(type, only(inner)),
    viewNote: 'In place: valid as long as the view; copy it to keep it.',
  },
  maybe: {
    type: ({ type, absent }, { inner }, side) => [
      ...emitterOf(type).type(type, only(inner), side),
      ...(absent === 'undefined' ? [] : ['null']),
      ...(absent === 'null' ? [] : ['undefined']),
    ],
    label: ({ type }, { inner }) => emitterOf(type).label(type, only(inner)),
    allowed: ({ type, absent }) => emitterOf(type).allowed(type) + ABSENT_WORDS[absent],
    encode: ({ type, absent }, { inner }, locals, reach) => {
      const { value } = locals;
      const nested = { ...reach, indent: reach.indent + 2 };
      const encoding = emitterOf(type).encode(type, only(inner), locals, nested);
      const body = [...encoding.checks, ...encoding.stores];
      const tests = absent === 'either' ? ['undefined', 'null'] : [absent];
      const pad = ' '.repeat(reach.indent);
      const guards = tests.map((test) => `${value} !== ${test}`).join(' && ');
      return {
        checks: [],
        stores: body.length === 0 ? [] : [`${pad}if (${guards}) {`, ...body, `${pad}}`],
        bits: [...tests.map((test) => `${value} === ${test}`), ...(encoding.bits ?? [])],
      };
    },
    // As a whole: see `readField`. What stands here is the value where there is one.
    read: ({ type }, { inner }, reach) => emitterOf(type).read(type, only(inner), reach),
    viewType: ({ type, absent }, { inner }) => {
      const own = viewTypeOf(only(inner).type, only(inner));
      const nothing = absent === 'either' ? 'null | undefined' : absent;
      return type.kind === 'maybe' ? own : `${own} | ${nothing}`;
    },
  },
  default: {
    type: ({ type }, { inner }, side) => [
      ...emitterOf(type).type(type, only(inner), side),
      ...(side === 'input' ? ['undefined'] : []),
    ],
    label: ({ type }, { inner }) => emitterOf(type).label(type, only(inner)),
    allowed: ({ type }) => emitterOf(type).allowed(type) + ABSENT_WORDS.undefined,
    encode: ({ type, value: fallback }, { inner }, { value, made }, reach) => {
      const given = made('OrDefault');
      const encoding = emitterOf(type).encode(type, only(inner), { value: given, made }, reach);
      // Literals in an object or a list would widen to strings and numbers.
      const isMade = typeof fallback === 'object' && fallback !== null;
      const annotation = isMade ? `: ${emitterOf(type).type(type, only(inner), 'input').join(' | ')}` : '';
      const declared = conditional(
        reach.indent,
        `const ${given}${annotation}`,
        `${value} === undefined`,
        fallback,
        value,
      );
      return { ...encoding, checks: [declared, ...encoding.checks] };
    },
    read: ({ type }, { inner }, reach) => emitterOf(type).read(type, only(inner), reach),
    viewType: (_, { inner }) => viewTypeOf(only(inner).type, only(inner)),
  },
} as const satisfies { readonly [Kind in TypeLayout['kind']]: FieldEmitter<LayoutOf<Kind>> };

/** Whether an enum's type has a name of its own: it stands in no interface where it could be found. */
export function hasAlias(type: LayoutOf<'enum'>, place: FieldPlace): boolean {
  return type.values.length > 1 && !place.named('type').includes('[');
}

/** The type that a view's getter gives. */
export function viewTypeOf(type: TypeLayout, place: FieldPlace): string {
  const emitter = emitterOf(type);
  return emitter.viewType?.(type, place) ?? emitter.type(type, place, 'output').join(' | ');
}

type InTail = LayoutOf<'tail'>['type'];

const TAIL_LABELS = {
  utf8: ({ maxBytes }: InTail & { readonly kind: 'utf8' | 'bytes' }) => `utf8(${maxBytes})`,
  bytes: ({ maxBytes }: InTail & { readonly kind: 'utf8' | 'bytes' }) => `bytes(${maxBytes})`,
  numbers: ({ element, max }: InTail & { readonly kind: 'numbers' }) => `up to ${max} ${element}`,
  list: ({ max, item }: InTail & { readonly kind: 'list' }) =>
    `up to ${plural(max, 'item')} of ${plural(item.byteLength, 'byte')}`,
} as const;

/** The end of the helpers' names, the array that they are given, and their limits. */
function tailParts(
  type: Exclude<InTail, { kind: 'list' }>,
  { memory }: Reach,
): readonly ['Bytes' | 'Utf8' | 'Numbers', readonly string[], readonly string[]] {
  if (type.kind === 'numbers') {
    return ['Numbers', [`${memory}.${type.element}`], [TYPED_ARRAYS[type.element], String(type.max)]];
  }
  return [type.kind === 'utf8' ? 'Utf8' : 'Bytes', [], [String(type.maxBytes)]];
}

function tailCall(verb: 'readTail' | 'viewTail', type: InTail, place: FieldPlace, reach: Reach): Code {
  if (type.kind === 'list') return emitterOf(type).read(type, only(place.inner), reach);
  const [what, array, limits] = tailParts(type, reach);
  const helper = `${verb}${what}` as RuntimeHelper;
  const max = limits.at(-1) as string;
  return call(place.runtime(helper), reach.memory, ...array, at(place, reach), max, quote(place.path));
}

/** The row of a type. */
export function emitterOf(type: TypeLayout): FieldEmitter<TypeLayout> {
  const table: { readonly [Kind in TypeLayout['kind']]: unknown } = FIELD_EMITTERS;
  // The row takes exactly the types with this tag; TypeScript cannot tie the two lookups together.
  return table[type.kind] as FieldEmitter<TypeLayout>;
}

/** `if (condition) throw ...` for a value that may not be stored. */
export function guard(
  type: TypeLayout,
  place: Pick<FieldPlace, 'path' | 'runtime' | 'alsoAllowed'>,
  indent: number,
  value: string,
  ...conditions: readonly string[]
): readonly string[] {
  const pad = ' '.repeat(indent);
  const fault = fieldRangeOf(type, place, value);
  return [ifAny(indent, conditions), line(indent + 2, 'throw ', fault, ';'), `${pad}}`];
}

/** A number is checked and stored. @param isOut - whether a number is one that the layout cannot carry. */
function encodeNumber(
  type: TypeLayout,
  place: FieldPlace,
  value: string,
  reach: Reach,
  isOut: string,
  array: NumberArray,
): Encoding {
  const refusedWhen = [`typeof ${value} !== 'number'`, isOut];
  return {
    checks: guard(type, place, reach.indent, value, ...refusedWhen),
    refusedWhen,
    stores: [store(array, place, reach, value)],
  };
}

/** What a guard throws. */
export function fieldRangeOf(
  type: TypeLayout,
  place: Pick<FieldPlace, 'path' | 'runtime' | 'alsoAllowed'>,
  value: string,
): ReturnType<typeof call> {
  return call(
    place.runtime('fieldRange'),
    quote(place.path),
    value,
    quote(emitterOf(type).allowed(type) + place.alsoAllowed),
  );
}

/** Whether a number is no finite one: one subtraction, where `Number.isFinite` costs 2 ns. */
function isInfinite(number: string): string {
  return `${number} - ${number} !== 0`;
}

export type NumberArray = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64' | 'i64';

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
    encode: (type, place, { value }, reach) =>
      encodeNumber(type, place, value, reach, isTruncated(value), kind),
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
    encode: (type, place, { value }, reach) => ({
      checks: guard(
        type,
        place,
        reach.indent,
        value,
        `typeof ${value} !== 'bigint'`,
        `BigInt.${truncate}(64, ${value}) !== ${value}`,
      ),
      stores: [store(kind, place, reach, value)],
    }),
    read: (_, place, reach) => load(kind, place, reach),
  };
}

const TYPED_ARRAYS = {
  i8: 'Int8Array',
  u16: 'Uint16Array',
  i16: 'Int16Array',
  u32: 'Uint32Array',
  i32: 'Int32Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
  u64: 'BigUint64Array',
  i64: 'BigInt64Array',
} as const satisfies Record<NumberElement, string>;

/** The class of a typed array over numbers of this kind; nothing where numbers of the kind are checked or are none. */
export function typedArrayOf(kind: TypeLayout['kind']): { array: NumberArray; type: string } | undefined {
  if (kind === 'u8') return { array: kind, type: 'Uint8Array' };
  if (!Object.hasOwn(TYPED_ARRAYS, kind)) return undefined;
  return { array: kind as NumberElement, type: TYPED_ARRAYS[kind as NumberElement] };
}

const LIST_WORDS = { array: 'an array', set: 'a Set', map: 'a Map' } as const;
export const ABSENT_WORDS = {
  undefined: ' or undefined',
  null: ' or null',
  either: ', null or undefined',
} as const;

/** Rows whose value is written, read and viewed by what the module defines for the type. */
function composite<Type extends LayoutOf<'object' | 'tuple' | 'list' | 'union'>>(
  allowed: (type: Type) => string,
) {
  return {
    type: (_: Type, place: FieldPlace, side: Side): readonly string[] => [
      place.named(side === 'input' ? 'input' : 'type'),
    ],
    label: (_: Type, place: FieldPlace) => plural(place.byteLength, 'byte'),
    allowed,
    encode: (_: Type, place: FieldPlace, { value }: Locals, reach: Reach): Encoding => ({
      checks: [],
      stores: [
        line(reach.indent, '', call(place.named('encode'), value, reach.memory, at(place, reach)), ';'),
      ],
    }),
    read: (_: Type, place: FieldPlace, reach: Reach): Code =>
      call(place.named('decode'), reach.memory, at(place, reach)),
    viewType: (_: Type, place: FieldPlace) => place.named('view'),
    viewNote: 'The same view for each call.',
  };
}

/** The one type inside a `maybe` or `default`. */
export function only(inner: readonly FieldModel[]): FieldModel {
  return inner[0] as FieldModel;
}

/** Rows whose value is checked and written by one helper, and read by another. */
function text<Type extends LayoutOf<'ascii' | 'utf8' | 'bytes'>>(
  write: RuntimeHelper,
  read: RuntimeHelper,
  most: (type: Type) => number,
) {
  return {
    type: () => ['string'],
    encode: (type: Type, place: FieldPlace, { value }: Locals, reach: Reach) => {
      const written = `${place.runtime(write)}(memory, ${at(place, reach)}, ${value}, ${most(type)})`;
      return { checks: [], stores: guard(type, place, reach.indent, value, `!${written}`) };
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

function store(array: NumberArray, place: FieldPlace, reach: Reach, value: string): string {
  return `${' '.repeat(reach.indent)}${element(array, place, reach)} = ${value};`;
}

function load(array: NumberArray, place: FieldPlace, reach: Reach): string {
  const type = array === 'u64' || array === 'i64' ? 'bigint' : 'number';
  return `${element(array, place, reach)} as ${type}`;
}

function element(array: NumberArray, place: FieldPlace, reach: Reach): string {
  return `${reach.memory}.${array}[${index(array, at(place, reach))}]`;
}

function at(place: Pick<FieldPlace, 'offsetBytes'>, { base }: Pick<Reach, 'base'>): string {
  return offset(base, place.offsetBytes);
}

/** An offset as emitted code writes it. */
export function offset(base: string, bytes: number): string {
  if (bytes < 0) return `${base} - ${-bytes}`;
  return bytes === 0 ? base : `${base} + ${bytes}`;
}

/** Bytes of one number in an array. */
export function elementBytes(array: NumberArray): number {
  return 1 << ELEMENT_SHIFTS[array];
}

/** The index of what lies at an offset. */
function index(array: NumberArray, at: string): string {
  const shift = ELEMENT_SHIFTS[array];
  return shift === 0 ? at : `${at.includes(' ') ? `(${at})` : at} >> ${shift}`;
}

/** The element that holds a count, of one or two bytes, which begins `offsetBytes` behind `base`. */
export function countElement(memory: string, base: string, { offsetBytes, byteLength }: CountLayout): string {
  const array = ({ 1: 'u8', 2: 'u16', 4: 'u32' } as const)[byteLength];
  return `${memory}.${array}[${index(array, offset(base, offsetBytes))}]`;
}

function storeCount(count: CountLayout, place: FieldPlace, reach: Reach, value: string): string {
  const inStruct = { ...count, offsetBytes: place.offsetBytes + count.offsetBytes };
  return `${' '.repeat(reach.indent)}${countElement(reach.memory, reach.base, inStruct)} = ${value};`;
}

function numbersCall(
  helper: 'readNumbers' | 'viewNumbers',
  type: TypeLayout & { readonly kind: 'numbers' },
  place: FieldPlace,
  reach: Reach,
): Code {
  const { element: array, count, max } = type;
  const inStruct = { ...count, offsetBytes: place.offsetBytes + count.offsetBytes };
  return call(
    place.runtime(helper),
    `${reach.memory}.${array}`,
    index(array, at(place, reach)),
    `${countElement(reach.memory, reach.base, inStruct)} as number`,
    String(max),
    quote(place.path),
  );
}

/** The array that holds an enum's index: as wide as its place. */
function indexArray(place: FieldPlace): 'u8' | 'u16' {
  return place.byteLength === 1 ? 'u8' : 'u16';
}

/** The first few values, as they are written. */
function oneOf(values: readonly EnumValue[]): string {
  const shown = values.slice(0, 8).map((value) => JSON.stringify(value));
  const rest = values.length - shown.length;
  return `one of ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
