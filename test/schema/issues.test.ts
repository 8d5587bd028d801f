import { ascii, bytes, i16Array, issuesIn, list, message, u8 } from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

type Case = readonly [rule: string, type: z.ZodType, right: unknown, wrong: unknown, path: string];

/** The day as text on one side, as a date on the other. */
const Day = z.codec(z.string().regex(/^20/), z.date().min(new Date('1999-01-01')), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** One field `f`: a rule beyond the layout, a value that keeps it, one that breaks it, and the place that Zod names. */
const CASES: readonly Case[] = [
  [
    '.regex()',
    z
      .string()
      .max(8)
      .regex(/^[A-Z]+$/),
    'AB',
    'ab',
    'f',
  ],
  ['.min() of text', z.string().min(2).max(8), 'ab', 'a', 'f'],
  ['.startsWith()', z.string().max(8).startsWith('x-'), 'x-1', 'y-1', 'f'],
  ['a format', z.string().max(80).check(z.email()), 'a@b.eu', 'a@b', 'f'],
  ['.min() of a number', z.number().min(0.5), 0.5, 0.4, 'f'],
  ['.multipleOf()', z.int32().multipleOf(5), 10, 11, 'f'],
  ['.positive() of a bigint', z.int64().positive(), 1n, 0n, 'f'],
  ['.refine()', u8().refine((n) => n % 2 === 0), 2, 3, 'f'],
  [
    '.superRefine()',
    u8().superRefine((n, ctx) => {
      if (n > 8) ctx.addIssue('too much');
    }),
    8,
    9,
    'f',
  ],
  ['.min() of a date', z.date().min(new Date(1000)), new Date(1000), new Date(999), 'f'],
  ['.refine() of ascii()', ascii(4).refine((text) => text !== 'none'), 'some', 'none', 'f'],
  ['.refine() of bytes()', bytes(4).refine((b) => b[0] === 1), Uint8Array.of(1), Uint8Array.of(2), 'f'],
  ['.refine() of numbers', i16Array(4).refine((n) => n.length > 0), Int16Array.of(1), new Int16Array(), 'f'],
  ['.min() of a list', list(u8(), 4).min(1), [1], [], 'f'],
  ['an item', list(z.object({ n: u8().min(3) }), 4), [{ n: 3 }], [{ n: 3 }, { n: 2 }], 'f.1.n'],
  ['an item of a tuple', z.tuple([u8(), u8().max(3)]), [9, 3], [9, 4], 'f.1'],
  ['a value of a set', z.set(u8().min(1)).max(3), new Set([1]), new Set([0]), 'f'],
  ['a value of a map', z.map(ascii(2), u8().min(1)).max(3), new Map([['a', 1]]), new Map([['a', 0]]), 'f.a'],
  ['a value of a record', z.record(z.enum(['a']), u8().min(1)), { a: 1 }, { a: 0 }, 'f.a'],
  ['a partial record', z.partialRecord(z.enum(['a', 'b']), u8().min(1)), { b: 1 }, { b: 0 }, 'f.b'],
  [
    'a rule of an option of a union',
    z.discriminatedUnion('by', [
      z.object({ by: z.literal('card'), last4: ascii(4).refine((text) => text.length === 4) }),
      z.object({ by: z.literal('cash') }),
    ]),
    { by: 'card', last4: '1234' },
    { by: 'card', last4: '123' },
    'f.last4',
  ],
  [
    'a rule over several fields',
    z.object({ from: u8(), to: u8() }).refine(({ from, to }) => from <= to, { path: ['to'] }),
    { from: 1, to: 1 },
    { from: 1, to: 0 },
    'f.to',
  ],
  ['a strict object', z.strictObject({ a: u8().optional() }), {}, { b: 1 }, 'f'],
  ['an optional value', u8().min(3).optional(), undefined, 2, 'f'],
  ['a nullable value', u8().min(3).nullable(), null, 2, 'f'],
  ['a readonly value', list(u8(), 2).min(1).readonly(), [1], [], 'f'],
  ['a branded value', u8().min(3).brand('Level'), 3, 2, 'f'],
  ['a value with a default', u8().min(3).default(4), undefined, 2, 'f'],
  ["a codec's side that is sent", Day, new Date('2001-01-01'), new Date('1998-01-01'), 'f'],
  ["a codec's other side", Day, new Date('2001-01-01'), new Date('1999-06-01'), 'f'],
  ['a required value', u8(), 1, undefined, 'f'],
  ['what the layout checks as well', u8(), 1, 256, 'f'],
];

const pathsOf = (declared: unknown, value: unknown) =>
  issuesIn(declared, value).map(({ path }) => path.join('.'));

describe('issuesIn', () => {
  test.each(CASES)('%s', (_rule, type, right, wrong, path) => {
    const schema = z.object({ f: type });
    for (const declared of [schema, message(schema, { validate: true }), schema.readonly()]) {
      expect(pathsOf(declared, { f: right })).toEqual([]);
      expect(pathsOf(declared, { f: wrong })).toEqual([path]);
    }
  });

  test('tells all issues, with the words of the schema', () => {
    const schema = z.object({ a: u8().min(3, 'too little'), b: u8().refine(() => false, 'never') });
    expect(issuesIn(schema, { a: 1, b: 1 })).toMatchObject([
      { path: ['a'], message: 'too little' },
      { path: ['b'], message: 'never' },
    ]);
  });

  test.each([undefined, null, 3, 'x', [[]], () => {}])(
    'has something against %s in place of a message',
    (value) => {
      expect(issuesIn(z.object({ a: u8().default(1) }), value)).toHaveLength(1);
    },
  );

  test('says that an async refinement cannot be waited for', () => {
    const schema = z.object({ a: u8().refine(async () => true) });
    expect(issuesIn(schema, { a: 1 })).toMatchObject([
      { path: [], message: 'the schema has an async refinement or codec, and sending does not wait for one' },
    ]);
  });

  test('lets through what a refinement throws', () => {
    const broken = () => {
      throw new RangeError('broken refinement');
    };
    expect(() => issuesIn(z.object({ a: u8().refine(broken) }), { a: 1 })).toThrow('broken refinement');
  });
});

describe('what a sender leaves out', () => {
  const Line = z.object({ sku: ascii(4), quantity: u8().default(1) });
  const Paid = z.object({ by: z.literal('card'), tip: u8().default(2) });
  const schema = z.object({
    unit: z.enum(['piece', 'kilogram']).default('piece'),
    label: ascii(4).nullable().default(null),
    wrapped: u8().default(7).optional(),
    lines: list(Line, 3),
    pair: z.tuple([u8(), u8().default(3)]),
    byKey: z.map(ascii(2), Line).max(2),
    perDay: z.record(z.enum(['mon', 'tue']), u8().default(4)),
    paid: z.discriminatedUnion('by', [Paid, z.object({ by: z.literal('cash') })]),
    nested: z.object({ level: u8().default(5) }).nullable(),
    at: z.codec(z.int().min(0).max(9), Line, {
      decode: (quantity) => ({ sku: 'x', quantity }),
      encode: ({ quantity = 0 }) => quantity,
    }),
  });
  const value = {
    lines: [{ sku: 'a' }, { sku: 'b', quantity: 9 }],
    pair: [1],
    byKey: new Map([['k', { sku: 'c' }]]),
    perDay: { mon: 1 },
    paid: { by: 'card' },
    nested: {},
    at: { sku: 'x' },
  };

  test('is there when the schema runs, whatever it lies in', () => {
    let seen: unknown;
    const checked = schema.superRefine((all) => {
      seen = all;
    });
    expect(issuesIn(checked, value)).toEqual([]);
    expect(seen).toEqual({
      unit: 'piece',
      label: null,
      wrapped: 7,
      lines: [
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 9 },
      ],
      pair: [1, 3],
      byKey: new Map([['k', { sku: 'c', quantity: 1 }]]),
      perDay: { mon: 1, tue: 4 },
      paid: { by: 'card', tip: 2 },
      nested: { level: 5 },
      at: { sku: 'x', quantity: 1 },
    });
  });

  test('stays left out in the value itself', () => {
    const before = structuredClone(value);
    issuesIn(schema, value);
    expect(value).toEqual(before);
  });

  test('is read from getters as well', () => {
    const sent = Object.create({
      sku: 'a',
      get quantity() {
        return 3;
      },
    });
    expect(
      issuesIn(
        Line.refine(({ quantity }) => quantity === 3),
        sent,
      ),
    ).toEqual([]);
  });
});
