/** Async workers beside a sync one: keyed and not, enveloped, with tails, calls, ticks. */
import {
  ascii,
  broadcast,
  bytes,
  call,
  hash,
  message,
  roundRobin,
  topology,
  u8,
  u32,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** A page to be fetched. */
const Page = z.object({ host: ascii(40), path: utf8(200), depth: u8() });
const Body = z.object({ host: ascii(40), status: z.int().min(100).max(599), text: bytes(100_000) });
const Flush = z.object({});
const Stored = message(z.object({ host: ascii(40), at: z.date() }), { envelope: ['timestamp', 'source'] });
const Photo = message(z.object({ photographer: u32(), pictureInSeries: u32(), pixels: bytes(50_000) }), {
  envelope: ['id', 'correlation'],
});

export default topology({
  messages: { Page, Body, Flush, Stored, Photo },
  calls: {
    /** How many pages of a host were fetched. */
    countOf: call(z.object({ host: ascii(40) }), z.object({ pages: u32() })),
    newest: call(z.object({}), z.object({ host: ascii(40), text: bytes(100_000) })),
  },
  workers: {
    /** Fetches pages, those of one host one after the other. */
    fetchers: worker({
      handler: './fetchers.ts',
      instances: 2,
      async: true,
      concurrency: 16,
      tickMs: 1000,
      priority: 5,
      receives: { Page: hash('host'), Flush: broadcast(), Stored: roundRobin() },
      answers: { countOf: hash('host'), newest: roundRobin() },
      sends: { stores: ['Body'], main: ['Stored'], fetchers: ['Page'] },
    }),
    stores: worker({
      handler: './stores.ts',
      async: true,
      receives: {
        Body: hash(['host', 'status']),
        Flush: broadcast(),
        Photo: hash(['photographer', 'pictureInSeries']),
      },
      sends: { fetchers: ['countOf', 'Stored'], counters: ['Stored'] },
    }),
    counters: worker({ handler: './counters.ts', receives: { Stored: hash('host') } }),
  },
});
