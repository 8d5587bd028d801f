/**
 * Hostile names and values in a schema, in every place that takes one: refused with a fault, or escaped in the emitted code,
 * which then compiles, runs nothing of theirs and carries them as they are.
 */
import fc from 'fast-check';
import { ascii, flags, list, u8, utf8 } from 'sn-gen/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeTopology } from '../../schema/describe.js';
import { FAULT_MEANINGS } from '../../schema/faults.js';
import { planTopology, type TopologyPlan } from '../../schema/plan.js';
import { emitMessages } from '../../templates/messages.js';
import { untyped, untypedWorker } from '../schema/support.js';
import { seed, valueFor } from './arbitraries.js';
import { type AnyCodec, dirtyMemory, load } from './compile.js';
import { compiled, formatted } from './tools.js';

const RUN = 'globalThis.pwned()';
const WORDS = [
  ...["it's", '"', '`', '\\', "\\'", '\n', '\r\n', '\u2028', '\u2029', '\0', '\ud800', '\u202e', '$&', "$'"],
  ...[
    '*/',
    '/*',
    '//',
    '</script>',
    '',
    ' ',
    '1',
    '-1',
    'a b',
    'a.b',
    'é',
    '#x',
    '[x]',
    '@example',
    '{@link x}',
  ],
  ...[`\${${RUN}}`, `'+${RUN}+'`, `"+${RUN}+"`, `\`+${RUN}+\``, `\\'+${RUN}+\\'`, `*/${RUN}/*`, `\n${RUN}\n`],
  ...[`\u2028${RUN}//`, `'];${RUN};['`, `}${RUN}{`, `[${RUN}]`],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toObject', 'then'],
  ...[
    'class',
    'default',
    'function',
    'await',
    'yield',
    'enum',
    'let',
    'static',
    'null',
    'true',
    'undefined',
    'NaN',
  ],
  ...['eval', 'arguments', 'async', 'of', 'get', 'set', 'string', 'bigint', 'any', 'Object', 'Array', 'Map'],
  ...[
    'memory',
    'offsetBytes',
    'value',
    'count',
    'index',
    'item',
    'key',
    'at',
    'view',
    'option',
    '$memory',
    'length',
  ],
];

/** A name that may be taken as it is. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

const bool = z.boolean();

/** Where a schema gives a name, which becomes a member of the emitted code. */
const NAMES: Places = {
  Field: (name) => ({ [name]: u8() }),
  Nested: (name) => ({ f: z.object({ [name]: bool }) }),
  InList: (name) => ({ f: list(z.object({ [name]: u8() }), 2) }),
  InTuple: (name) => ({ f: z.tuple([bool, z.object({ [name]: u8() })]) }),
  InMap: (name) => ({ f: z.map(ascii(3), z.object({ [name]: u8().nullish() })).max(2) }),
  InDefault: (name) => ({ f: z.object({ [name]: u8().default(3) }) }),
  Discriminator: (name) => ({
    f: z.discriminatedUnion(name, [
      z.object({ [name]: z.literal('a'), x: u8() }),
      z.object({ [name]: z.literal('b') }),
    ]),
  }),
  Option: (name) => ({
    f: z.discriminatedUnion('by', [
      z.object({ by: z.literal('a'), [name]: u8() }),
      z.object({ by: z.literal('b') }),
    ]),
  }),
  RecordKey: (name) => ({ f: z.record(z.enum([name, 'other']), u8()) }),
  PartialKey: (name) => ({ f: z.partialRecord(z.enum([name, 'other']), u8()) }),
  Flag: (name) => ({ f: flags([name, 'other']) }),
};

/** Where a schema gives a value, which may be any. */
const VALUES: Places = {
  Enum: (word) => ({ f: z.enum([word, 'x']) }),
  Literal: (word) => ({ f: z.literal(word), g: z.literal([word, 1, null]) }),
  LargeEnum: (word) => ({ f: z.enum([word, ...Array.from({ length: 20 }, (_, index) => `v${index}`)]) }),
  EnumList: (word) => ({ f: list(z.enum([word, 'x']), 2), g: list(z.literal(word), 2) }),
  EnumSet: (word) => ({ f: z.set(z.enum([word, 'x'])).max(2) }),
  EnumMap: (word) => ({ f: z.map(z.enum([word, 'x']), z.literal(word)).max(2) }),
  EnumTuple: (word) => ({ f: z.tuple([z.enum([word, 'x']), z.literal(word)]) }),
  EnumMaybe: (word) => ({ f: z.enum([word, 'x']).nullish(), g: z.literal(word).optional() }),
  DefaultText: (word) => ({ f: utf8(60).default(word), g: z.object({ h: utf8(60).default(word) }) }),
  DefaultEnum: (word) => ({ f: z.enum([word, 'x']).default(word), g: z.literal(word).default(word) }),
  DefaultList: (word) => ({ f: list(utf8(60), 2).default([word]) }),
  DefaultObject: (word) => ({ f: z.object({ h: utf8(60) }).default({ h: word }) }),
  Tag: (word) => ({
    f: z.discriminatedUnion('by', [
      z.object({ by: z.literal(word), x: z.boolean() }),
      z.object({ by: z.enum(['x', `x${word}`]), more: u8() }),
    ]),
  }),
};

interface Places {
  readonly [message: string]: (word: string) => z.core.$ZodLooseShape;
}

describe(`hostile words in a schema (SN_SEED=${seed})`, () => {
  let ran = 0;
  beforeAll(() => {
    Object.assign(globalThis, { pwned: () => ran++ });
  });
  afterAll(() => {
    Reflect.deleteProperty(globalThis, 'pwned');
    expect(ran).toBe(0);
  });

  it.each(WORDS)('%j as a name is a fault, or a name like any other', (word) => {
    const { faulty, messages } = describeEach(NAMES, word);
    if (!IDENTIFIER.test(word)) expect(faulty).toEqual(Object.keys(NAMES));
    expectCarried(planOf(messages), word);
  });

  it.each(WORDS)('%j as a value is carried as it is, or a fault', (word) => {
    const { faulty, messages } = describeEach(VALUES, word);
    // Half of a surrogate pair has no UTF-8, and so no default of text.
    if (word.isWellFormed()) expect(faulty).toEqual([]);
    expectCarried(planOf(messages), word);
  });

  it.each(WORDS.filter((word) => !IDENTIFIER.test(word)))('%j names no message and no worker', (word) => {
    const type = z.object({ a: u8() });
    for (const declared of [{ messages: { [word]: type } }, { workers: { [word]: untypedWorker({}) } }])
      expect(describeTopology(untyped(declared)).faults.length).toBeGreaterThan(0);
  });

  it('compile under the strictest flags and are formatted as Biome formats them, all of them', () => {
    const modules = WORDS.map((word) => {
      const messages = { ...describeEach(NAMES, word).messages, ...describeEach(VALUES, word).messages };
      return { word, text: emitMessages(planOf(messages), new SameDoc(word)) };
    });
    const files = modules.map(({ text }, index) => [`m${index}.ts`, text] as const);
    expect(compiled(Object.fromEntries(files))).toBe('');
    // Biome counts columns and knows wide characters; lines of those may break elsewhere.
    const plain = modules.filter(({ word }) => /^[\x20-\x7e]*$/.test(word)).map(({ text }) => text);
    expect(formatted(plain.join('\n'))).toBe(plain.join('\n'));
  });
});

/** What was described already: describing is most of what these tests do. */
const described = new Map<Places, Map<string, ReturnType<typeof describeAnew>>>([
  [NAMES, new Map()],
  [VALUES, new Map()],
]);

/** The messages without faults, and the names of the others. */
function describeEach(places: Places, word: string) {
  const known = described.get(places);
  const found = known?.get(word) ?? describeAnew(places, word);
  known?.set(word, found);
  return found;
}

function describeAnew(places: Places, word: string) {
  const all = Object.entries(places).map(([name, shapeOf]) => [name, tried(() => shapeOf(word))] as const);
  const isFaulty = ([name, type]: (typeof all)[number]) => {
    if (type === undefined) return true;
    const { faults } = describeTopology(
      untyped({ messages: { M: z.object({ a: z.int32() }), [name]: type } }),
    );
    for (const { code } of faults) expect(Object.keys(FAULT_MEANINGS)).toContain(code);
    return faults.length > 0;
  };
  const faulty = all.filter(isFaulty).map(([name]) => name);
  return { faulty, messages: Object.fromEntries(all.filter(([name]) => !faulty.includes(name))) };
}

/** What Zod itself refuses is as good as a fault. */
function tried(shapeOf: () => z.core.$ZodLooseShape): z.ZodObject | undefined {
  try {
    return z.object(shapeOf());
  } catch {
    return undefined;
  }
}

function planOf(messages: { readonly [name: string]: unknown }): TopologyPlan {
  const all = { ...messages, M: z.object({ a: z.int32() }) };
  const { descriptor, faults } = describeTopology(untyped({ messages: all }));
  expect(faults).toEqual([]);
  return planTopology(descriptor, { schema: '../schema.ts', modulePath: (handler) => handler });
}

/** The module loads, has the exports of its plan and no others, and its codecs carry values of every message. */
function expectCarried(plan: TopologyPlan, word: string): void {
  const source = emitMessages(plan, new SameDoc(word));
  const exports = load(source);
  expect(Object.keys(exports).sort()).toEqual(Object.keys(load(emitMessages(plan, new Map()))).sort());
  for (const message of plan.messages) {
    const codec = exports[`${message.name}Codec`] as AnyCodec;
    const memory = dirtyMemory(codec.byteLength);
    for (const value of fc.sample(valueFor(message.fields), { seed, numRuns: 5 })) {
      codec.encode(value, memory, 0);
      expect(codec.decode(memory, 0)).toEqual(value);
      expect(codec.view(memory, 0).toObject()).toEqual(value);
    }
  }
}

/** The same words for everything in the schema. */
class SameDoc extends Map<string, string> {
  readonly #words: string;

  constructor(words: string) {
    super();
    this.#words = words;
  }

  override get(): string {
    return this.#words;
  }
}
