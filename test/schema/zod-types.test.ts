import {
  ascii,
  bool,
  bytes,
  f32,
  f32Array,
  f64,
  f64Array,
  i8,
  i8Array,
  i16,
  i16Array,
  i32,
  i32Array,
  i64,
  i64Array,
  u8,
  u16,
  u16Array,
  u32,
  u32Array,
  u64,
  u64Array,
  utf8,
} from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeField, fieldFaults, rawObject } from './support.js';

/** What TypeScript emits for `enum Side { Buy, Sell, Short = 'short' }`: numbers have a key back to their name. */
const Side = { Buy: 0, Sell: 1, Short: 'short', 0: 'Buy', 1: 'Sell' } as const;

const typedArrays = {
  i8: i8Array,
  u16: u16Array,
  i16: i16Array,
  u32: u32Array,
  i32: i32Array,
  f32: f32Array,
  f64: f64Array,
  u64: u64Array,
  i64: i64Array,
};
const numeric = { u8, i8, u16, i16, u32, i32, u64, i64, f32, f64, bool };

describe('a type of ours keeps the layout that was written', () => {
  test.each(Object.entries(numeric))('%s', (kind, type) => {
    expect(describeField(type())).toEqual({ kind });
  });

  test('text and bytes keep their limits', () => {
    expect(describeField(ascii(3))).toEqual({ kind: 'ascii', maxLength: 3 });
    expect(describeField(utf8(300))).toEqual({ kind: 'utf8', maxBytes: 300 });
    expect(describeField(bytes(16))).toEqual({ kind: 'bytes', maxBytes: 16 });
  });

  test.each(Object.entries(typedArrays))('%sArray keeps element and bound', (element, array) => {
    expect(describeField(array(7))).toEqual({ kind: 'numbers', element, max: 7 });
    expect(describeField(array(65_535).describe('x').readonly())).toEqual({
      kind: 'tail',
      type: { kind: 'numbers', element, max: 65_535 },
    });
    for (const max of [0, 2 ** 24 + 1, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined])
      expect(fieldFaults(array(max as number))).toMatchObject([{ code: 'SN1013' }]);
    expect(fieldFaults(array(2 ** 24 + 1))[0]).toMatchObject({
      problem: `${element}Array(n) holds 1 to 16777216 numbers: got 16777217`,
      help: `write ${element}Array(16777216) or less`,
    });
  });

  test('through every wrapper that keeps the type', () => {
    expect(describeField(ascii(3).describe('a').meta({ id: 'describe-test' }).brand('B').readonly())).toEqual(
      { kind: 'ascii', maxLength: 3 },
    );
    expect(describeField(u16().min(0).max(10))).toEqual({ kind: 'u16' });
    expect(describeField(ascii(3).max(2))).toEqual({ kind: 'ascii', maxLength: 3 });
    expect(describeField(bytes(4).readonly().describe('x').readonly())).toEqual({
      kind: 'bytes',
      maxBytes: 4,
    });
  });
});

describe("Zod's own types", () => {
  test.each<[string, z.ZodType, object]>([
    ['z.int32', z.int32(), { kind: 'i32' }],
    ['z.int32 with bounds', z.int32().min(0).max(9), { kind: 'i32' }],
    ['z.uint32', z.uint32(), { kind: 'u32' }],
    ['z.float32', z.float32(), { kind: 'f32' }],
    ['z.float64', z.float64(), { kind: 'f64' }],
    ['z.number', z.number(), { kind: 'f64' }],
    ['z.number with bounds', z.number().min(0).max(255), { kind: 'f64' }],
    ['z.int', z.int(), { kind: 'safeInt' }],
    ['z.int with one bound', z.int().min(0), { kind: 'safeInt' }],
    [
      'z.int beyond 32 bits',
      z
        .int()
        .min(0)
        .max(2 ** 32),
      { kind: 'safeInt' },
    ],
    ['z.int to 255', z.int().min(0).max(255), { kind: 'u8' }],
    ['z.number().int() to 255', z.number().int().gte(0).lte(255), { kind: 'u8' }],
    ['z.int below 256', z.int().nonnegative().lt(256), { kind: 'u8' }],
    ['z.int above -129', z.int().gt(-129).lt(128), { kind: 'i8' }],
    ['z.int to 256', z.int().min(0).max(256), { kind: 'u16' }],
    ['z.int to -129', z.int().min(-129).max(0), { kind: 'i16' }],
    ['z.int to 65,536', z.int().min(0).max(65_536), { kind: 'u32' }],
    ['z.int to -40,000', z.int().min(-40_000).max(0), { kind: 'i32' }],
    ['the tightest of many bounds', z.int().min(-5).min(0).max(1000).max(7), { kind: 'u8' }],
    ['fractional bounds', z.int().min(-0.5).max(255.5), { kind: 'u8' }],
    ['z.int64', z.int64(), { kind: 'i64' }],
    ['z.uint64', z.uint64(), { kind: 'u64' }],
    [
      'z.bigint within u64',
      z
        .bigint()
        .min(0n)
        .max(2n ** 64n - 1n),
      { kind: 'u64' },
    ],
    ['z.bigint within i64', z.bigint().gt(-3n).lt(5n), { kind: 'i64' }],
    ['z.boolean', z.boolean(), { kind: 'bool' }],
    ['z.date', z.date(), { kind: 'date' }],
    ['z.string of 3', z.string().max(3), { kind: 'utf8', maxBytes: 12 }],
    ['z.string of exactly 2', z.string().length(2), { kind: 'utf8', maxBytes: 8 }],
    ['the tighter of two lengths', z.string().max(9).max(4), { kind: 'utf8', maxBytes: 16 }],
    ['z.uuid', z.uuid(), { kind: 'uuid' }],
    ['z.uuid with a bound that says nothing', z.uuid().max(36), { kind: 'uuid' }],
    ['z.uuid of one version', z.uuidv7(), { kind: 'uuid' }],
    ['z.string().uuid', z.string().uuid(), { kind: 'uuid' }],
    ['z.guid', z.guid(), { kind: 'uuid' }],
    ['z.enum', z.enum(['b', 'a']), { kind: 'enum', values: ['b', 'a'] }],
    ['a native enum', z.enum(Side), { kind: 'enum', values: [0, 1, 'short'] }],
    ['an enum with aliases', z.enum({ A: 'x', B: 'x', C: -0 }), { kind: 'enum', values: ['x', 0] }],
    ['z.literal', z.literal('only'), { kind: 'enum', values: ['only'] }],
    ['z.literal of several', z.literal([1, 'b']), { kind: 'enum', values: [1, 'b'] }],
    ['z.literal of true', z.literal(true), { kind: 'enum', values: [true] }],
    ['z.literal of null', z.literal(null), { kind: 'enum', values: [null] }],
    [
      'z.literal of all kinds',
      z.literal([false, null, 0, '0', -0]),
      { kind: 'enum', values: [false, null, 0, '0'] },
    ],
    ['a brand', z.int32().brand('Id'), { kind: 'i32' }],
    ['z.readonly', z.int32().readonly(), { kind: 'i32' }],
    ['z.strictObject', z.strictObject({}), { kind: 'object', fields: [] }],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test('objects nest, with the order that was written', () => {
    expect(describeField(z.object({ b: z.object({ x: u8() }), a: bool() }).readonly())).toEqual({
      kind: 'object',
      fields: [
        { name: 'b', type: { kind: 'object', fields: [{ name: 'x', type: { kind: 'u8' } }] } },
        { name: 'a', type: { kind: 'bool' } },
      ],
    });
  });
});

describe('a type without a layout is a fault that names what it is', () => {
  test.each<[string, unknown, string]>([
    ['catch', z.int32().catch(1), 'z.catch'],
    ['tuple with a rest', z.tuple([z.int32()], z.int32()), 'a rest'],
    ['record with free keys', z.record(z.string(), z.int32()), 'free keys'],
    ['record with number keys', z.record(z.literal([1, 2]), z.int32()), 'free keys'],
    ['loose record', z.looseRecord(z.enum(['a']), z.int32()), 'free keys'],
    ['union', z.union([z.int32(), z.boolean()]), 'no field tells apart'],
    ['exclusive union', z.xor([z.int32(), z.boolean()]), 'no field tells apart'],
    ['intersection', z.intersection(z.object({}), z.object({})), 'z.intersection'],
    ['any', z.any(), 'z.any'],
    ['unknown', z.unknown(), 'z.unknown'],
    ['never', z.never(), 'z.never'],
    ['void', z.void(), 'z.void'],
    ['undefined', z.undefined(), 'z.undefined'],
    ['null', z.null(), 'z.null'],
    ['nan', z.nan(), 'z.nan'],
    ['symbol', z.symbol(), 'z.symbol'],
    ['promise', z.promise(z.int32()), 'z.promise'],
    ['file', z.file(), 'z.file'],
    ['lazy', z.lazy(() => z.int32()), 'z.lazy'],
    ['transform', z.transform((value) => value), 'a transform'],
    ['transform after a type', z.string().transform((text) => text.length), '.transform()'],
    ['transform before a type', z.preprocess((value) => value, z.int32()), 'z.preprocess'],
    ['transform between types', z.string().transform(Number).pipe(z.int32()), '.transform()'],
    ['wrapped transform', z.string().transform(Number).optional().pipe(z.int32()), '.transform()'],
    ['template literal', z.templateLiteral(['a', z.number()]), 'z.templateLiteral'],
    ['custom', z.instanceof(Map), 'z.custom'],
    ['bigint literal', z.literal(3n), 'got 3n'],
    ['literal of NaN', z.literal(Number.NaN), 'got NaN'],
    ['undefined literal', z.literal([undefined, 'a']), 'a literal'],
    ['loose object', z.looseObject({ a: u8() }), 'free keys'],
    ['catchall', z.object({}).catchall(u8()), 'free keys'],
    ['no Zod type', 3, 'got 3'],
    ['a forgotten call', ascii, 'got a function'],
    ['a type of a later Zod', { _zod: { def: { type: 'tensor' } } }, '"tensor"'],
    ['a member of every object', { _zod: { def: { type: 'constructor' } } }, '"constructor"'],
  ])('%s', (_name, type, problem) => {
    const faults = fieldFaults(type);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ code: 'SN1012', path: ['messages', 'M', 'f'] });
    expect(faults[0]?.problem).toContain(problem);
    expect(faults[0]?.help).not.toBe('');
  });

  test('every type tag of Zod 4 is known, so that none falls through by accident', () => {
    const tags =
      'string number boolean bigint symbol null undefined void never any unknown date object record file array tuple ' +
      'union intersection map set enum literal nullable optional nonoptional success transform default prefault catch ' +
      'nan pipe readonly template_literal promise lazy function custom';
    for (const type of tags.split(' ')) {
      const faults = fieldFaults({ _zod: { def: { type, innerType: z.int32() } } });
      expect(faults.map((fault) => fault.problem).join()).not.toContain('is not known');
    }
  });
});

describe('other faults of a field', () => {
  test.each<[string, string, unknown]>([
    ['a string without bound', 'SN1014', z.string()],
    ['a format without bound', 'SN1014', z.email()],
    ['a lower bound alone', 'SN1014', z.string().min(3)],
    ['a bigint without bounds', 'SN1015', z.bigint()],
    ['a bigint with one bound', 'SN1015', z.bigint().min(0n)],
    [
      'a bigint beyond 64 bits',
      'SN1015',
      z
        .bigint()
        .min(-1n)
        .max(2n ** 64n - 1n),
    ],
    ['bounds that no integer meets', 'SN1013', z.int().min(5).max(4)],
    ['ascii(0)', 'SN1013', ascii(0)],
    ['ascii(256)', 'SN1013', ascii(256)],
    ['ascii of a fraction', 'SN1013', ascii(1.5)],
    ['ascii of no number', 'SN1013', ascii(Object.create(null))],
    ['utf8(2^28 + 1)', 'SN1013', utf8(2 ** 28 + 1)],
    ['bytes(NaN)', 'SN1013', bytes(Number.NaN)],
    ['a string that needs too many bytes', 'SN1013', z.string().max(2 ** 26 + 1)],
    ['an empty enum', 'SN1013', z.enum([])],
    ['a string of exactly nothing', 'SN1013', z.string().length(0)],
    ['a coercion before a type', 'SN1019', z.coerce.number().pipe(z.int32())],
    ['trim before a type', 'SN1019', z.string().trim().pipe(z.string().max(3))],
    ['z.coerce', 'SN1019', z.coerce.number()],
    ['trim', 'SN1019', z.string().trim().max(3)],
    ['toLowerCase on ours', 'SN1019', ascii(3).toLowerCase()],
  ])('%s is %s', (_name, code, type) => {
    expect(fieldFaults(type)).toEqual([
      expect.objectContaining({ code, path: ['messages', 'M', 'f'], help: expect.stringMatching(/./) }),
    ]);
  });

  test('a limit is refused with rule, value and mend', () => {
    expect(fieldFaults(ascii(300))[0]).toEqual({
      code: 'SN1013',
      path: ['messages', 'M', 'f'],
      problem: 'ascii(n) holds 1 to 255 characters: got 300',
      help: 'write ascii(255) or less',
    });
    expect(fieldFaults(z.string())[0]?.help).toBe('write ascii(n) or utf8(maxBytes)');
  });

  test('an enum has at most 65,536 values', () => {
    const values = (count: number) => z.enum(Array.from({ length: count }, (_, index) => `v${index}`));
    expect(describeField(values(65_536))).toMatchObject({ kind: 'enum' });
    expect(fieldFaults(values(65_537))).toMatchObject([{ code: 'SN1013' }]);
  });

  test('nested fields are reported at their own place, all of them', () => {
    const faults = fieldFaults(rawObject({ a: z.any(), b: rawObject({ c: z.string(), d: u8() }) }));
    expect(faults.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['SN1012', 'messages.M.f.a'],
      ['SN1014', 'messages.M.f.b.c'],
    ]);
  });

  test('help for what has no layout names what to write instead', () => {
    const help = (type: unknown) => fieldFaults(type)[0]?.help;
    expect(help(z.union([z.int32(), z.null()]))).toBe(
      "write z.discriminatedUnion('kind', [...]), z.enum([...]) for constants, or .nullable() for null",
    );
    expect(help(z.record(z.string(), z.int32()))).toBe(
      'write z.record(z.enum([...]), type), or z.map(key, type).max(n)',
    );
    expect(help(z.instanceof(Float32Array))).toContain('f64Array(max)');
    expect(help(z.string().transform(Number))).toContain('z.codec');
  });

  test('an object that contains itself is found', () => {
    const Node = z.object({
      get next() {
        return Node;
      },
    });
    expect(fieldFaults(Node)).toMatchObject([{ code: 'SN1018', path: ['messages', 'M', 'f', 'next'] }]);
  });

  test('a shape that throws is reported and not thrown', () => {
    const Thrower = z.object({
      get boom(): z.ZodType {
        throw new Error('no such table');
      },
    });
    const [fault] = fieldFaults(Thrower);
    expect(fault).toMatchObject({ code: 'SN1016' });
    expect(fault?.problem).toContain('no such table');
  });
});
