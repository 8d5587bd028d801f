import fc from 'fast-check';
import { ascii, list, since, u8, u32 } from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { FieldDescriptor, TypeDescriptor } from '../../schema/descriptor.js';
import { fingerprintOf } from '../../schema/fingerprint.js';
import { bitsAround, layoutMessage } from '../../schema/layout.js';
import { planMessage } from '../../schema/plan.js';
import { sinceMarkOf } from '../../schema/since.js';
import { asOfVersion, versionOf } from '../../schema/versions.js';
import { describeMessageFields } from '../../schema/zod-types.js';
import { faultsOf, rawObject } from './support.js';

const optional = (type: TypeDescriptor): TypeDescriptor => ({ kind: 'maybe', type, absent: 'undefined' });
const field = (name: string, type: TypeDescriptor, version?: number): FieldDescriptor => {
  return { name, type, ...(version === undefined ? {} : { since: version }) };
};

/** Written in an order that is not that of the versions. */
const GROWN = [
  field('c', optional({ kind: 'bool' }), 3),
  field('a', { kind: 'u32' }),
  field('b', optional({ kind: 'f64' }), 2),
  field('flag', { kind: 'bool' }),
  field('d', { kind: 'default', type: { kind: 'u16' }, value: 7 }, 2),
];

describe('since', () => {
  const described = (shape: object) => describeMessageFields(rawObject(shape), ['messages', 'M'], []);

  test('notes the version of a field', () => {
    expect(described({ a: u8(), b: since(2, u32().optional()) })).toEqual([
      field('a', { kind: 'u8' }),
      field('b', optional({ kind: 'u32' }), 2),
    ]);
  });

  test('is found through whatever is derived from it, or wrapped around it', () => {
    const marked = [
      since(2, u8().optional()).describe('level'),
      since(2, u8().optional()).meta({ id: 'Level' }).describe('level'),
      since(2, u8().default(1)).brand('Level'),
      since(2, u8().nullish()).refine(() => true),
      since(2, u8().optional()).readonly(),
      since(2, u8().optional()).default(3),
      since(2, u8() as never as z.ZodOptional).nullable(),
      (since(2, ascii(3) as never) as unknown as z.ZodString).optional(),
    ];
    for (const type of marked) expect(described({ a: type })[0]?.since).toBe(2);
  });

  test('keeps what Zod knows of the type, and leaves the type itself as it was', () => {
    const type = u8().optional().describe('level');
    const marked = since(2, type);
    expect(marked.description).toBe('level');
    expect(marked.safeParse(undefined).success).toBe(true);
    expect(marked.safeParse(256).success).toBe(false);
    expect(sinceMarkOf(type._zod.def)).toBeUndefined();
    expect(described({ a: marked, b: type }).map((each) => each.since)).toEqual([2, undefined]);
  });

  test('calls no function of the user', () => {
    const type = u8().default(() => {
      throw new Error('called');
    });
    expect(() => since(2, type)).not.toThrow();
  });

  test.each([undefined, null, 3, 'u8', {}, () => {}])('does not throw for %s in place of a type', (type) => {
    expect(since(2, type as never)).toBe(type);
  });

  test('the outermost counts where there are several', () => {
    expect(
      described({ a: since(2, u8().optional()), b: since(3, since(2, u8().optional())) })[1]?.since,
    ).toBe(3);
  });
});

describe('faults of versions', () => {
  const faults = (shape: object) =>
    faultsOf({ messages: { M: rawObject(shape) } }).map(({ code, path }) => `${code} ${path.join('.')}`);
  const late = since(2, u8().optional());

  test.each([0, 1, 256, 2.5, Number.NaN, '2', null, {}])('SN1054 for version %s', (version) => {
    expect(faults({ a: since(version as number, u8().optional()) })).toEqual(['SN1054 messages.M.a']);
  });

  test('SN1055 names each type that older records have no value for', () => {
    const required = [u8(), list(u8(), 2), z.object({ a: u8() }), u8().optional().nonoptional()];
    for (const type of required)
      expect(faults({ a: since(2, type as never) })).toEqual(['SN1055 messages.M.a']);
  });

  test('SN1056 wherever the mark stands but on a field of a message', () => {
    const option = since(2, z.object({ k: z.literal(1) }) as never) as z.ZodObject;
    const inside = {
      object: z.object({ b: late }),
      array: list(late, 2),
      map: z.map(u8(), late).max(2),
      tuple: z.tuple([late]),
      union: z.discriminatedUnion('k', [z.object({ k: z.literal(2), b: late })]),
      option: z.discriminatedUnion('k', [option]),
      record: z.record(z.enum(['b']), late),
    };
    for (const type of Object.values(inside)) {
      const [fault = '', ...rest] = faults({ a: type });
      expect([fault.slice(0, 19), rest]).toEqual(['SN1056 messages.M.a', []]);
    }
    const M = since(2, z.object({ a: u8() }) as never) as z.ZodObject;
    for (const message of [M, since(2, z.object({}).readonly() as never), M.readonly()]) {
      expect(faultsOf({ messages: { M: message } }).map(({ code }) => code)).toEqual(['SN1056']);
    }
  });

  test('SN1057 at the field that comes too late, if nothing else is wrong', () => {
    expect(faults({ a: late, b: since(5, u8().optional()), c: since(3, u8().optional()) })).toEqual([
      'SN1057 messages.M.b',
    ]);
    expect(faults({ a: since(2, z.any()), b: since(3, u8().optional()) })).toEqual(['SN1012 messages.M.a']);
  });
});

describe('the layout of a message that grew', () => {
  test('puts the fields of each version behind those of the version before, with their bits', () => {
    const layout = layoutMessage({ name: 'M', fields: GROWN });
    expect(layout).toEqual({
      name: 'M',
      fields: [
        { name: 'c', type: optional({ kind: 'bool' }), offsetBytes: 24, byteLength: 0, bit: 0, since: 3 },
        { name: 'a', type: { kind: 'u32' }, offsetBytes: 0, byteLength: 4 },
        { name: 'b', type: optional({ kind: 'f64' }), offsetBytes: 8, byteLength: 8, bit: 0, since: 2 },
        { name: 'flag', type: { kind: 'bool' }, offsetBytes: 4, byteLength: 0, bit: 0 },
        {
          name: 'd',
          type: { kind: 'default', type: { kind: 'u16' }, value: 7 },
          offsetBytes: 16,
          byteLength: 2,
          since: 2,
        },
      ],
      bits: { offsetBytes: 4, count: 1 },
      byteLength: 32,
      versions: [
        { version: 1, byteLength: 8, bits: { offsetBytes: 4, count: 1 } },
        { version: 2, byteLength: 24, bits: { offsetBytes: 18, count: 1 } },
        { version: 3, byteLength: 32, bits: { offsetBytes: 24, count: 2 } },
      ],
    });
    expect(layout.fields.map((each) => bitsAround(layout, each)?.offsetBytes)).toEqual([24, 4, 18, 4, 18]);
  });

  test('has no versions when no field came later, and every fingerprint that it had', () => {
    const plain = planMessage({ name: 'M', fields: [field('a', { kind: 'u32' })] });
    expect(Object.keys(plain)).toEqual(['name', 'fields', 'byteLength', 'fingerprint']);
  });

  test('may begin with a version without fields, and grow by what takes no bytes', () => {
    const only: TypeDescriptor = { kind: 'default', type: { kind: 'enum', values: ['x'] }, value: 'x' };
    const layout = layoutMessage({ name: 'M', fields: [field('a', only, 2)] });
    expect(layout.versions?.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  });

  test('is, up to each version, what a build at that version laid out: places and fingerprints', () => {
    const anyField = fc.record({
      type: fc.constantFrom<TypeDescriptor>(
        { kind: 'u8' },
        { kind: 'f64' },
        { kind: 'bool' },
        { kind: 'ascii', maxLength: 6 },
        { kind: 'tail', type: { kind: 'utf8', maxBytes: 5000 } },
      ),
      since: fc.integer({ min: 1, max: 4 }),
    });
    const property = fc.property(fc.array(anyField, { maxLength: 20 }), (drawn) => {
      // No version may be missing: those that were drawn are numbered anew.
      const order = [...new Set([1, ...drawn.map((each) => each.since)])].sort();
      const message = {
        name: 'M',
        fields: drawn.map(({ type, since: version }, index) => {
          const now = order.indexOf(version) + 1;
          return now === 1 ? field(`f${index}`, type) : field(`f${index}`, optional(type), now);
        }),
      };
      const plan = planMessage(message);
      for (let version = 1; version <= versionOf(message.fields); version++) {
        const older = planMessage(asOfVersion(message, version));
        const kept = plan.fields.filter(({ since: came = 1 }) => came <= version);
        expect(older.fields).toEqual(kept);
        expect(older.bits).toEqual(plan.bits);
        expect(older.byteLength).toBe(plan.versions?.[version - 1]?.byteLength ?? plan.byteLength);
        expect(plan.versions?.slice(0, version) ?? []).toEqual(
          older.versions ?? plan.versions?.slice(0, 1) ?? [],
        );
        expect(older.fingerprint).toBe(plan.fingerprints?.[version - 1] ?? plan.fingerprint);
        expect(older.fingerprints ?? [older.fingerprint]).toEqual(
          plan.fingerprints?.slice(0, version) ?? [plan.fingerprint],
        );
      }
      expect(plan.fingerprints?.at(-1) ?? plan.fingerprint).toBe(plan.fingerprint);
      expect(new Set(plan.fingerprints).size).toBe(plan.fingerprints?.length ?? 0);
      for (const { since: came = 1, offsetBytes } of plan.fields) {
        const start = plan.versions?.[came - 2]?.byteLength ?? 0;
        expect(offsetBytes).toBeGreaterThanOrEqual(start);
      }
    });
    fc.assert(property);
  });

  test('takes its fingerprint over the layout without the fingerprints of its past', () => {
    const { fingerprint, fingerprints: _, ...layout } = planMessage({ name: 'M', fields: GROWN });
    expect(fingerprint).toBe(fingerprintOf(layout));
  });
});
