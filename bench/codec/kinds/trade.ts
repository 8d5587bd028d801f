/** Trade: four numbers, an enum and a short text. */
import { type Trade, TradeCodec, type TradeView } from '../../topologies/orders/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { Kind, Plain } from '../kind.js';
import { randomOf } from '../random.js';

const COUNT = 1000;
const SYMBOLS = 300;

class FlatTrade extends FlatRecord<Plain<Trade>> {
  get id(): number {
    return this.u32(4);
  }
  get symbol(): string {
    return this.text(6);
  }
  get side(): number {
    return this.u8(8);
  }
  get quantity(): number {
    return this.i32(10);
  }
  get price(): number {
    return this.f64(12);
  }
  get timeMs(): number {
    return this.f64(14);
  }
  unpack(): Plain<Trade> {
    const { id, symbol, side, quantity, price, timeMs } = this;
    return { id, symbol, side, quantity, price, timeMs };
  }
}

export function trade(): Kind<Trade, TradeView> {
  return {
    codec: TradeCodec,
    fields: {
      id: 'u32',
      symbol: 'text',
      side: ['buy', 'sell'],
      quantity: 'i32',
      price: 'f64',
      timeMs: 'f64',
    },
    values: trades(),
    weigh: ({ symbol, price }) => symbol.length + price,
    flat: {
      write(builder, { id, symbol, side, quantity, price, timeMs }) {
        const text = builder.createString(symbol);
        builder.startObject(6);
        builder.addFieldInt32(0, id, 0);
        builder.addFieldOffset(1, text, 0);
        builder.addFieldInt8(2, side, 0);
        builder.addFieldInt32(3, quantity, 0);
        builder.addFieldFloat64(4, price, 0);
        builder.addFieldFloat64(5, timeMs, 0);
        return builder.endObject();
      },
      Record: FlatTrade,
    },
  };
}

function trades(): readonly Trade[] {
  const random = randomOf(2);
  const symbols = Array.from({ length: SYMBOLS }, () =>
    random.text(1 + random.below(4), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  );
  return Array.from({ length: COUNT }, (_, i) => ({
    id: 1_000_000 + i * 7919,
    symbol: random.pick(symbols),
    side: random.pick(['buy', 'sell'] as const),
    quantity: random.below(20_000) - 10_000,
    price: (1000 + random.below(50_000)) / 100,
    timeMs: 1.7e12 + i * 1000 + random.below(1000),
  }));
}
