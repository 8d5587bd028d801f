/**
 * Messages that are validated before they are sent, by every way of sending: by the host to `desk`, and by `desk` to all others.
 * `plain` sends only what is not.
 *
 *     host --Order, Notice, Photo, Make--> desk (2) --Receipt, Caught, Photo--> host
 *                                          desk --Order--> plain --Caught--> host
 */
import {
  ascii,
  broadcast,
  bytes,
  hash,
  list,
  message,
  roundRobin,
  topology,
  u8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

const Line = z.object({ sku: ascii(7).regex(/^[A-Z]+$/), quantity: u8().min(1).default(1) });

/** Two times that know each other as text. */
const Time = z.codec(z.iso.datetime(), z.date().min(new Date('2000-01-01')), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

export const messages = {
  Order: z
    .object({
      id: z.uint32().min(1),
      unit: z.enum(['piece', 'metre']).default('piece'),
      lines: list(Line, 3).min(1),
      placed: Time,
      note: z.string().min(2).max(8).optional(),
    })
    .refine(({ unit, lines }) => unit === 'piece' || lines.length === 1, {
      error: 'metres stand alone',
      path: ['unit'],
    }),
  Notice: z.object({ id: z.uint32().min(1) }),
  Photo: z.object({
    id: z.uint32().min(1),
    pixels: bytes(100_000).refine((pixels) => pixels[0] === 1, 'has no header'),
  }),
  /** Can never be sent: nobody waits for what its rule finds out. */
  Later: z.object({ id: z.uint32().refine(async () => true) }),
  /** Makes `desk` send a receipt, or an order to `plain`, with this id, and tell what became of it. */
  Make: z.object({ what: z.enum(['receipt', 'order', 'photo']), id: z.uint32(), tries: z.boolean() }),
  Receipt: z.object({ id: z.uint32().min(1), instance: z.uint32() }),
  /** What the handler got, as JSON. */
  Got: z.object({ what: ascii(15), id: z.uint32(), json: z.string().max(400) }),
  Caught: z.object({ code: ascii(31), text: z.string().max(100) }),
};

const validate = { validate: true };

export default topology({
  messages: {
    ...messages,
    Order: message(messages.Order, validate),
    Notice: message(messages.Notice, validate),
    Photo: message(messages.Photo, validate),
    Later: message(messages.Later, validate),
    Receipt: message(messages.Receipt, validate),
  },
  workers: {
    desk: worker({
      handler: './desk.ts',
      instances: 2,
      capacity: 8,
      receives: {
        Order: hash('id'),
        Notice: broadcast(),
        Photo: roundRobin(),
        Later: roundRobin(),
        Make: roundRobin(),
      },
      sends: { plain: ['Order'], main: ['Receipt', 'Photo', 'Got', 'Caught'] },
    }),
    plain: worker({
      handler: './plain.ts',
      receives: { Order: roundRobin() },
      sends: { main: ['Got'] },
    }),
  },
});
