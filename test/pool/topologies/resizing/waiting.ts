import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineWaiting } from './generated/index.js';

interface Waiting {
  readonly next: Map<number, number>;
  faults: number;
}

export default defineWaiting({
  init: (): Waiting => ({ next: new Map(), faults: 0 }),
  async Slow({ key, id }, state) {
    const expected = state.next.get(key) ?? 0;
    for (let turns = (key + id) % 4; turns > 0; turns--) await nextTurn();
    // Nobody else has had this key meanwhile.
    if (id !== expected || (state.next.get(key) ?? 0) !== expected) state.faults += 1;
    state.next.set(key, id + 1);
  },
  async slowOf({ key }, { next, faults }) {
    await nextTurn();
    return { steps: next.get(key) ?? 0, faults };
  },
  async exportPartition(partition, { next }, ctx) {
    await nextTurn();
    const moved = [...next].filter(([key]) => ctx.partitionOf.Slow({ key }) === partition);
    for (const [key] of moved) next.delete(key);
    return moved;
  },
  async importPartition(_partition, moved, { next }) {
    await nextTurn();
    for (const [key, id] of moved) next.set(key, id);
  },
});
