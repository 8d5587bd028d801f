/**
 * Handlers that wait: for a service, and for files.
 *
 *     host --Page--> fetchers (by site) --Body--> host
 *     host ==download, digest==> fetchers
 */
import { ascii, call, hash, roundRobin, topology, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

const url = utf8(200);

/** A page to be fetched. */
const Page = z.object({ site: ascii(20), url });

/** What came of it. */
const Body = z.object({ site: ascii(20), url, status: z.int().min(100).max(599), text: utf8(10_000) });

export default topology({
  messages: { Page, Body },
  calls: {
    /** The text of a page. */
    download: call(z.object({ url }), z.object({ text: utf8(10_000) })),
    /** SHA-256 of a file; fails with the code of the system, such as ENOENT. */
    digest: call(z.object({ path: utf8(1000) }), z.object({ sha256: ascii(64) })),
  },
  workers: {
    fetchers: worker({
      handler: './fetchers.ts',
      async: true,
      // So many handlers of an instance wait at a time; pages of one site are fetched one after the other all the same.
      concurrency: 8,
      receives: { Page: hash('site') },
      answers: { download: roundRobin(), digest: roundRobin() },
      sends: { main: ['Body'] },
    }),
  },
});
