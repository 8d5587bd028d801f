import { defineArchive } from './generated/index.js';

export default defineArchive({
  Scan({ page }, _, ctx) {
    ctx.main.send.Settled({ sku: 'page', total: page });
  },
});
