/** Every route, to three instances that tell what they got. */
import { ascii, broadcast, hash, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

export const messages = {
  ByKey: z.object({ key: ascii(7), id: z.uint32() }),
  ByTwoKeys: z.object({ key: ascii(7), half: z.boolean(), id: z.uint32() }),
  InTurn: z.object({ id: z.uint32() }),
  ToAll: z.object({ id: z.uint32() }),
  Got: z.object({
    route: z.enum(['hash', 'twoKeys', 'roundRobin', 'broadcast']),
    key: ascii(7),
    id: z.uint32(),
    instance: z.uint32(),
  }),
};

export default topology({
  messages,
  workers: {
    keeper: worker({
      handler: './keeper.ts',
      instances: 3,
      capacity: 16,
      receives: {
        ByKey: hash('key'),
        ByTwoKeys: hash(['key', 'half']),
        InTurn: roundRobin(),
        ToAll: broadcast(),
      },
      sends: { main: ['Got'] },
    }),
  },
});
