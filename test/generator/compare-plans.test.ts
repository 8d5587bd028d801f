import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { comparePlans } from '../../generator/compare-plans.js';
import { breaksOf, categoryOf, RULES, type RuleName } from '../../generator/evolution.js';
import {
  ascii,
  broadcast,
  bytes,
  f64Array,
  hash,
  i32Array,
  list,
  message,
  since,
  topology,
  u8,
  u16,
  u32,
  utf8,
  worker,
} from '../../schema/index.js';
import type { TopologyPlan } from '../../schema/plan.js';
import { interoperate, planOf, planOfFields } from './planned.js';

type Fields = z.core.$ZodLooseShape;
type Rules = readonly RuleName[];

/** What was, what is, the rules that say so, and those for the way back. */
type Case = readonly [name: string, older: Fields, newer: Fields, there: Rules, back: Rules];

const option = (by: string | readonly string[], rest: Fields = {}) =>
  z.object({ by: typeof by === 'string' ? z.literal(by) : z.enum(by), ...rest });
const union = (...options: z.ZodObject[]) =>
  z.discriminatedUnion('by', options as unknown as Parameters<typeof z.discriminatedUnion>[1]);
const long = Array.from({ length: 256 }, (_, index) => `v${index}`);

const FIELD_CASES: readonly Case[] = [
  ['a required field', { a: u32() }, { a: u32(), b: u32() }, ['required-field-added'], ['field-removed']],
  [
    'a nullable field, which senders must set',
    { a: u32() },
    { a: u32(), b: u32().nullable() },
    ['required-field-added'],
    ['field-removed'],
  ],
  [
    'an optional field at the end',
    { a: u32() },
    { a: u32(), b: u32().optional() },
    ['field-added'],
    ['field-removed'],
  ],
  [
    'a field with a default at the end',
    { a: u32() },
    { a: u32(), b: u32().default(1) },
    ['field-added'],
    ['field-removed'],
  ],
  [
    'a field of a new version',
    { a: u32() },
    { b: since(2, u8().optional()), a: u32() },
    ['field-appended'],
    ['last-field-removed'],
  ],
  [
    'fields of two new versions, one of which senders must set',
    { a: z.boolean(), b: since(2, u8().optional()) },
    {
      a: z.boolean(),
      b: since(2, u8().optional()),
      c: since(3, z.boolean().default(true)),
      d: since(4, ascii(3).nullable()),
      e: since(4, list(u8(), 3).nullish()),
    },
    ['field-appended', 'required-field-appended', 'field-appended'],
    ['last-field-removed', 'last-field-removed', 'last-field-removed'],
  ],
  [
    'another field of the same version',
    { a: u32(), b: since(2, u8().optional()) },
    { a: u32(), c: since(2, u16().optional()) },
    ['field-removed', 'field-added'],
    ['field-removed', 'field-added'],
  ],
  [
    'one more field of a version that there is',
    { a: u32(), b: since(2, u8().optional()) },
    { a: u32(), b: since(2, u8().optional()), c: since(2, u8().nullable()) },
    ['field-moved', 'required-field-added'],
    ['field-moved', 'field-removed'],
  ],
  [
    'a field of a new version, and another one before',
    { a: u32() },
    { a: u16(), b: since(2, u8().optional()) },
    ['number-narrowed', 'field-added'],
    ['number-widened', 'field-removed'],
  ],
  [
    'a version noted afterwards',
    { a: u32(), b: u32().optional() },
    { a: u32(), b: since(2, u32().optional()) },
    ['since-changed', 'field-moved'],
    ['since-changed', 'field-moved'],
  ],
  [
    'the versions of two fields',
    { a: since(2, u8().optional()), b: since(3, u8().optional()) },
    { a: since(3, u8().optional()), b: since(2, u8().optional()) },
    ['since-changed', 'since-changed', 'field-moved', 'field-moved'],
    ['since-changed', 'since-changed', 'field-moved', 'field-moved'],
  ],
  [
    'the type of a field that came later',
    { a: u32(), b: since(2, u8().optional()) },
    { a: u32(), b: since(2, u8().optional().nullable()) },
    ['absence-changed'],
    ['absence-changed'],
  ],
  [
    'an optional field before others',
    { a: u32() },
    { a: u32(), b: z.number().optional() },
    ['field-moved', 'field-added'],
    ['field-removed', 'field-moved'],
  ],
  [
    'an optional field that moves the bits',
    { a: z.boolean() },
    { a: z.boolean(), b: u32().optional() },
    ['field-moved', 'field-added'],
    ['field-removed', 'field-moved'],
  ],
  [
    'an optional field of a nested object',
    { o: z.object({ a: u32() }) },
    { o: z.object({ a: u32(), b: u32().optional() }) },
    ['field-added'],
    ['field-removed'],
  ],
  ['a name', { a: u32(), b: u32() }, { a: u32(), c: u32() }, ['field-renamed'], ['field-renamed']],
  [
    'a name and a type',
    { a: u32() },
    { b: z.int32() },
    ['field-removed', 'required-field-added'],
    ['field-removed', 'required-field-added'],
  ],
  [
    'the order of equal fields',
    { a: u32(), b: u32() },
    { b: u32(), a: u32() },
    ['field-moved', 'field-moved', 'fields-reordered'],
    ['field-moved', 'field-moved', 'fields-reordered'],
  ],
  [
    'the order as written only',
    { a: u32(), b: z.number() },
    { b: z.number(), a: u32() },
    ['fields-reordered'],
    ['fields-reordered'],
  ],
  ['the kind of type', { a: u32() }, { a: z.boolean() }, ['type-changed'], ['type-changed']],
  ['number to bigint', { a: z.number() }, { a: z.int64() }, ['type-changed'], ['type-changed']],
  ['a sign', { a: u32() }, { a: z.int32() }, ['type-changed'], ['type-changed']],
  ['a width', { a: u8() }, { a: u16() }, ['number-widened'], ['number-narrowed']],
  ['a float width', { a: z.float32() }, { a: z.float64() }, ['number-widened'], ['number-narrowed']],
  [
    'a limit of ascii without another size',
    { a: ascii(5) },
    { a: ascii(6) },
    ['limit-raised'],
    ['limit-lowered'],
  ],
  ['a limit of utf8', { a: utf8(10) }, { a: utf8(300) }, ['limit-raised'], ['limit-lowered']],
  [
    'a limit that moves text into the tail',
    { a: utf8(900) },
    { a: utf8(5000) },
    ['limit-raised'],
    ['limit-lowered'],
  ],
  [
    'a limit of what lies in the tail',
    { a: utf8(4000) },
    { a: utf8(5000) },
    ['limit-raised'],
    ['limit-lowered'],
  ],
  [
    'an exact length in the tail',
    { a: z.array(u32()).max(999) },
    { a: z.array(u32()).length(999) },
    ['length-kind-changed'],
    ['length-kind-changed'],
  ],
  ['a limit of bytes', { a: bytes(10) }, { a: bytes(30) }, ['limit-raised'], ['limit-lowered']],
  ['a limit of a list', { a: list(u8(), 3) }, { a: list(u8(), 9) }, ['limit-raised'], ['limit-lowered']],
  ['a limit of numbers', { a: f64Array(3) }, { a: f64Array(9) }, ['limit-raised'], ['limit-lowered']],
  ['the numbers of an array', { a: f64Array(3) }, { a: i32Array(3) }, ['type-changed'], ['type-changed']],
  [
    'an exact length',
    { a: z.array(u8()).max(3) },
    { a: z.array(u8()).length(3) },
    ['length-kind-changed'],
    ['length-kind-changed'],
  ],
  [
    'what a list is',
    { a: z.array(ascii(3)).max(3) },
    { a: z.set(ascii(3)).max(3) },
    ['type-changed'],
    ['type-changed'],
  ],
  ['an item', { a: list(u8(), 3) }, { a: list(u16(), 3) }, ['number-widened'], ['number-narrowed']],
  [
    'an item of an item',
    { a: list(z.object({ b: u8() }), 3) },
    { a: list(z.object({ c: u8() }), 3) },
    ['field-renamed'],
    ['field-renamed'],
  ],
  [
    'a value of a map',
    { a: z.map(ascii(3), u8()).max(2) },
    { a: z.map(ascii(3), u16()).max(2) },
    ['number-widened'],
    ['number-narrowed'],
  ],
  [
    'an item of a tuple',
    { a: z.tuple([u8(), u8()]) },
    { a: z.tuple([u8(), u16()]) },
    ['field-moved', 'number-widened', 'field-moved'],
    ['field-moved', 'number-narrowed', 'field-moved'],
  ],
  [
    'that it may be absent',
    { a: u32() },
    { a: u32().optional() },
    ['required-made-optional'],
    ['optional-made-required'],
  ],
  [
    'how it is absent',
    { a: u32().nullable() },
    { a: u32().optional() },
    ['absence-changed'],
    ['absence-changed'],
  ],
  ['that it has a default', { a: u32() }, { a: u32().default(1) }, ['default-added'], ['default-removed']],
  ['its default', { a: u32().default(1) }, { a: u32().default(2) }, ['default-changed'], ['default-changed']],
  [
    'a value at the end',
    { a: z.enum(['x', 'y']) },
    { a: z.enum(['x', 'y', 'z']) },
    ['enum-value-appended'],
    ['enum-value-removed'],
  ],
  [
    'a value in the middle',
    { a: z.enum(['x', 'y']) },
    { a: z.enum(['x', 'z', 'y']) },
    ['enum-value-inserted'],
    ['enum-value-removed'],
  ],
  [
    'a value that widens the index',
    { a: z.enum(long) },
    { a: z.enum([...long, 'more']) },
    ['enum-value-inserted'],
    ['enum-value-removed'],
  ],
  [
    'the order of values',
    { a: z.enum(['x', 'y']) },
    { a: z.enum(['y', 'x']) },
    ['enum-values-reordered'],
    ['enum-values-reordered'],
  ],
  [
    'a literal',
    { a: z.literal(1) },
    { a: z.literal(2) },
    ['enum-value-removed', 'enum-value-inserted'],
    ['enum-value-removed', 'enum-value-inserted'],
  ],
  [
    'the discriminator',
    { a: union(option('x')) },
    { a: z.discriminatedUnion('as', [z.object({ as: z.literal('x') })]) },
    ['discriminator-renamed'],
    ['discriminator-renamed'],
  ],
  [
    'an option at the end',
    { a: union(option('x')) },
    { a: union(option('x'), option('y')) },
    ['option-appended'],
    ['option-removed'],
  ],
  [
    'an option in the middle',
    { a: union(option('x'), option('y')) },
    { a: union(option('x'), option('z'), option('y')) },
    ['option-inserted'],
    ['option-removed'],
  ],
  [
    'an option that moves the tag',
    { a: union(option('x')) },
    { a: union(option('x'), option('y', { b: u32() })) },
    ['option-inserted'],
    ['option-removed'],
  ],
  [
    'the order of options',
    { a: union(option('x'), option('y')) },
    { a: union(option('y'), option('x')) },
    ['options-reordered'],
    ['options-reordered'],
  ],
  [
    'the values of an option',
    { a: union(option(['x', 'y'])) },
    { a: union(option(['x', 'y', 'z'])) },
    ['option-values-changed'],
    ['option-values-changed'],
  ],
  [
    'a field of an option',
    { a: union(option('x', { b: u8() })) },
    { a: union(option('x', { c: u8() })) },
    ['field-renamed'],
    ['field-renamed'],
  ],
];

const A = z.object({ a: u32() });
const B = z.object({ b: ascii(3) });
const handler = './w.ts';

/** One worker `w` and what it is compared with. */
function plan(options: object, messages: object = { A, B }, more: object = {}): TopologyPlan {
  const w = worker({ handler, receives: { A: broadcast() }, ...options } as never);
  return planOf(topology({ messages, workers: { w, ...more } } as never));
}
const other = worker({ handler, receives: { B: broadcast() } } as never);

const PLAN_CASES: readonly (readonly [string, TopologyPlan, TopologyPlan, Rules, Rules])[] = [
  [
    'a message',
    plan({}),
    plan({}, { A, B, C: z.object({ c: u8() }) }),
    ['message-added'],
    ['message-removed'],
  ],
  ['a name of a message', plan({}), plan({}, { A, C: B }), ['message-renamed'], ['message-renamed']],
  [
    'a name of an empty message',
    plan({}, { A, E: z.object({}) }),
    plan({}, { A, F: z.object({}) }),
    ['message-removed', 'message-added'],
    ['message-removed', 'message-added'],
  ],
  ['the order of messages that main does not get', plan({}), plan({}, { B, A }), [], []],
  [
    'the order of messages that main gets',
    plan({ sends: { main: ['A', 'B'] } }),
    plan({ sends: { main: ['A', 'B'] } }, { B, A }),
    ['tag-changed', 'tag-changed'],
    ['tag-changed', 'tag-changed'],
  ],
  ['a worker', plan({}), plan({}, undefined, { other }), ['worker-added'], ['worker-removed']],
  [
    'a received message',
    plan({}),
    plan({ receives: { A: broadcast(), B: broadcast() } }),
    ['receive-added'],
    ['receive-removed'],
  ],
  [
    'a received message before others',
    plan({}),
    plan({ receives: { B: broadcast(), A: broadcast() } }),
    ['receive-added', 'tag-changed'],
    ['receive-removed', 'tag-changed'],
  ],
  ['a route', plan({}), plan({ receives: { A: hash('a') } }), ['route-changed'], ['route-changed']],
  ['a sent message', plan({}), plan({ sends: { main: ['B'] } }), ['send-added'], ['send-removed']],
  ['instances', plan({}), plan({ instances: 'cores' }), ['instances-changed'], ['instances-changed']],
  ['a tick', plan({}), plan({ tickMs: 5 }), ['tick-changed'], ['tick-removed']],
  ["a tick's time", plan({ tickMs: 6 }), plan({ tickMs: 5 }), ['tick-changed'], ['tick-changed']],
  ['that it is async', plan({}), plan({ async: true }), ['async-changed'], ['async-changed']],
  [
    'concurrency',
    plan({ async: true, concurrency: 3 }),
    plan({ async: true, concurrency: 4 }),
    ['concurrency-changed'],
    ['concurrency-changed'],
  ],
  ['affinity', plan({}), plan({ affinity: 'spread' }), ['affinity-changed'], ['affinity-changed']],
  ['CPUs', plan({ affinity: [1] }), plan({ affinity: [1, 2] }), ['affinity-changed'], ['affinity-changed']],
  ['priority', plan({}), plan({ priority: 5 }), ['priority-changed'], ['priority-changed']],
  ['capacity', plan({}), plan({ capacity: 64 }), ['capacity-changed'], ['capacity-changed']],
  [
    'that a message is validated',
    plan({}),
    plan({}, { A: message(A, { validate: true }), B }),
    ['validation-added'],
    ['validation-removed'],
  ],
  [
    'what its envelope holds',
    plan({}, { A: message(A, { envelope: ['id'] }), B }),
    plan({}, { A: message(A, { envelope: ['timestamp', 'id'] }), B }),
    ['envelope-field-added'],
    ['envelope-field-removed'],
  ],
  ["a handler's file", plan({}), plan({ handler: './v.ts' }), ['handler-moved'], ['handler-moved']],
];

const CASES = [
  ...FIELD_CASES.map(
    ([name, older, newer, ...rules]) => [name, planOfFields(older), planOfFields(newer), ...rules] as const,
  ),
  ...PLAN_CASES,
];

/** As it comes from a file. */
function reread(of: TopologyPlan): TopologyPlan {
  return JSON.parse(JSON.stringify(of)) as TopologyPlan;
}

function rulesBetween(older: TopologyPlan, newer: TopologyPlan): Rules {
  return comparePlans(reread(older), newer).map(({ rule }) => rule);
}

describe('comparePlans', () => {
  it.each(CASES)('tells %s, there and back', (_name, older, newer, there, back) => {
    expect([...rulesBetween(older, newer)].sort()).toEqual([...there].sort());
    expect([...rulesBetween(newer, older)].sort()).toEqual([...back].sort());
  });

  it.each(CASES)(
    'finds %s to break the wire just when the two builds refuse each other',
    (_name, older, newer, there, back) => {
      const refused = (writers: TopologyPlan, readers: TopologyPlan) =>
        writers.messages.some((was) =>
          readers.messages.some((is) => is.name === was.name && !interoperate(was, is)),
        );
      const isWire = (rules: Rules) =>
        rules.some((rule) => !/^(message|tag)-/.test(rule) && breaksOf(rule).includes('wire'));
      expect(isWire(there)).toBe(refused(older, newer));
      expect(isWire(back)).toBe(refused(newer, older));
    },
  );

  it('finds nothing between a plan and itself', () => {
    for (const [, older] of CASES) expect(rulesBetween(older, older)).toEqual([]);
  });

  it('falls back on the fingerprint when it finds no reason', () => {
    const older = planOfFields({ a: u32() });
    const message = { ...reread(older).messages[0], fingerprint: '0' };
    expect(rulesBetween({ ...older, messages: [message] } as TopologyPlan, older)).toEqual([
      'record-changed',
    ]);
  });

  it('takes a route by a renamed key for the same route', () => {
    const before = { sends: {}, receives: { A: hash('a') } };
    const after = { ...before, receives: { A: hash('z') } };
    expect(rulesBetween(plan(before), plan(after, { A: z.object({ z: u32() }), B }))).toEqual([
      'field-renamed',
    ]);
  });

  it('names the place, what was and what is', () => {
    const older = planOfFields({ legs: list(z.object({ to: ascii(3) }), 2) });
    const newer = planOfFields({ legs: list(z.object({ to: ascii(9) }), 2) });
    expect(comparePlans(older, newer)).toEqual([
      { rule: 'limit-raised', path: 'messages.M.legs[].to', was: 'ascii(3)', is: 'ascii(9)' },
    ]);
    expect(comparePlans(planOfFields({ a: u32(), b: u8() }), planOfFields({ a: u32() }))).toEqual([
      { rule: 'field-removed', path: 'messages.M.b', was: 'u8 at 4' },
    ]);
  });
});

describe('the rules', () => {
  it('have a case each', () => {
    const told = new Set(CASES.flatMap(([, , , there, back]) => [...there, ...back]));
    expect(Object.keys(RULES).filter((rule) => !told.has(rule as RuleName))).toEqual(['record-changed']);
  });

  it('say how to do without whatever breaks', () => {
    for (const [name, { why, avoid }] of Object.entries(RULES)) {
      expect(why).not.toBe('');
      expect([name, avoid !== '']).toEqual([name, categoryOf(name as RuleName) !== 'compatible']);
    }
  });

  it('refuse every change of a record on the wire but those of the last versions, as the handshake does', () => {
    const kept = Object.entries(RULES).filter(([name]) => !breaksOf(name as RuleName).includes('wire'));
    const changes = new Set(kept.map(([, { record }]) => record));
    expect([...changes].sort()).toEqual(['appended', 'none', 'shortened']);
  });
});
