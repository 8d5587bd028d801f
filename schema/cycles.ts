/**
 * Cycles: workers that may block in sends to each other, each waiting for room in the next one's inbox.
 *
 * The graph is that of the sends between workers, without those of workers whose schema says `cycles: 'accepted'`. The host is not in it: it
 * never blocks. For each worker that stands in some cycle, one of the shortest through it is told, unless a cycle told before has
 * it already: as many cycles as there are things to mend, not all that there are (which may be exponentially many). The shortest path back is
 * found breadth first, so that of equal ones the schema's order decides.
 */
import type { TopologyPlan, WorkerPlan } from './plan.js';

/** One way round, from its first worker back to it; a single one where a worker sends to itself. */
export type Cycle = readonly CycleLink[];

export interface CycleLink {
  readonly from: string;
  readonly to: string;
  readonly messages: readonly string[];
}

export function cyclesOf({ workers }: TopologyPlan): readonly Cycle[] {
  const linksFrom = new Map(workers.map((worker) => [worker.name, countedLinks(worker)]));
  const told = new Set<string>();
  const cycles: Cycle[] = [];
  for (const { name } of workers) {
    if (told.has(name)) continue;
    const cycle = shortestThrough(name, linksFrom);
    if (cycle === undefined) continue;
    cycles.push(cycle);
    for (const { from } of cycle) told.add(from);
  }
  return cycles;
}

/** `a -> b -> a` */
export function cycleText(cycle: Cycle): string {
  return [...cycle.map(({ from }) => from), cycle[0]?.from].join(' -> ');
}

function countedLinks({ name, cycles, sends }: WorkerPlan): readonly CycleLink[] {
  if (cycles === 'accepted') return [];
  return sends.filter(({ to }) => to !== 'main').map(({ to, messages }) => ({ from: name, to, messages }));
}

function shortestThrough(
  start: string,
  linksFrom: ReadonlyMap<string, readonly CycleLink[]>,
): Cycle | undefined {
  const seen = new Set<string>();
  const paths: CycleLink[][] = [[]];
  for (const path of paths) {
    for (const link of linksFrom.get(path.at(-1)?.to ?? start) ?? []) {
      if (link.to === start) return [...path, link];
      if (seen.has(link.to)) continue;
      seen.add(link.to);
      paths.push([...path, link]);
    }
  }
  return undefined;
}
