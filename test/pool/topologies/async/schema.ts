/** Workers whose handlers wait, beside sync ones that they send to and that call them. Lanes are short, so that they fill. */
import { ascii, bool, call, hash, message, roundRobin, topology, u32, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  /** Waits for as many turns of the event loop as its number says, up to 3, and sends a `Done`. */
  Job: z.object({ key: ascii(7), number: u32() }),
  /** The same without a key; when it is held, it waits at the gate first. */
  Loose: z.object({ number: u32(), isHeld: bool() }),
  /** Sends so many `Done` without awaiting them, also through a slow worker where that is asked for. */
  Burst: z.object({ count: u32(), to: z.enum(['main', 'slow', 'self']) }),
  /** Fails in one way or another; `behind` fails once the key is free. */
  Break: z.object({ key: ascii(7), how: z.enum(['throw', 'reject', 'behind']) }),
  /** Asks another worker before it sends a `Done`; `afterwards`, once its own handler has settled. */
  Relay: z.object({ number: u32(), isAfterwards: bool() }),
  /** Makes a sync worker call the async one so many times without a pause. */
  Ask: z.object({ count: u32() }),
  Done: z.object({ key: ascii(7), number: u32() }),
  Said: z.object({ text: utf8(200) }),
  /** With an envelope. */
  Marked: z.object({ number: u32() }),
};

export const calls = {
  /** Waits until its caller has given up, in the way that is asked for. */
  held: call(z.object({ key: ascii(7), by: z.enum(['event', 'timer', 'file', 'late']) }), z.object({})),
  /** How calls that were given up ended. */
  endings: call(z.object({}), z.object({ endings: z.array(ascii(30)).max(9) })),
  fail: call(
    z.object({ how: z.enum(['throw', 'reject', 'code', 'range']) }),
    z.object({ small: z.uint32().max(9) }),
  ),
  /** How many handlers have run at a time, at most, and how often two of one key did. */
  peak: call(z.object({}), z.object({ peak: u32(), clashes: u32() })),
  read: call(z.object({ path: utf8(500) }), z.object({ bytes: u32() })),
  get: call(z.object({ url: utf8(200) }), z.object({ status: u32(), text: utf8(200) })),
  echo: call(z.object({ x: u32() }), z.object({ x: u32() })),
  square: call(z.object({ x: u32() }), z.object({ square: u32() })),
};

const { Marked, ...plain } = messages;

export default topology({
  messages: { ...plain, Marked: message(Marked, { envelope: ['correlation', 'source'] }) },
  calls,
  workers: {
    works: worker({
      handler: './works.ts',
      async: true,
      concurrency: 8,
      capacity: 64,
      tickMs: 1,
      receives: {
        Job: hash('key'),
        Loose: roundRobin(),
        Burst: roundRobin(),
        Break: hash('key'),
        Relay: roundRobin(),
        Marked: roundRobin(),
        Done: roundRobin(),
      },
      answers: {
        held: hash('key'),
        endings: roundRobin(),
        fail: roundRobin(),
        peak: roundRobin(),
        read: roundRobin(),
        get: roundRobin(),
        echo: roundRobin(),
      },
      sends: { main: ['Done', 'Said', 'Marked'], slow: ['Done', 'square'], works: ['Done'] },
    }),
    /** Strictly one after the other. */
    strict: worker({
      handler: './strict.ts',
      async: true,
      concurrency: 1,
      receives: { Job: hash('key'), Loose: roundRobin() },
      sends: { main: ['Done'] },
    }),
    slow: worker({
      handler: './slow.ts',
      capacity: 4,
      receives: { Done: roundRobin() },
      answers: { square: roundRobin() },
      sends: { main: ['Done'] },
    }),
    asker: worker({
      handler: './asker.ts',
      receives: { Ask: roundRobin() },
      sends: { works: ['echo', 'Job'], main: ['Done'] },
    }),
  },
});
