import {
  ascii,
  bool,
  broadcast,
  bytes,
  call,
  consistentHash,
  custom,
  hash,
  leastLoaded,
  list,
  message,
  range,
  roundRobin,
  since,
  topology,
  u8,
  utf8,
  worker,
} from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeTopology } from '../../schema/describe.js';
import { FAULT_MEANINGS } from '../../schema/faults.js';
import { faultsOf, rawObject, untyped, untypedWorker } from './support.js';

const Flight = z.object({ origin: ascii(3), delayMinutes: z.int32(), raw: bytes(8) });
const Report = z.object({});

/** A topology whose message has these options. */
function m(options: unknown) {
  return { messages: { M: message(rawObject({ a: u8() }), options as object) } };
}

describe('a topology without faults', () => {
  const flights = topology({
    messages: { Flight, Report },
    workers: {
      delays: worker({
        handler: './delays.ts',
        instances: 'cores',
        capacity: 4096,
        tickMs: 0.5,
        receives: { Flight: hash('origin'), Report: broadcast() },
        sends: { main: ['Report'], delays: ['Flight', 'Report'] },
      }),
      ranking: worker({
        handler: '../ranking.ts',
        receives: { Flight: hash(['origin', 'delayMinutes']), Report: roundRobin() },
      }),
    },
  });

  test('becomes plain, frozen data', () => {
    const { descriptor, faults } = describeTopology(flights);
    expect(faults).toEqual([]);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
    expect(Object.isFrozen(descriptor.workers[0]?.receives)).toBe(true);
    expect(descriptor).toEqual({
      messages: [
        {
          name: 'Flight',
          fields: [
            { name: 'origin', type: { kind: 'ascii', maxLength: 3 } },
            { name: 'delayMinutes', type: { kind: 'i32' } },
            { name: 'raw', type: { kind: 'bytes', maxBytes: 8 } },
          ],
        },
        { name: 'Report', fields: [] },
      ],
      calls: [],
      workers: [
        {
          name: 'delays',
          handler: './delays.ts',
          instances: 'cores',
          capacitySlots: 4096,
          tickMs: 0.5,
          receives: [
            { message: 'Flight', route: { kind: 'hash', fields: ['origin'] } },
            { message: 'Report', route: { kind: 'broadcast' } },
          ],
          answers: [],
          sends: [
            { to: 'main', messages: ['Report'], calls: [] },
            { to: 'delays', messages: ['Flight', 'Report'], calls: [] },
          ],
        },
        {
          name: 'ranking',
          handler: '../ranking.ts',
          instances: 1,
          capacitySlots: 1024,
          receives: [
            { message: 'Flight', route: { kind: 'hash', fields: ['origin', 'delayMinutes'] } },
            { message: 'Report', route: { kind: 'roundRobin' } },
          ],
          answers: [],
          sends: [],
        },
      ],
    });
  });

  test('is frozen, and recognised when another copy of the module made it', () => {
    expect(Object.isFrozen(flights)).toBe(true);
    const foreign = { messages: flights.messages, workers: flights.workers };
    Object.defineProperty(foreign, Symbol.for('sn-gen.topology'), { value: true });
    expect(describeTopology(foreign).faults).toEqual([]);
  });

  test('takes a message that is readonly', () => {
    expect(faultsOf({ messages: { M: Flight.readonly().describe('one flight') } })).toEqual([]);
  });

  test('sends a message once, however often it is named', () => {
    const { descriptor } = describeTopology(
      untyped({ workers: { w: untypedWorker({ sends: { w: ['M', 'M'] } }) } }),
    );
    expect(descriptor.workers[0]?.sends).toEqual([{ to: 'w', messages: ['M'], calls: [] }]);
  });
});

describe('a route', () => {
  const routeOf = (route: unknown, fields: object = { a: u8() }) =>
    describeTopology(untyped({ messages: { M: rawObject(fields) }, ...w({ receives: { M: route } }) }))
      .descriptor.workers[0]?.receives[0]?.route;

  test('keeps what it was given, in a form that JSON can hold', () => {
    expect(routeOf(consistentHash('a'))).toEqual({
      kind: 'consistentHash',
      fields: ['a'],
      virtualNodes: 128,
    });
    expect(routeOf(leastLoaded())).toEqual({ kind: 'leastLoaded' });
    expect(routeOf(custom({ module: './routes.ts', export: 'default' }))).toEqual({
      kind: 'custom',
      module: './routes.ts',
      export: 'default',
    });
    const bounds = (type: unknown, list: unknown) => routeOf(untypedRange('a', list), { a: type });
    expect(bounds(u8(), [1, 2.5])).toEqual({ kind: 'range', field: 'a', bounds: [1, 2.5] });
    expect(bounds(z.uint64(), [1n, 2n ** 63n])).toMatchObject({ bounds: ['1', '9223372036854775808'] });
    expect(bounds(z.date(), [new Date(5)])).toMatchObject({ bounds: [5] });
    expect(bounds(z.uuid(), ['8'])).toMatchObject({ bounds: ['8'] });
    expect(bounds(utf8(9), ['A', 'a', 'é'])).toMatchObject({ bounds: ['A', 'a', 'é'] });
  });

  test('by a range deals with either way of hashing, which need not agree with it', () => {
    for (const other of [hash('a'), ring(3)]) expect(faultsOf(twoRoutes(range('a', [1]), other))).toEqual([]);
    expect(faultsOf(twoRoutes(ring(64), ring(64)))).toEqual([]);
  });

  test.each([
    ascii(3),
    utf8(9),
    bytes(16),
    bool(),
    z.uint64(),
    z.int64(),
    z.float64(),
    z.float32(),
    z.date(),
    z.uuid(),
    z.enum(['a', 'b']),
  ])('may have any scalar for its key', (type) => {
    expect(routeOf(hash('a'), { a: type })).toEqual({ kind: 'hash', fields: ['a'] });
  });
});

/** One way at least to make each fault: code, path, what is declared. */
const w = (options: object) => ({ workers: { w: untypedWorker(options) } });
const untypedRange = range as (field: unknown, bounds: unknown) => unknown;
const untypedCustom = custom as (place: unknown) => unknown;
const ring = (virtualNodes: unknown) => consistentHash('a', { virtualNodes: virtualNodes as number });
const rangeOver = (type: unknown, bounds: unknown) => ({
  messages: { M: rawObject({ a: type }) },
  ...w({ receives: { M: untypedRange('a', bounds) } }),
});
const twoRoutes = (one: unknown, other: unknown) => ({
  messages: { M: rawObject({ a: u8() }), N: rawObject({ a: u8() }) },
  ...w({ receives: { M: one, N: other } }),
});
const FAULTY: readonly (readonly [code: string, path: string, declared: object])[] = [
  ['SN1011', 'messages', { messages: {}, workers: {} }],
  ['SN1012', 'messages.M.a', { messages: { M: rawObject({ a: z.any() }) } }],
  ['SN1013', 'messages.M.a', { messages: { M: rawObject({ a: ascii(0) }) } }],
  ['SN1014', 'messages.M.a', { messages: { M: rawObject({ a: z.string() }) } }],
  ['SN1014', 'messages.M.a', { messages: { M: rawObject({ a: z.array(u8()) }) } }],
  [
    'SN1017',
    'messages.M',
    {
      messages: { M: rawObject({ a: list(list(bytes(99), 65_535), 65_535), key: u8() }) },
      ...w({ receives: { M: hash('key') } }),
    },
  ],
  ['SN1015', 'messages.M.a', { messages: { M: rawObject({ a: z.bigint() }) } }],
  ['SN1016', 'messages.M', { messages: { M: z.int32() } }],
  ['SN1016', 'messages.M', { messages: { M: undefined } }],
  [
    'SN1017',
    'messages.M',
    {
      messages: {
        M: rawObject(Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, bytes(1020)]))),
      },
    },
  ],
  ['SN1018', 'messages.M.next', { messages: { M: recursive() } }],
  ['SN1019', 'messages.M.a', { messages: { M: rawObject({ a: z.coerce.date() }) } }],
  ['SN1020', 'messages.M.a-b', { messages: { M: rawObject({ 'a-b': u8() }) } }],
  ['SN1020', 'messages.M.1', { messages: { M: rawObject({ 1: u8() }) } }],
  ['SN1021', 'messages.M.toObject', { messages: { M: rawObject({ toObject: u8() }) } }],
  ['SN1021', 'messages.__proto__', { messages: { __proto__: Flight, M: rawObject({}) } }],
  ['SN1022', 'messages.m', { messages: { M: rawObject({}), m: rawObject({}) } }],
  ['SN1030', 'workers', { workers: {} }],
  ['SN1030', 'workers', { workers: 3 }],
  ['SN1031', 'workers.w', { workers: { w: { handler: './w.ts', receives: {} } } }],
  ['SN1031', 'workers.w', { workers: { w: null } }],
  ['SN1031', 'workers.w', { workers: { w: hash('a') } }],
  ['SN1032', 'workers.w.handler', w({ handler: undefined })],
  ['SN1032', 'workers.w.handler', w({ handler: ' ' })],
  ['SN1033', 'workers.w.instances', w({ instances: 0 })],
  ['SN1033', 'workers.w.instances', w({ instances: 1025 })],
  ['SN1033', 'workers.w.instances', w({ instances: 1.5 })],
  ['SN1033', 'workers.w.instances', w({ instances: 'many' })],
  ['SN1034', 'workers.w.capacity', w({ capacity: 100 })],
  ['SN1034', 'workers.w.capacity', w({ capacity: 2 ** 21 })],
  ['SN1034', 'workers.w.capacity', w({ capacity: 0 })],
  ['SN1035', 'workers.w.tickMs', w({ tickMs: 0 })],
  ['SN1035', 'workers.w.tickMs', w({ tickMs: Number.NaN })],
  ['SN1035', 'workers.w.tickMs', w({ tickMs: 2 ** 31 })],
  ['SN1036', 'workers.w.receives', w({ receives: {} })],
  ['SN1036', 'workers.w.receives', w({ receives: 'M' })],
  ['SN1037', 'workers.w.instance', w({ instance: 2 })],
  ['SN1038', 'workers.w.affinity', w({ affinity: 'near' })],
  ['SN1038', 'workers.w.affinity', w({ affinity: 3 })],
  ['SN1038', 'workers.w.affinity', w({ affinity: [] })],
  ['SN1038', 'workers.w.affinity', w({ affinity: [0, -1] })],
  ['SN1038', 'workers.w.affinity', w({ affinity: [0, 1.5] })],
  ['SN1038', 'workers.w.affinity', w({ affinity: [8192] })],
  ['SN1038', 'workers.w.affinity', w({ affinity: new Array(2) })],
  ['SN1039', 'workers.w.priority', w({ priority: -21 })],
  ['SN1039', 'workers.w.priority', w({ priority: 20 })],
  ['SN1039', 'workers.w.priority', w({ priority: 0.5 })],
  ['SN1039', 'workers.w.priority', w({ priority: 'low' })],
  ['SN1040', 'workers.w.receives.N', w({ receives: { N: roundRobin() } })],
  ['SN1041', 'workers.w.receives.M', w({ receives: { M: 'roundRobin' } })],
  ['SN1041', 'workers.w.receives.M', w({ receives: { M: roundRobin } })],
  ['SN1042', 'workers.w.receives.M', w({ receives: { M: hash('b') } })],
  ['SN1042', 'workers.w.receives.M', w({ receives: { M: hash(null) } })],
  [
    'SN1043',
    'workers.w.receives.M',
    { messages: { M: rawObject({ a: bytes(3000) }) }, ...w({ receives: { M: hash('a') } }) },
  ],
  [
    'SN1043',
    'workers.w.receives.M',
    { messages: { M: rawObject({ a: rawObject({}) }) }, ...w({ receives: { M: hash(['a']) } }) },
  ],
  [
    'SN1043',
    'workers.w.receives.M',
    { messages: { M: rawObject({ a: u8().optional() }) }, ...w({ receives: { M: hash('a') } }) },
  ],
  [
    'SN1043',
    'workers.w.receives.M',
    { messages: { M: rawObject({ a: u8().default(1) }) }, ...w({ receives: { M: hash('a') } }) },
  ],
  [
    'SN1043',
    'workers.w.receives.M',
    { messages: { M: rawObject({ a: list(u8(), 2) }) }, ...w({ receives: { M: hash('a') } }) },
  ],
  ['SN1044', 'workers.w.receives.M', w({ receives: { M: hash([]) } })],
  ['SN1044', 'workers.w.receives.M', w({ receives: { M: hash(['a', 'a']) } })],
  ['SN1042', 'workers.w.receives.M', w({ receives: { M: consistentHash('b') } })],
  ['SN1044', 'workers.w.receives.M', w({ receives: { M: consistentHash([]) } })],
  ['SN1042', 'workers.w.receives.M', w({ receives: { M: range('b', [1]) } })],
  ['SN1042', 'workers.w.receives.M', w({ receives: { M: untypedRange(['a'], [1]) } })],
  ['SN1043', 'workers.w.receives.M', rangeOver(bool(), [1])],
  ['SN1043', 'workers.w.receives.M', rangeOver(bytes(3), [1])],
  ['SN1043', 'workers.w.receives.M', rangeOver(z.enum(['a', 'b']), ['a'])],
  ['SN1043', 'workers.w.receives.M', rangeOver(u8().optional(), [1])],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), [])],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), 7)],
  [
    'SN1048',
    'workers.w.receives.M',
    rangeOver(
      u8(),
      Array.from({ length: 256 }, (_, k) => k),
    ),
  ],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), [2, 1])],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), [1, 1])],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), [1, 2n])],
  ['SN1048', 'workers.w.receives.M', rangeOver(u8(), [1, undefined])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.float64(), [Number.NaN])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.float64(), [1, Number.POSITIVE_INFINITY])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.uint64(), [1])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.uint64(), [2n, 1n])],
  ['SN1048', 'workers.w.receives.M', rangeOver(ascii(3), [1])],
  ['SN1048', 'workers.w.receives.M', rangeOver(ascii(3), ['b', 'B'])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.date(), [0])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.date(), [new Date(Number.NaN)])],
  ['SN1048', 'workers.w.receives.M', rangeOver(z.date(), [new Date(2), new Date(1)])],
  ['SN1049', 'workers.w.receives.M', w({ receives: { M: ring(0) } })],
  ['SN1049', 'workers.w.receives.M', w({ receives: { M: ring(1025) } })],
  ['SN1049', 'workers.w.receives.M', w({ receives: { M: ring(1.5) } })],
  ['SN1049', 'workers.w.receives.M', w({ receives: { M: ring('128') } })],
  ['SN1080', 'workers.w.receives.N', twoRoutes(hash('a'), consistentHash('a'))],
  ['SN1080', 'workers.w.receives.N', twoRoutes(ring(64), ring(65))],
  ['SN1081', 'workers.w.receives.M', w({ receives: { M: untypedCustom(undefined) } })],
  ['SN1081', 'workers.w.receives.M', w({ receives: { M: untypedCustom({ module: 3, export: 'pick' }) } })],
  ['SN1081', 'workers.w.receives.M', w({ receives: { M: untypedCustom({ module: ' ', export: 'pick' }) } })],
  ['SN1081', 'workers.w.receives.M', w({ receives: { M: untypedCustom({ module: './a.ts' }) } })],
  [
    'SN1081',
    'workers.w.receives.M',
    w({ receives: { M: untypedCustom({ module: './a.ts', export: 'a b' }) } }),
  ],
  ['SN1085', 'workers.w.cycles', w({ cycles: true })],
  ['SN1082', 'workers.w.async', w({ async: 'yes' })],
  ['SN1082', 'workers.w.async', w({ async: 1, concurrency: 2 })],
  ['SN1083', 'workers.w.concurrency', w({ concurrency: 4 })],
  ['SN1083', 'workers.w.concurrency', w({ async: false, concurrency: 4 })],
  ['SN1083', 'workers.w.concurrency', w({ async: true, concurrency: 0 })],
  ['SN1083', 'workers.w.concurrency', w({ async: true, concurrency: 65_537 })],
  ['SN1083', 'workers.w.concurrency', w({ async: true, concurrency: 1.5 })],
  ['SN1083', 'workers.w.concurrency', w({ async: true, concurrency: '4' })],
  ['SN1050', 'workers.w.sends.v', w({ sends: { v: ['M'] } })],
  ['SN1051', 'workers.w.sends.main.N', w({ sends: { main: ['N'] } })],
  [
    'SN1052',
    'workers.w.sends.w.N',
    { messages: { M: rawObject({ a: u8() }), N: rawObject({}) }, ...w({ sends: { w: ['N'] } }) },
  ],
  ['SN1045', 'workers.w.answers.sum', w({ answers: { sum: roundRobin() } })],
  [
    'SN1046',
    'workers.w.answers.sum',
    { calls: { sum: call(rawObject({}), rawObject({})) }, ...w({ answers: { sum: broadcast() } }) },
  ],
  [
    'SN1042',
    'workers.w.answers.sum',
    { calls: { sum: call(rawObject({ a: u8() }), rawObject({})) }, ...w({ answers: { sum: hash('b') } }) },
  ],
  ['SN1047', 'calls.sum', { calls: { sum: rawObject({}) } }],
  ['SN1016', 'calls.sum.response', { calls: { sum: call(rawObject({}), z.int32() as never) } }],
  ['SN1020', 'calls.a-b', { calls: { 'a-b': call(rawObject({}), rawObject({})) } }],
  ['SN1022', 'calls.m', { calls: { m: call(rawObject({}), rawObject({})) } }],
  [
    'SN1052',
    'workers.w.sends.main.sum',
    { calls: { sum: call(rawObject({}), rawObject({})) }, ...w({ sends: { main: ['sum'] } }) },
  ],
  ['SN1033', 'workers.w.instances.min', w({ instances: { min: 3, max: 2 } })],
  ['SN1033', 'workers.w.instances.max', w({ instances: { max: 0 } })],
  ['SN1033', 'workers.w.instances', w({ instances: {} })],
  ['SN1033', 'workers.w.instances.idleMs', w({ instances: { max: 2, idleMs: 0 } })],
  ['SN1033', 'workers.w.instances.most', w({ instances: { max: 2, most: 3 } })],
  ['SN1053', 'workers.w.sends', w({ sends: ['main'] })],
  ['SN1053', 'workers.w.sends.main', w({ sends: { main: 'M' } })],
  ['SN1053', 'workers.w.sends.main', w({ sends: { main: [3] } })],
  ['SN1054', 'messages.M.a', { messages: { M: rawObject({ a: since(1, u8().optional()) }) } }],
  ['SN1055', 'messages.M.a', { messages: { M: rawObject({ a: since(2, u8() as never) }) } }],
  [
    'SN1056',
    'messages.M.a.b',
    { messages: { M: rawObject({ a: rawObject({ b: since(2, u8().optional()) }) }) } },
  ],
  ['SN1057', 'messages.M.b', { messages: { M: rawObject({ a: u8(), b: since(3, u8().optional()) }) } }],
  ['SN1058', 'messages.M.validat', m({ validat: true })],
  ['SN1059', 'messages.M', m('validate')],
  ['SN1059', 'messages.M', m(undefined)],
  ['SN1059', 'messages.M.validate', m({ validate: 'yes' })],
  ['SN1059', 'messages.M.codecOnly', m({ codecOnly: 1 })],
  ['SN1059', 'messages.M.envelope', m({ envelope: 'id' })],
  ['SN1059', 'messages.M.envelope', m({ envelope: ['id', 'time'] })],
  [
    'SN1021',
    'messages.M.envelope',
    { messages: { M: message(rawObject({ envelope: u8() }), { envelope: ['id'] }) } },
  ],
];

describe('options of a message', () => {
  const described = (options: unknown) => describeTopology(untyped(m(options))).descriptor.messages;

  test('are there when they are asked for, and leave no trace when they are not', () => {
    const bare = describeTopology(untyped({ messages: { M: rawObject({ a: u8() }) } })).descriptor.messages;
    expect(described({ validate: true })).toEqual([{ ...bare[0], validate: true }]);
    expect(described({ codecOnly: true })).toEqual([{ ...bare[0], codecOnly: true }]);
    expect(described({ validate: false, codecOnly: false })).toEqual(bare);
    expect(described({})).toEqual(bare);
  });

  test('give an envelope its fields in one order, each once', () => {
    const bare = describeTopology(untyped({ messages: { M: rawObject({ a: u8() }) } })).descriptor.messages;
    expect(described({ envelope: ['source', 'timestamp', 'id', 'id'] })).toEqual([
      { ...bare[0], envelope: ['id', 'timestamp', 'source'] },
    ]);
    expect(described({ envelope: [] })).toEqual(bare);
  });

  test('leave the faults of the schema where they are', () => {
    const M = message(rawObject({ a: z.string() }), { validate: true });
    expect(faultsOf({ messages: { M } })).toMatchObject([{ code: 'SN1014', path: ['messages', 'M', 'a'] }]);
    for (const wrong of [z.int32(), undefined, message(rawObject({}), {})]) {
      expect(faultsOf({ messages: { M: message(wrong as never, {}) } })).toMatchObject([{ code: 'SN1016' }]);
    }
  });

  test('are named where they are misspelt', () => {
    expect(faultsOf(m({ validat: true }))).toMatchObject([{ help: "did you mean 'validate'?" }]);
  });
});

describe('every fault', () => {
  test.each(FAULTY)('%s at %s', (code, path, declared) => {
    const faults = faultsOf(declared);
    expect(faults.map((fault) => [fault.code, fault.path.join('.')])).toContainEqual([code, path]);
    for (const { problem, help } of faults) expect([problem, help]).not.toContain('');
  });

  test('has a case above', () => {
    const covered = new Set(['SN1010', ...FAULTY.map(([code]) => code)]);
    expect(Object.keys(FAULT_MEANINGS).filter((code) => !covered.has(code))).toEqual([]);
  });

  test.each([undefined, null, 3, 'x', {}, [], () => {}, z.object({})])('SN1010 for %s', (value) => {
    expect(describeTopology(value).faults).toMatchObject([{ code: 'SN1010', path: [] }]);
  });

  test('is reported alone when it is alone', () => {
    for (const [code, , declared] of FAULTY.filter(([each]) => each !== 'SN1011' && each !== 'SN1030')) {
      expect(faultsOf(declared).map((fault) => fault.code)).toEqual([code]);
    }
  });

  test('is found in one run with all others, in the order of the schema', () => {
    const faults = faultsOf({
      messages: { M: rawObject({ a: z.any(), b: z.string() }), 'N-O': z.int32() },
      workers: {
        w: untypedWorker({ instances: 0, capacity: 3, receives: { M: hash('c'), X: broadcast() } }),
        v: 3,
        u: untypedWorker({ sends: { main: ['Y'], nobody: ['M'] } }),
      },
    });
    expect(faults.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'SN1012 messages.M.a',
      'SN1014 messages.M.b',
      'SN1020 messages.N-O',
      'SN1016 messages.N-O',
      'SN1033 workers.w.instances',
      'SN1034 workers.w.capacity',
      'SN1042 workers.w.receives.M',
      'SN1040 workers.w.receives.X',
      'SN1031 workers.v',
      'SN1051 workers.u.sends.main.Y',
      'SN1050 workers.u.sends.nobody',
    ]);
  });

  test('states rule, value and mend', () => {
    const [capacity] = faultsOf(w({ capacity: 100 }));
    expect(capacity).toMatchObject({
      problem: 'capacity must be a power of two from 1 to 1048576: got 100',
      help: 'use 128',
    });
    const [typo] = faultsOf({
      messages: { M: Flight },
      ...w({ receives: { M: hash('orgin') } }),
    });
    const keyOf = (type: z.ZodType) =>
      faultsOf({ messages: { M: rawObject({ a: type, b: u8() }) }, ...w({ receives: { M: hash('a') } }) })[0];
    expect(keyOf(u8().optional())).toMatchObject({
      problem: 'M.a may be absent, and only scalars can be a key',
      help: "its fields that can be a key: 'b'",
    });
    expect(keyOf(u8().default(1))?.problem).toBe('M.a has a default, and only scalars can be a key');
    expect(keyOf(list(u8(), 2))?.problem).toBe('M.a is list, and only scalars can be a key');
    expect(typo).toMatchObject({ problem: 'M has no field "orgin"', help: "did you mean 'origin'?" });
  });

  test('is not followed by a second one that it caused', () => {
    const declared = { messages: { M: rawObject({ a: z.any() }) }, ...w({ receives: { M: hash('a') } }) };
    expect(faultsOf(declared).map((fault) => fault.code)).toEqual(['SN1012']);
    const noObject = { messages: { M: z.int32() }, ...w({ receives: { M: hash('a') } }) };
    expect(faultsOf(noObject).map((fault) => fault.code)).toEqual(['SN1016']);
    const noWorker = { workers: { w: untypedWorker({ sends: { v: ['M'] } }), v: 3 } };
    expect(faultsOf(noWorker).map((fault) => fault.code)).toEqual(['SN1031']);
  });
});

function recursive(): z.ZodObject {
  const Node: z.ZodObject = z.object({
    get next() {
      return Node;
    },
  });
  return Node;
}
