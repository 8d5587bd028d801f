import { getEnvironmentData } from 'node:worker_threads';
import { definePong } from './generated/index.js';

/** See test/pool/support/gate.ts. */
const gate = getEnvironmentData('gate') as SharedArrayBuffer | undefined;

export default definePong({
  Ball({ answers }, _, { ping }) {
    for (let ball = 0; ball < answers; ball++) ping.send.Ball({ answers: 0 });
  },
  balls({ answers }, _, { ping }) {
    for (let ball = 0; ball < answers; ball++) ping.send.Ball({ answers: 0 });
    return { answers };
  },
  Hold() {
    if (gate === undefined) throw new Error('this pool has no gate');
    const i32 = new Int32Array(gate);
    Atomics.add(i32, 1, 1);
    Atomics.notify(i32, 1);
    Atomics.wait(i32, 0, 0);
  },
});
