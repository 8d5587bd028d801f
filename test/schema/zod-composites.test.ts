/** Zod's types that consist of others, to their exact descriptors, and to faults where they have no layout. */
import { ascii, bytes, flags, list, u8, u32, utf8 } from 'sn-gen/schema';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Absent, JsonValue, TypeDescriptor } from '../../schema/descriptor.js';
import { layoutMessage } from '../../schema/layout.js';
import { describeField, fieldFaults, field as named, rawObject } from './support.js';

const U8: TypeDescriptor = { kind: 'u8' };
const I32: TypeDescriptor = { kind: 'i32' };
const BOOL: TypeDescriptor = { kind: 'bool' };

const maybe = (type: TypeDescriptor, absent: Absent): TypeDescriptor => ({ kind: 'maybe', type, absent });
const orDefault = (type: TypeDescriptor, value: JsonValue): TypeDescriptor => {
  return { kind: 'default', type, value };
};
const object = (fields: { readonly [name: string]: TypeDescriptor }): TypeDescriptor => {
  return { kind: 'object', fields: Object.entries(fields).map(([name, type]) => named(name, type)) };
};
const enumOf = (...values: (string | number | boolean | null)[]): TypeDescriptor => ({
  kind: 'enum',
  values,
});
const array = (item: TypeDescriptor, max: number, isExact = false): TypeDescriptor => {
  return { kind: 'list', as: 'array', items: [item], max, isExact };
};

const summary = (type: unknown) =>
  fieldFaults(type).map(({ code, path }) => `${code} ${path.slice(2).join('.')}`);

/** The field's layout alone in a message. */
const layoutOf = (type: unknown) => {
  const described = describeField(type);
  if (described === undefined) throw new Error('the field has no descriptor');
  return layoutMessage({ name: 'M', fields: [named('f', described)] });
};

describe('what may be absent', () => {
  test.each<[string, z.ZodType, TypeDescriptor]>([
    ['optional', z.int32().optional(), maybe(I32, 'undefined')],
    ['exact optional', z.int32().exactOptional(), maybe(I32, 'undefined')],
    ['optional around ours', ascii(3).optional(), maybe({ kind: 'ascii', maxLength: 3 }, 'undefined')],
    ['nullable', z.int32().nullable(), maybe(I32, 'null')],
    ['nullish', z.int32().nullish(), maybe(I32, 'either')],
    ['nullable of optional', z.int32().optional().nullable(), maybe(I32, 'either')],
    ['optional of nullable', z.int32().nullable().optional(), maybe(I32, 'either')],
    ['twice optional', z.int32().optional().optional(), maybe(I32, 'undefined')],
    ['twice nullable', z.int32().nullable().readonly().nullable(), maybe(I32, 'null')],
    ['optional of nullish', z.int32().nullish().optional(), maybe(I32, 'either')],
    ['nonoptional of optional', z.int32().optional().nonoptional(), I32],
    ['nonoptional of nullish', z.int32().nullish().nonoptional(), maybe(I32, 'null')],
    ['nonoptional of nullable', z.int32().nullable().nonoptional(), maybe(I32, 'null')],
    ['nonoptional of what is there', z.int32().nonoptional(), I32],
    ['optional object', z.object({ a: u8() }).optional(), maybe(object({ a: U8 }), 'undefined')],
    ['nullable list', list(u8(), 3).nullable(), maybe(array(U8, 3), 'null')],
    ['nullable null', z.literal(null).nullable(), maybe(enumOf(null), 'null')],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test('costs a bit, and two where it may be absent in two ways', () => {
    expect(layoutOf(z.int32().optional()).bits).toEqual({ offsetBytes: 4, count: 1 });
    expect(layoutOf(z.int32().nullish()).bits).toEqual({ offsetBytes: 4, count: 2 });
    expect(layoutOf(z.boolean().nullish()).bits).toEqual({ offsetBytes: 0, count: 3 });
  });

  test('has its faults where the type itself has them', () => {
    expect(summary(z.any().optional())).toEqual(['SN1012 f']);
    expect(summary(z.object({ a: z.string() }).nullish())).toEqual(['SN1014 f.a']);
  });
});

describe('a default', () => {
  test.each<[string, z.ZodType, TypeDescriptor]>([
    ['of a number', z.int32().default(1), orDefault(I32, 1)],
    ['of null', z.int32().nullable().default(null), orDefault(maybe(I32, 'null'), null)],
    ['of optional, which is never absent', z.int32().optional().default(1), orDefault(I32, 1)],
    ['of nullish, which may be null', z.int32().nullish().default(1), orDefault(maybe(I32, 'null'), 1)],
    ['of a default, which is never used', z.int32().default(1).default(2), orDefault(I32, 2)],
    ['in optional, which Zod fills', z.int32().default(1).optional(), orDefault(I32, 1)],
    ['in nullable', z.int32().default(1).nullable(), orDefault(maybe(I32, 'null'), 1)],
    ['in nullish', z.int32().default(1).nullish(), orDefault(maybe(I32, 'null'), 1)],
    ['in nonoptional', z.int32().default(1).nonoptional(), orDefault(I32, 1)],
    ['by prefault', z.int32().prefault(1), orDefault(I32, 1)],
    ['by a function', z.int32().default(() => 1), orDefault(I32, 1)],
    ['of a list', list(u8(), 3).default([]), orDefault(array(U8, 3), [])],
    ['made anew at each call', list(u8(), 3).default(() => [1]), orDefault(array(U8, 3), [1])],
    [
      'of an object',
      z.object({ a: u8(), b: z.boolean() }).default({ a: 1, b: true }),
      orDefault(object({ a: U8, b: BOOL }), { a: 1, b: true }),
    ],
    [
      'of an object with defaults',
      z.object({ a: u8().default(3) }).prefault({}),
      orDefault(object({ a: orDefault(U8, 3) }), {}),
    ],
    ['of an enum', z.enum(['a', 'b']).default('b'), orDefault(enumOf('a', 'b'), 'b')],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test.each<[string, z.ZodType]>([
    ['in optional', z.int32().default(1).optional()],
    ['in nullable', z.int32().default(1).nullable()],
    ['in nullish', z.int32().default(1).nullish()],
    ['of a default', z.int32().default(2).default(1)],
    ['of nullish', z.int32().nullish().default(1)],
  ])('%s is what Zod makes of undefined too', (_name, type) => {
    expect(type.parse(undefined)).toBe(1);
  });

  test('costs nothing', () => {
    expect(layoutOf(z.int32().default(1))).toMatchObject({ byteLength: 8, fields: [{ byteLength: 4 }] });
    expect(layoutOf(z.int32().default(1)).bits).toBeUndefined();
    expect(layoutOf(z.int32().nullish().default(1)).bits).toEqual({ offsetBytes: 4, count: 1 });
  });

  let calls = 0;
  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each<[string, z.ZodType]>([
    ['a clock', z.number().default(() => Date.now())],
    ['a clock of whole years', z.number().default(() => new Date().getFullYear())],
    ['a clock of weekdays', z.number().prefault(() => new Date().getUTCDay())],
    ['a clock of days', utf8(10).default(() => new Date().toISOString().slice(0, 10))],
    ['a clock as text', utf8(99).default(() => Date())],
    ['a counter', z.number().default(() => calls++)],
    ['a random number', z.number().default(() => Math.random())],
    ['a random id', z.uuid().default(() => crypto.randomUUID())],
    ['a Date', z.date().default(new Date(0))],
    [
      'a Map',
      z
        .map(u8(), u8())
        .max(3)
        .default(new Map([[1, 2]])),
    ],
    [
      'a Set',
      z
        .set(u8())
        .max(3)
        .default(new Set([1])),
    ],
    ['a bigint', z.int64().default(3n)],
    ['NaN', z.number().default(Number.NaN)],
    ['-0', z.number().default(-0)],
    [
      'undefined',
      z
        .int32()
        .optional()
        .default(undefined as never),
    ],
    ['a Date inside', z.object({ at: z.date() }).default({ at: new Date(0) })],
    ['a value that contains itself', list(list(u8(), 3), 3).default(cycle as number[][])],
  ])('that is %s is refused', (_name, type) => {
    expect(fieldFaults(type)).toEqual([
      {
        code: 'SN1019',
        path: ['messages', 'M', 'f'],
        problem: 'a default must be a constant that JSON can hold',
        help: 'set the value before sending, and write the inner type here',
      },
    ]);
  });

  test('leaves the clock as it was, even when it throws', () => {
    const RealDate = globalThis.Date;
    const read = vi.fn(() => {
      if (read.mock.calls.length > 1) throw new Error(`it is ${Number(new Date(5))}`);
      return 1;
    });
    expect(fieldFaults(z.number().default(read))[0]?.problem).toContain('it is 5');
    expect(globalThis.Date).toBe(RealDate);
  });
});

describe('a list', () => {
  test.each<[string, z.ZodType, TypeDescriptor]>([
    ['z.array to a bound', z.array(u8()).max(3), array(U8, 3)],
    ['list', list(u8(), 3), array(U8, 3)],
    ['of at least some', z.array(u8()).nonempty().min(2).max(3), array(U8, 3)],
    ['to the tighter of two bounds', z.array(u8()).max(3).max(2), array(U8, 2)],
    ['of exactly so many', z.array(u8()).length(3), array(U8, 3, true)],
    ['of nullable', list(u8().nullable(), 3), array(maybe(U8, 'null'), 3)],
    ['of optional', list(u8().optional(), 3), array(maybe(U8, 'undefined'), 3)],
    ['of objects', list(z.object({ a: u8(), b: z.boolean() }), 3), array(object({ a: U8, b: BOOL }), 3)],
    ['of lists', list(list(u8(), 2), 3), array(array(U8, 2), 3)],
    ['z.set', z.set(u8()).max(3), { kind: 'list', as: 'set', items: [U8], max: 3, isExact: false }],
    [
      'z.set of exactly so many',
      z.set(u8()).size(3),
      { kind: 'list', as: 'set', items: [U8], max: 3, isExact: true },
    ],
    [
      'z.map',
      z.map(u8(), z.int32()).max(3),
      { kind: 'list', as: 'map', items: [U8, I32], max: 3, isExact: false },
    ],
    [
      'z.map of exactly so many',
      z.map(u8(), z.boolean()).size(2).readonly(),
      { kind: 'list', as: 'map', items: [U8, BOOL], max: 2, isExact: true },
    ],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test.each([1, 255, 256, 1022])('holds up to %i items in its slot', (max) => {
    expect(describeField(list(u8(), max))).toEqual(array(U8, max));
    expect(describeField(z.array(u8()).length(max))).toEqual(array(U8, max, true));
    expect(layoutOf(list(u8(), max)).fields[0]?.type).toMatchObject({
      max,
      count: { byteLength: max <= 255 ? 1 : 2 },
    });
  });

  test.each([1025, 65_535, 2 ** 24])('holds up to %i items in the tail', (max) => {
    expect(describeField(list(u8(), max))).toEqual({ kind: 'tail', type: array(U8, max) });
    expect(describeField(z.array(u8()).length(max))).toEqual({ kind: 'tail', type: array(U8, max, true) });
    expect(layoutOf(list(u8(), max))).toMatchObject({
      byteLength: 8,
      fields: [{ type: { kind: 'tail', type: { max, count: { offsetBytes: 4, byteLength: 4 } } } }],
    });
  });

  test.each([0, -1, 1.5, 2 ** 24 + 1, 1e9, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a bound of %d',
    (max) => {
      for (const type of [
        list(u8(), max),
        z.array(u8()).length(max),
        z.set(u8()).max(max),
        z.map(u8(), u8()).size(max),
      ])
        expect(fieldFaults(type)).toMatchObject([{ code: 'SN1013', path: ['messages', 'M', 'f'] }]);
    },
  );

  test('says its limits, the bound and what to write', () => {
    expect(fieldFaults(list(u8(), 2 ** 24 + 1))[0]).toMatchObject({
      problem: 'an array holds 1 to 16777216 items: got a bound of 16777217',
      help: 'lower it to 16777216 or less',
    });
    expect(fieldFaults(list(u8(), '3' as never))[0]).toMatchObject({
      code: 'SN1013',
      problem: 'an array holds 1 to 16777216 items: got a bound of NaN',
      help: 'set it to 1 or more, or remove the field',
    });
    expect(fieldFaults(z.map(u8(), u8()).max(0))[0]).toMatchObject({
      problem: 'a map holds 1 to 16777216 items: got a bound of 0',
      help: 'set it to 1 or more, or remove the field',
    });
  });

  test.each<[string, unknown, string]>([
    ['an array', z.array(u8()), 'write list(type, max), or add .max(n)'],
    ['an array', z.array(u8()).min(3), 'write list(type, max), or add .max(n)'],
    ['a set', z.set(u8()), 'add .max(n)'],
    ['a map', z.map(u8(), u8()).min(1), 'add .max(n)'],
  ])('%s needs a bound', (noun, type, help) => {
    expect(fieldFaults(type)).toEqual([
      { code: 'SN1014', path: ['messages', 'M', 'f'], problem: `${noun} needs a bound on its size`, help },
    ]);
  });

  test('has the faults of its items at their own places', () => {
    expect(summary(list(z.object({ a: z.string(), b: z.any() }), 3))).toEqual([
      'SN1014 f.item.a',
      'SN1012 f.item.b',
    ]);
    expect(summary(z.map(z.string(), list(z.bigint(), 3)))).toEqual([
      'SN1014 f.key',
      'SN1015 f.value.item',
      'SN1014 f',
    ]);
    expect(fieldFaults(list(u8 as never, 3))).toMatchObject([{ code: 'SN1012', help: 'call the function' }]);
  });

  test('of lists that no record could hold is a fault with a number one can read', () => {
    const nested = (depth: number): z.ZodType => (depth === 0 ? u8() : list(nested(depth - 1), 65_535));
    for (const depth of [2, 3, 20]) {
      expect(fieldFaults(nested(depth))).toMatchObject([{ code: 'SN1017', path: ['messages', 'M'] }]);
    }
    // Each list brings eight bytes for its beginning, and eight for its field where it is an item.
    expect(fieldFaults(nested(2))[0]?.problem).toBe(
      'a message holds at most 1073741824 bytes: got 4295884801'.replace(
        '4295884801',
        String(8 + 8 + 65_535 * (8 + 8 + 65_535)),
      ),
    );
    expect(fieldFaults(nested(20))[0]).toMatchObject({
      problem: 'a message holds at most 1073741824 bytes: got more than 2^53',
      help: 'lower the limits of its text, bytes and lists, or send it in parts',
    });
  });

  test('fills a record up to its last byte', () => {
    // Each of them takes 1024 bytes, the most that stays in the record.
    const record = (count: number) =>
      z.object(Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, bytes(1020)])));
    expect(fieldFaults(record(1024))).toEqual([]);
    expect(layoutOf(record(1024)).byteLength).toBe(2 ** 20);
    expect(fieldFaults(record(1025))).toMatchObject([
      { code: 'SN1017', problem: `a record holds at most 1048576 bytes: got ${2 ** 20 + 1024}` },
    ]);
  });
});

describe('a tuple', () => {
  test('has its items by index', () => {
    expect(describeField(z.tuple([z.int32(), z.boolean().nullable(), list(u8(), 2)]))).toEqual({
      kind: 'tuple',
      items: [I32, maybe(BOOL, 'null'), array(U8, 2)],
    });
    expect(layoutOf(z.tuple([z.boolean(), z.int32()])).fields[0]).toMatchObject({
      byteLength: 8,
      type: {
        fields: [
          { name: '0', bit: 0 },
          { name: '1', offsetBytes: 0 },
        ],
        bits: { offsetBytes: 4, count: 1 },
      },
    });
  });

  test('of nothing takes no bytes', () => {
    expect(describeField(z.tuple([]))).toEqual({ kind: 'tuple', items: [] });
    expect(layoutOf(z.tuple([])).byteLength).toBe(0);
  });

  test('has the faults of its items at their index, and of its rest', () => {
    expect(summary(z.tuple([z.int32(), z.any(), z.string()]))).toEqual(['SN1012 f.1', 'SN1014 f.2']);
    expect(fieldFaults(z.tuple([z.int32()], u8()))).toEqual([
      {
        code: 'SN1012',
        path: ['messages', 'M', 'f'],
        problem: 'a tuple with a rest has no fixed layout',
        help: 'write an object with a list(type, max) for the rest',
      },
    ]);
  });
});

describe('a record with known keys', () => {
  test.each<[string, z.ZodType, TypeDescriptor]>([
    ['of an enum', z.record(z.enum(['a', 'b']), u8()), object({ a: U8, b: U8 })],
    ['of a literal', z.record(z.literal(['x', 'y']), z.boolean()), object({ x: BOOL, y: BOOL })],
    [
      'in order as written',
      z.record(z.enum(['b', 'a']), u8().optional()),
      object({ b: maybe(U8, 'undefined'), a: maybe(U8, 'undefined') }),
    ],
    [
      'partial',
      z.partialRecord(z.enum(['a', 'b']), u8()),
      object({ a: maybe(U8, 'undefined'), b: maybe(U8, 'undefined') }),
    ],
    [
      'partial of optional',
      z.partialRecord(z.enum(['a']), u8().optional()),
      object({ a: maybe(U8, 'undefined') }),
    ],
    [
      'partial of nullable',
      z.partialRecord(z.enum(['a']), u8().nullable()),
      object({ a: maybe(U8, 'either') }),
    ],
    [
      'partial of default',
      z.partialRecord(z.enum(['a']), u8().default(1)),
      object({ a: maybe(orDefault(U8, 1), 'undefined') }),
    ],
    ['flags', flags(['read', 'write']), object({ read: BOOL, write: BOOL })],
    ['flags of one', flags('read' as never), object({ read: BOOL })],
    ['flags of none', flags([]), object({})],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test('of flags takes a bit each', () => {
    expect(layoutOf(flags(['a', 'b', 'c'])).fields[0]).toMatchObject({
      byteLength: 1,
      type: { bits: { offsetBytes: 0, count: 3 } },
    });
  });

  test('refuses a key that is no name of a field', () => {
    expect(summary(z.record(z.enum(['a-b']), u8()))).toEqual(['SN1020 f.a-b']);
    expect(summary(z.record(z.enum(['constructor']), u8()))).toEqual(['SN1021 f.constructor']);
    expect(summary(flags(['__proto__']))).toEqual(['SN1021 f.__proto__']);
    expect(summary(flags([3] as never))).toEqual(['SN1020 f.3']);
    expect(summary(flags(undefined as never))).toEqual(['SN1021 f.undefined']);
  });

  test('has the fault of its values at each key', () => {
    expect(summary(z.record(z.enum(['a', 'b']), z.string()))).toEqual(['SN1014 f.a', 'SN1014 f.b']);
  });
});

describe('a discriminated union', () => {
  const A = z.object({ kind: z.literal('a'), x: u8() });
  const B = z.object({ kind: z.enum(['b', 'c']), on: z.boolean() });
  const optionA = { values: ['a'], fields: [named('kind', enumOf('a')), named('x', U8)] };
  const optionB = { values: ['b', 'c'], fields: [named('kind', enumOf('b', 'c')), named('on', BOOL)] };

  test('has its options in order as written', () => {
    expect(describeField(z.discriminatedUnion('kind', [A, B.readonly()]))).toEqual({
      kind: 'union',
      discriminator: 'kind',
      options: [optionA, optionB],
    });
    expect(describeField(z.discriminatedUnion('kind', [B]))).toMatchObject({ options: [optionB] });
  });

  test('is told apart by truth values, numbers and null as well', () => {
    const option = (value: boolean | number | null) => z.object({ ok: z.literal(value) });
    expect(
      describeField(z.discriminatedUnion('ok', [option(true), option(false), option(null), option(0)])),
    ).toMatchObject({
      options: [{ values: [true] }, { values: [false] }, { values: [null] }, { values: [0] }],
    });
  });

  test('in another by the same field counts as its options', () => {
    const D = z.object({ kind: z.literal('d') });
    expect(describeField(z.discriminatedUnion('kind', [D, z.discriminatedUnion('kind', [A, B])]))).toEqual({
      kind: 'union',
      discriminator: 'kind',
      options: [{ values: ['d'], fields: [named('kind', enumOf('d'))] }, optionA, optionB],
    });
  });

  test('in another by another field is refused', () => {
    const sub = z.discriminatedUnion('sub', [
      z.object({ kind: z.literal('s'), sub: z.literal(1) }),
      z.object({ kind: z.literal('s'), sub: z.literal(2) }),
    ]);
    expect(fieldFaults(z.discriminatedUnion('kind', [A, sub]))).toEqual([
      {
        code: 'SN1012',
        path: ['messages', 'M', 'f'],
        problem: "an option of a union must be an object whose 'kind' is a literal or an enum",
        help: "write z.object({ kind: z.literal('...'), ... })",
      },
    ]);
  });

  test('stands in lists, in what may be absent, and in its own options', () => {
    const union = z.discriminatedUnion('kind', [A, B]);
    expect(describeField(list(union.nullable(), 3))).toMatchObject({
      items: [{ kind: 'maybe', type: { kind: 'union' } }],
    });
    const outer = z.discriminatedUnion('kind', [z.object({ kind: z.literal(1), inner: union }), A]);
    expect(layoutOf(outer).fields[0]).toMatchObject({
      byteLength: 4,
      type: { tagOffsetBytes: 3, options: [{ byteLength: 3 }, { byteLength: 1 }] },
    });
  });

  test.each<[string, unknown]>([
    ['the literal', z.object({ x: u8() })],
    ['a discriminator of values', z.object({ kind: ascii(3) })],
    ['a discriminator that is there', z.object({ kind: z.literal('z').optional() })],
    ['an object', z.int32()],
  ])('refuses an option without %s', (_name, option) => {
    const union = { _zod: { def: { type: 'union', discriminator: 'kind', options: [A, option] } } };
    expect(fieldFaults(union)).toMatchObject([
      {
        code: 'SN1012',
        problem: "an option of a union must be an object whose 'kind' is a literal or an enum",
      },
    ]);
  });

  test('refuses two options of one value, as Zod does when it parses', () => {
    const twice = (value: string | number) =>
      z.discriminatedUnion('kind', [A, z.object({ kind: z.literal(value) }), B]);
    expect(() => twice('b').parse({ kind: 'b' })).toThrow('Duplicate');
    expect(fieldFaults(twice('b'))).toEqual([
      {
        code: 'SN1012',
        path: ['messages', 'M', 'f'],
        problem: 'two options of a union have the same \'kind\': "b"',
        help: 'give each option a value of its own',
      },
    ]);
    expect(fieldFaults(twice(0))).toEqual([]);
    const names = Array.from({ length: 65_536 }, (_, index) => `v${index}`);
    const many = z.object({ kind: z.enum(names) });
    expect(fieldFaults(z.discriminatedUnion('kind', [A, many]))).toEqual([]);
    expect(
      fieldFaults(z.discriminatedUnion('kind', [many, z.object({ kind: z.literal('v65535') })])),
    ).toMatchObject([{ problem: 'two options of a union have the same \'kind\': "v65535"' }]);
  });

  test('has up to 256 options, and one at least', () => {
    const options = (count: number) =>
      Array.from({ length: count }, (_, index) => z.object({ kind: z.literal(index) }));
    const union = (count: number) => z.discriminatedUnion('kind', options(count) as never);
    expect(describeField(union(256))).toMatchObject({ kind: 'union' });
    expect(fieldFaults(union(257))).toMatchObject([
      { code: 'SN1013', problem: 'a union must have 1 to 256 options: got 257' },
    ]);
    expect(fieldFaults(union(0))).toMatchObject([{ code: 'SN1013', help: 'list its options' }]);
  });

  test('has the faults of its options', () => {
    const faulty = z.object({ kind: z.literal('e'), note: z.string(), raw: z.any() });
    expect(summary(z.discriminatedUnion('kind', [A, faulty]))).toEqual(['SN1014 f.note', 'SN1012 f.raw']);
  });
});

describe('a pipe', () => {
  const isoDate = z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });

  test.each<[string, z.ZodType, TypeDescriptor]>([
    ['of a codec is its output, which the program sees', isoDate, { kind: 'date' }],
    [
      'of a codec turned round is the other side',
      z.invertCodec(z.codec(u8(), z.any(), { decode: Number, encode: Number })),
      U8,
    ],
    ['of a codec, then a type', isoDate.pipe(z.date()), { kind: 'date' }],
    ['of z.stringbool is a truth value', z.stringbool(), BOOL],
    ['of two types is the second', z.string().pipe(z.string().max(2)), { kind: 'utf8', maxBytes: 8 }],
    ['of three types is the last', z.number().pipe(z.int()).pipe(u8()), U8],
    ['in a list', list(isoDate.nullable(), 2), array(maybe({ kind: 'date' }, 'null'), 2)],
  ])('%s', (_name, type, expected) => {
    expect(describeField(type)).toEqual(expected);
  });

  test('has the faults of the side that counts', () => {
    expect(summary(z.string().max(3).pipe(z.string()))).toEqual(['SN1014 f']);
    expect(fieldFaults(z.string().transform(Number))).toEqual([
      {
        code: 'SN1012',
        path: ['messages', 'M', 'f'],
        problem: 'z.preprocess or .transform() has no fixed layout',
        help: 'transform before sending, and write the type of the result; or use z.codec, which runs both ways',
      },
    ]);
  });
});

describe('a schema that has no end', () => {
  test('through a list, a set, a map, a tuple, a union or a record is found where it closes', () => {
    const wrappers: readonly [path: string, wrap: (type: z.ZodType) => z.ZodType][] = [
      ['next.item', (type) => list(type, 3)],
      ['next.item', (type) => z.set(type).max(3)],
      ['next.value', (type) => z.map(u8(), type).max(3)],
      ['next.1', (type) => z.tuple([u8(), type])],
      ['next.a', (type) => z.record(z.enum(['a']), type)],
      ['next', (type) => type.optional()],
      ['next.item.item', (type) => list(list(type, 3).nullable(), 3)],
    ];
    for (const [path, wrap] of wrappers) {
      const Node: z.ZodObject = z.object({
        get next() {
          return wrap(Node);
        },
      });
      expect(fieldFaults(Node)).toEqual([
        {
          code: 'SN1018',
          path: ['messages', 'M', 'f', ...path.split('.')],
          problem: 'an object that contains itself has no fixed size',
          help: 'send one message for each level, and name the parent by a key',
        },
      ]);
    }
    const Leaf = z.object({ kind: z.literal('leaf') });
    const Branch: z.ZodObject = z.object({
      kind: z.literal('branch'),
      get left() {
        return z.discriminatedUnion('kind', [Leaf, Branch as never]);
      },
    });
    expect(summary(Branch)).toEqual(['SN1018 f.left']);
  });

  test('since it makes itself anew at every look ends all the same, with one fault', () => {
    const anew = (width: number): z.ZodObject => {
      const shape = {};
      for (let index = 0; index < width; index++)
        Object.defineProperty(shape, `f${index}`, { enumerable: true, get: () => list(anew(width), 2) });
      return rawObject(shape);
    };
    for (const width of [1, 2, 3]) {
      const faults = fieldFaults(anew(width));
      expect(faults).toMatchObject([{ code: 'SN1018' }]);
      expect(faults[0]?.problem).toBe(
        'types nest at most 32 deep: an object that contains itself has no fixed size',
      );
    }
  });

  test('is one that no stack would hold, too', () => {
    let deep: z.ZodType = u8();
    for (let depth = 0; depth < 5000; depth++) deep = depth % 2 === 0 ? list(deep, 1) : z.tuple([deep]);
    expect(fieldFaults(deep)).toMatchObject([{ code: 'SN1018' }]);
    const loop = { _zod: { def: { type: 'readonly', innerType: {} } } };
    loop._zod.def.innerType = loop;
    expect(fieldFaults(loop)).toMatchObject([{ code: 'SN1018' }]);
    const pipe = { _zod: { def: { type: 'pipe', in: {}, out: {} } } };
    Object.assign(pipe._zod.def, { in: pipe, out: pipe });
    expect(fieldFaults(pipe)).toMatchObject([{ code: 'SN1018' }]);
  });

  test('or none in reasonable time is a fault of its message', () => {
    let wide: z.ZodType = u32();
    for (let depth = 0; depth < 30; depth++) wide = z.tuple([wide, wide]);
    expect(fieldFaults(wide)).toEqual([
      {
        code: 'SN1017',
        path: ['messages', 'M'],
        problem: 'a message holds at most 16384 types, each counted wherever it stands: got more',
        help: 'write list(type, max) in place of many fields, or send it in parts',
      },
    ]);
  });

  test('is not one that uses a type twice', () => {
    const Point = z.object({ x: u8(), y: u8() });
    const point = object({ x: U8, y: U8 });
    expect(describeField(z.object({ from: Point, via: list(Point, 3), to: Point.nullable() }))).toEqual(
      object({ from: point, via: array(point, 3), to: maybe(point, 'null') }),
    );
  });
});
