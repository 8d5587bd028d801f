import { defineSink } from './generated/index.js';

export default defineSink({
  init: () => ({ messages: 0, sum: 0 }),

  Quote(quote, total) {
    total.messages += 1;
    total.sum += quote.quantity + quote.bid;
  },

  Finish(_, total, ctx) {
    ctx.main.send.Total({ messages: total.messages, sum: total.sum });
    total.messages = 0;
    total.sum = 0;
  },
});
