/** sources -> sink, all workers; the host waits. The number of sources as first argument, else one; `in-place` as second. */
import { createPool } from '../topologies/quotes/generated/index.js';
import { rate, serve } from './serve.js';

const sources = Number(process.argv[2] ?? 1);
const isInPlace = process.argv[3] === 'in-place';
const pool = await createPool({ instances: { source: sources } });
const totals = pool.stream.Total();

await serve(
  async (operations) => {
    const startedMs = performance.now();
    await pool.source.send.Start({ count: operations / sources, isInPlace });
    let messages = 0;
    for (let ended = 0; ended < sources; ended++) messages += (await totals.next()).value?.messages ?? 0;
    if (messages !== operations) throw new Error(`sent ${operations}, handled ${messages}`);
    return { value: rate(operations, startedMs) };
  },
  () => pool.close(),
);
