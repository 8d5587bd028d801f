import { describe, expect, it } from 'vitest';
import { Moments } from '../../../runtime/control/moments.js';

describe('moments', () => {
  it('settle at the first look at which they are reached, each for itself', async () => {
    const moments = new Moments();
    const reached = [false, false];
    const settled: number[] = [];
    const waits = reached.map((_, k) =>
      moments.until(() => reached[k] === true).reached.then(() => settled.push(k)),
    );
    moments.look();
    await Promise.resolve();
    expect(settled).toEqual([]);
    reached[1] = true;
    await Promise.resolve();
    expect(settled).toEqual([]);
    moments.look();
    await waits[1];
    expect(settled).toEqual([1]);
    reached[0] = true;
    moments.look();
    await Promise.all(waits);
    expect(settled).toEqual([1, 0]);
  });

  it('reject when given up, and are looked at no more', async () => {
    const moments = new Moments();
    let looks = 0;
    const waiting = moments.until(() => {
      looks += 1;
      return false;
    });
    waiting.giveUp(new Error('given up'));
    moments.look();
    await expect(waiting.reached).rejects.toThrow('given up');
    expect(looks).toBe(0);
  });

  it('reject all at the end, but for those that were reached', async () => {
    const moments = new Moments();
    const first = moments.until(() => true);
    moments.look();
    const second = moments.until(() => true);
    moments.rejectAll(new Error('the end'));
    await first.reached;
    await expect(second.reached).rejects.toThrow('the end');
    first.giveUp(new Error('too late'));
    await first.reached;
  });
});
