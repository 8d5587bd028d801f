/** How evenly keys of the kinds that people have are spread, and how many move when nodes come and go. Deterministic. */
import { describe, expect, it } from 'vitest';
import { PARTITIONS } from '../../runtime/partition-table.js';
import { consistentHashPartitioner, hashPartitioner, type PartitionKey } from '../../runtime/partitioner.js';

const KEYS = 120_000;

/** Xorshift (Marsaglia, 2003): the same numbers in every run. */
function makeRandom(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function keys(make: (k: number) => PartitionKey): readonly PartitionKey[] {
  return Array.from({ length: KEYS }, (_, k) => make(k));
}

function uuids(): readonly PartitionKey[] {
  const random = makeRandom(2025);
  return keys(() => {
    const hex = [random(), random(), random(), random()].map((word) => word.toString(16).padStart(8, '0'));
    return hex.join('').replace(/^(.{8})(.{4}).(.{3})(.)(.{3})(.{12})$/, '$1-$2-4$3-8$5-$6');
  });
}

function letters(k: number, count: number): string {
  const codes = Array.from({ length: count }, (_, at) => 65 + (Math.floor(k / 26 ** at) % 26));
  return String.fromCharCode(...codes);
}

const KINDS: Readonly<Record<string, readonly PartitionKey[]>> = {
  'sequential ids': keys((k) => k),
  'ids from a database, in steps of 100': keys((k) => 1_000_000 + k * 100),
  'bigint ids of 64 bits': keys((k) => (1n << 60n) + BigInt(k)),
  'pairs of airport codes': keys((k) => `${letters(k, 3)}-${letters(Math.floor(k / 26 ** 3), 3)}`),
  'numbered names': keys((k) => `user:${k}`),
  'padded device names of 16 characters': keys((k) => `device-${String(k).padStart(9, '0')}`),
  uuids: uuids(),
  'time stamps, a second apart': keys((k) => new Date(1_700_000_000_000 + k * 1000)),
  'prices in cents': keys((k) => k / 100 + 0.005),
  'hashes of 20 bytes': keys((k) => {
    const random = makeRandom(k + 1);
    return Uint8Array.from({ length: 20 }, random);
  }),
};

function countsOf<Target>(of: readonly PartitionKey[], partitioner: (key: PartitionKey) => Target) {
  const counts = new Map<Target, number>();
  for (const key of of) {
    const target = partitioner(key);
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return counts;
}

/** Pearson's chi-square over so many cells that should be equal, as a z-score (Wilson and Hilferty): 5 is one in three millions. */
function zScore(counts: Iterable<number>, cells: number): number {
  const expected = KEYS / cells;
  let chi = 0;
  let seen = 0;
  for (const count of counts) {
    chi += (count - expected) ** 2 / expected;
    seen += 1;
  }
  chi += (cells - seen) * expected;
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chi / freedom) - (1 - spread)) / Math.sqrt(spread);
}

describe.each(Object.entries(KINDS))('%s', (_, list) => {
  it('are all different', () => {
    expect(new Set(list.map((key) => (key instanceof Date ? key.getTime() : String(key)))).size).toBe(KEYS);
  });

  it('fall into all partitions as if at random', () => {
    const partitionOf = hashPartitioner({ instances: PARTITIONS });
    const counts = countsOf(list, partitionOf);
    expect(counts.size).toBe(PARTITIONS);
    expect(zScore(counts.values(), PARTITIONS)).toBeLessThan(5);
  });

  it.each([2, 8, 16])('are spread over %i instances as if at random', (instances) => {
    expect(zScore(countsOf(list, hashPartitioner({ instances })).values(), instances)).toBeLessThan(5);
  });

  it('are spread over a ring as its nodes own it', () => {
    // With 1024 points each of 8 nodes strays from its share by 3 percent; 12 would be four times that.
    const nodes = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'];
    const counts = countsOf(list, consistentHashPartitioner({ nodes, virtualNodes: 1024 }));
    for (const node of nodes) expect(Math.abs((counts.get(node) ?? 0) / (KEYS / 8) - 1)).toBeLessThan(0.12);
  });

  it.each([1, 2, 4, 9])(
    'move to a new node beside %i others, a share of them and from each alike',
    (others) => {
      const nodes = Array.from({ length: others }, (_node, k) => k);
      const nodeOf = consistentHashPartitioner({ nodes, virtualNodes: 512 });
      const before = list.map(nodeOf);
      nodeOf.addNode(others);
      const after = list.map(nodeOf);
      const moved = before.flatMap((node, k) => (node === after[k] ? [] : [[node, after[k]] as const]));
      expect(moved.every(([, to]) => to === others)).toBe(true);
      const share = 1 / (others + 1);
      expect(Math.abs(moved.length / KEYS / share - 1)).toBeLessThan(0.2);
      for (const node of nodes) {
        const given = moved.filter(([from]) => from === node).length;
        // Of 10 nodes each gives some 57 arcs, which stray by an eighth.
        expect(Math.abs(given / (KEYS * share * (1 / others)) - 1)).toBeLessThan(0.6);
      }
      nodeOf.removeNode(others);
      expect(list.map(nodeOf)).toEqual(before);
    },
  );
});

it('the test of evenness finds what is uneven', () => {
  const uneven = keys((k) => k).map((key) => (Number(key) % 100 < 2 ? 0 : Number(key) % 8));
  expect(zScore(countsOf(uneven, (key) => key).values(), 8)).toBeGreaterThan(10);
});
