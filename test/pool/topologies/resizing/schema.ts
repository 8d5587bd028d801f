/** A worker whose state follows its keys, fed by the host, by another worker and by itself. */
import { broadcast, call, hash, roundRobin, topology, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

const key = z.uint32();
const id = z.uint32();

export const messages = {
  /** The steps of one key have ids from 0; each instance checks that it misses none. The text lies in the byte ring. */
  Step: z.object({ key, id, note: utf8(2000) }),
  /** Goes round: to the relay, from there to who owns the key, and so on. */
  Lap: z.object({ key, left: z.uint32() }),
  Turn: z.object({ key, left: z.uint32() }),
  /** To the relay: send so many steps of each of these keys. */
  Feed: z.object({ firstKey: key, keys: z.uint32(), steps: z.uint32(), isSlow: z.boolean() }),
  Tell: z.object({ round: z.uint32() }),
  Told: z.object({
    round: z.uint32(),
    instance: z.uint32(),
    instances: z.uint32(),
    steps: z.uint32(),
    faults: z.uint32(),
  }),
  /** As Step, to a worker whose handlers wait. */
  Slow: z.object({ key, id }),
  Done: z.object({ key }),
  Fail: z.object({ when: z.enum(['now', 'export', 'import']) }),
};

export const calls = {
  slowOf: call(z.object({ key }), z.object({ steps: z.uint32(), faults: z.uint32() })),
  stepsOf: call(z.object({ key }), z.object({ steps: z.uint32(), instance: z.uint32() })),
};

export default topology({
  messages,
  calls,
  workers: {
    counts: worker({
      handler: './counts.ts',
      instances: { min: 1, max: 4 },
      capacity: 16,
      receives: { Step: hash('key'), Lap: hash('key'), Tell: broadcast(), Fail: broadcast() },
      answers: { stepsOf: hash('key') },
      sends: { main: ['Told', 'Done'], relay: ['Turn'] },
    }),
    relay: worker({
      handler: './relay.ts',
      instances: { min: 1, max: 2 },
      capacity: 16,
      receives: { Feed: roundRobin(), Turn: roundRobin() },
      sends: { counts: ['Step', 'Lap'], waiting: ['Slow'] },
    }),
    waiting: worker({
      handler: './waiting.ts',
      async: true,
      concurrency: 8,
      instances: { min: 1, max: 3 },
      capacity: 16,
      receives: { Slow: hash('key') },
      answers: { slowOf: hash('key') },
    }),
    plain: worker({ handler: './plain.ts', instances: 2, receives: { Turn: roundRobin() } }),
  },
});
