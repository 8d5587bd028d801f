/** host -> sink. With `await` as first argument every send is awaited, else only those that must wait. */
import { createPool, type Pool } from '../topologies/quotes/generated/index.js';
import { rate, serve } from './serve.js';

const pool = await createPool();
const totals = pool.stream.Total();
const send = process.argv[2] === 'await' ? sendAwaiting : sendUnlessFull;

await serve(
  async (operations) => {
    const startedMs = performance.now();
    await send(pool, operations);
    await pool.sink.send.Finish({});
    const { value } = await totals.next();
    if (value?.messages !== operations) throw new Error(`sent ${operations}, handled ${value?.messages}`);
    return { value: rate(operations, startedMs) };
  },
  () => pool.close(),
);

async function sendUnlessFull({ sink }: Pool, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const waiting = sink.send.Quote({ id: i, quantity: 1, bid: i * 0.5, ask: i * 0.25 });
    if (waiting !== undefined) await waiting;
  }
}

async function sendAwaiting({ sink }: Pool, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await sink.send.Quote({ id: i, quantity: 1, bid: i * 0.5, ask: i * 0.25 });
}
