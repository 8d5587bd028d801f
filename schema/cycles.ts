/**
 * Cycles: workers that may block in sends to each other, each waiting for room in the next one's inbox.
 *
 * The graph is that of the sends between workers, calls included: a request is a message. Replies are none, since whoever called takes them in
 * also while it blocks (the runtime's `deadlock.ts`); and the host is not in it, since it never blocks. Not counted are sends that the
 * handler cannot block in, and those of workers whose schema says `cycles: 'accepted'`.
 *
 * For each worker that stands in some cycle, one of the shortest through it is told, unless a cycle told before has it already: as many cycles
 * as there are things to mend, not all that there are (which may be exponentially many). The shortest path back is found breadth first, so
 * that of equal ones the schema's order decides.
 */
import type { SendsPlan, TopologyPlan } from './plan.js';

/** One way round, from its first worker back to it; a single one where a worker sends to itself. */
export type Cycle = readonly CycleLink[];

export interface CycleLink extends SendsPlan {
  readonly from: string;
}

/** @param mayBlock - whether a worker may block in sends to another. */
export function cyclesOf(
  { workers }: TopologyPlan,
  mayBlock: (from: string, to: string) => boolean,
): readonly Cycle[] {
  const linksFrom = new Map(
    workers.map(({ name, cycles, sends }) => [
      name,
      cycles === 'accepted'
        ? []
        : sends
            .filter(({ to }) => to !== 'main' && mayBlock(name, to))
            .map((link): CycleLink => ({ ...link, from: name })),
    ]),
  );
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
