/** Old and new builds of one message: what each reads of the other's records. */
import fc from 'fast-check';
import { ascii, list, since, utf8 } from 'sn-gen/schema';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { codecIdentity, relationOf } from '../../runtime/identity.js';
import type { TypeDescriptor } from '../../schema/descriptor.js';
import { planMessage } from '../../schema/plan.js';
import { asOfVersion, versionOf } from '../../schema/versions.js';
import { describeMessageFields } from '../../schema/zod-types.js';
import { grown, seed, valueFor } from './arbitraries.js';
import {
  type AnyCodec,
  codecOf,
  compileCodec,
  dirtyMemory,
  emit,
  type Fields,
  objectOf,
  versionsOf,
  wholeLength,
} from './compile.js';
import { expectGetters } from './expect-view.js';
import { decodeReference, type Value } from './reference.js';
import { compiled, formatted } from './tools.js';

console.info(`versions: SN_SEED=${seed}`);

const AT = 16;
const maybe = (
  type: TypeDescriptor,
  absent: 'undefined' | 'null' | 'either' = 'undefined',
): TypeDescriptor => {
  return { kind: 'maybe', type, absent };
};
const withDefault = (type: TypeDescriptor, value: unknown): TypeDescriptor => {
  return { kind: 'default', type, value: value as never };
};
const U32: TypeDescriptor = { kind: 'u32' };
const BOOL: TypeDescriptor = { kind: 'bool' };
const PLACE = objectOf({ x: { kind: 'f64' }, tag: withDefault({ kind: 'u8' }, 4) });
const PAYMENT: TypeDescriptor = {
  kind: 'union',
  discriminator: 'by',
  options: ['cash', 'card'].map((by, index) => ({
    values: [by],
    fields: [
      { name: 'by', type: { kind: 'enum', values: [by] } },
      ...(index === 0 ? [] : [{ name: 'last4', type: { kind: 'ascii', maxLength: 4 } as const }]),
    ],
  })),
};
const TAIL_TEXT: TypeDescriptor = { kind: 'tail', type: { kind: 'utf8', maxBytes: 5000 } };
const TAIL_LIST: TypeDescriptor = {
  kind: 'tail',
  type: { kind: 'list', as: 'array', items: [PLACE], max: 5000, isExact: false },
};

/** What came, what a newer build sends of it, what it reads of that, and what it reads of an older record. */
const LATER: readonly (readonly [name: string, type: TypeDescriptor, sent: unknown, missing: unknown])[] = [
  ['optional', maybe(U32), 7, undefined],
  ['nullable', maybe(U32, 'null'), 7, null],
  ['nullish', maybe(U32, 'either'), null, undefined],
  ['with a default', withDefault(U32, 3), 7, 3],
  ['a float with a default, as it would be read', withDefault({ kind: 'f32' }, 0.1), 0.5, Math.fround(0.1)],
  ['a text with a default', withDefault({ kind: 'utf8', maxBytes: 9 }, "it's"), 'x', "it's"],
  ['an enum with a default', withDefault({ kind: 'enum', values: ['a', 'b', null] }, null), 'a', null],
  ['a bit with a default', withDefault(BOOL, true), false, true],
  ['an optional bit', maybe(BOOL), true, undefined],
  ['what has one value', withDefault({ kind: 'enum', values: ['x'] }, 'x'), 'x', 'x'],
  ['nullable with the default null', withDefault(maybe(U32, 'null'), null), 7, null],
  ['nullable with another default', withDefault(maybe(U32, 'null'), 5), null, 5],
  ['an optional object', maybe(PLACE), { x: 1, tag: 2 }, undefined],
  [
    'an object with a default, its own defaults filled in',
    withDefault(PLACE, { x: 1 }),
    { x: 2, tag: 3 },
    { x: 1, tag: 4 },
  ],
  ['a nullable object with a default', withDefault(maybe(PLACE, 'null'), { x: 1 }), null, { x: 1, tag: 4 }],
  ['an optional union', maybe(PAYMENT), { by: 'card', last4: '0042' }, undefined],
  [
    'a union with a default',
    withDefault(PAYMENT, { by: 'card', last4: '1' }),
    { by: 'cash' },
    { by: 'card', last4: '1' },
  ],
  [
    'a tuple with a default',
    withDefault({ kind: 'tuple', items: [U32, BOOL] }, [1, true]),
    [2, false],
    [1, true],
  ],
  ['text in the tail', maybe(TAIL_TEXT), 'é'.repeat(900), undefined],
  ['text in the tail with a default', withDefault(TAIL_TEXT, 'none'), 'some', 'none'],
  ['a list in the tail', maybe(TAIL_LIST, 'null'), [{ x: 1, tag: 1 }], null],
  [
    'a list in the tail with a default',
    withDefault(TAIL_LIST, [{ x: 1 }, { x: 2, tag: 0 }]),
    [],
    [
      { x: 1, tag: 4 },
      { x: 2, tag: 0 },
    ],
  ],
  [
    'an object that holds a tail, with a default',
    withDefault(objectOf({ text: TAIL_TEXT }), { text: 'long' }),
    { text: '' },
    { text: 'long' },
  ],
];

/** What was there from the first: nothing, bytes and bits, a tail. */
const FIRST: readonly (readonly [name: string, fields: Fields, value: Value])[] = [
  ['nothing', {}, {}],
  ['bytes and bits', { a: U32, b: BOOL, c: maybe({ kind: 'u8' }) }, { a: 1, b: true, c: undefined }],
  ['a tail', { a: TAIL_TEXT, b: BOOL }, { a: 'first '.repeat(200), b: true }],
];

describe.each(FIRST)('a message of %s that grew by', (_first, fields, value) => {
  it.each(LATER)('%s', (...[, type, sent, missing]) => {
    const [older, newer] = versionsOf('M', fields, { later: type }).map(codecOf) as [AnyCodec, AnyCodec];
    const memory = dirtyMemory(1 << 13);

    older.encode(value, memory, AT);
    expect(newer.decode(memory, AT, 1)).toStrictEqual({ ...value, later: missing });
    const view = newer.view(memory, AT, 1);
    expect(view.toObject()).toStrictEqual({ ...value, later: missing });
    expectGetters(view, { ...value, later: missing });

    newer.encode({ ...value, later: sent }, memory, AT);
    expect(older.decode(memory, AT, 2)).toStrictEqual(value);
    expectGetters(older.view(memory, AT, 2), value);
    expect(newer.decode(memory, AT)).toStrictEqual({ ...value, later: sent });
    expectGetters(newer.view(memory, AT), { ...value, later: sent });
  });
});

describe('three schemas of one message', () => {
  const v1 = { symbol: ascii(7), live: z.boolean() };
  const v2 = { venue: since(2, ascii(4).default('XNYS')), ...v1, note: since(2, utf8(9).optional()) };
  const v3 = {
    ...v2,
    isLate: since(3, z.boolean().nullish()),
    legs: since(3, list(z.int32(), 900).nullable()),
  };
  const [one, two, three] = [v1, v2, v3].map((shape) => {
    const faults: never[] = [];
    const fields = describeMessageFields(z.object(shape), ['messages', 'M'], faults);
    expect(faults).toEqual([]);
    return codecOf(planMessage({ name: 'M', fields }));
  }) as [AnyCodec, AnyCodec, AnyCodec];
  const first = { symbol: 'ACME', live: true };
  const second = { ...first, venue: 'XLON', note: 'hé' };
  const third = { ...second, isLate: null, legs: [1, -2] };
  const memory = dirtyMemory(1 << 13);

  it('give codecs that read each other, wherever the fields stand in the schema', () => {
    one.encode(first, memory, AT);
    expect(two.decode(memory, AT, 1)).toEqual({ ...first, venue: 'XNYS', note: undefined });
    expect(three.decode(memory, AT, 1)).toEqual({
      ...first,
      venue: 'XNYS',
      note: undefined,
      isLate: undefined,
      legs: null,
    });
    two.encode(second, memory, AT);
    expect(one.decode(memory, AT, 2)).toEqual(first);
    expect(three.decode(memory, AT, 2)).toEqual({ ...second, isLate: undefined, legs: null });
    three.encode(third, memory, AT);
    expect([one, two, three].map((codec) => codec.decode(memory, AT, 3))).toEqual([first, second, third]);
  });
});

describe('identities', () => {
  const [v1, v2, v3] = versionsOf('M', { a: U32 }, { b: maybe(U32) }, { c: maybe(BOOL) }).map(codecOf) as [
    AnyCodec,
    AnyCodec,
    AnyCodec,
  ];
  const [, sibling] = versionsOf('M', { a: U32 }, { z: maybe(U32) }).map(codecOf) as [AnyCodec, AnyCodec];
  const [, nephew] = versionsOf('M', { a: BOOL }, { b: maybe(U32) }).map(codecOf) as [AnyCodec, AnyCodec];
  const relation = (writer: AnyCodec, reader: AnyCodec) =>
    relationOf(JSON.parse(JSON.stringify(codecIdentity(writer))), codecIdentity(reader));

  it('hold the fingerprint that a build at each version has', () => {
    expect(codecIdentity(v3).fingerprints).toEqual([v1, v2, v3].map(({ fingerprint }) => fingerprint));
    expect([v1, v2, v3].map(({ version }) => version)).toEqual([undefined, 2, 3]);
    expect(codecIdentity(v1)).toEqual({ name: 'M', fingerprints: [v1.fingerprint] });
  });

  it('interoperate when one is the beginning of the other', () => {
    const all = [v1, v2, v3];
    expect(all.map((reader) => all.map((writer) => relation(writer, reader)))).toEqual([
      ['same', 'newer', 'newer'],
      ['older', 'same', 'newer'],
      ['older', 'older', 'same'],
    ]);
    expect([relation(v1, sibling), relation(sibling, v1)]).toEqual(['older', 'newer']);
  });

  it.each([
    ['siblings', () => relation(sibling, v2), 'version 2 differ', 'since(3, type)'],
    ['a longer sibling', () => relation(v3, sibling), 'version 2 differ', 'since(4, type)'],
    ['another first version', () => relation(nephew, v3), 'version 1 differ', 'since(4, type)'],
    [
      'another message',
      () => relationOf({ name: 'N', fingerprints: [v1.fingerprint] }, codecIdentity(v1)),
      'records of "N" are none of "M"',
      'the codec of that message',
    ],
  ])('refuse %s, and say where they part and what to do', (_name, attach, where, mend) => {
    expect(attach).toThrow(
      expect.objectContaining({
        code: 'SN_SCHEMA_MISMATCH',
        details: expect.objectContaining({ message: 'M' }),
      }),
    );
    expect(attach).toThrow(where);
    expect(attach).toThrow(mend);
  });

  it.each([
    null,
    undefined,
    3,
    'M',
    [],
    {},
    { name: 'M' },
    { name: 'M', fingerprints: [] },
    { name: 'M', fingerprints: 'x' },
    { name: 'M', fingerprints: [1] },
    { name: 1, fingerprints: ['x'] },
  ])('that are none are refused: %j', (identity) => {
    expect(() => relationOf(identity as never, codecIdentity(v1))).toThrow(
      expect.objectContaining({
        code: 'SN_SCHEMA_MISMATCH',
        message: expect.stringContaining('codecIdentity'),
      }),
    );
  });
});

describe(`random messages that grew (SN_SEED=${seed})`, () => {
  it('are read by each version from each version as the rules say', async () => {
    let pairs = 0;
    const property = fc.asyncProperty(grown, fc.nat(), async (message, drawn) => {
      const newest = versionOf(message.fields);
      const plans = Array.from({ length: newest }, (_, index) =>
        planMessage(asOfVersion(message, index + 1)),
      );
      const codecs = await Promise.all(plans.map((plan) => compileCodec(plan)));
      for (const [from, plan] of plans.entries()) {
        const writer = codecs[from] as AnyCodec;
        const [value] = fc.sample(valueFor(plan.fields), { seed: drawn, numRuns: 1 }) as [Value];
        const memory = dirtyMemory(wholeLength(plan) + AT);
        writer.encode(value, memory, AT);
        const sent = writer.decode(memory, AT);
        for (const [to, reader] of codecs.entries()) {
          const layout = plans[to] as (typeof plans)[number];
          const expected = decodeReference(layout, new DataView(memory.buffer), AT, from + 1);
          const kept = layout.fields.filter(({ name }) => name in sent).map(({ name }) => [name, sent[name]]);
          expect(expected).toMatchObject(Object.fromEntries(kept));
          expect(reader.decode(memory, AT, from + 1)).toStrictEqual(expected);
          const view = reader.view(memory, AT, from + 1);
          expect(view.toObject()).toStrictEqual(expected);
          expectGetters(view, expected);
          expect(relationOf(codecIdentity(writer), codecIdentity(reader))).toBe(
            from === to ? 'same' : from < to ? 'older' : 'newer',
          );
          pairs++;
        }
      }
    });
    await fc.assert(property, { seed, numRuns: 120 });
    expect(pairs).toBeGreaterThan(500);
  });

  it('compile under the strictest flags and are formatted as Biome formats them', () => {
    const plans = fc
      .sample(grown, { seed, numRuns: 200 })
      // Biome counts columns and knows wide characters; lines of those may break elsewhere.
      .filter((each) => /^[\x20-\x7e]*$/.test(JSON.stringify(each)))
      .slice(0, 40)
      .map(({ fields }, index) => planMessage({ name: `M${index}`, fields }));
    const source = emit(plans);
    expect(formatted(source)).toBe(source);
    expect(compiled({ 'messages.ts': source })).toBe('');
  });
});
