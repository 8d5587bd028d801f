/**
 * Step support: what transformed sources call as `$`.
 *
 * One thread of the explored program runs at a time, so a value can be handed from `steps` to `taken` through one variable.
 */
import type { Machine } from './machine.js';
import type { Op, OpKind } from './op.js';

const Generator = Object.getPrototypeOf(function* () {}).prototype as object;

let machine: Machine | undefined;
let handed: unknown;

/** All that is executed from now on belongs to `next`. */
export function setMachine(next: Machine | undefined): void {
  machine = next;
}

export function currentMachine(): Machine {
  if (machine === undefined) throw new Error('no exploration is running');
  return machine;
}

export function isSteps(value: unknown): value is Generator<Op, unknown, unknown> {
  return typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(Generator, value);
}

/** Runs `value` if a call gave steps rather than a result. */
export function* finish<T>(value: T): Generator<Op, unknown, unknown> {
  return isSteps(value) ? yield* value : value;
}

export const stepSupport = {
  op(kind: OpKind, array: Int32Array, index: number, a = 0, b = 0): Op {
    currentMachine().checkShared(array);
    return { kind, word: index, a, b };
  },
  steps(value: unknown): boolean {
    handed = value;
    return isSteps(value);
  },
  taken(): unknown {
    const value = handed;
    handed = undefined;
    return value;
  },
  read(array: Uint32Array, index: number): unknown {
    // Before the threads start, ends are put together.
    machine?.plainRead(array, index, 1);
    return array[index];
  },
  write(array: Uint32Array, index: number, value: number): number {
    currentMachine().plainWrite(array, index, 1);
    array[index] = value;
    return value;
  },
  writeBytes(array: Uint8Array, bytes: Uint8Array, offsetBytes = 0): void {
    currentMachine().plainWrite(array, offsetBytes, bytes.length);
    array.set(bytes, offsetBytes);
  },
  *some<T>(list: readonly T[], test: (item: T) => unknown): Generator<Op, boolean, unknown> {
    for (const item of list) if (yield* finish(test(item))) return true;
    return false;
  },
  *promise(executor: (resolve: unknown, reject: unknown) => unknown): Generator<Op, unknown, unknown> {
    const promise = currentMachine().promise();
    yield* finish(
      executor(
        (value: unknown) => promise.resolve(value),
        (reason: unknown) => promise.reject(reason),
      ),
    );
    return promise;
  },
} as const;
