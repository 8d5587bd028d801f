import { getPriority } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { setThreadPriority } from '../../../runtime/affinity/thread-priority.js';
import { snError } from '../../pool/support/errors.js';

vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  return { ...os, setPriority: (...values: [number, number]) => set(...values) };
});

let set: (thread: number, priority: number) => void;

afterEach(() => {
  set = () => {};
});

test('the calling thread gets it', () => {
  const calls: unknown[] = [];
  set = (...values) => calls.push(values);
  setThreadPriority(7);
  expect(calls).toEqual([[0, 7]]);
});

test('a refusal is told with its reason and what it takes', () => {
  const refusal = Object.assign(new Error('A system error occurred'), { info: { code: 'EACCES' } });
  set = () => {
    throw refusal;
  };
  expect(() => setThreadPriority(-5)).toThrow(
    snError('SN_PRIORITY', {
      message: expect.stringMatching(/priority -5 \(EACCES\): .*CAP_SYS_NICE.*ulimit -e/),
      cause: refusal,
      details: { priority: -5, reason: 'EACCES' },
    }),
  );
  expect(getPriority()).toBeTypeOf('number');
});
