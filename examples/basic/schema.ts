/**
 * The smallest topology: one worker, one message to it, one answer.
 *
 *     host --Line--> counter --Counted--> host
 */
import { roundRobin, topology, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** A line of text. */
const Line = z.object({
  /** Text has a limit: every message has its fixed place in shared memory. */
  text: utf8(200),
});

/** How many words the line had. */
const Counted = z.object({ words: z.uint32() });

export default topology({
  messages: { Line, Counted },
  workers: {
    counter: worker({
      handler: './counter.ts',
      receives: { Line: roundRobin() },
      // `main` is the thread that creates the pool.
      sends: { main: ['Counted'] },
    }),
  },
});
