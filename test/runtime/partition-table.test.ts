import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from '../../runtime/hash.js';
import { deal, dealByRing, dealEvenly, PARTITIONS, redeal } from '../../runtime/partition-table.js';

describe('dealEvenly', () => {
  it.each([1, 2, 3, 5, 8, 100, 256])(
    'deals partitions to %i instances in runs that differ by one at most',
    (instances) => {
      const owners = dealEvenly(instances);
      const counts = new Array<number>(instances).fill(0);
      let last = 0;
      for (const instance of owners) {
        expect(instance).toBeGreaterThanOrEqual(last);
        last = instance;
        (counts[instance] as number) += 1;
      }
      expect(owners.length).toBe(PARTITIONS);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    },
  );

  it('spreads real keys evenly', () => {
    const owners = dealEvenly(4);
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < 26 ** 3; k++) {
      const airport = String.fromCharCode(
        65 + (k % 26),
        65 + (Math.floor(k / 26) % 26),
        65 + Math.floor(k / 676),
      );
      (counts[owners[hashText(airport, 0) >>> 24] as number] as number) += 1;
    }
    // 17,576 keys: 4,394 each, and a random split would stray by about 57.
    for (const count of counts) expect(Math.abs(count - 4394)).toBeLessThan(300);
  });
});

const counts = fc.integer({ min: 1, max: PARTITIONS });

function owned(owners: Uint8Array, instances: number): number[] {
  const each = new Array<number>(instances).fill(0);
  for (const owner of owners) (each[owner] as number) += 1;
  return each;
}

/** Partitions that changed hands, as pairs of owners. */
function moves(before: Uint8Array, after: Uint8Array): readonly (readonly [from: number, to: number])[] {
  return [...before.entries()].flatMap(([partition, from]) => {
    const to = after[partition] as number;
    return from === to ? [] : [[from, to] as const];
  });
}

describe.each([
  ['equal shares', undefined],
  ['a ring', 128],
  ['a ring of one point each', 1],
])('a table dealt by %s', (_, virtualNodes) => {
  it('names an instance for each partition', () => {
    fc.assert(
      fc.property(counts, (instances) => {
        const owners = deal(instances, virtualNodes);
        expect(owners).toHaveLength(PARTITIONS);
        expect(Math.max(...owners)).toBeLessThan(instances);
      }),
      { numRuns: 30 },
    );
  });

  it('moves partitions to new instances alone when it grows, and from those that leave when it shrinks', () => {
    fc.assert(
      fc.property(counts, counts, (before, after) => {
        const was = deal(before, virtualNodes);
        const is = redeal(was, after, virtualNodes);
        expect(Math.max(...is)).toBeLessThan(after);
        for (const [from, to] of moves(was, is))
          expect(after > before ? to >= before : from >= after).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves the table that it was given as it is', () => {
    const was = deal(3, virtualNodes);
    redeal(was, 5, virtualNodes);
    expect(was).toEqual(deal(3, virtualNodes));
  });
});

describe('equal shares', () => {
  it('stay equal within one partition, however often the number of instances changes', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 2, maxLength: 12 }), ([first, ...rest]) => {
        let owners = deal(first as number, undefined);
        for (const instances of rest) {
          owners = redeal(owners, instances, undefined);
          const each = owned(owners, instances);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('move no more than what the new instance gets, or what the leaver had', () => {
    for (let instances = 1; instances < PARTITIONS; instances++) {
      const fewer = deal(instances, undefined);
      const more = redeal(fewer, instances + 1, undefined);
      expect(moves(fewer, more)).toHaveLength(Math.floor(PARTITIONS / (instances + 1)));
      const leavers = owned(more, instances + 1)[instances];
      expect(moves(more, redeal(more, instances, undefined))).toHaveLength(leavers as number);
    }
  });
});

describe('a ring', () => {
  it('is the same whatever it was before', () => {
    fc.assert(
      fc.property(counts, counts, (before, after) => {
        expect(redeal(deal(before, 64), after, 64)).toEqual(dealByRing(after, 64));
      }),
      { numRuns: 30 },
    );
  });

  it('gives the new one of few instances about its share', () => {
    for (let instances = 1; instances < 16; instances++) {
      const moved = moves(dealByRing(instances, 128), dealByRing(instances + 1, 128)).length;
      // A draw of 256 partitions strays by their root, and a ring of 128 points by a tenth more.
      const share = PARTITIONS / (instances + 1);
      expect(Math.abs(moved - share)).toBeLessThan(4 * Math.sqrt(share));
    }
  });
});
