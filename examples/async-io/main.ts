/** Fetches pages of many sites, reads files, and gives a download up; each result is checked. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { SnError } from 'sn-gen/runtime';
import { createPool } from './generated/index.js';
import { startService } from './service.js';

const OTHER_SITES = 20;

// Closed in the reverse order: the pool first.
await using service = await startService();
await using pool = await createPool();

function check(what: string, got: unknown, expected: unknown): void {
  const isRight = isDeepStrictEqual(got, expected);
  console.log(`${what}: ${got}${isRight ? '' : `, WRONG, should be ${expected}`}`);
  if (!isRight) process.exitCode = 1;
}

// Two pages of one site, the first of which is slow, and one of each other site.
const came: string[] = [];
let othersLeft = OTHER_SITES;
pool.receive.Body(({ site, url, status }) => {
  if (status === 200) came.push(url.slice(service.url.length));
  // The slow page is answered when all others are there: they have overtaken it.
  if (site !== 'first' && --othersLeft === 0) service.release();
});
await pool.fetchers.send.Page({ site: 'first', url: `${service.url}/slow` });
await pool.fetchers.send.Page({ site: 'first', url: `${service.url}/after-slow` });
for (let n = 0; n < OTHER_SITES; n++)
  await pool.fetchers.send.Page({ site: `site-${n}`, url: `${service.url}/page-${n}` });
await pool.drain();

check('pages', came.length, OTHER_SITES + 2);
check('the last ones, in the order of their site', came.slice(-2).join(', '), '/slow, /after-slow');
check('the second was asked for last, when the first was done', service.asked.at(-1), '/after-slow');
check('no more at a time than `concurrency` says', service.mostWaiting <= 8, true);

// Files: a call for each, several at a time, answers in order.
const folder = new URL('.', import.meta.url);
const names = (await readdir(folder)).filter((name) => /\.(ts|md)$/.test(name)).sort();
const paths = names.map((name) => fileURLToPath(new URL(name, folder)));
const digests: string[] = [];
for await (const { sha256 } of pool.fetchers.map.digest(paths.map((path) => ({ path }))))
  digests.push(sha256);
const expected = await Promise.all(
  paths.map(async (path) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  ),
);
console.log(names.map((name, index) => `  ${digests[index]?.slice(0, 16)}  ${name}`).join('\n'));
check('digests are those that this thread finds', isDeepStrictEqual(digests, expected), true);

const missing = await pool.fetchers.call.digest({ path: '/no/such/file' }).catch((error: unknown) => error);
check('a file that is not there', missing instanceof SnError && missing.code, 'ENOENT');

// Given up: the call rejects, the fetch in the worker ends, and the service sees its client go.
const controller = new AbortController();
const download = pool.fetchers.call
  .download({ url: `${service.url}/never` }, { signal: controller.signal })
  .catch((error: unknown) => error);
await service.askedFor('/never');
controller.abort();
const aborted = await download;
check('a download given up', aborted instanceof SnError && aborted.code, 'SN_ABORTED');
await service.gone('/never');
console.log('the service has seen its client go');
