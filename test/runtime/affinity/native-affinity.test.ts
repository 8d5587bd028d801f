import { describe, expect, test } from 'vitest';
import {
  bindOnLinux,
  bindOnWindows,
  type Koffi,
  loadKoffi,
} from '../../../runtime/affinity/native-affinity.js';
import { snError } from '../../pool/support/errors.js';

type Call = (...values: unknown[]) => unknown;

/** A koffi whose libraries hold these functions; their prototypes name them. */
function fakeKoffi(functions: Readonly<Record<string, Call>>): Koffi {
  return {
    load: () => ({
      func: (prototype) => functions[/(\w+)\(/.exec(prototype)?.[1] ?? ''] as Call,
    }),
    errno: () => 22,
  };
}

describe('koffi', () => {
  test('that is not installed is named, with how to install it', () => {
    const missing = Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' });
    const load = (): never => {
      throw missing;
    };
    expect(() => loadKoffi(load)).toThrow(
      snError('SN_AFFINITY', {
        message: expect.stringMatching(/koffi, which is not installed: run npm install koffi/),
        cause: missing,
      }),
    );
  });

  test('that has nothing for this platform is named with its own words', () => {
    const load = (): never => {
      throw new Error('Cannot find the native Koffi module');
    };
    expect(() => loadKoffi(load)).toThrow(
      snError('SN_AFFINITY', { message: expect.stringContaining('Cannot find the native Koffi module') }),
    );
  });
});

describe('on Linux', () => {
  test('the mask has a bit for each CPU, in whole words', () => {
    const calls: unknown[][] = [];
    const koffi = fakeKoffi({ sched_setaffinity: (...values) => calls.push(values) * 0 });
    bindOnLinux(koffi, [0, 9, 64]);
    expect(calls).toEqual([[0, 16, Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)]]);
  });

  test('a refusal is told with its errno', () => {
    expect(() => bindOnLinux(fakeKoffi({ sched_setaffinity: () => -1 }), [3, 4])).toThrow(
      snError('SN_AFFINITY', {
        message: expect.stringMatching(/run on 3-4: .*errno 22/),
        details: { cpus: [3, 4] },
      }),
    );
  });
});

describe('on Windows', () => {
  /** Keeps the mask that it was given, less what the process may not use. */
  function windows(allowed: bigint): Koffi {
    let mask = allowed;
    return fakeKoffi({
      GetCurrentThread: () => -2n,
      SetThreadAffinityMask: (thread, wanted) => {
        expect(thread).toBe(-2n);
        if (((wanted as bigint) & ~allowed) !== 0n) return 0;
        mask = wanted as bigint;
        return allowed;
      },
      GetThreadGroupAffinity: (_, group) => {
        new DataView((group as Uint8Array).buffer).setBigUint64(0, mask, true);
        return 1;
      },
    });
  }

  test('the thread is bound, and what Windows says is read back', () => {
    expect(bindOnWindows(windows(2n ** 64n - 1n), [1, 63])).toEqual([1, 63]);
  });

  test('a refusal is told', () => {
    expect(() => bindOnWindows(windows(3n), [2])).toThrow(
      snError('SN_AFFINITY', { message: expect.stringContaining('SetThreadAffinityMask failed') }),
    );
  });

  test('CPUs beyond a processor group are refused', () => {
    expect(() => bindOnWindows(windows(3n), [0, 64])).toThrow(
      snError('SN_AFFINITY', { message: expect.stringContaining('64 CPUs of one processor group') }),
    );
  });
});
