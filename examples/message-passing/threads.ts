/** A thread of our own: it sends or receives by a channel, or by `postMessage`. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { attachChannel, type ChannelHandle } from 'sn-gen/runtime';
import { type Trade, TradeCodec } from './generated/index.js';
import { tradeAt } from './trades.js';

export type Task =
  | { readonly role: 'send'; readonly channel: ChannelHandle; readonly count: number }
  | { readonly role: 'receive'; readonly channel: ChannelHandle }
  | { readonly role: 'post'; readonly port: MessagePort; readonly count: number }
  | { readonly role: 'listen'; readonly port: MessagePort };

/** What a thread tells when it has done: nothing received, for senders. */
export interface Done {
  readonly messages: number;
  readonly quantity: number;
  /** On a clock that all threads share. */
  readonly beganMs: number;
  readonly endedMs: number;
}

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const task = workerData as Task;
// All threads are there before the first message moves: what is measured is no start of threads.
parentPort?.postMessage('ready');
parentPort?.once('message', async () => {
  const beganMs = nowMs();
  const { messages, quantity } = await run(task);
  parentPort?.postMessage({ messages, quantity, beganMs, endedMs: nowMs() } satisfies Done);
});

async function run(task: Task): Promise<{ messages: number; quantity: number }> {
  let messages = 0;
  let quantity = 0;
  switch (task.role) {
    case 'send': {
      const sender = attachChannel(task.channel, TradeCodec).sender();
      // Blocks while the channel is full; only threads that are not the main one may.
      for (let n = 0; n < task.count; n++) sender.send(tradeAt(n));
      sender.close();
      break;
    }
    case 'receive': {
      const receiver = attachChannel(task.channel, TradeCodec).receiver();
      // False once all senders have closed and nothing is left. `drain` gives views, which read the messages in place.
      while (receiver.waitFor()) {
        receiver.drain((trade) => {
          messages += 1;
          quantity += trade.quantity;
        });
      }
      break;
    }
    case 'post': {
      for (let n = 0; n < task.count; n++) task.port.postMessage(tradeAt(n));
      task.port.close();
      break;
    }
    case 'listen': {
      task.port.on('message', (trade: Trade) => {
        messages += 1;
        quantity += trade.quantity;
      });
      await new Promise((resolve) => task.port.once('close', resolve));
      break;
    }
  }
  return { messages, quantity };
}
