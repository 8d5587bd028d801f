/** Messages whose whole schema runs before they are sent, by every way of sending, beside one whose does not; and envelopes. */
import { ascii, broadcast, bytes, hash, message, roundRobin, topology, u8, u32, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** An order of one line. */
const Order = z
  .object({
    /** Capital letters, a dash, three digits. */
    sku: ascii(12).regex(/^[A-Z]+-\d{3}$/),
    quantity: u8().min(1).default(1),
    paid: z.number().nonnegative(),
    price: z.number().positive(),
  })
  .refine(({ paid, price, quantity }) => paid <= price * quantity, { error: 'is overpaid', path: ['paid'] });

/** A scanned page, whose bytes lie in the tail. */
const Scan = z.object({ page: u32().min(1), pixels: bytes(100_000) });

const Cancel = z.object({ sku: ascii(12), reason: z.string().min(3).max(20).optional() });
const Settled = z.object({ sku: ascii(12), total: z.number().positive() });

export default topology({
  messages: {
    Order: message(Order, { validate: true }),
    Scan: message(Scan, { validate: true, envelope: ['source'] }),
    Cancel: message(Cancel, { validate: true, envelope: ['id', 'timestamp'] }),
    Settled: message(Settled, { envelope: ['id', 'timestamp', 'correlation', 'trace', 'source', 'target'] }),
  },
  workers: {
    tills: worker({
      handler: './tills.ts',
      instances: 2,
      receives: { Order: hash('sku'), Scan: roundRobin(), Cancel: broadcast() },
      sends: { archive: ['Scan'], main: ['Settled', 'Cancel'] },
    }),
    archive: worker({
      handler: './archive.ts',
      receives: { Scan: broadcast() },
      sends: { main: ['Settled'] },
    }),
  },
});
