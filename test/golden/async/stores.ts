import { defineStores } from './generated/index.js';

export default defineStores({
  async Body({ host }, _, ctx) {
    const { pages } = await ctx.fetchers.call.countOf({ host });
    if (pages > 0) await ctx.counters.send.Stored({ host, at: new Date(0) });
  },
  Flush: async () => {},
  Photo(photo, _, ctx, { correlation }) {
    return ctx.counters.send.Stored({ host: `${photo.photographer}/${correlation}`, at: new Date(0) });
  },
});
