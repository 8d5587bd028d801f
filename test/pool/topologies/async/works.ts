/** Does as it is told by messages, and by the environment of its thread. */
import { readFile, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises';
import { getEnvironmentData } from 'node:worker_threads';
import { defineWorks } from './generated/index.js';

const { INIT, TICK, SHUTDOWN } = process.env;
const gate = new Int32Array((getEnvironmentData('gate') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
const LONG_MS = 2 ** 31 - 1;

/** Comes to the gate, and goes on once it is open. */
async function passGate(): Promise<void> {
  arrive();
  const opened = Atomics.waitAsync(gate, 0, 0);
  if (opened.async) await opened.value;
}

function arrive(): void {
  Atomics.add(gate, 1, 1);
  Atomics.notify(gate, 1);
}

export default defineWorks({
  async init(ctx) {
    if (INIT === 'reject') await Promise.reject(new RangeError('rejected in init'));
    // The loop works before there is a state: what init asks for comes.
    const offset = INIT === 'ask' ? (await ctx.slow.call.square({ x: 7 })).square : 0;
    return {
      offset,
      running: 0,
      peak: 0,
      keys: new Set<string>(),
      clashes: 0,
      ticks: 0,
      endings: [] as string[],
    };
  },

  async Job({ key, number }, state, ctx) {
    if (state.keys.has(key)) state.clashes += 1;
    state.keys.add(key);
    state.running += 1;
    state.peak = Math.max(state.peak, state.running);
    for (let left = number % 4; left > 0; left--) await nextTurn();
    state.running -= 1;
    state.keys.delete(key);
    await ctx.main.send.Done({ key, number: number + state.offset });
  },

  async Loose({ number, isHeld }, state, ctx) {
    state.running += 1;
    state.peak = Math.max(state.peak, state.running);
    if (isHeld) await passGate();
    else await nextTurn();
    state.running -= 1;
    void ctx.main.send.Done({ key: '', number });
  },

  Burst({ count, to }, _, ctx) {
    for (let number = 0; number < count; number++) {
      if (to === 'main') void ctx.main.send.Done({ key: 'burst', number });
      if (to === 'slow') void ctx.slow.send.Done({ key: 'burst', number });
      if (to === 'self') void ctx.works.send.Done({ key: 'burst', number });
    }
  },
  Done(done, _, ctx) {
    return ctx.main.send.Done(done);
  },

  Break({ how }) {
    if (how === 'throw') throw new RangeError('thrown in a handler');
    if (how === 'reject') return Promise.reject(new RangeError('rejected in a handler'));
    return Promise.resolve().then(() => {
      throw new RangeError('rejected behind another');
    });
  },

  Relay({ number, isAfterwards }, _, ctx) {
    const relayed = ctx.slow.call
      .square({ x: number })
      .then(({ square }) => ctx.main.send.Done({ key: '', number: square }));
    return isAfterwards ? undefined : relayed;
  },

  async Marked({ number }, _, ctx, { correlation, source }) {
    await nextTurn();
    await ctx.main.send.Marked({ number }, { correlation: correlation + 1 });
    await ctx.main.send.Said({ text: source.worker });
  },

  async held({ by }, { endings }, ctx) {
    arrive();
    // Asked for once its caller has given up, if that is asked for.
    if (by === 'late') await passGate();
    const { signal } = ctx;
    try {
      if (by === 'timer') await after(LONG_MS, undefined, { signal });
      else if (by === 'file') for await (const _ of watch(tmpdir(), { signal }));
      else if (!signal.aborted)
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      signal.throwIfAborted();
    } catch (error) {
      endings.push(`${by} ${(error as { readonly code?: string }).code}`);
    }
    if (signal !== ctx.signal) endings.push('another signal');
    await ctx.main.send.Said({ text: endings.at(-1) ?? '' });
    return {};
  },
  endings: (_, { endings }) => ({ endings }),

  fail({ how }) {
    if (how === 'throw') throw new RangeError('broken in a call');
    if (how === 'reject') return Promise.reject(new RangeError('broken in a call'));
    if (how === 'code') return Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
    return Promise.resolve({ small: '9' as never });
  },
  peak: (_, { peak, clashes }) => ({ peak, clashes }),
  read: async ({ path }) => ({ bytes: (await readFile(path)).length }),
  async get({ url }, _, { signal }) {
    const response = await fetch(url, { signal });
    return { status: response.status, text: await response.text() };
  },
  echo: async ({ x }) => ({ x }),

  async tick(state, ctx) {
    if (TICK !== 'hold') return;
    state.ticks += 1;
    await ctx.main.send.Said({ text: `tick ${state.ticks}` });
    await passGate();
    await nextTurn();
    state.ticks -= 1;
  },

  async shutdown(state, ctx) {
    if (SHUTDOWN === undefined) return;
    await nextTurn();
    // Queued, most of them, and not awaited; the last thing is an answer.
    for (let number = 0; number < 3000; number++) void ctx.main.send.Done({ key: 'last', number });
    const { square } = await ctx.slow.call.square({ x: 5 });
    await ctx.main.send.Said({ text: `shut down with ${state.running} running, and ${square}` });
  },
});
