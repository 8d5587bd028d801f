/**
 * Requests and their answers.
 *
 *     host ==priceOf, search==> stock (by sku) <==priceOf== desk <==total== host
 */
import { ascii, call, hash, list, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

const sku = ascii(12);
const cents = z.uint32();

export default topology({
  messages: {
    /** What a part costs from now on. */
    Price: z.object({ sku, cents }),
  },
  calls: {
    /** What a part costs; fails with the code NO_SUCH_PART. */
    priceOf: call(z.object({ sku }), z.object({ cents })),
    /** Looks for something that is not there, until the caller gives up. */
    search: call(z.object({ sku }), z.object({ steps: z.int() })),
    /** How many searches were given up. */
    givenUp: call(z.object({ sku }), z.object({ searches: z.uint32() })),
    /** What several parts cost together. */
    total: call(z.object({ skus: list(sku, 100) }), z.object({ cents })),
  },
  workers: {
    stock: worker({
      handler: './stock.ts',
      instances: 2,
      // The instance that got a part's price is the one that is asked for it.
      receives: { Price: hash('sku') },
      answers: { priceOf: hash('sku'), search: hash('sku'), givenUp: hash('sku') },
    }),
    desk: worker({
      handler: './desk.ts',
      // Its handlers wait for answers of others.
      async: true,
      answers: { total: roundRobin() },
      sends: { stock: ['priceOf'] },
    }),
  },
});
