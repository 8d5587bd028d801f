import { cpus as describeCpus } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  allowedCpus,
  cpusOfThread,
  cpuTopology,
  readTopology,
} from '../../../runtime/affinity/cpu-topology.js';
import { BOARD, LAPTOP, layOut, SERVER, taskFiles } from './machines.js';

/** Each CPU as `[cpu, core, node, socket]`. */
const rowsOf = (files: Readonly<Record<string, string>>): readonly (readonly number[])[] =>
  readTopology(layOut(files)).cpus.map(({ cpu, core, node, socket }) => [cpu, core, node, socket]);

const allowedOf = (files: Readonly<Record<string, string>>): readonly number[] =>
  readTopology(layOut(files))
    .cpus.filter(({ isAllowed }) => isAllowed)
    .map(({ cpu }) => cpu);

describe('a topology', () => {
  test('knows SMT siblings by their core', () => {
    expect(rowsOf(LAPTOP)).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [2, 0, 0, 0],
      [3, 1, 0, 0],
    ]);
  });

  test('knows NUMA nodes and sockets', () => {
    const rows = rowsOf(SERVER);
    expect(rows).toHaveLength(16);
    expect(rows[0]).toEqual([0, 0, 0, 0]);
    expect(rows[3]).toEqual([3, 3, 1, 0]);
    expect(rows[12]).toEqual([12, 4, 2, 1]);
    expect(rows[15]).toEqual([15, 7, 3, 1]);
  });

  test('takes every CPU for a core of its own where the system does not say', () => {
    expect(rowsOf(BOARD)).toEqual([0, 1, 2, 3].map((cpu) => [cpu, cpu, 0, 0]));
  });

  test('leaves out CPUs that are offline', () => {
    expect(rowsOf({ ...LAPTOP, 'sys/devices/system/cpu/online': '0,2\n', ...taskFiles('0,2') })).toEqual([
      [0, 0, 0, 0],
      [2, 0, 0, 0],
    ]);
  });

  test('is that of os.cpus() where there is neither /sys nor /proc', () => {
    expect(rowsOf({})).toEqual(describeCpus().map((_, cpu) => [cpu, cpu, 0, 0]));
    expect(allowedOf({})).toHaveLength(describeCpus().length);
  });
});

describe('allowed CPUs', () => {
  test('are those that the cpuset leaves', () => {
    expect(allowedOf({ ...LAPTOP, ...taskFiles('2-3') })).toEqual([2, 3]);
  });

  test('are those of all threads, so that a host that pinned itself does not hide the rest', () => {
    expect(allowedOf({ ...LAPTOP, ...taskFiles('1', '1-3') })).toEqual([1, 2, 3]);
  });

  test('are all where the system does not say', () => {
    const { 'proc/self/task/100/status': _, ...files } = LAPTOP;
    expect(allowedOf(files)).toEqual([0, 1, 2, 3]);
    expect(allowedOf({ ...files, 'proc/self/task/100/status': 'Name:\tnode\n' })).toEqual([0, 1, 2, 3]);
  });

  test('exist, also where a container shows a smaller machine', () => {
    expect(allowedOf({ 'sys/devices/system/cpu/online': '0-1\n', ...taskFiles('5,7') })).toEqual([5, 7]);
  });
});

test('this machine has CPUs, and lets this process use some', () => {
  const numbers = cpuTopology().cpus.map(({ cpu }) => cpu);
  expect(allowedCpus().length).toBeGreaterThan(0);
  expect(numbers).toEqual(expect.arrayContaining([...allowedCpus()]));
});

test.runIf(process.platform === 'linux')('where a thread may run is read by its number', () => {
  expect(cpusOfThread(process.pid)).toEqual(expect.arrayContaining([expect.any(Number)]));
  expect(cpusOfThread(2 ** 30)).toBeUndefined();
});
