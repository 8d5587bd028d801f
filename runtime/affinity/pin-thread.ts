/**
 * Pin thread: binds the calling thread to CPUs, for users' own threads (`pinThread`) and for those of a pool (`bindThread`).
 *
 * Threads that a thread starts inherit its CPUs. libuv's pool is started by whichever thread uses it first, so whoever pins threads
 * makes sure that it is there before (`startThreadPool`): else every file that the process reads would be read on one CPU.
 */
import { access, readlinkSync } from 'node:fs';
import { SnError } from '../errors.js';
import { cpusOfThread, cpuTopology } from './cpu-topology.js';
import { bindOnLinux, bindOnWindows, type Koffi, loadKoffi } from './native-affinity.js';
import { checkCpus } from './plan-affinity.js';
import { warnUnsupported } from './unsupported.js';

/** Binds the calling thread. @returns where it may run now, as the system says. */
type Bind = (koffi: Koffi, cpus: readonly number[]) => readonly number[] | undefined;

/** The systems that can bind a thread. macOS only takes hints; the rest nobody has asked for. */
const BINDS: Readonly<Partial<Record<NodeJS.Platform, Bind>>> = {
  linux: (koffi, cpus) => {
    bindOnLinux(koffi, cpus);
    const systemThreadId = ownSystemThreadId();
    return systemThreadId === undefined ? undefined : cpusOfThread(systemThreadId);
  },
  win32: bindOnWindows,
};

/**
 * Binds the calling thread to one CPU or to several, through the package `koffi`. Blocks for some milliseconds the first time.
 *
 * Threads that it starts afterwards inherit this, also those of a pool, and `'cores'` counts what it may use: bind the host after
 * `createPool()`.
 *
 * @returns the CPUs on which the thread may run now, read back from the system. Undefined where the system cannot bind threads (macOS):
 * nothing has changed then, and the process has warned once.
 * @throws SnError `SN_OPTION` for what is no CPU number; `SN_AFFINITY` for a CPU that does not exist or is not allowed, without koffi, and
 * when the system refuses.
 *
 * @example
 * pinThread(allowedCpus()[0]);
 */
export function pinThread(cpus: number | readonly number[]): readonly number[] | undefined {
  const wanted = typeof cpus === 'number' ? [cpus] : cpus;
  checkCpuNumbers(wanted, 'pinThread');
  if (!canBindThreads()) {
    warnUnsupported('affinity');
    return undefined;
  }
  checkCpus(cpuTopology(), wanted, 'pinThread');
  return bindThread(wanted);
}

/** Whether this system can bind threads to CPUs. */
export function canBindThreads(): boolean {
  return process.platform in BINDS;
}

/**
 * Binds the calling thread to CPUs that were checked.
 *
 * @returns where it may run now, as the system says. @throws SnError `SN_AFFINITY`.
 */
export function bindThread(cpus: readonly number[]): readonly number[] | undefined {
  return BINDS[process.platform]?.(loadKoffi(), cpus);
}

/** @throws SnError `SN_OPTION` unless they are CPU numbers, one at least. */
export function checkCpuNumbers(cpus: unknown, what: string): void {
  // A copy without holes, which `every` would pass over.
  const numbers: readonly unknown[] = Array.isArray(cpus) ? Array.from(cpus) : [];
  if (numbers.length > 0 && numbers.every((cpu) => Number.isInteger(cpu) && (cpu as number) >= 0)) return;
  const got = Array.isArray(cpus) ? `[${numbers.join(', ')}]` : String(cpus);
  throw new SnError(
    'SN_OPTION',
    `${what}: CPUs are given by their numbers, whole and from 0, one at least: got ${got}`,
    { details: { value: cpus } },
  );
}

/** The number that Linux knows the calling thread by; undefined elsewhere. */
export function ownSystemThreadId(): number | undefined {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return undefined;
  }
}

/** Makes libuv start its threads, with the CPUs and the priority of the calling thread. */
export function startThreadPool(): Promise<void> {
  // Any work will do; this kind never goes through io_uring, which needs no threads.
  return new Promise((resolve) => access('/', () => resolve()));
}
