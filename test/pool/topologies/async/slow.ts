import { getEnvironmentData } from 'node:worker_threads';
import { defineSlow } from './generated/index.js';

const gate = new Int32Array((getEnvironmentData('slow') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
/** A gate that a broken test leaves shut does not hold for ever. */
const GATE_TIMEOUT_MS = 20_000;

export default defineSlow({
  Done(done, _, ctx) {
    if (process.env.SLOW === 'hold') Atomics.wait(gate, 0, 0, GATE_TIMEOUT_MS);
    ctx.main.send.Done(done.toObject());
  },
  square: ({ x }) => ({ square: x * x }),
});
