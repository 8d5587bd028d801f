/** Payloads: records of 16, 64 and 256 bytes, whose codecs go with channels. A topology needs a worker: this one is never started. */
import { roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** Two numbers, 16 bytes. */
const Payload16 = z.object({ a: z.float64(), b: z.float64() });

/** Eight numbers, 64 bytes. */
const Payload64 = z.object({
  a: z.float64(),
  b: z.float64(),
  c: z.float64(),
  d: z.float64(),
  e: z.float64(),
  f: z.float64(),
  g: z.float64(),
  h: z.float64(),
});

/**
 * 32 numbers, 256 bytes. A list, since a literal of so many fields is allocated and its numbers boxed: encoding one took
 * 94 ns where the list took 75.
 */
const Payload256 = z.object({ values: z.array(z.float64()).length(32) });

export default topology({
  messages: { Payload16, Payload64, Payload256 },
  workers: {
    sink: worker({
      handler: './sink.ts',
      receives: { Payload16: roundRobin(), Payload64: roundRobin(), Payload256: roundRobin() },
    }),
  },
});
