import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Handling } from '../../../runtime/async/handling.js';
import { laneKit } from '../lane-kit.js';

const CAPACITY = 1024;

/** A lane full of messages, and handlers that settle when they are told to. */
function kit(concurrency: number) {
  const { reader, send, outbox, ledger } = laneKit(CAPACITY);
  send(...new Array(CAPACITY).fill(0));
  outbox.flush();
  const faults: unknown[] = [];
  let settled = 0;
  const handling = new Handling({
    concurrency,
    waiter: { pushed: 0 },
    onHandled: () => {},
    onSettled: () => {
      settled += 1;
    },
    onFault: (error) => faults.push(error),
  });
  handling.addLane(reader);
  const started: string[] = [];
  const settle = new Map<string, (error?: Error) => void>();
  /** Takes a message whose handler waits. */
  const take = (name: string, hash?: number): void => {
    const handle = (): Promise<void> => {
      started.push(name);
      return new Promise((resolve, reject) => {
        settle.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      });
    };
    handling.take(reader, handle, hash);
    reader.head = (reader.head + 1) | 0;
  };
  const takeAtOnce = (handle: () => unknown, hash?: number): void => {
    handling.take(reader, handle, hash);
    reader.head = (reader.head + 1) | 0;
  };
  const end = async (name: string, error?: Error): Promise<void> => {
    settle.get(name)?.(error);
    for (let k = 0; k < 3; k++) await undefined;
  };
  const handled = (): number => {
    for (const lane of handling.lanes) lane.release(0);
    return ledger.count(() => true).handled;
  };
  return { handling, take, takeAtOnce, end, started, faults, handled, settled: () => settled };
}

describe('handling', () => {
  it('runs messages without a key beside each other, and counts them until they settle', async () => {
    const { handling, take, end, started, handled } = kit(3);
    for (const name of ['a', 'b', 'c']) take(name);
    expect(started).toEqual(['a', 'b', 'c']);
    expect([handling.running, handling.room]).toEqual([3, 0]);
    await end('b');
    expect([handling.running, handling.room, handled()]).toEqual([2, 1, 0]);
    await end('a');
    expect(handled()).toBe(2);
    expect(handling.isClear).toBe(false);
    await end('c');
    expect(handled()).toBe(3);
    expect(handling.isClear).toBe(true);
  });

  it('runs those of one hash one after the other, and each takes the place of the one before it', async () => {
    const { handling, take, end, started } = kit(2);
    take('a1', 7);
    take('a2', 7);
    take('b1', 8);
    take('a3', 7);
    expect(started).toEqual(['a1', 'b1']);
    expect([handling.running, handling.waiting, handling.room]).toEqual([2, 2, 0]);
    await end('a1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
    expect([handling.running, handling.waiting]).toEqual([2, 1]);
    await end('a2');
    await end('a3');
    await end('b1');
    take('a4', 7);
    expect(started).toEqual(['a1', 'b1', 'a2', 'a3', 'a4']);
  });

  it('handles a chain of handlers that return at once without growing the stack', async () => {
    const { handling, take, takeAtOnce, end, handled } = kit(1000);
    let ran = 0;
    take('first', 1);
    for (let k = 0; k < CAPACITY - 1; k++)
      takeAtOnce(() => {
        ran += 1;
      }, 1);
    expect([ran, handling.waiting]).toEqual([0, CAPACITY - 1]);
    await end('first');
    expect([ran, handling.running, handling.waiting, handled()]).toEqual([CAPACITY - 1, 0, 0, CAPACITY]);
  });

  it('has room for no more than its window, whatever one key does', () => {
    const { handling, take } = kit(4);
    let taken = 0;
    while (handling.room > 0) {
      take(`m${taken}`, 1);
      taken += 1;
    }
    expect([taken, handling.running, handling.waiting]).toEqual([256, 1, 255]);
  });

  it('tells what a handler threw or rejected with, and begins nothing once it is stopped', async () => {
    const { handling, take, takeAtOnce, end, started, faults } = kit(8);
    const thrown = new Error('thrown');
    const fail = (): never => {
      throw thrown;
    };
    expect(() => takeAtOnce(fail)).toThrow(thrown);
    take('a');
    await end('a', thrown);
    expect(faults).toEqual([thrown]);
    take('b1', 1);
    takeAtOnce(fail, 1);
    await end('b1');
    expect(faults).toEqual([thrown, thrown]);
    take('c1', 2);
    take('c2', 2);
    handling.stop();
    await end('c1');
    expect(started).not.toContain('c2');
  });

  it('takes what is like a promise for one', async () => {
    const { handling, takeAtOnce, settled } = kit(8);
    let resolve: () => void = () => {};
    const onValue = (given: () => void): void => {
      resolve = given;
    };
    // biome-ignore lint/suspicious/noThenProperty: that is the point.
    takeAtOnce(() => ({ then: onValue }));
    await undefined;
    expect(handling.running).toBe(1);
    resolve();
    for (let k = 0; k < 5; k++) await undefined;
    expect([handling.running, settled()]).toEqual([0, 1]);
  });

  it('keeps its limits and the order of each key, whatever settles when', async () => {
    const message = fc.record({ key: fc.option(fc.nat(3), { nil: undefined }), turns: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(message, { maxLength: 60 }),
        async (most, all) => {
          const { handling, takeAtOnce, handled } = kit(most);
          const order = new Map<number, number[]>();
          const busy = new Set<number>();
          let peak = 0;
          const handle = (k: number, key: number | undefined, turns: number) => {
            peak = Math.max(peak, handling.running);
            if (key !== undefined) {
              if (busy.has(key)) throw new Error('two of one key at a time');
              busy.add(key);
              order.set(key, [...(order.get(key) ?? []), k]);
            }
            const end = (): void => void busy.delete(key ?? -1);
            if (turns === 0) return end();
            const wait = async (): Promise<void> => {
              for (let left = turns; left > 0; left--) await undefined;
              end();
            };
            return wait();
          };
          for (const [k, { key, turns }] of all.entries()) {
            while (handling.room <= 0) await undefined;
            takeAtOnce(() => handle(k, key, turns), key);
          }
          while (!handling.isClear) {
            await undefined;
            handled();
          }
          expect(peak).toBeLessThanOrEqual(most);
          for (const [key, ran] of order)
            expect(ran).toEqual(all.flatMap((one, k) => (one.key === key ? [k] : [])));
        },
      ),
    );
  });
});
