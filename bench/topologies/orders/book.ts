import { defineBook } from './generated/index.js';

export default defineBook({
  init: () => ({ messages: 0, sum: 0 }),

  Order(order, total) {
    total.messages += 1;
    total.sum += order.quantity + order.price;
  },

  Trade(trade, total) {
    total.messages += 1;
    total.sum += trade.quantity + trade.price;
  },

  Finish(_, total, ctx) {
    ctx.main.send.Total({ messages: total.messages, sum: total.sum });
    total.messages = 0;
    total.sum = 0;
  },
});
