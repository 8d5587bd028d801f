import { defineCounter } from './generated/index.js';

/** Runs in a thread of its own. */
export default defineCounter({
  Line({ text }, _, ctx) {
    ctx.main.send.Counted({ words: text.split(' ').length });
  },
});
