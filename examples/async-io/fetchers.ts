import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { defineFetchers } from './generated/index.js';

export default defineFetchers({
  // Messages are plain objects here, and not views: a handler that waits may keep them.
  async Page({ site, url }, _, ctx) {
    const response = await fetch(url);
    await ctx.main.send.Body({ site, url, status: response.status, text: await response.text() });
  },

  // `signal` fires when the caller gives up, and ends the request.
  async download({ url }, _, { signal }) {
    const response = await fetch(url, { signal });
    return { text: await response.text() };
  },

  // What it rejects with the caller gets.
  async digest({ path }) {
    return {
      sha256: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    };
  },
});
