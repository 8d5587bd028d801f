/**
 * Two workers that send to each other through lanes of one slot, so that each can block on the other, and one that sends to itself.
 *
 *     host --Serve, Ask--> ping --Ball, balls--> pong --Ball--> ping
 *     host --Crowd--> loner --Note--> loner
 */
import { call, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  /** Sends so many balls at once; `isCaught`: tells main of a deadlock rather than throwing it. */
  Serve: z.object({ balls: z.uint32(), isCaught: z.boolean() }),
  /** Makes so many calls at once. */
  Ask: z.object({ calls: z.uint32() }),
  /** Is answered by so many. */
  Ball: z.object({ answers: z.uint32() }),
  /** Lets pong wait at the gate. */
  Hold: z.object({}),
  Crowd: z.object({ notes: z.uint32() }),
  Note: z.object({ number: z.uint32() }),
  Found: z.object({ code: z.string().max(40), chain: z.string().max(80) }),
};

export const calls = {
  /** Is answered by so many balls, and then by a reply. */
  balls: call(z.object({ answers: z.uint32() }), z.object({ answers: z.uint32() })),
};

export default topology({
  messages,
  calls,
  workers: {
    ping: worker({
      handler: './ping.ts',
      capacity: 1,
      cycles: 'accepted',
      receives: { Serve: roundRobin(), Ask: roundRobin(), Ball: roundRobin() },
      sends: { pong: ['Ball', 'balls'], main: ['Found'] },
    }),
    pong: worker({
      handler: './pong.ts',
      capacity: 1,
      receives: { Ball: roundRobin(), Hold: roundRobin() },
      answers: { balls: roundRobin() },
      sends: { ping: ['Ball'] },
    }),
    loner: worker({
      handler: './loner.ts',
      capacity: 2,
      cycles: 'accepted',
      receives: { Crowd: roundRobin(), Note: roundRobin() },
      sends: { loner: ['Note'], main: ['Found'] },
    }),
  },
});
