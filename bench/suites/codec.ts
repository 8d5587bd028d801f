/** Codec: one record of four numbers, encoded, decoded and viewed, beside JSON and v8.serialize. */
import { deserialize, serialize } from 'node:v8';
import { Bench } from 'tinybench';
import { memoryOf } from '../../runtime/memory.js';
import { type Row, rowOf } from '../statistics.js';
import { type Quote, QuoteCodec } from '../topologies/quotes/generated/messages.js';

/** Operations a call, so that the clock is not what is measured. */
const BATCH = 1000;
const ROUNDS = 5;

export async function codec(): Promise<readonly Row[]> {
  const memory = memoryOf(new SharedArrayBuffer(4096));
  const quotes = Array.from(
    { length: BATCH },
    (_, i): Quote => ({ id: i, quantity: -i, bid: i * 0.5, ask: i / 3 }),
  );
  const first = quotes[0] as Quote;
  QuoteCodec.encode(first, memory, 0);
  const [json, v8] = [JSON.stringify(first), serialize(first)];
  const view = QuoteCodec.view(memory, 0);
  let sink = 0;
  const tasks: Readonly<Record<string, (quote: Quote, at: number) => void>> = {
    'sn-gen encode': (quote, at) => QuoteCodec.encode(quote, memory, (at & 127) * 24),
    'sn-gen decode': (_, at) => {
      sink += QuoteCodec.decode(memory, (at & 1) * 24).bid;
    },
    'sn-gen view, two fields': () => {
      sink += view.quantity + view.bid;
    },
    'JSON.stringify': (quote) => {
      sink += JSON.stringify(quote).length;
    },
    'JSON.parse': () => {
      sink += (JSON.parse(json) as Quote).bid;
    },
    'v8.serialize': (quote) => {
      sink += serialize(quote).length;
    },
    'v8.deserialize': () => {
      sink += (deserialize(v8) as Quote).bid;
    },
  };
  const samples = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const bench = new Bench({ time: 200, warmupTime: 50 });
    for (const [name, task] of Object.entries(tasks))
      bench.add(name, () => {
        for (let i = 0; i < BATCH; i++) task(quotes[i] as Quote, i);
      });
    for (const { name, result } of await bench.run())
      if ('latency' in result) samples.get(name)?.push((result.latency.p50 * 1e6) / BATCH);
  }
  if (Number.isNaN(sink)) throw new Error('a codec read what it had not written');
  return [...samples].map(([name, values]) => rowOf(name, 'ns', values));
}
