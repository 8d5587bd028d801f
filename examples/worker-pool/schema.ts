/**
 * The same visits by each route. All keyed routes of one worker share one table of partitions, so that each kind has a worker of its own.
 *
 *     host --Visit--> byHash, byRing, byRange (each by its route) --Kept--> host
 *     host --InTurn, ToIdle, ToAll, ByRule--> others --Kept--> host
 */
import {
  broadcast,
  consistentHash,
  custom,
  hash,
  leastLoaded,
  range,
  roundRobin,
  topology,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** A customer, from 0; the first ones come far more often than the last. */
const customer = z.uint32();
const Visit = z.object({ customer });

/** Asks each instance whom it has seen. */
const Tell = z.object({});

/** What an instance knows of one customer. */
const Kept = z.object({ instance: z.uint32(), customer, visits: z.uint32() });

/** At first four; a fifth comes later. */
const instances = { min: 4, max: 5 };

export default topology({
  messages: { Visit, InTurn: Visit, ToIdle: Visit, ToAll: Visit, ByRule: Visit, Tell, Kept },
  workers: {
    byHash: worker({
      handler: './by-hash.ts',
      instances,
      receives: { Visit: hash('customer'), Tell: broadcast() },
      sends: { main: ['Kept'] },
    }),
    byRing: worker({
      handler: './by-ring.ts',
      instances,
      receives: { Visit: consistentHash('customer', { virtualNodes: 256 }), Tell: broadcast() },
      sends: { main: ['Kept'] },
    }),
    byRange: worker({
      handler: './by-range.ts',
      instances,
      // Five ranges: four instances have to share them, five have one each.
      receives: { Visit: range('customer', [10, 60, 220, 510]), Tell: broadcast() },
      sends: { main: ['Kept'] },
    }),
    others: worker({
      handler: './others.ts',
      instances,
      receives: {
        InTurn: roundRobin(),
        ToIdle: leastLoaded(),
        ToAll: broadcast(),
        ByRule: custom({ module: './rule.ts', export: 'byRule' }),
        Tell: broadcast(),
      },
      sends: { main: ['Kept'] },
    }),
  },
});
