import { defineAsker } from './generated/index.js';

export default defineAsker({
  Ask({ count }, _, ctx) {
    // Blocks in front of a full lane, while the answers of those before fill the way back.
    const answers = Array.from({ length: count }, (_, x) => ctx.works.call.echo({ x }));
    void Promise.all(answers).then((all) => {
      const isRight = all.every(({ x }, k) => x === k);
      ctx.main.send.Done({ key: isRight ? 'right' : 'wrong', number: all.length });
    });
  },
});
