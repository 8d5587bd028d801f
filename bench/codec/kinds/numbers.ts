/** Numbers: a quote, four numbers. */
import { type Quote, QuoteCodec, type QuoteView } from '../../topologies/quotes/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { Kind } from '../kind.js';
import { randomOf } from '../random.js';

const COUNT = 1000;

class FlatQuote extends FlatRecord<Quote> {
  get id(): number {
    return this.u32(4);
  }
  get quantity(): number {
    return this.i32(6);
  }
  get bid(): number {
    return this.f64(8);
  }
  get ask(): number {
    return this.f64(10);
  }
  unpack(): Quote {
    return { id: this.id, quantity: this.quantity, bid: this.bid, ask: this.ask };
  }
}

export function numbers(): Kind<Quote, QuoteView> {
  return {
    codec: QuoteCodec,
    fields: { id: 'u32', quantity: 'i32', bid: 'f64', ask: 'f64' },
    values: quotes(),
    weigh: ({ quantity, bid }) => quantity + bid,
    flat: {
      write(builder, { id, quantity, bid, ask }) {
        builder.startObject(4);
        builder.addFieldInt32(0, id, 0);
        builder.addFieldInt32(1, quantity, 0);
        builder.addFieldFloat64(2, bid, 0);
        builder.addFieldFloat64(3, ask, 0);
        return builder.endObject();
      },
      Record: FlatQuote,
    },
  };
}

function quotes(): readonly Quote[] {
  const random = randomOf(1);
  return Array.from({ length: COUNT }, (_, i) => {
    const cents = 1000 + random.below(50_000);
    return {
      id: 1_000_000 + i * 7919,
      quantity: random.below(20_000) - 10_000,
      bid: cents / 100,
      ask: (cents + 1 + random.below(20)) / 100,
    };
  });
}
