/** source -> sink, both workers; the host waits. */
import { createPool } from '../topologies/quotes/generated/index.js';
import { rate, serve } from './serve.js';

const pool = await createPool();
const totals = pool.stream.Total();

await serve(
  async (operations) => {
    const startedMs = performance.now();
    await pool.source.send.Start({ count: operations });
    const { value } = await totals.next();
    if (value?.messages !== operations) throw new Error(`sent ${operations}, handled ${value?.messages}`);
    return rate(operations, startedMs);
  },
  () => pool.close(),
);
