import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteRing } from '../../runtime/byte-ring.js';

const START = 640;
const CAPACITY = 8;

/** A message that is in the ring: its bytes belong to nobody else until it is released. */
interface Held {
  readonly from: number;
  readonly to: number;
}

describe('a byte ring', () => {
  it('never gives bytes away that a message still holds, and fits what is free in one piece', () => {
    const step = fc.record({
      kind: fc.constantFrom('send', 'release', 'sendPlain'),
      bytes: fc.integer({ min: 1, max: 32 }).map((units) => units * 8),
      unused: fc.integer({ min: 0, max: 4 }).map((units) => units * 8),
      count: fc.integer({ min: 1, max: CAPACITY }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const byteLength = 256;
        const ring = new ByteRing(START, byteLength, CAPACITY);
        const held: (Held | undefined)[] = [];
        let head = 0;
        let tail = 0;
        for (const { kind, bytes, unused, count } of steps) {
          if (kind === 'release') {
            const some = Math.min(count, held.length);
            held.splice(0, some);
            head += some;
            ring.free(head, tail);
            continue;
          }
          if (tail - head === CAPACITY) continue;
          if (kind === 'sendPlain') {
            held.push(undefined);
          } else {
            const isEmpty = held.every((message) => message === undefined);
            // A lane without any message at all has room for one as long as the ring.
            if (head === tail) ring.free(head, tail);
            if (!ring.fits(bytes)) {
              expect(isEmpty && head === tail).toBe(false);
              continue;
            }
            const from = ring.offsetFor(bytes);
            const to = from + Math.max(8, bytes - unused);
            expect(from).toBeGreaterThanOrEqual(START);
            expect(from + bytes).toBeLessThanOrEqual(START + byteLength);
            for (const other of held)
              if (other !== undefined) expect(from + bytes <= other.from || from >= other.to).toBe(true);
            ring.take(from, to);
            held.push({ from, to });
          }
          ring.close(tail);
          tail += 1;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has room for one message as long as itself whenever it is empty', () => {
    const ring = new ByteRing(START, 128, 4);
    for (let tail = 0; tail < 20; tail++) {
      ring.free(tail, tail);
      const bytes = tail % 2 === 0 ? 128 : 40;
      expect(ring.fits(bytes)).toBe(true);
      const from = ring.offsetFor(bytes);
      ring.take(from, from + bytes);
      ring.close(tail);
    }
  });
});
