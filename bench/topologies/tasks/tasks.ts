import { crunch } from '../../programs/crunch.js';
import { memoryInUse } from '../../programs/memory-in-use.js';
import { work } from '../../programs/work.js';
import { defineTasks } from './generated/index.js';

export default defineTasks({
  init: () => ({ messages: 0, seed: 1 }),

  run: ({ microseconds }) => ({ microseconds: work(microseconds) }),
  memory: () => memoryInUse(),

  InTurn({ microseconds }, total) {
    work(microseconds);
    total.messages += 1;
  },

  ByLoad({ microseconds }, total) {
    work(microseconds);
    total.messages += 1;
  },

  Crunch({ turns }, total) {
    total.seed = crunch(turns, total.seed);
    total.messages += 1;
  },

  Finish(_, total, ctx) {
    ctx.main.send.Total({ messages: total.messages });
    total.messages = 0;
  },
});
