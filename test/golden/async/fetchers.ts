import { defineFetchers } from './generated/index.js';

export default defineFetchers({
  init: async () => ({ pages: new Map<string, number>(), newest: { host: '', text: new Uint8Array() } }),

  async Page({ host, path }, state, ctx) {
    const response = await fetch(`https://${host}${path}`);
    state.newest = { host, text: new Uint8Array(await response.arrayBuffer()) };
    state.pages.set(host, (state.pages.get(host) ?? 0) + 1);
    await ctx.stores.send.Body({ ...state.newest, status: response.status });
  },

  Flush(_, { pages }) {
    pages.clear();
  },

  Stored: async (stored, _, ctx, { source }) =>
    source.worker === 'stores' ? ctx.main.send.Stored(stored) : undefined,

  countOf: ({ host }, { pages }) => ({ pages: pages.get(host) ?? 0 }),

  async newest(_, { newest }, { signal }) {
    signal.throwIfAborted();
    return newest;
  },

  async tick(_, ctx) {
    await ctx.fetchers.send.Page({ host: 'example.org', path: '/', depth: 0 });
  },
});
