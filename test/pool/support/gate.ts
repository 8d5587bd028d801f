/**
 * Gate: holds handlers of the `work` topology (`Held`, and `init` with `INIT=wait`) until a test lets them go on, so that tests
 * order events in several threads without a clock.
 *
 * | element | field   | meaning                          |
 * |--------:|---------|----------------------------------|
 * |       0 | open    | 1 once handlers may go on        |
 * |       1 | arrived | handlers that came to the gate   |
 */
import { setEnvironmentData } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

const OPEN = 0;
const ARRIVED = 1;

export interface Gate {
  /** Lets everybody through, now and later. */
  open(): void;
  /** Waits until so many handlers have come to the gate. */
  arrivals(count: number): Promise<void>;
}

/** A gate for the pools that are started from now on. It opens when the test has finished. */
export function makeGate(): Gate {
  const i32 = new Int32Array(new SharedArrayBuffer(8));
  setEnvironmentData('gate', i32.buffer);
  const gate: Gate = {
    open() {
      Atomics.store(i32, OPEN, 1);
      Atomics.notify(i32, OPEN);
    },
    async arrivals(count) {
      for (;;) {
        const arrived = Atomics.load(i32, ARRIVED);
        if (arrived >= count) return;
        const change = Atomics.waitAsync(i32, ARRIVED, arrived);
        if (change.async) await change.value;
      }
    },
  };
  onTestFinished(() => gate.open());
  return gate;
}
