/** A message that grew twice, in every way in which an older record may lack a field. */
import { ascii, bool, hash, list, since, topology, u8, u32, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** One trade, as its third version has it. */
const Trade = z.object({
  symbol: ascii(7),
  price: z.number(),
  isTest: bool(),
  /** Where it was made; version 1 knew one place only. */
  venue: since(2, ascii(4).default('XNYS')),
  fee: since(2, z.float32().default(0.1)),
  note: since(2, utf8(40).optional()),
  /** Who bought and who sold. */
  parties: since(3, z.object({ buyer: u32(), seller: u32() }).nullable()),
  settlement: since(
    3,
    z.object({ days: u8(), isGross: bool().default(false) }).default({ days: 2, isGross: false }),
  ),
  legs: since(3, list(z.object({ symbol: ascii(7), ratio: z.number() }), 500).default([])),
  isLate: since(3, bool().nullish()),
});

export default topology({
  messages: { Trade },
  workers: {
    books: worker({
      handler: './books.ts',
      receives: { Trade: hash('symbol') },
      sends: { main: ['Trade'] },
    }),
  },
});
