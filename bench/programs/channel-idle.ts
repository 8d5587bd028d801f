/** So many workers, each asleep in `receive` at a channel of its own, as adaptive waits leave it: the share of a core, in percent, that they take. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { attachChannel, createChannel } from 'sn-gen/runtime';
import { Payload16Codec } from '../topologies/payloads/generated/index.js';
import { serve } from './serve.js';

const IDLE_MS = 2000;
/** Before they idle they have worked: what they learnt of waiting is part of it. */
const MESSAGES = 100_000;

if (isMainThread)
  await serve(
    async (workers) => ({ value: await idle(workers) }),
    async () => {},
  );
else receive();

function receive(): void {
  const receiver = attachChannel(workerData, Payload16Codec).receiver();
  let count = 0;
  while (receiver.receive() !== undefined) {
    count += 1;
    if (count === MESSAGES) parentPort?.postMessage(count);
  }
}

async function idle(count: number): Promise<number> {
  const started = Array.from({ length: count }, async () => {
    const channel = createChannel({ kind: 'spsc', codec: Payload16Codec });
    const worker = new Worker(new URL(import.meta.url), { workerData: channel.reserveReceiver() });
    const sender = channel.sender();
    const worked = once(worker, 'message');
    for (let i = 0; i < MESSAGES; i++) await sender.sendAsync({ a: i, b: 0 });
    await worked;
    return { sender, worker };
  });
  const parts = await Promise.all(started);
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const { user, system } = process.cpuUsage(before);
  const exits = parts.map(({ worker }) => once(worker, 'exit'));
  for (const { sender } of parts) sender.close();
  await Promise.all(exits);
  return ((user + system) / 1000 / IDLE_MS) * 100;
}
