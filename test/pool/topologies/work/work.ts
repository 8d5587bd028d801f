/** Does as it is told by messages, and by the environment of its thread: see `Settings`. */
import { createServer } from 'node:net';
import { getEnvironmentData } from 'node:worker_threads';
import { defineWork, type KeepNestedView, type KeepView } from './generated/index.js';

/** What tests set in `env`; a value says at which point of its life the worker fails, or what else it does there. */
interface Settings {
  readonly LOAD?: 'throw';
  readonly INIT?: 'throw' | 'reject' | 'hello' | 'wait';
  readonly TICK?: 'throw' | 'send';
  readonly SHUTDOWN?: 'throw' | 'reject' | 'send' | 'never' | 'exit';
}

interface Kept {
  readonly message: KeepView;
  readonly nested: KeepNestedView;
}

const settings = process.env as Settings;
const gate = new Int32Array((getEnvironmentData('gate') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
/** A gate that a broken test leaves shut does not hold for ever. */
const GATE_TIMEOUT_MS = 20_000;

if (settings.LOAD === 'throw') throw new TypeError('broken while loading');

export default defineWork({
  async init(ctx) {
    if (settings.INIT === 'throw') throw new RangeError('broken in init');
    if (settings.INIT === 'reject') await Promise.reject(new RangeError('rejected in init'));
    if (settings.INIT === 'wait') waitAtGate();
    if (settings.INIT === 'hello') {
      ctx.main.send.Hello({
        instance: ctx.instance,
        argv: process.argv.at(-1) ?? '',
        variable: process.env.COLOUR ?? '',
        execArgv: process.execArgv.join(' '),
      });
    }
    return { ticks: 0, kept: undefined as Kept | undefined };
  },

  Job({ id }, _, ctx) {
    ctx.main.send.Done({ id, instance: ctx.instance });
  },
  Everyone({ id }, _, ctx) {
    ctx.main.send.Done({ id, instance: ctx.instance });
  },
  Held({ id }, _, ctx) {
    waitAtGate();
    ctx.main.send.Done({ id, instance: ctx.instance });
  },
  Later({ id }, _, ctx) {
    setTimeout(() => void ctx.main.send.Done({ id, instance: ctx.instance }), 1);
  },
  Flood({ count }, _, ctx) {
    for (let id = 0; id < count; id++) ctx.main.send.Done({ id, instance: ctx.instance });
  },
  Keep(message, state, ctx) {
    const { kept } = state;
    state.kept = { message, nested: message.nested };
    if (kept === undefined) return;
    ctx.main.send.Kept({ id: read(() => kept.message.id), nested: read(() => kept.nested.x) });
  },
  Keyed({ place }, _, ctx) {
    const claim = ctx.main.claim.Done();
    claim.record.id = place.x;
    claim.record.instance = ctx.instance;
    claim.commit();
  },
  Image(image, _, ctx) {
    const { pixels, faces } = image;
    ctx.main.send.Seen({
      id: image.id,
      pixels: pixels.length,
      sum: pixels.reduce((sum, pixel) => sum + pixel, 0),
      captionLength: image.caption.length,
      faces: faces.length,
    });
    ctx.main.send.Image(image.toObject());
  },
  Small() {},
  SendWrong({ id }, _, ctx) {
    try {
      ctx.main.send.Done({ id: -1, instance: 0 });
    } catch (error) {
      if ((error as { code?: string }).code !== 'SN_FIELD_RANGE') throw error;
      ctx.main.send.Done({ id, instance: ctx.instance });
    }
  },
  Whisper({ id }, _, ctx) {
    ctx.main.send.Whispered({ id });
  },
  Fail({ how }) {
    if (how === 'throw') throw new RangeError('broken in a handler');
    if (how === 'exit') process.exit(3);
    if (how === 'reject') void Promise.reject(new RangeError('rejected and forgotten'));
    if (how === 'timer')
      setTimeout(() => {
        throw new RangeError('broken in a timer');
      }, 1);
    if (how === 'memory') {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(1000).fill({}));
    }
    while (how === 'hang');
  },
  Leave({ what }) {
    if (what === 'timer') setInterval(() => {}, 1000);
    else createServer().listen(0);
  },
  Log({ text }) {
    console.log(text);
  },

  tick(state, ctx) {
    if (settings.TICK === 'throw') throw new RangeError('broken in tick');
    if (settings.TICK !== 'send') return;
    state.ticks += 1;
    ctx.main.send.Ticked({ count: state.ticks });
  },

  async shutdown(_, ctx) {
    if (settings.SHUTDOWN === 'throw') throw new RangeError('broken in shutdown');
    if (settings.SHUTDOWN === 'reject') await Promise.reject(new RangeError('rejected in shutdown'));
    if (settings.SHUTDOWN === 'exit') process.exit(4);
    if (settings.SHUTDOWN === 'never') await new Promise(() => {});
    if (settings.SHUTDOWN === 'send') ctx.main.send.Done({ id: 4_000_000_000, instance: ctx.instance });
  },
});

/** Says that it has arrived and blocks the thread until the gate is open. See support/gate.ts. */
function waitAtGate(): void {
  Atomics.add(gate, 1, 1);
  Atomics.notify(gate, 1);
  Atomics.wait(gate, 0, 0, GATE_TIMEOUT_MS);
}

/** What a read gives: the value as text, or the code of what it throws. */
function read(get: () => number): string {
  try {
    return String(get());
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}
