import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  FieldDescriptor,
  ListDescriptor,
  TailType,
  TypeDescriptor,
  TypeKind,
  UnionDescriptor,
} from '../../schema/descriptor.js';
import {
  alignBytesOf,
  bitsOf,
  canBeKey,
  FIELD_KINDS,
  itemStruct,
  limitFaultOf,
  placedType,
  placeStruct,
  sizeBytesOf,
  tupleFields,
} from '../../schema/field-kinds.js';
import {
  type CountLayout,
  type FieldLayout,
  layoutMessage,
  type MessageLayout,
  type StructLayout,
  type TypeLayout,
} from '../../schema/layout.js';
import type { PlacedStruct } from '../../schema/struct.js';
import { field } from './support.js';

const bools = (count: number) =>
  Array.from({ length: count }, (_, index) => field(`b${index}`, { kind: 'bool' }));

const listOf = (items: readonly TypeDescriptor[], max: number): ListDescriptor => {
  return { kind: 'list', as: 'array', items, max, isExact: false };
};

/** A union by `k` whose options have these fields more. */
const unionOf = (...options: (readonly TypeDescriptor[])[]): UnionDescriptor => ({
  kind: 'union',
  discriminator: 'k',
  options: options.map((types, option) => ({
    values: [option],
    fields: [
      field('k', { kind: 'enum', values: [option] }),
      ...types.map((type, index) => field(`f${index}`, type)),
    ],
  })),
});

const place = (name: string, type: TypeLayout, offsetBytes: number, byteLength: number, bit?: number) => ({
  name,
  type,
  offsetBytes,
  byteLength,
  ...(bit === undefined ? {} : { bit }),
});

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
    ['bool, which is a bit', { kind: 'bool' }, 0, 1],
    ['date', { kind: 'date' }, 8, 8],
    ['enum of 1, which is no choice', { kind: 'enum', values: [null] }, 0, 1],
    ['enum of 2', { kind: 'enum', values: [true, null] }, 1, 1],
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
    ['object of a bit', { kind: 'object', fields: [field('a', { kind: 'bool' })] }, 1, 1],
    ['object of 8 bits', { kind: 'object', fields: bools(8) }, 1, 1],
    ['object of 9 bits', { kind: 'object', fields: bools(9) }, 2, 1],
    ['uuid', { kind: 'uuid' }, 16, 4],
    ['i8Array(3)', { kind: 'numbers', element: 'i8', max: 3 }, 4, 4],
    ['i8Array(4)', { kind: 'numbers', element: 'i8', max: 4 }, 8, 4],
    ['i8Array(257), with two bytes of count', { kind: 'numbers', element: 'i8', max: 257 }, 260, 4],
    ['u16Array(1)', { kind: 'numbers', element: 'u16', max: 1 }, 4, 4],
    ['f32Array(255)', { kind: 'numbers', element: 'f32', max: 255 }, 1024, 4],
    ['f32Array(256)', { kind: 'numbers', element: 'f32', max: 256 }, 1028, 4],
    ['i64Array(2)', { kind: 'numbers', element: 'i64', max: 2 }, 24, 8],
    ['f64Array(65535)', { kind: 'numbers', element: 'f64', max: 65_535 }, 524_288, 8],
    ['tuple of nothing', { kind: 'tuple', items: [] }, 0, 1],
    ['tuple', { kind: 'tuple', items: [{ kind: 'u8' }, { kind: 'u16' }, { kind: 'bool' }] }, 4, 2],
    ['array of bytes', listOf([{ kind: 'u8' }], 3), 4, 1],
    ['array of 255 bytes', listOf([{ kind: 'u8' }], 255), 256, 1],
    ['array of 256 bytes, with two bytes of count', listOf([{ kind: 'u8' }], 256), 258, 2],
    ['array of 257 bytes', listOf([{ kind: 'u8' }], 257), 260, 2],
    ['array of 65535 bytes', listOf([{ kind: 'u8' }], 65_535), 65_538, 2],
    ['array of u32', listOf([{ kind: 'u32' }], 3), 16, 4],
    ['array of exactly 3', { ...listOf([{ kind: 'u8' }], 3), isExact: true }, 3, 1],
    ['array of what takes no bytes', listOf([{ kind: 'enum', values: ['a'] }], 300), 302, 2],
    ['array of bits, a byte each', listOf([{ kind: 'bool' }], 3), 4, 1],
    ['array of nullable', listOf([{ kind: 'maybe', type: { kind: 'u16' }, absent: 'null' }], 2), 10, 2],
    ['set', { ...listOf([{ kind: 'f64' }], 2), as: 'set' }, 24, 8],
    ['map', { ...listOf([{ kind: 'u8' }, { kind: 'u32' }], 2), as: 'map' }, 20, 4],
    ['union, with its tag behind the largest option', unionOf([{ kind: 'u8' }], [{ kind: 'f64' }]), 16, 8],
    ['union of nothing but the choice', unionOf([], []), 1, 1],
    ['maybe', { kind: 'maybe', type: { kind: 'u16' }, absent: 'null' }, 2, 2],
    ['maybe of a bit', { kind: 'maybe', type: { kind: 'bool' }, absent: 'either' }, 0, 1],
    ['default', { kind: 'default', type: { kind: 'f64' }, value: 1 }, 8, 8],
  ])('%s', (_name, type, size, align) => {
    expect([sizeBytesOf(type), alignBytesOf(type)]).toEqual([size, align]);
    expect(limitFaultOf(type)).toBeUndefined();
  });

  test('only scalars can be keys', () => {
    const keys = (Object.keys(FIELD_KINDS) as TypeKind[]).filter((kind) => FIELD_KINDS[kind].isKey);
    expect(Object.keys(FIELD_KINDS).filter((kind) => !(keys as string[]).includes(kind))).toEqual([
      'numbers',
      'object',
      'tuple',
      'list',
      'union',
      'tail',
      'maybe',
      'default',
    ]);
    expect(canBeKey({ kind: 'ascii', maxLength: 3 })).toBe(true);
  });

  test.each<[string, TypeDescriptor, bits: number]>([
    ['bool', { kind: 'bool' }, 1],
    ['maybe undefined', { kind: 'maybe', type: { kind: 'u8' }, absent: 'undefined' }, 1],
    ['maybe null', { kind: 'maybe', type: { kind: 'u8' }, absent: 'null' }, 1],
    ['maybe either', { kind: 'maybe', type: { kind: 'u8' }, absent: 'either' }, 2],
    ['maybe either of bool', { kind: 'maybe', type: { kind: 'bool' }, absent: 'either' }, 3],
    ['default', { kind: 'default', type: { kind: 'u8' }, value: 1 }, 0],
    ['default of bool', { kind: 'default', type: { kind: 'bool' }, value: true }, 1],
    ['object, which keeps its bits', { kind: 'object', fields: bools(3) }, 0],
    ['list, which keeps its bits', listOf([{ kind: 'bool' }], 3), 0],
  ])('bits of %s', (_name, type, bits) => {
    expect(bitsOf(type)).toBe(bits);
  });

  test('a list and a tuple may share their types', () => {
    const items: TypeDescriptor[] = [{ kind: 'u8' }];
    const layout = layoutMessage({
      name: 'M',
      fields: [field('a', { kind: 'tuple', items }), field('b', listOf(items, 2))],
    });
    expect(layout.fields.map(({ type }) => type)).toEqual([
      { kind: 'tuple', fields: [place('0', { kind: 'u8' }, 0, 1)], byteLength: 1 },
      expect.objectContaining({ item: { fields: [place('item', { kind: 'u8' }, 0, 1)], byteLength: 1 } }),
    ]);
  });
});

describe('a layout, byte by byte', () => {
  const rows = (fields: readonly FieldLayout[]): string[] =>
    fields.flatMap(({ name, type, offsetBytes, byteLength, bit }) => [
      `${name} ${type.kind} ${byteLength === 0 ? '' : `${offsetBytes}+${byteLength}`}${bit === undefined ? '' : `bit ${bit}`}`,
      ...(type.kind === 'object' ? rows(type.fields).map((row) => `${name}.${row}`) : []),
    ]);
  const only = (type: TypeDescriptor) => layoutMessage({ name: 'M', fields: [field('f', type)] }).fields[0];

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
      'flag bool bit 0',
      'small i16 36+2',
      'first u64 0+8',
      'side enum 38+1',
      'at date 8+8',
      'note utf8 16+8',
      'raw bytes 24+8',
      'level f32 32+4',
    ]);
    expect(mixed.bits).toEqual({ offsetBytes: 39, count: 1 });
    expect(mixed.byteLength).toBe(40);
  });

  test('of nested objects places each as a unit, with offsets from the object', () => {
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
      'place.in.low u8 2+1',
      'place.in.high u16 0+2',
      'ok bool bit 0',
    ]);
    expect(nested.byteLength).toBe(24);
  });

  test('of bits packs them behind all bytes, lowest first', () => {
    const { fields, bits, byteLength } = layoutMessage({
      name: 'M',
      fields: [
        field('a', { kind: 'bool' }),
        field('b', { kind: 'maybe', type: { kind: 'u16' }, absent: 'either' }),
        field('c', { kind: 'maybe', type: { kind: 'bool' }, absent: 'null' }),
        field('d', { kind: 'default', type: { kind: 'bool' }, value: true }),
        field('e', { kind: 'enum', values: ['only'] }),
        field('f', { kind: 'maybe', type: { kind: 'enum', values: ['only'] }, absent: 'undefined' }),
        ...bools(2),
      ],
    });
    expect(rows(fields)).toEqual([
      'a bool bit 0',
      'b maybe 0+2bit 1',
      'c maybe bit 3',
      'd default bit 5',
      'e enum ',
      'f maybe bit 6',
      'b0 bool bit 7',
      'b1 bool bit 8',
    ]);
    expect(bits).toEqual({ offsetBytes: 2, count: 9 });
    expect(byteLength).toBe(8);
  });

  test('of a list has its count behind the items', () => {
    const u8: TypeDescriptor = { kind: 'u8' };
    const item = { fields: [place('item', u8, 0, 1)], byteLength: 1 };
    const list = { kind: 'list', as: 'array', item };
    expect(only(listOf([u8], 1))?.type).toEqual({
      ...list,
      max: 1,
      isExact: false,
      count: { offsetBytes: 1, byteLength: 1 },
    });
    expect(only(listOf([u8], 255))?.type).toMatchObject({ count: { offsetBytes: 255, byteLength: 1 } });
    expect(only(listOf([u8], 256))?.type).toMatchObject({ count: { offsetBytes: 256, byteLength: 2 } });
    expect(only(listOf([u8], 257))?.type).toMatchObject({ count: { offsetBytes: 258, byteLength: 2 } });
    expect(only({ ...listOf([u8], 3), isExact: true })?.type).toEqual({ ...list, max: 3, isExact: true });
  });

  test('of what lies in the tail is a place and a count, whatever it holds', () => {
    const utf8: TailType = { kind: 'utf8', maxBytes: 5000 };
    const numbers: TailType = { kind: 'numbers', element: 'f64', max: 1000 };
    const list: TailType = listOf([{ kind: 'tail', type: utf8 }], 300);
    for (const type of [utf8, numbers, list]) {
      const tail: TypeDescriptor = { kind: 'tail', type };
      expect([sizeBytesOf(tail), alignBytesOf(tail)]).toEqual([8, 4]);
    }
    const count = { offsetBytes: 4, byteLength: 4 };
    expect(only({ kind: 'tail', type: numbers })?.type).toEqual({
      kind: 'tail',
      type: { ...numbers, count },
    });
    expect(only({ kind: 'tail', type: list })?.type).toMatchObject({
      type: { max: 300, isExact: false, count, item: { byteLength: 8 } },
    });
  });

  test('has a tail of as many bytes as its parts may take, with what each item brings', () => {
    const tailOf = (type: TailType, times = 1) =>
      layoutMessage({
        name: 'M',
        fields: Array.from({ length: times }, (_, index) => ({
          name: `f${index}`,
          type: { kind: 'tail', type },
        })),
      }).tailMaxBytes;
    expect(
      layoutMessage({ name: 'M', fields: [{ name: 'f', type: { kind: 'u8' } }] }).tailMaxBytes,
    ).toBeUndefined();
    // Eight more for a beginning at a multiple of eight.
    expect(tailOf({ kind: 'bytes', maxBytes: 5000 })).toBe(5008);
    expect(tailOf({ kind: 'bytes', maxBytes: 5000 }, 2)).toBe(10_016);
    expect(tailOf({ kind: 'numbers', element: 'u16', max: 1001 })).toBe(2016);
    const text: TypeDescriptor = { kind: 'tail', type: { kind: 'utf8', maxBytes: 2000 } };
    expect(tailOf(listOf([text], 10))).toBe(8 + 10 * 8 + 10 * 2008);
  });

  test.each<[string, TypeDescriptor, TypeDescriptor]>([
    ['utf8', { kind: 'utf8', maxBytes: 1022 }, { kind: 'utf8', maxBytes: 1023 }],
    ['bytes', { kind: 'bytes', maxBytes: 1020 }, { kind: 'bytes', maxBytes: 1021 }],
    ['numbers', { kind: 'numbers', element: 'f64', max: 127 }, { kind: 'numbers', element: 'f64', max: 128 }],
    ['list', listOf([{ kind: 'u8' }], 1022), listOf([{ kind: 'u8' }], 1023)],
    [
      'set',
      { ...listOf([{ kind: 'u32' }], 255), as: 'set' },
      { ...listOf([{ kind: 'u32' }], 256), as: 'set' },
    ],
  ])('%s moves into the tail where it takes more than 1024 bytes', (_name, inline, moved) => {
    expect(sizeBytesOf(inline)).toBeLessThanOrEqual(1024);
    expect(placedType(inline)).toBe(inline);
    expect(sizeBytesOf(moved)).toBeGreaterThan(1024);
    expect(placedType(moved)).toEqual({ kind: 'tail', type: moved });
  });

  test("of a list gives each item its own bits, and a map's pair a struct", () => {
    const one = { kind: 'bool' } as const;
    const none = { kind: 'maybe', type: { kind: 'u16' }, absent: 'null' } as const;
    expect(only(listOf([none], 2))?.type).toMatchObject({
      item: { fields: [place('item', none, 0, 2, 0)], bits: { offsetBytes: 2, count: 1 }, byteLength: 4 },
      count: { offsetBytes: 8, byteLength: 1 },
    });
    expect(only({ ...listOf([one, none], 2), as: 'map' })?.type).toMatchObject({
      item: {
        fields: [place('key', one, 2, 0, 0), place('value', none, 0, 2, 1)],
        bits: { offsetBytes: 2, count: 2 },
        byteLength: 4,
      },
    });
  });

  test('of a list in a list, and of objects, counts from the item', () => {
    const inner = listOf(
      [{ kind: 'object', fields: [field('a', { kind: 'u8' }), field('b', { kind: 'u32' })] }],
      2,
    );
    expect(only(listOf([inner], 3))).toMatchObject({
      byteLength: 64,
      type: {
        count: { offsetBytes: 60 },
        item: {
          byteLength: 20,
          fields: [
            {
              name: 'item',
              offsetBytes: 0,
              byteLength: 20,
              type: {
                count: { offsetBytes: 16 },
                item: {
                  byteLength: 8,
                  fields: [{ type: { fields: [{ offsetBytes: 4 }, { offsetBytes: 0 }] } }],
                },
              },
            },
          ],
        },
      },
    });
  });

  test('of a list gives every item at least a byte, so that no record holds more items than bytes', () => {
    const literal: TypeDescriptor = { kind: 'enum', values: ['x'] };
    const inner = listOf([literal], 3000);
    expect(only(listOf([inner], 300))).toMatchObject({
      byteLength: 300 * 3002 + 2,
      type: { item: { byteLength: 3002, fields: [{ type: { item: { byteLength: 1 } } }] } },
    });
    expect(only({ ...listOf([{ ...inner, isExact: true }], 3), isExact: true })).toMatchObject({
      byteLength: 9000,
    });
  });

  test('of numbers has their count behind them', () => {
    expect(only({ kind: 'numbers', element: 'i8', max: 257 })?.type).toEqual({
      kind: 'numbers',
      element: 'i8',
      max: 257,
      count: { offsetBytes: 258, byteLength: 2 },
    });
    expect(only({ kind: 'numbers', element: 'f64', max: 2 })?.type).toMatchObject({
      count: { offsetBytes: 16, byteLength: 1 },
    });
  });

  test('of a tuple calls its fields by index', () => {
    const items: TypeDescriptor[] = [{ kind: 'u8' }, { kind: 'bool' }, { kind: 'f64' }];
    expect(only({ kind: 'tuple', items })?.type).toEqual({
      kind: 'tuple',
      fields: [
        place('0', { kind: 'u8' }, 8, 1),
        place('1', { kind: 'bool' }, 9, 0, 0),
        place('2', { kind: 'f64' }, 0, 8),
      ],
      bits: { offsetBytes: 9, count: 1 },
      byteLength: 16,
    });
  });

  test('of a union begins each option where the union does, and has its tag behind the largest', () => {
    expect(only(unionOf([{ kind: 'u16' }, { kind: 'bool' }], [{ kind: 'u8' }]))).toMatchObject({
      byteLength: 6,
      type: {
        kind: 'union',
        discriminator: 'k',
        tagOffsetBytes: 4,
        options: [
          {
            values: [0],
            fields: [{ name: 'k', byteLength: 0 }, { offsetBytes: 0 }, { bit: 0 }],
            bits: { offsetBytes: 2, count: 1 },
            byteLength: 4,
          },
          { values: [1], fields: [{ name: 'k' }, { offsetBytes: 0 }], byteLength: 1 },
        ],
      },
    });
  });
});

/** Any type, nested up to three deep. */
const anyFields: fc.Arbitrary<readonly FieldDescriptor[]> = fc.letrec<{
  type: TypeDescriptor;
  fields: readonly FieldDescriptor[];
  list: ListDescriptor;
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
      { kind: 'uuid' },
    ),
    fc.integer({ min: 1, max: 300 }).map((count): TypeDescriptor => {
      return { kind: 'enum', values: Array.from({ length: count }, (_, index) => index) };
    }),
    fc.integer({ min: 1, max: 255 }).map((maxLength): TypeDescriptor => ({ kind: 'ascii', maxLength })),
    fc.integer({ min: 1, max: 65_535 }).map((maxBytes): TypeDescriptor => ({ kind: 'utf8', maxBytes })),
    fc.integer({ min: 1, max: 65_535 }).map((maxBytes): TypeDescriptor => ({ kind: 'bytes', maxBytes })),
    fc
      .record({
        element: fc.constantFrom(
          ...(['i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'] as const),
        ),
        max: fc.integer({ min: 1, max: 600 }),
      })
      .map((numbers): TypeDescriptor => ({ kind: 'numbers', ...numbers })),
    tie('fields').map((fields): TypeDescriptor => ({ kind: 'object', fields })),
    fc.array(tie('type'), { maxLength: 5 }).map((items): TypeDescriptor => ({ kind: 'tuple', items })),
    tie('list'),
    fc
      .array(fc.array(tie('type'), { maxLength: 4 }), { minLength: 1, maxLength: 4 })
      .map((options) => unionOf(...options)),
    fc.record({
      kind: fc.constant('maybe' as const),
      type: tie('type'),
      absent: fc.constantFrom('undefined', 'null', 'either'),
    }),
    fc.record({ kind: fc.constant('default' as const), type: tie('type'), value: fc.constant(1) }),
  ),
  list: fc
    .record({
      as: fc.constantFrom('array', 'set', 'map'),
      types: fc.tuple(tie('type'), tie('type')),
      max: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 250, max: 260 })),
      isExact: fc.boolean(),
    })
    .map(({ as, types, max, isExact }) => {
      return { kind: 'list', as, items: as === 'map' ? types : types.slice(0, 1), max, isExact };
    }),
  fields: fc
    .array(tie('type'), { maxLength: 8 })
    .map((types) => types.map((type, index) => ({ name: `f${index}`, type }))),
})).fields;

/** From an offset up to, but not including, another. */
type Span = readonly [begin: number, end: number];

/** Calls back for each struct of a type, and for each type, with its address and what it may take. */
interface Visitor {
  readonly struct?: (struct: StructLayout, placed: PlacedStruct) => void;
  readonly type?: (type: TypeLayout, described: TypeDescriptor, address: number, byteLength: number) => void;
}

/** Walks a message with its descriptor; of a list's items the first two and the last. */
function visit(fields: readonly FieldDescriptor[], visitor: Visitor): MessageLayout {
  const visitStruct = (struct: StructLayout, placed: PlacedStruct, address: number): void => {
    visitor.struct?.(struct, placed);
    expect(struct.fields.map(({ name }) => name)).toEqual(placed.fields.map(({ name }) => name));
    for (const [index, { type, offsetBytes, byteLength }] of struct.fields.entries())
      visitType(type, placed.fields[index]?.type as TypeDescriptor, address + offsetBytes, byteLength);
  };
  const visitType = (
    type: TypeLayout,
    described: TypeDescriptor,
    address: number,
    byteLength: number,
  ): void => {
    visitor.type?.(type, described, address, byteLength);
    if (type.kind === 'object' && described.kind === 'object')
      visitStruct(type, placeStruct(described.fields), address);
    else if (type.kind === 'tuple' && described.kind === 'tuple')
      visitStruct(type, placeStruct(tupleFields(described.items)), address);
    else if (type.kind === 'list' && described.kind === 'list')
      for (const index of new Set([0, Math.min(1, type.max - 1), type.max - 1]))
        visitStruct(type.item, itemStruct(described), address + index * type.item.byteLength);
    else if (type.kind === 'union' && described.kind === 'union')
      for (const [index, option] of type.options.entries())
        visitStruct(option, placeStruct(described.options[index]?.fields ?? []), address);
    else if ((type.kind === 'maybe' || type.kind === 'default') && described.kind === type.kind)
      visitType(type.type, described.type, address, byteLength);
    else expect(type).toEqual(type.kind === 'numbers' ? { ...described, count: type.count } : described);
  };
  const message = layoutMessage({ name: 'M', fields });
  visitStruct(message, placeStruct(fields), 0);
  return message;
}

/** Each inside `[0, end)`, and none over another. */
function expectApart(spans: readonly Span[], end: number): void {
  let last = 0;
  for (const [from, to] of spans.filter(([from, to]) => from !== to).sort(([a], [b]) => a - b)) {
    expect(from).toBeGreaterThanOrEqual(last);
    last = to;
  }
  expect(last).toBeLessThanOrEqual(end);
}

const spanOf = ({ offsetBytes, byteLength }: CountLayout | FieldLayout): Span => {
  return [offsetBytes, offsetBytes + byteLength];
};

/** The same as in the table, said once more and of layouts. */
const bitsIn = (type: TypeLayout): number => {
  if (type.kind === 'bool') return 1;
  if (type.kind === 'default') return bitsIn(type.type);
  return type.kind === 'maybe' ? (type.absent === 'either' ? 2 : 1) + bitsIn(type.type) : 0;
};

/** What the machine asks of each kind of its own, and what the words in it ask of texts. */
const wordBytesOf = (type: TypeLayout): number => {
  switch (type.kind) {
    case 'u16':
    case 'i16':
      return 2;
    case 'u32':
    case 'i32':
    case 'f32':
    case 'ascii':
    case 'utf8':
    case 'bytes':
    case 'uuid':
      return 4;
    case 'f64':
    case 'safeInt':
    case 'u64':
    case 'i64':
    case 'date':
      return 8;
    case 'enum':
      return type.values.length > 256 ? 2 : 1;
    case 'numbers':
      return Number(type.element.slice(1)) / 8;
    default:
      return 1;
  }
};

describe('for any message', () => {
  test('no two fields of a struct overlap, nor do they and its bits, and all lie inside it', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const struct = ({ fields: placed, bits, byteLength }: StructLayout) => {
          const ofBits: Span[] = bits
            ? [[bits.offsetBytes, bits.offsetBytes + Math.ceil(bits.count / 8)]]
            : [];
          expectApart([...placed.map(spanOf), ...ofBits], byteLength);
        };
        expect(visit(fields, { struct }).byteLength % 8).toBe(0);
      }),
    );
  });

  test('no two fields of a struct share a bit, and none is left over', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        visit(fields, {
          struct({ fields: placed, bits }) {
            const spans = placed.flatMap(({ type, bit }): Span[] => {
              expect(bit === undefined).toBe(bitsIn(type) === 0);
              return bit === undefined ? [] : [[bit, bit + bitsIn(type)]];
            });
            expectApart(spans, bits?.count ?? 0);
            expect(spans.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(bits?.count ?? 0);
            if (bits !== undefined) expect(bits.count).toBeGreaterThan(0);
          },
          type: (type, described) => expect(bitsOf(described)).toBe(bitsIn(type)),
        });
      }),
    );
  });

  test('what a type consists of lies inside it and apart: items and count, options and tag', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        visit(fields, {
          type(type, described, _address, byteLength) {
            expect(byteLength).toBe(sizeBytesOf(described));
            if (type.kind === 'object' || type.kind === 'tuple') expect(type.byteLength).toBe(byteLength);
            if (type.kind === 'list') {
              expect(type.count === undefined).toBe(described.kind === 'list' && described.isExact);
              expectApart(
                [[0, type.max * type.item.byteLength], ...(type.count ? [spanOf(type.count)] : [])],
                byteLength,
              );
            }
            if (type.kind === 'numbers')
              expectApart([[0, type.max * wordBytesOf(type)], spanOf(type.count)], byteLength);
            if (type.kind === 'union')
              for (const option of type.options)
                expectApart(
                  [
                    [0, option.byteLength],
                    [type.tagOffsetBytes, type.tagOffsetBytes + 1],
                  ],
                  byteLength,
                );
            if ((type.kind === 'list' || type.kind === 'numbers') && type.count !== undefined)
              expect(type.max).toBeLessThan(256 ** type.count.byteLength);
          },
        });
      }),
    );
  });

  test('every type is aligned at its address in the record, and so is every count', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        visit(fields, {
          type(type, described, address) {
            expect(address % alignBytesOf(described)).toBe(0);
            expect(sizeBytesOf(described) % alignBytesOf(described)).toBe(0);
            expect(address % wordBytesOf(type)).toBe(0);
            if ((type.kind === 'list' || type.kind === 'numbers') && type.count !== undefined)
              expect((address + type.count.offsetBytes) % type.count.byteLength).toBe(0);
          },
        });
      }),
    );
  });

  test('fields at one level touch without padding between them', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        visit(fields, {
          struct({ fields: placed, bits, byteLength }, { alignBytes }) {
            const bytes = placed.reduce((sum, each) => sum + each.byteLength, 0);
            const ofBits = Math.ceil((bits?.count ?? 0) / 8);
            expect(bits?.offsetBytes ?? bytes).toBe(bytes);
            // The message itself is rounded up further, to 8; an item of a list that can have one value only takes a byte.
            const isOfNothing = bytes + ofBits === 0 && byteLength === 1;
            if (!isOfNothing)
              expect(byteLength - bytes - ofBits).toBeLessThan(byteLength % 8 === 0 ? 8 : alignBytes);
          },
        });
        const { byteLength } = layoutMessage({ name: 'M', fields });
        const sum = fields.reduce((bytes, { type }) => bytes + sizeBytesOf(type), 0);
        const bits = fields.reduce((count, { type }) => count + bitsOf(type), 0);
        expect(byteLength).toBe(Math.ceil((sum + Math.ceil(bits / 8)) / 8) * 8);
      }),
    );
  });

  test('a layout is JSON, and the same each time', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const message = layoutMessage({ name: 'M', fields });
        expect(JSON.parse(JSON.stringify(message))).toEqual(message);
        expect(layoutMessage({ name: 'M', fields: structuredClone(fields) as FieldDescriptor[] })).toEqual(
          message,
        );
      }),
    );
  });
});
