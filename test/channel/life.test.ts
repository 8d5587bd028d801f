/** When a process with channels stays alive, and when it ends by itself. */
import { describe, expect, it } from 'vitest';
import { runProgram } from './support/agent.js';
import './support/clean-up.js';

const OPEN = `
const { codec, make, markOf } = api.kits.records;
const channel = api.createChannel({ kind: KIND, codec, capacity: 1, highWater: 1 });
const sender = channel.sender();
const receiver = channel.receiver();
`;

/** Sends from a thread that nothing else keeps alive, once the receiver sleeps. */
const LATE_SENDER = `
import { Worker } from 'node:worker_threads';
const code = \`
  const { workerData, parentPort } = require('node:worker_threads');
  import(workerData.api).then((api) => {
    const sender = api.attachChannel(workerData.handle, api.kits.records.codec).sender();
    while (sender.stats().parks === 0);
    sender.send(api.kits.records.make(1, 42));
    sender.close();
  });
\`;
const late = (handle) =>
  new Worker(code, { eval: true, workerData: { api: new URL('./api.mjs', import.meta.url).href, handle } }).unref();
`;

const programs: readonly (readonly [string, string, string])[] = [
  ['with an idle channel ends by itself', `${OPEN} sender.trySend(make(1, 1)); console.log('idle');`, 'idle'],
  [
    'with a full channel that nobody waits for ends by itself',
    `${OPEN} sender.onWater(() => {}); sender.trySend(make(1, 1)); receiver.close(); setImmediate(() => console.log('full'));`,
    'full',
  ],
  [
    'that waits for a message stays alive',
    `${LATE_SENDER}
const { codec, markOf } = api.kits.records;
const channel = api.createChannel({ kind: KIND, codec });
late(channel.reserveSender());
console.log(markOf(await channel.receiver().receiveAsync()).serial);`,
    '42',
  ],
  [
    'that selects stays alive',
    `${LATE_SENDER}
const { codec, markOf } = api.kits.records;
const channel = api.createChannel({ kind: KIND, codec });
late(channel.reserveSender());
console.log(markOf((await api.selectAsync([channel.receiver()])).value).serial);`,
    '42',
  ],
  [
    'ends after a receive that was given up',
    `${OPEN} console.log(await receiver.receiveAsync({ timeoutMs: 5 }));`,
    'undefined',
  ],
  [
    'ends after a receive that was aborted',
    `${OPEN} const c = new AbortController();
const given = receiver.receiveAsync({ signal: c.signal }).catch((error) => console.log(error.code));
setImmediate(() => c.abort());`,
    'SN_ABORTED',
  ],
  [
    'ends after a send that was given up',
    `${OPEN} sender.trySend(make(1, 1));
await sender.sendAsync(make(1, 2), { timeoutMs: 5 }).catch((error) => console.log(error.code));`,
    'SN_TIMEOUT',
  ],
  [
    'ends after a select that was given up',
    `${OPEN} console.log(await api.selectAsync([receiver], { timeoutMs: 5 }));`,
    'undefined',
  ],
  [
    'ends when its receiver closes in the midst of a wait',
    `${OPEN} setImmediate(() => receiver.close()); console.log(await receiver.receiveAsync());`,
    'undefined',
  ],
  [
    'ends when its sender closes in the midst of a wait',
    `${OPEN} sender.trySend(make(1, 1));
setImmediate(() => sender.close());
await sender.drained().catch((error) => console.log(error.code));`,
    'SN_CHANNEL_CLOSED',
  ],
];

describe('a process', () => {
  it.each(programs.map((program, k) => [...program, k % 2 === 0 ? 'mpmc' : 'spsc'] as const))(
    '%s',
    async (_, source, printed, kind) => {
      const end = await runProgram(source.replaceAll('KIND', `'${kind}'`));
      expect(end).toEqual({ exitCode: 0, stdout: `${printed}\n`, stderr: '' });
    },
  );
});
