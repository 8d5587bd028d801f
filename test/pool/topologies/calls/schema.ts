/** A desk that answers calls, and a clerk that calls it on behalf of the host. Lanes are short, so that they fill. */
import { ascii, bytes, call, hash, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  /** Makes the desk count; the counts come with the answers of `count`. */
  Add: z.object({ key: ascii(7), amount: z.uint32() }),
  /** Makes the clerk call `square` for each number below, and send a `Total`. */
  Sum: z.object({ below: z.uint32() }),
  /** The same, each call made to the clerk itself. */
  SumOwn: z.object({ below: z.uint32() }),
  Total: z.object({ sum: z.uint32(), failed: z.uint32() }),
};

export const calls = {
  square: call(z.object({ x: z.uint32() }), z.object({ square: z.uint32(), instance: z.uint32() })),
  /** Answered by the clerk. */
  double: call(z.object({ x: z.uint32() }), z.object({ double: z.uint32() })),
  /** What was added under a key before. */
  count: call(z.object({ key: ascii(7) }), z.object({ count: z.uint32(), instance: z.uint32() })),
  /** Gives back what it got; both lie in the byte ring. */
  mirror: call(
    z.object({ text: z.string().max(100_000), raw: bytes(100_000) }),
    z.object({ text: z.string().max(100_000), raw: bytes(100_000) }),
  ),
  fail: call(
    z.object({
      how: z.enum(['throw', 'code', 'text', 'range', 'nothing', 'null', 'scalar', 'promise', 'long', 'exit']),
    }),
    z.object({ small: z.uint32().max(9) }),
  ),
  /** Blocks until the gate is open, or until the caller has given up. */
  held: call(z.object({ watch: z.boolean() }), z.object({ wasAborted: z.boolean() })),
  /** Which calls the desk was told of as given up. */
  abortions: call(z.object({}), z.object({ count: z.uint32() })),
};

export default topology({
  messages,
  calls,
  workers: {
    desk: worker({
      handler: './desk.ts',
      capacity: 8,
      receives: { Add: hash('key') },
      answers: {
        square: roundRobin(),
        count: hash('key'),
        mirror: roundRobin(),
        fail: roundRobin(),
        held: roundRobin(),
        abortions: roundRobin(),
      },
    }),
    clerk: worker({
      handler: './clerk.ts',
      capacity: 4,
      cycles: 'accepted',
      receives: { Sum: roundRobin(), SumOwn: roundRobin() },
      answers: { double: roundRobin() },
      sends: { desk: ['square'], clerk: ['double'], main: ['Total'] },
    }),
  },
});
