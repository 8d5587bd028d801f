/**
 * Tasks: what a task pool does, as calls and as messages, and what is asked of its threads beside that.
 *
 *     host --run--> tasks --response--> host             (calls)
 *     host --InTurn, ByLoad, Crunch, Finish--> tasks --Total--> host
 */
import { broadcast, call, leastLoaded, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** Keeps its instance busy for so long. */
const Task = z.object({ microseconds: z.uint32() });
/** Takes so many turns of computing, however long they take. */
const Crunch = z.object({ turns: z.uint32() });
/** Ends a round: each instance answers. */
const Finish = z.object({});
/** What one instance has handled since the last `Finish`. */
const Total = z.object({ messages: z.uint32() });

export default topology({
  messages: { InTurn: Task, ByLoad: Task, Crunch, Finish, Total },
  calls: {
    run: call(Task, Task),
    memory: call(z.object({}), z.object({ heapBytes: z.float64(), externalBytes: z.float64() })),
  },
  workers: {
    tasks: worker({
      handler: './tasks.ts',
      instances: 2,
      capacity: 4096,
      receives: { InTurn: roundRobin(), ByLoad: leastLoaded(), Crunch: roundRobin(), Finish: broadcast() },
      answers: { run: leastLoaded(), memory: roundRobin() },
      sends: { main: ['Total'] },
    }),
  },
});
