import { defineBooks } from './generated/index.js';

export default defineBooks({
  Trade(trade, _, ctx) {
    ctx.main.send.Trade(trade.toObject());
  },
});
