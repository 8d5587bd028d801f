/** Nanoseconds of one operation on one message: `codec <message> <subject>`. */
import { deserialize, serialize } from 'node:v8';
import { type Codec, type Memory, memoryOf } from 'sn-gen/runtime';
import { Bench } from 'tinybench';
import type { CodecMessage, CodecSubject } from '../suites/codec.js';
import { type Trade, TradeCodec } from '../topologies/orders/generated/messages.js';
import { type Quote, QuoteCodec } from '../topologies/quotes/generated/messages.js';

/** Operations a call, so that the clock is not what is measured. */
const BATCH = 1000;
const RECORDS = 64;
const SYMBOLS = ['AAPL', 'MSFT', 'IBM', 'GOOG', 'T', 'NVDA', 'AMD', 'V'];

/** One operation on the i-th message. @returns something of it, so that nothing is optimised away. */
type Operation = (i: number) => number;
type Operations = Readonly<Record<CodecSubject, Operation>>;

const MESSAGES: Readonly<Record<CodecMessage, () => Operations>> = {
  numbers: () =>
    operations(
      QuoteCodec,
      quoteOf,
      ({ bid }) => bid,
      (view) => view.quantity + view.bid,
    ),
  trade: () =>
    operations(
      TradeCodec,
      tradeOf,
      ({ price }) => price,
      (view) => view.symbol.length + view.price,
    ),
};

const [, , message, subject] = process.argv as [string, string, CodecMessage, CodecSubject];
const operation = MESSAGES[message]()[subject];
let sum = 0;
const bench = new Bench({ time: 150, warmupTime: 50 });
bench.add(subject, () => {
  for (let i = 0; i < BATCH; i++) sum += operation(i & (RECORDS - 1));
});
const [task] = await bench.run();
if (Number.isNaN(sum)) throw new Error('a codec read what it had not written');
if (task === undefined || !('latency' in task.result)) throw new Error(`${subject} was not measured`);
console.log((task.result.latency.p50 * 1e6) / BATCH);

/** Encoding makes its message anew each time, as senders do; decoding reads what was encoded before. */
function operations<Value, View>(
  codec: Codec<Value, View>,
  make: (i: number) => Value,
  some: (value: Value) => number,
  viewed: (view: View) => number,
): Operations {
  const memory: Memory = memoryOf(new SharedArrayBuffer(RECORDS * codec.byteLength));
  const values = Array.from({ length: RECORDS }, (_, i) => make(i));
  for (const [i, value] of values.entries()) codec.encode(value, memory, i * codec.byteLength);
  const texts = values.map((value) => JSON.stringify(value));
  const buffers = values.map((value) => serialize(value));
  const views = values.map((_, i) => codec.view(memory, i * codec.byteLength));
  return {
    'sn-gen encode': (i) => {
      codec.encode(make(i), memory, i * codec.byteLength);
      return i;
    },
    'sn-gen decode': (i) => some(codec.decode(memory, i * codec.byteLength)),
    'sn-gen view, two fields': (i) => viewed(views[i] as View),
    'JSON.stringify': (i) => JSON.stringify(make(i)).length,
    'JSON.parse': (i) => some(JSON.parse(texts[i] as string) as Value),
    'v8.serialize': (i) => serialize(make(i)).length,
    'v8.deserialize': (i) => some(deserialize(buffers[i] as Buffer) as Value),
  };
}

function quoteOf(i: number): Quote {
  return { id: i, quantity: -i, bid: i * 0.5, ask: i / 3 };
}

function tradeOf(i: number): Trade {
  return {
    id: i,
    symbol: SYMBOLS[i & 7] as string,
    side: (i & 1) === 0 ? 'buy' : 'sell',
    quantity: -i,
    price: i / 3,
    timeMs: 1.7e12 + i,
  };
}
