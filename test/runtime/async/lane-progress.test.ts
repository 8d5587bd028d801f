import { describe, expect, it } from 'vitest';
import { LaneProgress } from '../../../runtime/async/lane-progress.js';
import { laneKit } from '../lane-kit.js';

const NOTHING_QUEUED = 0;

/** A lane with `count` messages that were read. */
function read(count: number, startTotal = 0) {
  const kit = laneKit(4, startTotal);
  const progress = new LaneProgress(kit.reader);
  const more = (several: number): void => {
    kit.send(...Array.from({ length: several }, (_, k) => k));
    kit.outbox.flush();
    kit.reader.head = (kit.reader.head + several) | 0;
  };
  more(count);
  const handled = (): number => kit.ledger.count(() => true).handled - startTotal;
  /** Settles the message that came as number `k`. */
  const settle = (k: number, queued = NOTHING_QUEUED): void => progress.settle((startTotal + k) | 0, queued);
  return { ...kit, progress, more, handled, settle };
}

describe('lane progress', () => {
  it('gives slots back up to the first message that has not settled', () => {
    const { progress, settle, handled } = read(4);
    for (const [settled, released] of [
      [2, 0],
      [1, 0],
      [0, 3],
      [3, 4],
    ] as const) {
      settle(settled);
      progress.release(NOTHING_QUEUED);
      expect(handled()).toBe(released);
    }
    expect(progress.isClear).toBe(true);
  });

  it('holds back what queued something until that is written', () => {
    const { progress, settle, handled } = read(3);
    settle(0, 5);
    settle(1, 7);
    settle(2, 7);
    progress.release(4);
    expect(handled()).toBe(0);
    progress.release(6);
    expect(handled()).toBe(1);
    progress.release(7);
    expect(handled()).toBe(3);
  });

  it.each([0x7fff_fffe, 0xffff_fffe])('goes on where positions wrap, from %d', (start) => {
    const { progress, settle, handled, more } = read(4, start);
    for (let k = 3; k >= 0; k--) settle(k);
    progress.release(NOTHING_QUEUED);
    expect(handled()).toBe(4);
    more(2);
    settle(5);
    progress.release(NOTHING_QUEUED);
    expect(handled()).toBe(4);
    settle(4);
    progress.release(NOTHING_QUEUED);
    expect(handled()).toBe(6);
  });

  it('takes a slot that comes again for one that has not settled', () => {
    const { progress, settle, handled, more } = read(4);
    for (let k = 0; k < 4; k++) settle(k);
    progress.release(NOTHING_QUEUED);
    more(4);
    progress.release(NOTHING_QUEUED);
    expect(handled()).toBe(4);
    expect(progress.isClear).toBe(false);
  });

  it('wakes a producer that waits for room only when there is some', () => {
    const { progress, settle, writer, producer, memory } = read(4);
    producer.announce(2);
    writer.askForSpace();
    settle(1);
    progress.release(NOTHING_QUEUED);
    expect(memory.i32[producer.index]).toBe(2);
    settle(0);
    progress.release(NOTHING_QUEUED);
    expect(memory.i32[producer.index]).toBe(0);
  });
});
