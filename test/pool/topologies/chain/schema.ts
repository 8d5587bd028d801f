/**
 * Two stages behind each other, and a worker that sends to itself. Short lanes: senders of every kind wait.
 *
 *     host --Step--> first (2) --Second--> second (1) --Third--> host
 *     host --Hop--> hopper --Hop--> hopper ... --Landed--> host
 */
import { broadcast, hash, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  Step: z.object({ key: z.uint32(), id: z.uint32(), check: z.float64() }),
  Second: z.object({ instance: z.uint32(), key: z.uint32(), id: z.uint32(), check: z.float64() }),
  Third: z.object({ instance: z.uint32(), key: z.uint32(), id: z.uint32(), check: z.float64() }),
  /** Tells the first stage to announce its end to the second, which tells how many it got before. */
  Flush: z.object({}),
  Flushed: z.object({ instance: z.uint32() }),
  Count: z.object({ instance: z.uint32(), steps: z.uint32() }),
  Hop: z.object({ left: z.uint32(), id: z.uint32() }),
  Landed: z.object({ id: z.uint32() }),
};

export default topology({
  messages,
  workers: {
    first: worker({
      handler: './first.ts',
      instances: 2,
      capacity: 8,
      receives: { Step: hash('key'), Flush: broadcast() },
      sends: { second: ['Second', 'Flushed'] },
    }),
    second: worker({
      handler: './second.ts',
      capacity: 16,
      receives: { Second: roundRobin(), Flushed: roundRobin() },
      sends: { main: ['Third', 'Count'] },
    }),
    hopper: worker({
      handler: './hopper.ts',
      capacity: 16,
      cycles: 'accepted',
      receives: { Hop: roundRobin() },
      sends: { hopper: ['Hop'], main: ['Landed'] },
    }),
  },
});
