/**
 * Stages: in which order workers can be closed, so that each is closed after all that send to it.
 *
 * The stages are the strongly connected components of the graph of sends, senders before receivers; workers
 * that send to each other in a cycle share one. Components: Tarjan, "Depth-first search and linear graph
 * algorithms" (1972). Their order: Kahn (1962), where of all components that are free to go the one written
 * first goes first, so that the schema's order decides wherever the sends leave it open.
 */
import type { WorkerDescriptor } from './descriptor.js';

type Sender = Pick<WorkerDescriptor, 'name' | 'sends'>;

/** Workers' names, each in exactly one stage; the order within a stage is that of the schema. */
export function stagesOf(workers: readonly Sender[]): readonly (readonly string[])[] {
  const names = workers.map((worker) => worker.name);
  const targetsOf = new Map(
    workers.map(({ name, sends }) => [name, sends.map(({ to }) => to).filter((to) => names.includes(to))]),
  );
  const components = componentsOf(names, targetsOf);
  const waiting = new Set(
    components
      .map((component) => names.filter((name) => component.includes(name)))
      .sort((a, b) => names.indexOf(a[0] ?? '') - names.indexOf(b[0] ?? '')),
  );
  const stages: (readonly string[])[] = [];
  while (waiting.size > 0) {
    const isFree = (stage: readonly string[]) =>
      [...waiting].every(
        (other) =>
          other === stage || !other.some((name) => targetsOf.get(name)?.some((to) => stage.includes(to))),
      );
    const next = [...waiting].find(isFree);
    // The components of a graph never form a cycle, so one is always free.
    if (next === undefined) throw new Error('stages: the components form a cycle');
    waiting.delete(next);
    stages.push(next);
  }
  return stages;
}

/** Tarjan's algorithm: the sets of names that reach each other. */
function componentsOf(
  names: readonly string[],
  targetsOf: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const indexOf = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];

  /** Gives the smallest index that is reached from the name over names still on the stack. */
  const visit = (name: string): number => {
    const index = indexOf.size;
    indexOf.set(name, index);
    stack.push(name);
    let low = index;
    for (const to of targetsOf.get(name) ?? []) {
      if (!indexOf.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, indexOf.get(to) ?? low);
    }
    if (low === index) components.push(stack.splice(stack.indexOf(name)));
    return low;
  };
  for (const name of names) if (!indexOf.has(name)) visit(name);
  return components;
}
