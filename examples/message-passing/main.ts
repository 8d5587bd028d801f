/** Moves the same trades by each kind of channel, by a pool's `send` and by `postMessage`, and counts what arrives. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { type ChannelKind, createChannel } from 'sn-gen/runtime';
import { createPool, type Got, TradeCodec } from './generated/index.js';
import type { Done, Task } from './threads.js';
import { quantityOf, tradeAt } from './trades.js';

const TRADES = 2_000_000;
/** `postMessage` knows no full queue: what is not received yet is in memory. */
const POSTED_TRADES = 200_000;

interface Result {
  readonly messages: number;
  readonly quantity: number;
  readonly seconds: number;
}

// sn-gen bundles handlers; threads of our own are bundled by us, for Node runs JavaScript.
const bundle = new URL('./generated/bundle/threads.js', import.meta.url);
await build({
  entryPoints: [fileURLToPath(new URL('./threads.ts', import.meta.url))],
  outfile: fileURLToPath(bundle),
  bundle: true,
  platform: 'node',
  format: 'esm',
});

/** Starts a thread for each task, sets them all going, and adds up what they tell. */
async function runThreads(tasks: readonly Task[]): Promise<Result> {
  const threads = tasks.map((task) => {
    const transferList = 'port' in task ? [task.port] : [];
    return new Worker(bundle, { workerData: task, transferList });
  });
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  const done = await Promise.all(
    threads.map(async (thread) => {
      thread.postMessage('go');
      const [result] = (await once(thread, 'message')) as [Done];
      return result;
    }),
  );
  const ms =
    Math.max(...done.map(({ endedMs }) => endedMs)) - Math.min(...done.map(({ beganMs }) => beganMs));
  return {
    messages: done.reduce((sum, { messages }) => sum + messages, 0),
    quantity: done.reduce((sum, { quantity }) => sum + quantity, 0),
    seconds: ms / 1000,
  };
}

function byChannel(kind: ChannelKind, senders: number, receivers: number): Promise<Result> {
  const channel = createChannel({ kind, codec: TradeCodec, capacity: 4096, senders, receivers });
  const count = TRADES / senders;
  // Reserved seats count as open: no receiver takes a sender that is about to come for one that has gone.
  const send = (): Task => ({ role: 'send', channel: channel.reserveSender(), count });
  const receive = (): Task => ({ role: 'receive', channel: channel.reserveReceiver() });
  return runThreads([
    ...Array.from({ length: senders }, send),
    ...Array.from({ length: receivers }, receive),
  ]);
}

function byPostMessage(): Promise<Result> {
  const { port1, port2 } = new MessageChannel();
  return runThreads([
    { role: 'post', port: port1, count: POSTED_TRADES },
    { role: 'listen', port: port2 },
  ]);
}

/** From the main thread, which must not block: `send` returns a promise while the lane is full. */
async function byPool(): Promise<Result> {
  await using pool = await createPool();
  const got: Got[] = [];
  pool.receive.Got((one) => got.push(one));
  const startedMs = performance.now();
  for (let n = 0; n < TRADES; n++) {
    const waiting = pool.tape.send.Trade(tradeAt(n));
    if (waiting !== undefined) await waiting;
  }
  await pool.drain();
  const seconds = (performance.now() - startedMs) / 1000;
  await pool.tape.send.Tell({});
  await pool.drain();
  return { messages: 0, quantity: 0, ...got[0], seconds };
}

const ways = [
  ['spsc', '1 to 1', TRADES, 1, () => byChannel('spsc', 1, 1)],
  ['mpsc', '2 to 1', TRADES, 2, () => byChannel('mpsc', 2, 1)],
  ['mpmc', '2 to 2', TRADES, 2, () => byChannel('mpmc', 2, 2)],
  ['pool', 'main to 1', TRADES, 1, byPool],
  ['postMessage', '1 to 1', POSTED_TRADES, 1, byPostMessage],
] as const;

const table = new Table({
  head: ['way', 'threads', 'messages', 'million/s'],
  colAligns: ['left', 'left', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
let isRight = true;
for (const [name, threads, count, senders, run] of ways) {
  const { messages, quantity, seconds } = await run();
  isRight &&= messages === count && quantity === senders * quantityOf(count / senders);
  table.push([name, threads, messages, (messages / seconds / 1e6).toFixed(2)]);
}
console.log(`${table}`);
console.log('Figures of this run, first of all messages included: PERFORMANCE.md has measured ones.');
console.log(isRight ? 'Every message arrived once.' : 'MESSAGES WERE LOST OR DOUBLED.');
if (!isRight) process.exitCode = 1;
