import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldDescriptor, TypeDescriptor, TypeKind } from '../../schema/descriptor.js';
import { alignBytesOf, canBeKey, FIELD_KINDS, limitFaultOf, sizeBytesOf } from '../../schema/field-kinds.js';
import { type FieldLayout, layoutMessage, type MessageLayout } from '../../schema/layout.js';
import { field } from './support.js';

describe('sizes and alignments', () => {
  const values = (count: number) => Array.from({ length: count }, (_, index) => index);
  test.each<[string, TypeDescriptor, size: number, align: number]>([
    ['u8', { kind: 'u8' }, 1, 1],
    ['i8', { kind: 'i8' }, 1, 1],
    ['u16', { kind: 'u16' }, 2, 2],
    ['i16', { kind: 'i16' }, 2, 2],
    ['u32', { kind: 'u32' }, 4, 4],
    ['i32', { kind: 'i32' }, 4, 4],
    ['f32', { kind: 'f32' }, 4, 4],
    ['f64', { kind: 'f64' }, 8, 8],
    ['safeInt', { kind: 'safeInt' }, 8, 8],
    ['u64', { kind: 'u64' }, 8, 8],
    ['i64', { kind: 'i64' }, 8, 8],
    ['bool', { kind: 'bool' }, 1, 1],
    ['date', { kind: 'date' }, 8, 8],
    ['enum of 256', { kind: 'enum', values: values(256) }, 1, 1],
    ['enum of 257', { kind: 'enum', values: values(257) }, 2, 2],
    ['ascii(1)', { kind: 'ascii', maxLength: 1 }, 4, 4],
    ['ascii(3)', { kind: 'ascii', maxLength: 3 }, 4, 4],
    ['ascii(4)', { kind: 'ascii', maxLength: 4 }, 8, 4],
    ['ascii(255)', { kind: 'ascii', maxLength: 255 }, 256, 4],
    ['utf8(3)', { kind: 'utf8', maxBytes: 3 }, 4, 4],
    ['utf8(255)', { kind: 'utf8', maxBytes: 255 }, 256, 4],
    ['utf8(256), with two bytes of length', { kind: 'utf8', maxBytes: 256 }, 260, 4],
    ['utf8(65535)', { kind: 'utf8', maxBytes: 65_535 }, 65_540, 4],
    ['bytes(1)', { kind: 'bytes', maxBytes: 1 }, 8, 4],
    ['bytes(4)', { kind: 'bytes', maxBytes: 4 }, 8, 4],
    ['bytes(5)', { kind: 'bytes', maxBytes: 5 }, 12, 4],
    ['object without fields', { kind: 'object', fields: [] }, 0, 1],
    ['object of a byte', { kind: 'object', fields: [field('a', { kind: 'u8' })] }, 1, 1],
    [
      'object, rounded up to its widest field',
      { kind: 'object', fields: [field('a', { kind: 'u8' }), field('b', { kind: 'u32' })] },
      8,
      4,
    ],
  ])('%s', (_name, type, size, align) => {
    expect([sizeBytesOf(type), alignBytesOf(type)]).toEqual([size, align]);
    expect(limitFaultOf(type)).toBeUndefined();
  });

  test('only scalars can be keys', () => {
    const keys = (Object.keys(FIELD_KINDS) as TypeKind[]).filter((kind) => FIELD_KINDS[kind].isKey);
    expect(Object.keys(FIELD_KINDS).filter((kind) => !(keys as string[]).includes(kind))).toEqual([
      'bytes',
      'object',
    ]);
    expect(canBeKey({ kind: 'ascii', maxLength: 3 })).toBe(true);
  });
});

describe('a layout, byte by byte', () => {
  const rows = (fields: readonly FieldLayout[]): string[] =>
    fields.flatMap(({ name, type, offsetBytes, byteLength }) => [
      `${name} ${type.kind} ${offsetBytes}+${byteLength}`,
      ...(type.kind === 'object' ? rows(type.fields).map((row) => `${name}.${row}`) : []),
    ]);

  test('of no fields is empty', () => {
    expect(layoutMessage({ name: 'Report', fields: [] })).toEqual({
      name: 'Report',
      fields: [],
      byteLength: 0,
    });
  });

  test('of one byte is rounded up to 8', () => {
    expect(layoutMessage({ name: 'M', fields: [field('a', { kind: 'u8' })] }).byteLength).toBe(8);
  });

  test('of the flight in the design', () => {
    const flight = layoutMessage({
      name: 'Flight',
      fields: [
        field('origin', { kind: 'ascii', maxLength: 3 }),
        field('delayMinutes', { kind: 'i32' }),
        field('distanceMiles', { kind: 'f64' }),
      ],
    });
    expect(rows(flight.fields)).toEqual([
      'origin ascii 8+4',
      'delayMinutes i32 12+4',
      'distanceMiles f64 0+8',
    ]);
    expect(flight.byteLength).toBe(16);
  });

  test('of every width keeps the order as written within one alignment', () => {
    const mixed = layoutMessage({
      name: 'Mixed',
      fields: [
        field('flag', { kind: 'bool' }),
        field('small', { kind: 'i16' }),
        field('first', { kind: 'u64' }),
        field('side', { kind: 'enum', values: ['buy', 'sell'] }),
        field('at', { kind: 'date' }),
        field('note', { kind: 'utf8', maxBytes: 5 }),
        field('raw', { kind: 'bytes', maxBytes: 3 }),
        field('level', { kind: 'f32' }),
      ],
    });
    expect(rows(mixed.fields)).toEqual([
      'flag bool 38+1',
      'small i16 36+2',
      'first u64 0+8',
      'side enum 39+1',
      'at date 8+8',
      'note utf8 16+8',
      'raw bytes 24+8',
      'level f32 32+4',
    ]);
    expect(mixed.byteLength).toBe(40);
  });

  test('of nested objects places each as a unit, with offsets from the record', () => {
    const nested = layoutMessage({
      name: 'Nested',
      fields: [
        field('id', { kind: 'u32' }),
        field('place', {
          kind: 'object',
          fields: [
            field('tag', { kind: 'u8' }),
            field('at', { kind: 'f64' }),
            field('in', {
              kind: 'object',
              fields: [field('low', { kind: 'u8' }), field('high', { kind: 'u16' })],
            }),
          ],
        }),
        field('ok', { kind: 'bool' }),
      ],
    });
    expect(rows(nested.fields)).toEqual([
      'id u32 16+4',
      'place object 0+16',
      'place.tag u8 12+1',
      'place.at f64 0+8',
      'place.in object 8+4',
      'place.in.low u8 10+1',
      'place.in.high u16 8+2',
      'ok bool 20+1',
    ]);
    expect(nested.byteLength).toBe(24);
  });
});

/** Any type, nested up to three deep. */
const anyFields: fc.Arbitrary<readonly FieldDescriptor[]> = fc.letrec<{
  type: TypeDescriptor;
  fields: readonly FieldDescriptor[];
}>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'type' },
    fc.constantFrom<TypeDescriptor>(
      ...(['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'] as const).map((kind) => ({
        kind,
      })),
      { kind: 'safeInt' },
      { kind: 'bool' },
      { kind: 'date' },
    ),
    fc.integer({ min: 1, max: 300 }).map((count): TypeDescriptor => {
      return { kind: 'enum', values: Array.from({ length: count }, (_, index) => index) };
    }),
    fc.integer({ min: 1, max: 255 }).map((maxLength): TypeDescriptor => ({ kind: 'ascii', maxLength })),
    fc.integer({ min: 1, max: 65_535 }).map((maxBytes): TypeDescriptor => ({ kind: 'utf8', maxBytes })),
    fc.integer({ min: 1, max: 65_535 }).map((maxBytes): TypeDescriptor => ({ kind: 'bytes', maxBytes })),
    tie('fields').map((fields): TypeDescriptor => ({ kind: 'object', fields })),
  ),
  fields: fc
    .array(tie('type'), { maxLength: 8 })
    .map((types) => types.map((type, index) => ({ name: `f${index}`, type }))),
})).fields;

describe('for any message', () => {
  /** Leaves of a layout, those of nested objects among them. */
  const leaves = (fields: readonly FieldLayout[]): FieldLayout[] =>
    fields.flatMap((each) => (each.type.kind === 'object' ? leaves(each.type.fields) : [each]));
  const layout = (fields: readonly FieldDescriptor[]): MessageLayout => layoutMessage({ name: 'M', fields });

  test('no two fields overlap, and all lie inside the record', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const { fields: placed, byteLength } = layout(fields);
        let endBytes = 0;
        for (const leaf of leaves(placed).sort((a, b) => a.offsetBytes - b.offsetBytes)) {
          expect(leaf.offsetBytes).toBeGreaterThanOrEqual(endBytes);
          endBytes = leaf.offsetBytes + leaf.byteLength;
        }
        expect(endBytes).toBeLessThanOrEqual(byteLength);
        expect(byteLength % 8).toBe(0);
      }),
    );
  });

  test('every field is aligned, and inside the object that holds it', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const check = (
          described: readonly FieldDescriptor[],
          placed: readonly FieldLayout[],
          outer: FieldLayout,
        ) => {
          expect(placed.map(({ name }) => name)).toEqual(described.map(({ name }) => name));
          for (const [index, each] of placed.entries()) {
            const type = described[index]?.type ?? { kind: 'u8' };
            expect(each.offsetBytes % alignBytesOf(type)).toBe(0);
            expect(each.byteLength).toBe(sizeBytesOf(type));
            expect(each.offsetBytes).toBeGreaterThanOrEqual(outer.offsetBytes);
            expect(each.offsetBytes + each.byteLength).toBeLessThanOrEqual(
              outer.offsetBytes + outer.byteLength,
            );
            if (type.kind === 'object' && each.type.kind === 'object')
              check(type.fields, each.type.fields, each);
          }
        };
        const { fields: placed, byteLength } = layout(fields);
        check(fields, placed, { name: 'M', type: { kind: 'u8' }, offsetBytes: 0, byteLength });
      }),
    );
  });

  test('fields at one level touch without padding between them', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const sum = fields.reduce((bytes, { type }) => bytes + sizeBytesOf(type), 0);
        expect(layout(fields).byteLength).toBe(Math.ceil(sum / 8) * 8);
      }),
    );
  });
});
