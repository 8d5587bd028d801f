/**
 * Machines: the files in which Linux describes some machines, as a tree that a test lays out in a temporary folder.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Paths below `/` and what the files hold. */
type Files = Readonly<Record<string, string>>;

/** Lays files out in a folder that goes when the test has finished. @returns the folder. */
export function layOut(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'sn-gen-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** One CPU's files. */
function cpuFiles(cpu: number, socket: number, siblings: string): Files {
  const folder = `sys/devices/system/cpu/cpu${cpu}/topology`;
  return {
    [`${folder}/physical_package_id`]: `${socket}\n`,
    [`${folder}/thread_siblings_list`]: `${siblings}\n`,
  };
}

/** The masks of a process's threads. */
export function taskFiles(...lists: readonly string[]): Files {
  return Object.fromEntries(
    lists.map((list, index) => [
      `proc/self/task/${100 + index}/status`,
      `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`,
    ]),
  );
}

/** One socket, two cores of two hardware threads: CPUs 0 and 2 are one core, 1 and 3 the other. */
export const LAPTOP: Files = {
  'sys/devices/system/cpu/online': '0-3\n',
  'sys/devices/system/node/node0/cpulist': '0-3\n',
  'sys/devices/system/node/online': '0\n',
  ...cpuFiles(0, 0, '0,2'),
  ...cpuFiles(1, 0, '1,3'),
  ...cpuFiles(2, 0, '0,2'),
  ...cpuFiles(3, 0, '1,3'),
  ...taskFiles('0-3'),
};

/** Two sockets, each with two NUMA nodes of two cores with two hardware threads: core c has the CPUs c and c + 8. */
export const SERVER: Files = {
  'sys/devices/system/cpu/online': '0-15\n',
  ...Object.fromEntries(
    [0, 1, 2, 3].map((node) => [
      `sys/devices/system/node/node${node}/cpulist`,
      `${2 * node}-${2 * node + 1},${2 * node + 8}-${2 * node + 9}\n`,
    ]),
  ),
  // Memory without CPUs.
  'sys/devices/system/node/node4/cpulist': '\n',
  ...Object.assign(
    {},
    ...Array.from({ length: 16 }, (_, cpu) =>
      cpuFiles(cpu, cpu % 8 < 4 ? 0 : 1, `${cpu % 8},${(cpu % 8) + 8}`),
    ),
  ),
  ...taskFiles('0-15'),
};

/** Four cores of a board whose kernel says nothing of how they are put together; the firmware knows no sockets. */
export const BOARD: Files = {
  'sys/devices/system/cpu/online': '0-3\n',
  'sys/devices/system/cpu/cpu0/topology/physical_package_id': '-1\n',
  ...taskFiles('0-3'),
};
