/**
 * Messages with envelopes, by every route, with and without a tail; `post` tells what it saw of each.
 *
 *     host --Letter, Parcel, Notice--> post (2) --Seen, Reply--> host
 */
import { ascii, broadcast, bytes, hash, message, roundRobin, topology, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

const ALL = ['trace', 'target', 'source', 'correlation', 'timestamp', 'id'] as const;

export const messages = {
  Letter: z.object({ key: ascii(7), x: z.uint32() }),
  Parcel: z.object({ x: z.uint32(), content: bytes(100_000) }),
  /** A text that lies in the byte ring, and comes back. */
  Essay: z.object({ x: z.uint32(), text: utf8(400_000) }),
  Notice: z.object({ x: z.uint32() }),
  /** What a handler saw of an envelope, as JSON. */
  Seen: z.object({ x: z.uint32(), instance: z.uint32(), envelope: z.string().max(500) }),
  /** Answers a letter. */
  Reply: z.object({ x: z.uint32() }),
};

export default topology({
  messages: {
    Letter: message(messages.Letter, { envelope: ALL }),
    Parcel: message(messages.Parcel, { envelope: ALL }),
    Notice: message(messages.Notice, { envelope: ['timestamp', 'source'] }),
    Essay: messages.Essay,
    Seen: messages.Seen,
    Reply: message(messages.Reply, { envelope: ['correlation', 'source', 'trace', 'id'] }),
  },
  workers: {
    post: worker({
      handler: './post.ts',
      instances: 2,
      capacity: 8,
      receives: { Letter: hash('key'), Parcel: roundRobin(), Essay: roundRobin(), Notice: broadcast() },
      sends: { main: ['Seen', 'Reply', 'Essay'] },
    }),
  },
});
