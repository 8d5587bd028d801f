import { afterEach, describe, expect, test } from 'vitest';
import { allowedCpus } from '../../../runtime/affinity/cpu-topology.js';
import { pinThread } from '../../../runtime/affinity/pin-thread.js';
import { cpusAt, takePlace } from '../../../runtime/affinity/thread-place.js';
import { snError } from '../../pool/support/errors.js';

const allowed = allowedCpus();
const [first] = allowed as [number];
const last = allowed.at(-1) as number;

describe.runIf(process.platform === 'linux')('pinThread', () => {
  afterEach(() => void pinThread(allowed));

  test('binds the thread to one CPU or to several, and answers with what the system says', () => {
    expect(pinThread(last)).toEqual([last]);
    expect(pinThread(allowed)).toEqual(allowed);
  });

  test('refuses a CPU that does not exist and leaves the thread where it was', () => {
    pinThread(first);
    expect(() => pinThread([first, 100_000])).toThrow(
      snError('SN_AFFINITY', { message: expect.stringContaining('there is no CPU 100000') }),
    );
    expect(cpusAt(takePlace({ cpu: undefined, priority: undefined }))).toEqual([first]);
  });

  test('hides no CPU from the threads to come', () => {
    pinThread(first);
    expect(allowedCpus()).toEqual(allowed);
  });

  test('is seen from elsewhere as soon as it is done', () => {
    const place = takePlace({ cpu: undefined, priority: undefined });
    pinThread(last);
    expect(cpusAt(place)).toEqual([last]);
    pinThread(allowed);
    expect(cpusAt(place)).toEqual(allowed);
  });
});

test.each([[[]], [-1], [1.5], [[Number.NaN]], [new Array(2)], ['0']])('pinThread(%o) is refused', (cpus) => {
  expect(() => pinThread(cpus as never)).toThrow(
    snError('SN_OPTION', { message: expect.stringContaining('CPUs are given by their numbers') }),
  );
});
