import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashRing } from '../../runtime/hash-ring.js';

const hashes = fc.integer({ min: 0, max: 0xffff_ffff });
const names = fc.uniqueArray(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 8 });

function ringOf<Node extends string | number>(nodes: readonly Node[], virtualNodes = 16): HashRing<Node> {
  const ring = new HashRing<Node>(virtualNodes);
  for (const node of nodes) ring.add(node);
  return ring;
}

describe('HashRing', () => {
  it('depends on its nodes, not on the order in which they came or on those that went', () => {
    fc.assert(
      fc.property(names, hashes, (nodes, hash) => {
        const ring = ringOf([...nodes].reverse());
        ring.add('one that goes');
        ring.remove('one that goes');
        expect(ring.ownerOf(hash)).toBe(ringOf(nodes).ownerOf(hash));
      }),
    );
  });

  it('gives a hash to the new node or leaves it where it was', () => {
    fc.assert(
      fc.property(names, hashes, (nodes, hash) => {
        const ring = ringOf(nodes);
        const before = ring.ownerOf(hash);
        ring.add('the new one');
        expect([before, 'the new one']).toContain(ring.ownerOf(hash));
      }),
    );
  });

  it('gives all hashes to a node that is alone, those behind its last point too', () => {
    const ring = ringOf(['alone'], 1);
    for (const hash of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])
      expect(ring.ownerOf(hash)).toBe('alone');
  });

  it('gives back the nodes as they were given, numbers as numbers', () => {
    const ring = ringOf([3, 1]);
    expect(ring.list()).toEqual([3, 1]);
    expect([3, 1]).toContain(ring.ownerOf(77));
  });

  it('takes a node once', () => {
    const ring = ringOf<string | number>(['1']);
    expect([ring.add('1'), ring.add(1), ring.remove(2), ring.remove('1')]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
