/** One worker that does as it is told: answers, waits, floods, fails. Its lanes are short, so that they fill. */
import {
  ascii,
  broadcast,
  bytes,
  f64Array,
  hash,
  list,
  roundRobin,
  topology,
  u8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  /** Is answered by a `Done` of the same id. */
  Job: z.object({ id: z.uint32() }),
  /** Goes to every instance and is answered by each. */
  Everyone: z.object({ id: z.uint32() }),
  /** Is answered once the gate is open; until then the handler blocks. */
  Held: z.object({ id: z.uint32() }),
  /** Is answered from a timer's callback. */
  Later: z.object({ id: z.uint32() }),
  /** Is answered by so many `Done`, numbered from 0. */
  Flood: z.object({ count: z.uint32() }),
  /** Two fields with limits. */
  Small: z.object({ value: u8(), name: ascii(4) }),
  /** Makes the worker send a `Done` whose id is out of range, catch that, and answer. */
  SendWrong: z.object({ id: z.uint32() }),
  /** Makes the worker send to the host what nobody receives. */
  Whisper: z.object({ id: z.uint32() }),
  Fail: z.object({ how: z.enum(['throw', 'exit', 'reject', 'memory', 'timer', 'hang']) }),
  /** Leaves something open that keeps the thread alive. */
  Leave: z.object({ what: z.enum(['timer', 'socket']) }),
  Log: z.object({ text: ascii(15) }),
  /** Is kept, and read when the next one comes; the first is answered by nothing. */
  Keep: z.object({ id: z.uint32(), nested: z.object({ x: z.uint32() }) }),
  /** What reading the kept view gave: its ids, or the error's code. */
  Kept: z.object({ id: ascii(31), nested: ascii(31) }),
  /** Lies in the byte ring; is answered by one of the same content, with what the view showed. */
  Image: z.object({
    id: z.uint32(),
    pixels: bytes(1_048_576),
    caption: z.string().max(1000),
    samples: f64Array(1000).optional(),
    faces: list(z.object({ name: z.string().max(400), x: z.float32() }), 500),
  }),
  /** What a view of an image showed. */
  Seen: z.object({
    id: z.uint32(),
    pixels: z.uint32(),
    sum: z.uint32(),
    captionLength: z.uint32(),
    faces: z.uint32(),
  }),
  /** Goes by its key to an instance, which answers with a `Done` written in place. */
  Keyed: z.object({ key: ascii(7), place: z.object({ x: z.uint32() }), note: ascii(7).optional() }),
  Done: z.object({ id: z.uint32(), instance: z.uint32() }),
  Whispered: z.object({ id: z.uint32() }),
  /** What the thread was started with. */
  Hello: z.object({ instance: z.uint32(), argv: ascii(15), variable: ascii(15), execArgv: ascii(31) }),
  Ticked: z.object({ count: z.uint32() }),
};

export default topology({
  messages,
  workers: {
    work: worker({
      handler: './work.ts',
      capacity: 8,
      tickMs: 1,
      receives: {
        Job: roundRobin(),
        Image: roundRobin(),
        Keep: roundRobin(),
        Keyed: hash('key'),
        Everyone: broadcast(),
        Held: roundRobin(),
        Later: roundRobin(),
        Flood: roundRobin(),
        Small: roundRobin(),
        SendWrong: roundRobin(),
        Whisper: roundRobin(),
        Fail: roundRobin(),
        Leave: roundRobin(),
        Log: roundRobin(),
      },
      sends: { main: ['Kept', 'Image', 'Seen', 'Done', 'Whispered', 'Hello', 'Ticked'] },
    }),
  },
});
