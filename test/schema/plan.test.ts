import { ascii, broadcast, f64, hash, i32, message, roundRobin, topology, u32, worker } from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SLOT_HEADER_BYTES as RUNTIME_SLOT_HEADER_BYTES } from '../../runtime/lane-layout.js';
import { describeTopology } from '../../schema/describe.js';
import type { TopologyDescriptor, WorkerDescriptor } from '../../schema/descriptor.js';
import { fingerprintOf, fnv1a64 } from '../../schema/fingerprint.js';
import { planTopology, SLOT_HEADER_BYTES } from '../../schema/plan.js';
import { stagesOf } from '../../schema/stages.js';

const declare = () =>
  topology({
    messages: {
      Report: z.object({}),
      Flight: z.object({ origin: ascii(3), delayMinutes: i32(), distanceMiles: f64() }),
      AirportDelay: z.object({ airport: ascii(3), flights: u32(), meanDelay: f64() }),
      Done: z.object({ rows: u32() }),
    },
    workers: {
      ranking: worker({
        handler: './ranking.ts',
        receives: { AirportDelay: roundRobin(), Report: broadcast() },
        sends: { main: ['Done', 'AirportDelay'] },
        tickMs: 100,
      }),
      delays: worker({
        handler: './workers/delays.ts',
        instances: 2,
        capacity: 4096,
        affinity: [2, 3],
        priority: 5,
        receives: { Report: broadcast(), Flight: hash('origin') },
        sends: { ranking: ['AirportDelay'] },
      }),
    },
  });

const plan = (descriptor: TopologyDescriptor) =>
  planTopology(descriptor, { schema: '../schema.ts', modulePath: (handler) => `../${handler.slice(2)}` });

describe('a plan', () => {
  const { descriptor } = describeTopology(declare());
  const planned = plan(descriptor);

  test('gives tags in the order of receives, and main those of messages', () => {
    expect(
      planned.workers.map(({ inbox }) => inbox.messages.map(({ message, tag }) => [message, tag])),
    ).toEqual([
      [
        ['AirportDelay', 0],
        ['Report', 1],
      ],
      [
        ['Report', 0],
        ['Flight', 1],
      ],
    ]);
    expect(planned.main.messages.map(({ message, tag }) => [message, tag])).toEqual([
      ['AirportDelay', 0],
      ['Done', 1],
    ]);
  });

  test('makes slots as large as header and largest record', () => {
    expect(planned.workers.map(({ inbox }) => inbox.strideBytes)).toEqual([24, 24]);
    expect(planned.main.strideBytes).toBe(24);
    expect(planned.workers.map(({ inbox }) => inbox.capacitySlots)).toEqual([1024, 4096]);
    expect(planned.main.capacitySlots).toBe(1024);
  });

  test('has slots with the header of the runtime', () => {
    expect(SLOT_HEADER_BYTES).toBe(RUNTIME_SLOT_HEADER_BYTES);
  });

  test('has the handlers, ticks and sends of the schema', () => {
    expect(planned.workers[0]).toMatchObject({
      handler: '../ranking.ts',
      instances: 1,
      tickMs: 100,
      sends: [{ to: 'main', messages: ['Done', 'AirportDelay'] }],
    });
    expect(planned.workers[1]).toMatchObject({
      handler: '../workers/delays.ts',
      instances: 2,
      affinity: [2, 3],
      priority: 5,
    });
    for (const option of ['affinity', 'priority']) expect(planned.workers[0]).not.toHaveProperty(option);
    expect('tickMs' in (planned.workers[1] ?? {})).toBe(false);
    expect(planned.stages).toEqual([['delays'], ['ranking']]);
  });

  test('is JSON, and the same each time', () => {
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    expect(JSON.stringify(plan(describeTopology(declare()).descriptor))).toBe(JSON.stringify(planned));
  });

  test('is frozen all the way down', () => {
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(check);
    };
    check(planned);
  });

  test('of a host that nobody sends to has an empty inbox', () => {
    const quiet = { ...descriptor, workers: descriptor.workers.map((each) => ({ ...each, sends: [] })) };
    expect(plan(quiet).main).toEqual({ messages: [], capacitySlots: 1024, strideBytes: 8 });
  });
});

describe('fingerprints', () => {
  const { descriptor } = describeTopology(declare());
  const planned = plan(descriptor);

  test('are 16 hex digits and differ between messages', () => {
    const all = [planned.fingerprint, ...planned.messages.map(({ fingerprint }) => fingerprint)];
    for (const fingerprint of all) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(all).size).toBe(all.length);
  });

  test('do not change with how many handlers run at a time, but with whether they may', () => {
    const [first, ...others] = descriptor.workers;
    const withConcurrency = (concurrency: number) =>
      plan({ ...descriptor, workers: [{ ...(first as WorkerDescriptor), concurrency }, ...others] })
        .fingerprint;
    expect(withConcurrency(3)).toBe(withConcurrency(4));
    expect(withConcurrency(3)).not.toBe(planned.fingerprint);
  });

  test('do not change with paths, instances, ticks, affinity or priority', () => {
    const moved = planTopology(
      {
        ...descriptor,
        workers: descriptor.workers.map((each) => ({
          ...each,
          instances: 7,
          tickMs: 5,
          affinity: 'spread',
          priority: 9,
          handler: 'x',
        })),
      },
      { schema: 'elsewhere.ts', modulePath: (handler) => handler },
    );
    expect(moved.fingerprint).toBe(planned.fingerprint);
  });

  test('change with routes, order of tags, capacities, sends, workers and layouts', () => {
    const [first, second] = descriptor.workers;
    if (first === undefined || second === undefined) throw new Error('two workers are declared above');
    const changed: TopologyDescriptor[] = [
      { ...descriptor, workers: [first, { ...second, receives: [...second.receives].reverse() }] },
      { ...descriptor, workers: [first, { ...second, capacitySlots: 8 }] },
      { ...descriptor, workers: [first, { ...second, sends: [] }] },
      { ...descriptor, workers: [first, { ...second, name: 'other' }] },
      {
        ...descriptor,
        workers: [
          first,
          {
            ...second,
            receives: second.receives.map(({ message }) => ({ message, route: { kind: 'broadcast' } })),
          },
        ],
      },
      {
        ...descriptor,
        messages: descriptor.messages.map((each) =>
          each.name === 'Done' ? { ...each, fields: [{ name: 'rows', type: { kind: 'i32' } }] } : each,
        ),
      },
    ];
    const fingerprints = changed.map((each) => plan(each).fingerprint);
    expect(new Set([planned.fingerprint, ...fingerprints]).size).toBe(changed.length + 1);
  });

  test('do not change with what senders validate: the bytes are the same', () => {
    const planned = (M: Parameters<typeof message>[0] | ReturnType<typeof message>) =>
      plan(
        describeTopology(
          topology({
            messages: { M },
            workers: { w: worker({ handler: './w.ts', receives: { M: broadcast() } }) },
          }),
        ).descriptor,
      );
    const schema = z.object({ a: u32() });
    const [bare, validated] = [planned(schema), planned(message(schema, { validate: true }))];
    expect(validated.messages[0]?.validate).toBe(true);
    expect(validated.fingerprint).toBe(bare.fingerprint);
    expect(validated.messages[0]?.fingerprint).toBe(bare.messages[0]?.fingerprint);
  });

  test('are FNV-1a, by its published test vectors', () => {
    const hashOf = (text: string) => fnv1a64(new TextEncoder().encode(text));
    expect(hashOf('')).toBe('cbf29ce484222325');
    expect(hashOf('a')).toBe('af63dc4c8601ec8c');
    expect(hashOf('foobar')).toBe('85944171f73967e8');
  });

  test('do not depend on the order of keys, but on that of lists', () => {
    expect(fingerprintOf({ a: 1, b: [1, 2] })).toBe(fingerprintOf({ b: [1, 2], a: 1 }));
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }));
  });
});

describe('stages', () => {
  const stages = (graph: { [name: string]: string[] }) =>
    stagesOf(
      Object.entries(graph).map(([name, targets]) => ({
        name,
        sends: targets.map((to) => ({ to, messages: ['M'], calls: [] })),
      })),
    );

  test('put senders before receivers, whatever the order written', () => {
    expect(stages({ c: [], b: ['c'], a: ['b'] })).toEqual([['a'], ['b'], ['c']]);
  });

  test('keep the order written where the sends leave it open', () => {
    expect(stages({ b: ['main'], a: ['main'], c: [] })).toEqual([['b'], ['a'], ['c']]);
    expect(stages({ sink: [], b: ['sink'], a: [] })).toEqual([['b'], ['sink'], ['a']]);
  });

  test('keep cycles together', () => {
    expect(stages({ out: [], b: ['a', 'out'], a: ['b'], source: ['a'] })).toEqual([
      ['source'],
      ['b', 'a'],
      ['out'],
    ]);
  });

  test('take a worker that sends to itself', () => {
    expect(stages({ b: ['b'], a: ['a', 'b'] })).toEqual([['a'], ['b']]);
  });

  test('hold two cycles apart that are joined one way', () => {
    expect(stages({ d: ['c'], c: ['d'], b: ['a', 'c'], a: ['b'] })).toEqual([
      ['b', 'a'],
      ['d', 'c'],
    ]);
  });
});
