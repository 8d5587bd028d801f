/**
 * Orders: a record with text in it, dealt from the host to two instances of `book` by its key.
 *
 *     host --Order (by symbol), Finish--> book --Total--> host
 */
import { ascii, broadcast, hash, topology, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** Two numbers and a key, 24 bytes. */
const Order = z.object({
  symbol: ascii(8),
  quantity: z.int32(),
  price: z.float64(),
});

/** What the codec suite takes: four numbers, an enum and a short text. */
const Trade = z.object({
  id: z.uint32(),
  symbol: ascii(4),
  side: z.enum(['buy', 'sell']),
  quantity: z.int32(),
  price: z.float64(),
  timeMs: z.float64(),
});

/** What the codec suite takes for text: six strings. No worker receives it, so that it widens no slot. */
const Customer = z.object({
  symbol: ascii(8),
  account: ascii(12),
  name: utf8(40),
  street: utf8(64),
  city: utf8(32),
  reference: ascii(16),
});

/** Ends a round: each instance answers with what it added up. */
const Finish = z.object({});

/** What one instance has added up since the last `Finish`. */
const Total = z.object({ messages: z.uint32(), sum: z.float64() });

export default topology({
  messages: { Order, Trade, Customer, Finish, Total },
  workers: {
    book: worker({
      handler: './book.ts',
      instances: 2,
      capacity: 65_536,
      receives: { Order: hash('symbol'), Trade: hash('symbol'), Finish: broadcast() },
      sends: { main: ['Total'] },
    }),
  },
});
