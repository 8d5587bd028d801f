/** Random layouts, and random values for a layout. */
import fc from 'fast-check';
import type { TypeDescriptor } from '../../schema/descriptor.js';
import type { FieldLayout, TypeLayout } from '../../schema/layout.js';
import { fieldNameFault } from '../../schema/names.js';
import { type Fields, messageOf, objectOf, type PlannedMessage } from './compile.js';
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
    values: values.map((value) => (typeof value === 'number' && !Number.isFinite(value) ? 0 : value || 0)),
  })),
  fc.constant({ kind: 'enum' as const, values: Array.from({ length: 300 }, (_, index) => `v${index}`) }),
  fc.integer({ min: 1, max: 40 }).map((maxLength) => ({ kind: 'ascii' as const, maxLength })),
  fc
    .oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 270 }))
    .map((maxBytes) => ({ kind: 'utf8' as const, maxBytes })),
  fc.integer({ min: 1, max: 60 }).map((maxBytes) => ({ kind: 'bytes' as const, maxBytes })),
);

function fieldsOfDepth(depth: number): fc.Arbitrary<Fields> {
  const type =
    depth === 0 ? scalar : fc.oneof({ weight: 6, arbitrary: scalar }, fieldsOfDepth(depth - 1).map(objectOf));
  return fc.dictionary(fieldName, type, { maxKeys: 8, noNullPrototype: true });
}

export const message: fc.Arbitrary<PlannedMessage> = fieldsOfDepth(2).map((fields) => messageOf('M', fields));

/** A layout with a value for it. */
export const messageWithValues = message.chain((layout) =>
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
