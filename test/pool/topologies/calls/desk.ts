import { getEnvironmentData } from 'node:worker_threads';
import { defineDesk } from './generated/index.js';

const gate = new Int32Array((getEnvironmentData('gate') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
/** A gate that a broken test leaves shut does not hold for ever. */
const GATE_TIMEOUT_MS = 20_000;

export default defineDesk({
  init: () => ({ counts: new Map<string, number>(), abortions: 0 }),

  Add({ key, amount }, { counts }) {
    counts.set(key, (counts.get(key) ?? 0) + amount);
  },

  square: ({ x }, _, ctx) => ({ square: x * x, instance: ctx.instance }),
  count: ({ key }, { counts }, ctx) => ({ count: counts.get(key) ?? 0, instance: ctx.instance }),
  mirror: (request) => request.toObject(),
  fail({ how }) {
    if (how === 'throw') throw new RangeError('broken in a call');
    if (how === 'code') throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    if (how === 'text') throw 'just text';
    if (how === 'long') throw new Error('é'.repeat(100_000));
    if (how === 'exit') process.exit(5);
    // What untyped code may return.
    const wrong = {
      range: { small: '9' },
      nothing: { small: undefined },
      null: null,
      scalar: 9,
      promise: Promise.resolve({ small: 9 }),
    };
    return wrong[how] as never;
  },
  held({ watch }, state, { signal }) {
    Atomics.add(gate, 1, 1);
    Atomics.notify(gate, 1);
    if (!watch) Atomics.wait(gate, 0, 0, GATE_TIMEOUT_MS);
    while (watch && !signal.aborted);
    if (signal.aborted) state.abortions += 1;
    return { wasAborted: signal.aborted };
  },
  abortions: (_, { abortions }, { signal }) => ({ count: signal.aborted ? -1 : abortions }),
});
