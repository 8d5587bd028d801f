/** One message, for channels of each kind and for a pool. */
import { ascii, broadcast, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** What is moved. */
const Trade = z.object({ symbol: ascii(4), price: z.number(), quantity: z.uint32() });

/** Asks the worker what it has got. */
const Tell = z.object({});
const Got = z.object({ messages: z.uint32(), quantity: z.int() });

export default topology({
  messages: { Trade, Tell, Got },
  workers: {
    tape: worker({
      handler: './tape.ts',
      capacity: 4096,
      receives: { Trade: roundRobin(), Tell: broadcast() },
      sends: { main: ['Got'] },
    }),
  },
});
