import { defineClerk } from './generated/index.js';

export default defineClerk({
  Sum({ below }, _, ctx) {
    const calls = Array.from({ length: below }, (_, x) => ctx.desk.call.square({ x }));
    void Promise.allSettled(calls).then((results) => {
      const squares = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.square] : []));
      const sum = squares.reduce((total, square) => total + square, 0);
      ctx.main.send.Total({ sum, failed: below - squares.length });
    });
  },
});
