/**
 * A click stream, grouped into visits.
 *
 *     host --Click--> visits (by user) --Visitor--> host
 */
import { broadcast, hash, topology, u32, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** Somebody looked at a page. */
const Click = z.object({
  user: u32(),
  /** Milliseconds since 1970. */
  atMs: z.int(),
  page: z.enum(['home', 'search', 'product', 'cart', 'paid']),
});

/** Asks every instance of `visits` for what it has counted. */
const Report = z.object({});

/** What one user's clicks add up to. */
const Visitor = z.object({
  user: u32(),
  clicks: u32(),
  /** Clicks with less than half an hour between them are one visit. */
  visits: u32(),
  purchases: u32(),
  longestVisitMs: z.int(),
});

export default topology({
  messages: { Click, Report, Visitor },
  workers: {
    visits: worker({
      handler: './visits.ts',
      instances: 2,
      // All clicks of one user meet in one instance, in order: a visit can be told from the click before.
      receives: { Click: hash('user'), Report: broadcast() },
      sends: { main: ['Visitor'] },
    }),
  },
});
