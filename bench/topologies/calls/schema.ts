/** Calls: a host asks one desk for prices. */
import { call, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

export default topology({
  messages: {},
  calls: {
    price: call(
      z.object({ id: z.uint32(), quantity: z.int32(), bid: z.float64() }),
      z.object({ id: z.uint32(), price: z.float64() }),
    ),
  },
  workers: {
    desk: worker({ handler: './desk.ts', capacity: 4096, answers: { price: roundRobin() } }),
  },
});
