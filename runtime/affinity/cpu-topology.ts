/**
 * CPU topology: which CPUs there are, how they share cores, NUMA nodes and sockets, and which of them this process may use.
 *
 * From Linux's own description: /sys/devices/system/{cpu,node} for the machine, the masks of the process's threads in /proc for what
 * a container (cpuset), `taskset` or systemd leave of it. Elsewhere, and where a sandbox hides /sys, every CPU counts as a core of its
 * own in one socket, and as allowed. A CPU that a file says nothing about is treated so too.
 *
 * Nothing is kept: each call reads what is so now, some hundred small files on a large machine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus as describeCpus } from 'node:os';
import { join } from 'node:path';
import { parseCpuList } from './cpu-list.js';

/** One CPU as the scheduler counts them: a hardware thread of a core. */
export interface Cpu {
  readonly cpu: number;
  /** Its physical core, by the lowest number of a CPU in it: SMT siblings have the same. */
  readonly core: number;
  /** Its NUMA node. */
  readonly node: number;
  readonly socket: number;
  /** Whether this process may run on it. */
  readonly isAllowed: boolean;
}

export interface CpuTopology {
  /** Those that are online, by rising number. */
  readonly cpus: readonly Cpu[];
}

const SYSTEM_ROOT = '/';

/**
 * The machine's CPUs, as they are now.
 *
 * @example
 * const cores = new Set(cpuTopology().cpus.filter(({ isAllowed }) => isAllowed).map(({ core }) => core));
 */
export function cpuTopology(): CpuTopology {
  return readTopology(SYSTEM_ROOT);
}

/** Numbers of the CPUs that this process may use, rising: those that the threads of a pool are dealt to. */
export function allowedCpus(): readonly number[] {
  return cpuTopology()
    .cpus.filter(({ isAllowed }) => isAllowed)
    .map(({ cpu }) => cpu);
}

/** @param root - the folder that stands for `/`: holds `sys` and `proc`, or not. */
export function readTopology(root: string): CpuTopology {
  const cpuFolder = join(root, 'sys/devices/system/cpu');
  const online = parseCpuList(textOf(join(cpuFolder, 'online')) ?? '');
  const allowed = readAllowed(root);
  // Some containers show a machine in /sys that lacks CPUs which they may use.
  const known = new Set([...online, ...allowed]);
  const numbers = known.size > 0 ? [...known].sort((a, b) => a - b) : countedCpus();
  const nodes = readNodes(root);
  return {
    cpus: numbers.map((cpu) => {
      const folder = join(cpuFolder, `cpu${cpu}`, 'topology');
      const siblings = parseCpuList(textOf(join(folder, 'thread_siblings_list')) ?? '');
      return {
        cpu,
        core: siblings[0] ?? cpu,
        node: nodes.get(cpu) ?? 0,
        socket: numberOr0(textOf(join(folder, 'physical_package_id'))),
        isAllowed: allowed.size === 0 || allowed.has(cpu),
      };
    }),
  };
}

/** The CPUs that a thread's file in /proc lets it run on. Undefined when there is no such file: the thread is gone, or it is not Linux. */
export function cpusOfThread(systemThreadId: number): readonly number[] | undefined {
  return cpusOfTask(join(SYSTEM_ROOT, 'proc/self/task', String(systemThreadId)));
}

/**
 * Those that any thread of the process may use; none where the system does not say. The main thread alone would not do: once it has
 * pinned itself, its own mask says nothing about the others.
 */
function readAllowed(root: string): ReadonlySet<number> {
  const tasks = join(root, 'proc/self/task');
  return new Set(namesIn(tasks).flatMap((name) => cpusOfTask(join(tasks, name)) ?? []));
}

function cpusOfTask(folder: string): readonly number[] | undefined {
  const list = /^Cpus_allowed_list:(.*)$/m.exec(textOf(join(folder, 'status')) ?? '')?.[1];
  return list === undefined ? undefined : parseCpuList(list);
}

/** The node of each CPU; of none on a machine without NUMA. */
function readNodes(root: string): ReadonlyMap<number, number> {
  const folder = join(root, 'sys/devices/system/node');
  return new Map(
    namesIn(folder).flatMap((name) => {
      const node = /^node(\d+)$/.exec(name)?.[1];
      if (node === undefined) return [];
      const cpus = parseCpuList(textOf(join(folder, name, 'cpulist')) ?? '');
      return cpus.map((cpu): [number, number] => [cpu, Number(node)]);
    }),
  );
}

/** Where nothing else is known; some phones do not even say how many there are. */
function countedCpus(): readonly number[] {
  return Array.from({ length: Math.max(1, describeCpus().length) }, (_, cpu) => cpu);
}

/** A socket that the firmware does not know has the number -1. */
function numberOr0(text: string | undefined): number {
  const number = Number.parseInt(text ?? '', 10);
  return number >= 0 ? number : 0;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Not this system, hidden, or a thread that has ended meanwhile.
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
