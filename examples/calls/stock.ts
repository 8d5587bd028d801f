import { defineStock } from './generated/index.js';

/** Nobody searches for longer, whatever becomes of the caller. */
const MOST_STEPS = 1e10;

export default defineStock({
  init: () => ({ prices: new Map<string, number>(), searchesGivenUp: 0 }),

  Price({ sku, cents }, { prices }) {
    prices.set(sku, cents);
  },

  priceOf({ sku }, { prices }) {
    const cents = prices.get(sku);
    // The caller gets it with its code and message; the worker goes on.
    if (cents === undefined) throw Object.assign(new Error(`there is no ${sku}`), { code: 'NO_SUCH_PART' });
    return { cents };
  },

  search(_, state, ctx) {
    let steps = 0;
    // Reads shared memory: it changes in the midst of a loop.
    while (steps < MOST_STEPS && !ctx.signal.aborted) steps += 1;
    if (ctx.signal.aborted) state.searchesGivenUp += 1;
    return { steps };
  },

  givenUp: (_, { searchesGivenUp }) => ({ searches: searchesGivenUp }),
});
