/**
 * Quotes: a record of 24 bytes from `source`, or from the host, to `sink`.
 *
 *     host --Start--> source --Quote, Finish--> sink --Total--> host
 *     host ------------Quote, Finish----------> sink
 */
import { broadcast, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** Four numbers, 24 bytes. */
const Quote = z.object({
  id: z.uint32(),
  quantity: z.int32(),
  bid: z.float64(),
  ask: z.float64(),
});

/** Tells a source to send so many quotes, as object literals or written in place. */
const Start = z.object({ count: z.uint32(), isInPlace: z.boolean() });

/** Ends one sender's part of a round: the sink answers with what it added up. */
const Finish = z.object({});

/** What the sink has added up since the last `Finish`. */
const Total = z.object({ messages: z.uint32(), sum: z.float64() });

export default topology({
  messages: { Quote, Start, Finish, Total },
  workers: {
    source: worker({
      handler: './source.ts',
      receives: { Start: broadcast() },
      sends: { sink: ['Quote', 'Finish'] },
    }),
    sink: worker({
      handler: './sink.ts',
      capacity: 65_536,
      receives: { Quote: roundRobin(), Finish: broadcast() },
      sends: { main: ['Total'] },
    }),
  },
});
