/** Random layouts, and random values for a layout. */
import fc from 'fast-check';
import type {
  Absent,
  FieldDescriptor,
  JsonValue,
  MessageDescriptor,
  NumberElement,
  TypeDescriptor,
} from '../../schema/descriptor.js';
import { limitFaultOf, placedType, sizeBytesOf } from '../../schema/field-kinds.js';
import type { FieldLayout, TailLayout, TypeLayout } from '../../schema/layout.js';
import { fieldNameFault } from '../../schema/names.js';
import { planMessage } from '../../schema/plan.js';
import { type Fields, fieldsOf, messageOf, objectOf, type PlannedMessage } from './compile.js';
import type { Value } from './reference.js';

/** Set SN_SEED to repeat a run. */
export const seed = Number(process.env.SN_SEED ?? Date.now() % 2 ** 31);

const fieldName = fc
  .oneof(
    fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,14}$/),
    // What emitted code uses itself.
    fc.constantFrom(
      'memory',
      'offsetBytes',
      'value',
      'Number',
      'BigInt',
      'writeAscii',
      'encodeM',
      'MCodec',
      'xIndex',
      'fieldRange',
    ),
  )
  .filter((name) => fieldNameFault(name) === undefined);

const enumValues = fc.uniqueArray(
  fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.integer(), fc.double({ noNaN: true })),
  {
    minLength: 1,
    maxLength: 24,
    // Infinity and -0 have no literal that JSON can hold: the schema refuses or mends them.
    selector: (value) => (typeof value === 'number' && !Number.isFinite(value) ? 0 : value),
  },
);

const scalar: fc.Arbitrary<TypeDescriptor> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'safeInt', 'u64', 'i64'),
  }),
  fc.record({ kind: fc.constantFrom('bool', 'date') }),
  enumValues.map((values) => ({
    kind: 'enum' as const,
    values: [
      ...new Set(
        values.map((value) => (typeof value === 'number' && !Number.isFinite(value) ? 0 : value || 0)),
      ),
    ],
  })),
  fc.constant({ kind: 'enum' as const, values: Array.from({ length: 300 }, (_, index) => `v${index}`) }),
  fc.integer({ min: 1, max: 40 }).map((maxLength) => ({ kind: 'ascii' as const, maxLength })),
  fc
    .oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 270 }))
    .map((maxBytes) => ({ kind: 'utf8' as const, maxBytes })),
  fc.integer({ min: 1, max: 60 }).map((maxBytes) => ({ kind: 'bytes' as const, maxBytes })),
  fc.record({ kind: fc.constantFrom('uuid') }),
  fc.constantFrom<TypeDescriptor>(
    { kind: 'enum', values: ['only'] },
    { kind: 'enum', values: [true, null, 'x', 1] },
  ),
  fc.record({
    kind: fc.constant('numbers' as const),
    element: fc.constantFrom('i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'),
    max: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(300)),
  }),
);

function typeOfDepth(depth: number): fc.Arbitrary<TypeDescriptor> {
  if (depth === 0) return scalar;
  const inner = typeOfDepth(depth - 1);
  // As the schema does it: what is large goes into the tail, and lists have items that take bytes.
  return compositeOfDepth(depth, inner)
    .filter((type) => limitFaultOf(type) === undefined)
    .map(placedType);
}

function compositeOfDepth(depth: number, inner: fc.Arbitrary<TypeDescriptor>): fc.Arbitrary<TypeDescriptor> {
  return fc.oneof(
    { weight: 8, arbitrary: scalar },
    fieldsOfDepth(depth - 1).map(objectOf),
    listOf(inner),
    fc
      .record({ key: typeOfDepth(0).filter(isComparable), value: inner, max: fc.integer({ min: 1, max: 4 }) })
      .map(({ key, value, max }) => ({
        kind: 'list' as const,
        as: 'map' as const,
        items: [key, value],
        max,
        isExact: false,
      })),
    fc.array(inner, { maxLength: 4 }).map((items): TypeDescriptor => ({ kind: 'tuple', items })),
    unionOf(depth - 1),
    // More than a slot should hold: these lie in the tail.
    fc.constantFrom<TypeDescriptor>(
      { kind: 'utf8', maxBytes: 5000 },
      { kind: 'bytes', maxBytes: 5000 },
      { kind: 'numbers', element: 'u16', max: 700 },
      { kind: 'numbers', element: 'f64', max: 700 },
    ),
    inner.map((item) => ({
      kind: 'list' as const,
      as: 'array' as const,
      items: [item],
      max: 2000,
      isExact: false,
    })),
    fc
      .record({ type: inner, absent: fc.constantFrom('undefined', 'null', 'either') })
      .filter(({ type }) => type.kind !== 'maybe' && type.kind !== 'default')
      .map(({ type, absent }) => ({ kind: 'maybe' as const, type, absent })),
    fc.constantFrom<TypeDescriptor>(
      { kind: 'default', type: { kind: 'u8' }, value: 3 },
      { kind: 'default', type: { kind: 'bool' }, value: true },
      { kind: 'default', type: { kind: 'utf8', maxBytes: 9 }, value: "it's" },
      { kind: 'default', type: { kind: 'maybe', type: { kind: 'f64' }, absent: 'null' }, value: null },
    ),
  );
}

function listOf(inner: fc.Arbitrary<TypeDescriptor>): fc.Arbitrary<TypeDescriptor> {
  return fc
    .record({
      item: inner,
      max: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(260)),
      as: fc.constantFrom('array' as const, 'set' as const),
      isExact: fc.boolean(),
    })
    .map(({ item, max, as, isExact }) => {
      const isSet = as === 'set' && isComparable(item);
      const least = sizeBytesOf(item) > 100 ? Math.min(max, 3) : max;
      return {
        kind: 'list' as const,
        as: isSet ? as : ('array' as const),
        items: [item],
        max: isSet ? Math.min(2, least) : least,
        isExact: isExact && !isSet && max <= 5,
      };
    });
}

/** Values of these are the same by `===` after a round trip, and there are at least as many as a set may hold. */
function isComparable({ kind }: TypeDescriptor): boolean {
  return kind === 'u16' || kind === 'i32' || kind === 'utf8' || kind === 'i64' || kind === 'uuid';
}

function unionOf(depth: number): fc.Arbitrary<TypeDescriptor> {
  return fc.array(fieldsOfDepth(depth), { minLength: 1, maxLength: 3 }).map((options) => ({
    kind: 'union' as const,
    discriminator: 'kind',
    options: options.map((fields, index) => {
      const values = index === 1 ? ['one', 'uno', 11] : [`option ${index}`];
      const told: TypeDescriptor = { kind: 'enum', values };
      return { values, fields: fieldsOf({ kind: told, ...omit(fields, 'kind') }) };
    }),
  }));
}

function omit(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function fieldsOfDepth(depth: number): fc.Arbitrary<Fields> {
  return fc.dictionary(fieldName, typeOfDepth(depth), { maxKeys: 8, noNullPrototype: true });
}

export const message: fc.Arbitrary<PlannedMessage> = fieldsOfDepth(2).map((fields) => messageOf('M', fields));

/** A message that grew, as its fields are declared: in any order, each version with one field at least. */
export const grown: fc.Arbitrary<MessageDescriptor> = fc
  .array(fieldsOfDepth(1), { minLength: 2, maxLength: 4 })
  .chain((versions) => {
    const taken = new Set<string>();
    const fresh = versions.map((fields) =>
      fieldsOf(fields).filter(({ name }) => !taken.has(name) && taken.add(name)),
    );
    const [first = [], ...later] = fresh;
    const came = later.filter((fields) => fields.length > 0);
    const fields = [
      ...first,
      ...came.flatMap((each, index) =>
        each.map(({ name, type }) => ({ name, type: missable(type, name.length), since: index + 2 })),
      ),
    ];
    return fc
      .shuffledSubarray(fields, { minLength: fields.length })
      .map((all) => ({ name: 'M', fields: all }));
  });

/** A type that an older record need not have: absent in one of three ways, or with a default where JSON can hold one. */
function missable(type: TypeDescriptor, choice: number): TypeDescriptor {
  if (type.kind === 'maybe' || type.kind === 'default') return type;
  const value = jsonValueOf(type);
  const absent = (['undefined', 'null', 'either'] as const)[choice % 3] as Absent;
  return value === undefined || choice % 2 === 0
    ? { kind: 'maybe', type, absent }
    : { kind: 'default', type, value };
}

/** Some value of a type, if JSON can hold one. */
function jsonValueOf(type: TypeDescriptor): JsonValue | undefined {
  switch (type.kind) {
    case 'f32':
    case 'f64':
      return 0.1;
    case 'bool':
      return true;
    case 'enum':
      return type.values.at(-1);
    case 'ascii':
    case 'utf8':
      return 'x';
    case 'uuid':
      return '01234567-89ab-cdef-0123-456789abcdef';
    case 'tail':
      return jsonValueOf(type.type);
    case 'maybe':
      return type.absent === 'undefined' ? undefined : null;
    case 'default':
      return type.value;
    case 'object':
      return jsonObjectOf(type.fields);
    case 'union':
      return jsonObjectOf(type.options.at(-1)?.fields ?? []);
    case 'tuple':
      return all(type.items.map(jsonValueOf));
    case 'list':
      if (type.as !== 'array') return undefined;
      return all(
        Array.from({ length: type.isExact ? type.max : 1 }, () =>
          jsonValueOf(type.items[0] as TypeDescriptor),
        ),
      );
    case 'u64':
    case 'i64':
    case 'date':
    case 'bytes':
    case 'numbers':
      return undefined;
    case 'u8':
    case 'i8':
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'safeInt':
      return 7;
  }
}

function jsonObjectOf(fields: readonly FieldDescriptor[]): JsonValue | undefined {
  const values = all(fields.map(({ type }) => jsonValueOf(type)));
  return values && Object.fromEntries(fields.map(({ name }, index) => [name, values[index] as JsonValue]));
}

function all(values: readonly (JsonValue | undefined)[]): readonly JsonValue[] | undefined {
  return values.includes(undefined) ? undefined : (values as readonly JsonValue[]);
}

/** Messages that grew among those that did not. */
export const anyMessage: fc.Arbitrary<PlannedMessage> = fc.oneof(
  { weight: 3, arbitrary: message },
  { weight: 1, arbitrary: grown.map(planMessage) },
);

/** A layout with a value for it. */
export const messageWithValues = anyMessage.chain((layout) =>
  fc.record({
    layout: fc.constant(layout),
    values: fc.array(valueFor(layout.fields), { minLength: 1, maxLength: 4 }),
  }),
);

export function valueFor(fields: readonly FieldLayout[]): fc.Arbitrary<Value> {
  const entries = fields.map((field) => [field.name, valueForType(field.type)] as const);
  return fc.record(Object.fromEntries(entries), { noNullPrototype: true });
}

function valueForType(type: TypeLayout): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'uuid':
      return fc.uuid();
    case 'numbers':
      return valuesOf(type.element).chain((make) =>
        fc.array(make.value, { maxLength: type.max }).map(make.of),
      );
    case 'tuple':
      return fc.tuple(...type.fields.map((field) => valueForType(field.type)));
    case 'list': {
      const items = type.item.fields.map((field) => valueForType(field.type));
      const [item = fc.constant(0)] = items;
      const length = { minLength: type.isExact ? type.max : 0, maxLength: type.max };
      if (type.as === 'map')
        return fc.array(fc.tuple(...items), length).map((pairs) => new Map(pairs as [unknown, unknown][]));
      const values = fc.array(item, length);
      return type.as === 'set' ? values.map((each) => new Set(each)) : values;
    }
    case 'union':
      return fc.oneof(...type.options.map(({ fields }) => valueFor(fields)));
    case 'maybe': {
      const absent =
        type.absent === 'either' ? [undefined, null] : [type.absent === 'null' ? null : undefined];
      return fc.oneof(fc.constantFrom(...absent), { weight: 3, arbitrary: valueForType(type.type) });
    }
    case 'default':
      return valueForType(type.type);
    case 'tail':
      return valueForType(shortened(type.type));
    case 'u8':
      return fc.integer({ min: 0, max: 255 });
    case 'i8':
      return fc.integer({ min: -128, max: 127 });
    case 'u16':
      return fc.integer({ min: 0, max: 65_535 });
    case 'i16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'u32':
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case 'i32':
      return fc.integer();
    case 'f32':
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    case 'f64':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'safeInt':
      return fc.maxSafeInteger();
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 'i64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'bool':
      return fc.boolean();
    case 'date':
      return fc.date({ noInvalidDate: true });
    case 'enum':
      return fc.constantFrom(...type.values);
    case 'ascii':
      return asciiOf(type.maxLength);
    case 'utf8':
      return fc.oneof(asciiOf(type.maxBytes), utf8Of(type.maxBytes));
    case 'bytes':
      return fc.uint8Array({ maxLength: type.maxBytes });
    case 'object':
      return valueFor(type.fields);
  }
}

/** Of what may be large, few: but sometimes more than a slot would hold. */
function shortened(type: TailLayout['type']): TypeLayout {
  switch (type.kind) {
    case 'list':
      return type.isExact ? type : { ...type, max: Math.min(type.max, 4) };
    case 'numbers':
      return { ...type, max: Math.min(type.max, 300) };
    default:
      return { ...type, maxBytes: Math.min(type.maxBytes, 1500) };
  }
}

/** A number for a typed array, and the array of such. */
function valuesOf(element: NumberElement): fc.Arbitrary<{
  readonly value: fc.Arbitrary<number | bigint>;
  readonly of: (values: (number | bigint)[]) => unknown;
}> {
  const numbers = {
    i8: Int8Array,
    u16: Uint16Array,
    i16: Int16Array,
    u32: Uint32Array,
    i32: Int32Array,
    f32: Float32Array,
    f64: Float64Array,
  };
  if (element === 'u64')
    return fc.constant({
      value: fc.bigInt(0n, 2n ** 64n - 1n),
      of: (all) => new BigUint64Array(all as bigint[]),
    });
  if (element === 'i64')
    return fc.constant({
      value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      of: (all) => new BigInt64Array(all as bigint[]),
    });
  return fc.constant({ value: fc.double(), of: (all) => new numbers[element](all as number[]) });
}

function asciiOf(maxLength: number): fc.Arbitrary<string> {
  const character = fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code));
  return fc.string({ unit: character, maxLength, size: 'max' });
}

/** Cut to the bytes that fit, between characters. */
function utf8Of(maxBytes: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength: maxBytes, size: 'max' }).map((value) => {
    const kept = [];
    let bytes = 0;
    for (const character of value) {
      bytes += Buffer.byteLength(character);
      if (bytes <= maxBytes) kept.push(character);
    }
    return kept.join('');
  });
}
