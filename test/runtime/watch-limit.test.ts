import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchLimit } from '../../runtime/watch-limit.js';

const never = (): void => {
  throw new Error('nothing was to be told');
};

function watch(signal: AbortSignal, onAbort: () => void): () => void {
  return watchLimit({ timeoutMs: undefined, signal }, never, onAbort);
}

describe('watchLimit', () => {
  it('has one listener on a signal, however many wait, and none when all are lifted', () => {
    const { signal } = new AbortController();
    const lifts = Array.from({ length: 1000 }, () => watch(signal, () => {}));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const lift of lifts.slice(1)) lift();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    lifts[0]?.();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('tells everybody who waits, in their order, and nobody whose watch was lifted, also meanwhile', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const lifts = ['first', 'second', 'third', 'fourth'].map((name) =>
      watch(controller.signal, () => {
        told.push(name);
        if (name === 'first') lifts[2]?.();
      }),
    );
    lifts[1]?.();
    controller.abort();
    expect(told).toEqual(['first', 'fourth']);
  });

  it('watches a signal anew after the last watch was lifted', () => {
    const controller = new AbortController();
    watch(controller.signal, never)();
    let times = 0;
    const lift = watch(controller.signal, () => {
      times += 1;
    });
    controller.abort();
    expect(times).toBe(1);
    lift();
    lift();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
