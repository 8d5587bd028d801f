/** Every type that has a layout, once. */
import {
  ascii,
  bytes,
  f64Array,
  flags,
  hash,
  i16Array,
  list,
  topology,
  u8,
  u64,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** What a shop sells. */
const Product = z.object({
  /** Its number, the same for ever. */
  id: z.uuid(),
  sku: ascii(12),
  name: z.string().max(40),
  description: utf8(200).optional(),
  price: z.number(),
  /** Absent until it was sold once. */
  lastPrice: z.number().nullable(),
  discount: z.float32().nullish(),
  stock: z.int().min(0).max(60_000),
  sold: u64(),
  isListed: z.boolean(),
  isFragile: z.boolean().optional(),
  unit: z.enum(['piece', 'kilogram', 'metre']).default('piece'),
  version: z.literal(1),
  updated: z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
  access: flags(['read', 'write', 'audit']),
});

/** An order with its lines. */
const Order = z.object({
  number: z.uint32(),
  lines: list(z.object({ sku: ascii(12), quantity: u8(), isGift: z.boolean() }), 20),
  tags: z.set(ascii(7)).max(5),
  totals: z.map(ascii(3), z.number()).max(4),
  size: z.tuple([z.float32(), z.float32(), z.float32()]),
  matrix: z.array(z.array(z.int32()).length(3)).max(3),
  notes: list(utf8(30).nullable(), 3),
  kinds: list(z.enum(['retail', 'wholesale']), 2),
  payment: z.discriminatedUnion('by', [
    z.object({ by: z.literal('card'), last4: ascii(4), address: z.object({ city: utf8(20) }) }),
    z.object({ by: z.literal('transfer'), iban: ascii(34) }),
    z.object({ by: z.enum(['cash', 'voucher']), code: z.int32().optional() }),
  ]),
  perDay: z.record(z.enum(['monday', 'tuesday']), z.uint32()),
  perShift: z.partialRecord(z.enum(['early', 'late']), z.uint32()),
  samples: f64Array(8),
  levels: i16Array(300),
  signature: bytes(64),
});

export default topology({
  messages: { Product, Order },
  workers: {
    shop: worker({
      handler: './shop.ts',
      receives: { Product: hash('id'), Order: hash('number') },
      sends: { main: ['Product', 'Order'] },
    }),
  },
});
