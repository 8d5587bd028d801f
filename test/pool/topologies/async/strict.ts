import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineStrict } from './generated/index.js';

export default defineStrict({
  async Job({ key, number }, _, ctx) {
    for (let left = number % 3; left > 0; left--) await nextTurn();
    await ctx.main.send.Done({ key, number });
  },
  async Loose({ number }, _, ctx) {
    for (let left = number % 3; left > 0; left--) await nextTurn();
    await ctx.main.send.Done({ key: '', number });
  },
});
