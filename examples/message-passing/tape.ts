import { defineTape } from './generated/index.js';

export default defineTape({
  init: () => ({ messages: 0, quantity: 0 }),

  Trade({ quantity }, got) {
    got.messages += 1;
    got.quantity += quantity;
  },

  Tell(_, got, ctx) {
    ctx.main.send.Got(got);
  },
});
