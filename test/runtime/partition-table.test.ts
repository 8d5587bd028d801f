import { describe, expect, it } from 'vitest';
import { hashText } from '../../runtime/hash.js';
import { dealEvenly, PARTITIONS } from '../../runtime/partition-table.js';

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
