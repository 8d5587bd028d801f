import { defineDesk } from './generated/index.js';

export default defineDesk({
  async total({ skus }, _, ctx) {
    const prices = await Promise.all(skus.map((sku) => ctx.stock.call.priceOf({ sku })));
    return { cents: prices.reduce((sum, { cents }) => sum + cents, 0) };
  },
});
