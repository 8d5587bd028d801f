import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCpuList, parseCpuList } from '../../../runtime/affinity/cpu-list.js';

test.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['0-1,8,10-11\n', [0, 1, 8, 10, 11]],
  ['8,0-1,1', [0, 1, 8]],
  ['\t2-3', [2, 3]],
  ['\n', []],
  ['', []],
])('%j names %j', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
});

test('what is no CPU is passed over', () => {
  expect(parseCpuList('0,x,-1,1-,3')).toEqual([0, 3]);
});

test('what is written is read as the same set', () => {
  const sets = fc.uniqueArray(fc.nat(200));
  fc.assert(
    fc.property(sets, (cpus) => {
      expect(parseCpuList(formatCpuList(cpus))).toEqual([...cpus].sort((a, b) => a - b));
    }),
  );
});

test('neighbours are written as one range', () => {
  expect(formatCpuList([8, 0, 1, 2, 10])).toBe('0-2,8,10');
});
