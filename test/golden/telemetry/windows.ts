import { defineWindows } from './generated/index.js';

export default defineWindows({
  init: ({ instance }) => ({ instance, seen: 0 }),
  Sample(sample, state, ctx) {
    state.seen += 1;
    ctx.judges.send.Sample(sample.toObject());
  },
  Flush(_, state) {
    state.seen = 0;
  },
  history: ({ count }) => ({ values: new Array<number>(Math.min(count, 1000)).fill(0) }),
  ping: (_, { instance }) => ({ instance }),
  tick(state, ctx) {
    if (state.seen > 1000) ctx.main.trySend.Alarm({ sensor: state.instance, text: 'busy', isUrgent: false });
  },
});
