/**
 * host -> two workers by key: through the topology, or (`postMessage` as first argument) by hand, with a key's worker looked up
 * in a Map.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createPool, type Order } from '../topologies/orders/generated/index.js';
import { rate, serve } from './serve.js';

const WORKERS = 2;
/** Tickers, devices, airports: a key recurs. Eight characters each. */
const SYMBOLS = Array.from({ length: 1024 }, (_, i) => `SYM${String(i).padStart(5, '0')}`);

if (!isMainThread) count();
else if (process.argv[2] === 'postMessage') await runPostMessage();
else await runTopology();

async function runTopology(): Promise<void> {
  const pool = await createPool();
  const totals = pool.stream.Total();
  const send = async (operations: number): Promise<void> => {
    for (let i = 0; i < operations; i++) {
      const waiting = pool.book.send.Order({ symbol: symbolOf(i), quantity: 1, price: i * 0.5 });
      if (waiting !== undefined) await waiting;
    }
    await pool.book.send.Finish({});
  };
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      await send(operations);
      let messages = 0;
      for (let ended = 0; ended < WORKERS; ended++) messages += (await totals.next()).value?.messages ?? 0;
      if (messages !== operations) throw new Error(`sent ${operations}, handled ${messages}`);
      return { value: rate(operations, startedMs) };
    },
    () => pool.close(),
  );
}

async function runPostMessage(): Promise<void> {
  const workers = Array.from({ length: WORKERS }, () => new Worker(new URL(import.meta.url)));
  const owners = new Map(SYMBOLS.map((symbol, i) => [symbol, workers[i % WORKERS] as Worker]));
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      for (let i = 0; i < operations; i++) {
        const order: Order = { symbol: symbolOf(i), quantity: 1, price: i * 0.5 };
        owners.get(order.symbol)?.postMessage(order);
      }
      const ended = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage('finish');
      await Promise.all(ended);
      return { value: rate(operations, startedMs) };
    },
    async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  );
}

function symbolOf(i: number): string {
  return SYMBOLS[i & (SYMBOLS.length - 1)] as string;
}

function count(): void {
  let sum = 0;
  parentPort?.on('message', (message: Order | 'finish') => {
    if (message !== 'finish') sum += message.quantity + message.price;
    else parentPort?.postMessage(sum);
  });
}
