import { defineSource } from './generated/index.js';

export default defineSource({
  Start({ count }, _, ctx) {
    for (let i = 0; i < count; i++) ctx.sink.send.Quote({ id: i, quantity: 1, bid: i * 0.5, ask: i * 0.25 });
    ctx.sink.send.Finish({});
  },
});
