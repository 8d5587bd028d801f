/**
 * Affinity plan: one CPU for each thread that wants one, from the machine's topology and the wishes of all workers. Pure.
 *
 * Greedy. What a list names is fixed and counted first, then compact workers, which need room in one piece, then the threads of all
 * spread workers in turn, the first instance of each before the second of any: instances that come later take what is left.
 *
 *   spread   the CPU with the fewest threads on it; of these the one whose core has the fewest, then whose socket, then whose node.
 *            So every core gets a thread before an SMT sibling does, and sockets and nodes take turns.
 *   compact  the smallest node that has room for all, CPUs by core, siblings side by side; else the largest, and on with the rest.
 *   [cpus]   instance i on cpus[i % length].
 *
 * I1  No CPU gets a second thread while another that is allowed has none, except where lists say so.
 * I2  Only allowed CPUs are given out. The same input gives the same plan.
 */
import { SnError } from '../errors.js';
import { formatCpuList } from './cpu-list.js';
import type { Cpu, CpuTopology } from './cpu-topology.js';

/**
 * Where the threads of a worker run: wherever the system likes; each on a core of its own, far from each other; side by side, so that
 * they share caches; or instance `i` on `cpus[i % cpus.length]`.
 */
export type Affinity = 'none' | 'spread' | 'compact' | readonly number[];

export interface AffinityWish {
  readonly worker: string;
  /** How many threads it has, at the most. */
  readonly instances: number;
  readonly affinity: Affinity;
}

/** By worker, the CPU of each instance; without workers that want none. */
export type AffinityPlan = ReadonlyMap<string, readonly number[]>;

/**
 * Plans all workers together.
 *
 * @throws SnError `SN_AFFINITY` when a list names a CPU that does not exist or that this process may not use.
 */
export function planAffinity(topology: CpuTopology, wishes: readonly AffinityWish[]): AffinityPlan {
  const occupancy = new Occupancy(topology);
  const plan = new Map<string, readonly number[]>();
  for (const { worker, instances, affinity } of wishes)
    if (typeof affinity !== 'string') {
      checkCpus(topology, affinity, `affinity.${worker}`);
      plan.set(
        worker,
        Array.from({ length: instances }, (_, instance) =>
          occupancy.take(affinity[instance % affinity.length] as number),
        ),
      );
    }
  for (const { worker, instances, affinity } of wishes)
    if (affinity === 'compact') plan.set(worker, takeCompact(occupancy, instances));
  const spread = wishes.filter(({ affinity }) => affinity === 'spread');
  for (const [worker, cpus] of takeSpread(occupancy, spread)) plan.set(worker, cpus);
  return plan;
}

/** @throws SnError `SN_AFFINITY` unless all of them exist and are allowed. */
export function checkCpus(topology: CpuTopology, cpus: readonly number[], what: string): void {
  for (const cpu of cpus) {
    const found = topology.cpus.find((one) => one.cpu === cpu);
    if (found?.isAllowed) continue;
    const all = topology.cpus.map((one) => one.cpu);
    const allowed = topology.cpus.filter(({ isAllowed }) => isAllowed).map((one) => one.cpu);
    const fault =
      found === undefined
        ? `there is no CPU ${cpu}; there are: ${formatCpuList(all)}`
        : `this process may not use CPU ${cpu} (its cpuset or taskset leaves it out)`;
    const mend = `use ${formatCpuList(allowed)}, or 'spread' or 'compact', which look for themselves`;
    throw new SnError('SN_AFFINITY', `${what}: ${fault}; ${mend}`, { details: { cpu, cpus, all, allowed } });
  }
}

/** How many threads have been given to each CPU, core, node and socket. */
class Occupancy {
  private readonly allowed: readonly Cpu[];
  private readonly onCpu = new Map<number, number>();
  private readonly onCore = new Map<number, number>();
  private readonly onNode = new Map<number, number>();
  private readonly onSocket = new Map<number, number>();

  constructor({ cpus }: CpuTopology) {
    this.allowed = cpus.filter(({ isAllowed }) => isAllowed);
  }

  /** Gives a CPU to one thread more. */
  take(cpu: number): number {
    const { core, node, socket } = this.allowed.find((one) => one.cpu === cpu) as Cpu;
    increment(this.onCpu, cpu);
    increment(this.onCore, core);
    increment(this.onNode, node);
    increment(this.onSocket, socket);
    return cpu;
  }

  /** The CPUs that have the fewest threads on them. */
  free(): readonly Cpu[] {
    const threadsOn = ({ cpu }: Cpu): number => this.onCpu.get(cpu) ?? 0;
    const fewest = Math.min(...this.allowed.map(threadsOn));
    return this.allowed.filter((one) => threadsOn(one) === fewest);
  }

  /** The one of them that is farthest from what runs already. */
  loneliest(): number {
    const [best] = this.free().toSorted(
      (a, b) =>
        this.neighbours(a, b, 'core') || this.neighbours(a, b, 'socket') || this.neighbours(a, b, 'node'),
    );
    return (best as Cpu).cpu;
  }

  private neighbours(a: Cpu, b: Cpu, level: 'core' | 'node' | 'socket'): number {
    const threads = { core: this.onCore, node: this.onNode, socket: this.onSocket }[level];
    return (threads.get(a[level]) ?? 0) - (threads.get(b[level]) ?? 0);
  }
}

function takeSpread(
  occupancy: Occupancy,
  wishes: readonly AffinityWish[],
): ReadonlyMap<string, readonly number[]> {
  const taken = new Map(wishes.map(({ worker }) => [worker, [] as number[]]));
  const rounds = Math.max(0, ...wishes.map(({ instances }) => instances));
  for (let instance = 0; instance < rounds; instance++)
    for (const { worker, instances } of wishes)
      if (instance < instances) taken.get(worker)?.push(occupancy.take(occupancy.loneliest()));
  return taken;
}

function takeCompact(occupancy: Occupancy, instances: number): readonly number[] {
  const taken: number[] = [];
  while (taken.length < instances) {
    const missing = instances - taken.length;
    for (const { cpu } of fittestNode(occupancy.free(), missing).slice(0, missing))
      taken.push(occupancy.take(cpu));
  }
  return taken;
}

/** Of the smallest node that has room for so many threads, else of the largest: its CPUs, siblings side by side. */
function fittestNode(free: readonly Cpu[], threads: number): readonly Cpu[] {
  const nodes = new Map<number, Cpu[]>();
  for (const cpu of free.toSorted((a, b) => a.node - b.node || a.core - b.core || a.cpu - b.cpu)) {
    const together = nodes.get(cpu.node);
    if (together === undefined) nodes.set(cpu.node, [cpu]);
    else together.push(cpu);
  }
  const [fittest] = [...nodes.values()].sort((a, b) => {
    const [hasRoomA, hasRoomB] = [a.length >= threads, b.length >= threads];
    if (hasRoomA !== hasRoomB) return hasRoomA ? -1 : 1;
    return hasRoomA ? a.length - b.length : b.length - a.length;
  });
  return fittest as readonly Cpu[];
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
