/**
 * Thread plan: on which CPU and with which priority each thread of a pool will run; checked before any of them starts.
 *
 * Made by the host, from the schema's wishes and those of `createPool()`.
 */
import type { Participant } from '../envelope.js';
import { SnError } from '../errors.js';
import { cpuTopology } from './cpu-topology.js';
import { canBindThreads, checkCpuNumbers, startThreadPool } from './pin-thread.js';
import { type Affinity, type AffinityPlan, planAffinity } from './plan-affinity.js';
import { canSetPriority, checkPriority } from './thread-priority.js';
import { warnUnsupported } from './unsupported.js';

const NO_CPUS: AffinityPlan = new Map();
const NAMES: readonly unknown[] = ['none', 'spread', 'compact'];

/** What a schema says about where and how a worker's threads run. */
export interface RunWishes {
  readonly affinity?: Affinity;
  /** From -20 (first) to 19 (last); as the host's where nothing is said. */
  readonly priority?: number;
}

/** What the host says, worker by worker, in place of it. */
export interface RunOptions<WorkerName extends string = string> {
  /** Where each worker's threads run, in place of what the schema says. All but `'none'` needs the package `koffi`. */
  readonly affinity?: Partial<Record<WorkerName, Affinity>>;
  /** The priority of each worker's threads, from -20 (first) to 19 (last), in place of what the schema says. Linux only. */
  readonly priority?: Partial<Record<WorkerName, number>>;
}

/** Where one thread runs, and how; structured-cloneable. */
export interface ThreadSettings {
  readonly cpu: number | undefined;
  readonly priority: number | undefined;
}

export interface ThreadPlan {
  settingsOf(thread: Participant): ThreadSettings;
  /** Whether some of these threads are bound to one CPU: one that spins there only delays the others. */
  sharesCpus(threads: readonly Participant[]): boolean;
}

/**
 * @param counts - how many instances of each worker there are.
 * @throws SnError (as rejection) `SN_OPTION`, `SN_AFFINITY`.
 */
export async function planThreads(
  workers: readonly ({ readonly name: string } & RunWishes)[],
  counts: ReadonlyMap<string, number>,
  options: RunOptions,
): Promise<ThreadPlan> {
  const wishes = workers.map(({ name, affinity, priority }) => ({
    worker: name,
    instances: counts.get(name) as number,
    affinity: options.affinity?.[name] ?? affinity ?? 'none',
    priority: options.priority?.[name] ?? priority,
  }));
  for (const { worker, affinity, priority } of wishes) {
    checkAffinity(affinity, worker);
    if (priority !== undefined) checkPriority(priority, `priority.${worker}`);
  }
  const wantsCpus = wishes.some(({ affinity }) => affinity !== 'none');
  const wantsPriority = wishes.some(({ priority }) => priority !== undefined);
  if (wantsCpus && !canBindThreads()) warnUnsupported('affinity');
  if (wantsPriority && !canSetPriority()) warnUnsupported('priority');

  const plan = wantsCpus && canBindThreads() ? planAffinity(cpuTopology(), wishes) : NO_CPUS;
  const priorities = new Map(
    canSetPriority() ? wishes.map(({ worker, priority }) => [worker, priority]) : [],
  );
  if (plan.size > 0 || wantsPriority) await startThreadPool();
  const settingsOf = ({ worker, instance }: Participant): ThreadSettings => ({
    cpu: plan.get(worker)?.[instance],
    priority: priorities.get(worker),
  });
  return {
    settingsOf,
    sharesCpus(threads) {
      const bound = threads.map((thread) => settingsOf(thread).cpu).filter((cpu) => cpu !== undefined);
      return new Set(bound).size < bound.length;
    },
  };
}

function checkAffinity(affinity: Affinity, worker: string): void {
  if (NAMES.includes(affinity)) return;
  if (Array.isArray(affinity)) {
    checkCpuNumbers(affinity, `affinity.${worker}`);
    return;
  }
  throw new SnError(
    'SN_OPTION',
    `affinity.${worker}: must be 'none', 'spread', 'compact' or a list of CPU numbers: got ${String(affinity)}`,
    { details: { option: 'affinity', worker, value: affinity } },
  );
}
