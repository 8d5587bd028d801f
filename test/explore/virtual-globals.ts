/**
 * Virtual globals: what takes the place of the event loop and the clock in the sources under test.
 */

import { VirtualPromise } from './event-loop.js';
import { currentMachine } from './step-support.js';

export const globals = {
  Promise: VirtualPromise,
  performance: { now: (): number => currentMachine().now() },
  setImmediate: (task: () => unknown): void => currentMachine().loop().immediate(task),
  setTimeout: (task: () => unknown): object => currentMachine().loop().timer(task),
  clearTimeout: (timer: object | undefined): void => currentMachine().loop().clearTimer(timer),
  process: { nextTick: (task: () => unknown): void => currentMachine().loop().tick(task) },
  queueMicrotask: (task: () => unknown): void => currentMachine().loop().microtask(task),
  /** For `programs.ts`: here the stack holds nothing but the number given. */
  waitCheckpoint: (): void => currentMachine().waitCheckpoint(),
  checkpoint: (place: number): void => currentMachine().checkpoint(place),
} as const;
