import { getEnvironmentData } from 'node:worker_threads';
import { defineCounts } from './generated/index.js';

/** Of the test: see support/gate.ts. */
const gate = new Int32Array((getEnvironmentData('gate') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
/** A gate that a broken test leaves shut does not hold for ever. */
const GATE_TIMEOUT_MS = 10_000;
/** Steps of this key wait at the gate. */
const GATED_KEY = 4_000_000_000;

interface Counts {
  /** The next step of each key. */
  readonly next: Map<number, number>;
  steps: number;
  faults: number;
  failsWhen: string;
}

export default defineCounts({
  init: (): Counts => ({ next: new Map(), steps: 0, faults: 0, failsWhen: '' }),
  Step({ key, id, note }, counts) {
    if (key === GATED_KEY) waitAtGate();
    if (id !== (counts.next.get(key) ?? 0) || note !== noteOf(key, id)) counts.faults += 1;
    counts.next.set(key, id + 1);
    counts.steps += 1;
  },
  Lap({ key, left }, _, { relay, main }) {
    if (left === 0) main.send.Done({ key });
    else relay.send.Turn({ key, left: left - 1 });
  },
  Tell({ round }, { steps, faults }, { main, instance, instances }) {
    main.send.Told({ round, instance, instances, steps, faults });
  },
  Fail({ when }, counts) {
    if (when === 'now') throw new Error('as ordered');
    counts.failsWhen = when;
  },
  stepsOf: ({ key }, { next }, { instance }) => ({ steps: next.get(key) ?? 0, instance }),
  exportPartition(partition, { next, failsWhen }, ctx) {
    if (failsWhen === 'export') throw new Error('as ordered');
    const moved = [...next].filter(([key]) => ctx.partitionOf.Step({ key }) === partition);
    for (const [key] of moved) next.delete(key);
    return moved.length === 0 && failsWhen === '' ? undefined : { moved, failsWhen };
  },
  importPartition(partition, exported, { next }, ctx) {
    if (exported?.failsWhen === 'import') throw new Error('as ordered');
    for (const [key, id] of exported?.moved ?? []) {
      if (next.has(key) || ctx.partitionOf.Step({ key }) !== partition)
        throw new Error(`${key} is not of ${partition}`);
      next.set(key, id);
    }
  },
});

/** Some have a tail, some have none. */
function noteOf(key: number, id: number): string {
  return `${key}:${id}`.repeat((key + id) % 40);
}

function waitAtGate(): void {
  Atomics.add(gate, 1, 1);
  Atomics.notify(gate, 1);
  Atomics.wait(gate, 0, 0, GATE_TIMEOUT_MS);
}
