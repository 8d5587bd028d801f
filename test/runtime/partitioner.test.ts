import { describe, expect, it } from 'vitest';
import { hashBigInt, hashBool, hashBytes, hashDate, hashNumber, hashText } from '../../runtime/hash.js';
import { dealEvenly, PARTITION_SHIFT } from '../../runtime/partition-table.js';
import {
  consistentHashPartitioner,
  hashPartitioner,
  type Partitioner,
  rangePartitioner,
  roundRobinPartitioner,
} from '../../runtime/partitioner.js';

/** What each throws that is not of its type. */
const option = (rule: string) =>
  expect.objectContaining({ code: 'SN_OPTION', message: expect.stringContaining(rule) }) as Error;
const route = expect.objectContaining({ code: 'SN_ROUTE' }) as Error;

const notKeys: readonly unknown[] = [undefined, null, {}, [1], Symbol('s'), () => 1, new Uint16Array(1)];

describe('hashPartitioner', () => {
  it('routes keys of every type as pools do', () => {
    const instanceOf = hashPartitioner({ instances: 7 });
    const owners = dealEvenly(7);
    const at = new Date(1e12);
    const bytes = new Uint8Array([1, 2, 3]);
    const expected: readonly (readonly [Parameters<typeof instanceOf>[0], number])[] = [
      ['key', hashText('key', 0)],
      [42, hashNumber(42, 0)],
      [0.5, hashNumber(0.5, 0)],
      [42n, hashBigInt(42n, 0)],
      [true, hashBool(true, 0)],
      [at, hashDate(at, 0)],
      [bytes, hashBytes(bytes, 0)],
    ];
    for (const [key, hash] of expected) expect(instanceOf(key)).toBe(owners[hash >>> PARTITION_SHIFT]);
  });

  it('keeps what it has answered in every release', () => {
    const instanceOf = hashPartitioner({ instances: 4 });
    expect(['ATL', 'ORD', 'JFK', 'LAX', 'SFO'].map((key) => instanceOf(key))).toEqual([1, 0, 2, 2, 3]);
  });

  it.each(notKeys)('throws SN_ROUTE for a key that is none', (key) => {
    expect(() => hashPartitioner({ instances: 2 })(key as string)).toThrow(route);
  });

  it.each([0, 257, 1.5, Number.NaN, '2', undefined])('takes 1 to 256 instances: not %s', (instances) => {
    expect(() => hashPartitioner({ instances: instances as number })).toThrow(option('from 1 to 256'));
  });
});

describe('consistentHashPartitioner', () => {
  it('answers with its nodes, and lists them', () => {
    const nodeOf = consistentHashPartitioner({ nodes: ['a', 'b'] });
    expect(nodeOf.nodes).toEqual(['a', 'b']);
    nodeOf.addNode('c');
    nodeOf.removeNode('a');
    expect(nodeOf.nodes).toEqual(['b', 'c']);
    const answers = new Set(Array.from({ length: 100 }, (_, k) => nodeOf(k)));
    expect(answers).toEqual(new Set(['b', 'c']));
  });

  it('gives a key to who had it, when the others are the same again', () => {
    const nodeOf = consistentHashPartitioner({ nodes: [0, 1, 2] });
    const keys = Array.from({ length: 500 }, (_, k) => `key ${k}`);
    const before = keys.map(nodeOf);
    nodeOf.addNode(3);
    expect(keys.map(nodeOf)).not.toEqual(before);
    nodeOf.removeNode(3);
    expect(keys.map(nodeOf)).toEqual(before);
  });

  it.each(notKeys)('throws SN_ROUTE for a key that is none', (key) => {
    expect(() => consistentHashPartitioner({ nodes: ['a'] })(key as string)).toThrow(route);
  });

  it('throws SN_OPTION for nodes and numbers that cannot be', () => {
    const make = (nodes: unknown, virtualNodes?: unknown) => () =>
      consistentHashPartitioner({ nodes, virtualNodes } as { nodes: string[]; virtualNodes: number });
    expect(make([])).toThrow(option('a list of one node'));
    expect(make(undefined)).toThrow(option('a list of one node'));
    expect(make(['a', 'a'])).toThrow(option('is there already'));
    expect(make(['1', 1])).toThrow(option('is there already'));
    expect(make([{}])).toThrow(option('text or a finite number'));
    expect(make([Number.NaN])).toThrow(option('text or a finite number'));
    for (const virtualNodes of [0, 1025, 2.5, '8'])
      expect(make(['a'], virtualNodes)).toThrow(option('1 to 1024'));
    const nodeOf = consistentHashPartitioner({ nodes: ['a'] });
    expect(() => nodeOf.addNode('a')).toThrow(option('is there already'));
    expect(() => nodeOf.removeNode('b')).toThrow(option('is none of the nodes a'));
    expect(() => nodeOf.removeNode('a')).toThrow(option('is the last one'));
    expect(nodeOf('key')).toBe('a');
  });
});

describe('rangePartitioner', () => {
  it('counts the bounds that are not above the key, of any type that has an order', () => {
    expect([9.5, 10, 99, 100, Number.NaN].map(rangePartitioner({ bounds: [10, 100] }))).toEqual([
      0, 1, 1, 2, 2,
    ]);
    expect([9n, 10n].map(rangePartitioner({ bounds: [10n] }))).toEqual([0, 1]);
    expect(['A', 'h', 'z'].map(rangePartitioner({ bounds: ['h'] }))).toEqual([0, 1, 1]);
    const dates = rangePartitioner({ bounds: [new Date(5)] });
    expect([new Date(4), new Date(5), new Date(Number.NaN)].map(dates)).toEqual([0, 1, 1]);
  });

  it('throws SN_ROUTE for a key of another type', () => {
    for (const key of ['1', 1n, new Date(1), true, ...notKeys])
      expect(() => rangePartitioner({ bounds: [1] })(key as number)).toThrow(route);
  });

  it('throws SN_OPTION for bounds that are none', () => {
    const make = (bounds: unknown) => () => rangePartitioner({ bounds: bounds as number[] });
    for (const bounds of [undefined, [], 3, Array.from({ length: 256 }, (_, k) => k)])
      expect(make(bounds)).toThrow(option('1 to 255 values'));
    for (const bounds of [[1, 2n], [1, '2'], [true], [null], [Number.NaN], [new Date(Number.NaN)]])
      expect(make(bounds)).toThrow(option('all of one type'));
    for (const bounds of [
      [2, 1],
      [1, 1],
      ['b', 'a'],
      [new Date(1), new Date(1)],
    ])
      expect(make(bounds)).toThrow(option('more than the one before it'));
  });

  it('keeps its bounds, whatever becomes of the list', () => {
    const bounds = [10];
    const rangeOf = rangePartitioner({ bounds });
    bounds[0] = 0;
    expect(rangeOf(5)).toBe(0);
  });
});

describe('roundRobinPartitioner', () => {
  it('takes turns, whatever the key', () => {
    const next: Partitioner<string> = roundRobinPartitioner({ instances: 3 });
    expect(['a', 'a', 'b', 'a'].map((key) => next(key))).toEqual([0, 1, 2, 0]);
  });

  it.each([0, -1, 1.5, 2 ** 31, '2'])('takes a number of instances: not %s', (instances) => {
    expect(() => roundRobinPartitioner({ instances: instances as number })).toThrow(option('instances'));
  });
});

it('a function of the user is a partitioner as well', () => {
  const partitioners: readonly Partitioner<string>[] = [
    hashPartitioner({ instances: 2 }),
    rangePartitioner({ bounds: ['m'] }),
    roundRobinPartitioner({ instances: 2 }),
    (key) => key.length % 2,
  ];
  expect(partitioners.map((partitioner) => partitioner('zebra'))).toEqual([expect.any(Number), 1, 0, 1]);
});
