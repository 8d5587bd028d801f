import { defineWindows, type Numbers } from './generated/index.js';

const NONE: Numbers = {
  tiny: 0,
  small: 0,
  medium: 0,
  large: 0n,
  byte: 0,
  word: 0,
  count: 0,
  total: 0n,
  safe: 0,
  narrow: 0,
  float: 0,
  level: 1,
};

export default defineWindows({
  init: ({ instance }) => ({ instance, seen: 0 }),
  Sample(sample, state, ctx) {
    state.seen += 1;
    ctx.judges.send.Sample(sample.toObject());
  },
  Flush(_, state, ctx) {
    state.seen = 0;
    ctx.judges.send.Numbers(NONE);
  },
  history: ({ count }) => ({ values: new Array<number>(Math.min(count, 1000)).fill(0) }),
  ping: (_, { instance }) => ({ instance }),
  tick(state, ctx) {
    if (state.seen > 1000) ctx.main.trySend.Alarm({ sensor: state.instance, text: 'busy', isUrgent: false });
  },
});
