/**
 * Messages of generated code that the tests send: records of one size, and records with a tail.
 *
 * Every message says who sent it and which one it is; the rest is made from both, so that a torn or overwritten record shows.
 */
import {
  type AirportDelay,
  AirportDelayCodec,
  type AirportDelayView,
} from '../../../examples/flights/generated/messages.js';
import type { Codec } from '../../../runtime/index.js';
import {
  type Trade,
  TradeCodec,
  type TradeInput,
  type TradeView,
} from '../../golden/growth/generated/messages.js';

/** Who sent it, and its number among those. */
export interface Mark {
  readonly from: number;
  readonly serial: number;
}

export interface Kit<Value = unknown, View = unknown, Input = unknown> {
  readonly codec: Codec<Value, View, Input>;
  make(from: number, serial: number): Input;
  /** @throws Error when a part of the message does not belong to the others. */
  markOf(value: Value | View): Mark;
}

const records: Kit<AirportDelay, AirportDelayView, AirportDelay> = {
  codec: AirportDelayCodec,
  make: (from, serial) => ({
    airport: nameOf(from),
    flights: serial,
    delayMinutes: serial * 0.5,
    miles: from + serial,
  }),
  markOf({ airport, flights, delayMinutes, miles }) {
    const from = miles - flights;
    if (airport !== nameOf(from) || delayMinutes !== flights * 0.5)
      throw new Error(`torn: ${airport} ${flights} ${delayMinutes} ${miles}`);
    return { from, serial: flights };
  },
};

/** Tails of 0 to 12 items, of 16 bytes each. */
const tails: Kit<Trade, TradeView, TradeInput> = {
  codec: TradeCodec,
  make: (from, serial) => ({
    symbol: nameOf(from),
    price: serial,
    isTest: true,
    parties: { buyer: from, seller: serial },
    legs: Array.from({ length: serial % 13 }, (_, k) => ({ symbol: nameOf(from), ratio: serial + k })),
  }),
  markOf(value) {
    const { symbol, price, parties, legs } = 'toObject' in value ? value.toObject() : value;
    const from = parties?.buyer ?? -1;
    const isWhole =
      symbol === nameOf(from) &&
      parties?.seller === price &&
      legs.length === price % 13 &&
      legs.every((leg, k) => leg.symbol === symbol && leg.ratio === price + k);
    if (!isWhole) throw new Error(`torn: ${symbol} ${price} ${legs.length}`);
    return { from, serial: price };
  },
};

export type KitName = 'records' | 'tails';

export const kits: Readonly<Record<KitName, Kit>> = { records: records as Kit, tails: tails as Kit };

function nameOf(from: number): string {
  return `S${from}`;
}
