import { defineVisits } from './generated/index.js';
import { Visitors } from './visitors.js';

export default defineVisits({
  // Each instance has a state of its own: nothing is shared, nothing is locked.
  init: () => new Visitors(),

  // `click` is a view that reads the message where it lies; it is valid until the handler returns.
  Click(click, visitors) {
    visitors.add(click);
  },

  Report(_, visitors, ctx) {
    for (const visitor of visitors.report()) ctx.main.send.Visitor(visitor);
  },
});
