import { defineOthers } from './generated/index.js';
import { count, tell, type Visits } from './visits.js';

/** Without keyed routes there are no partitions, and nothing moves: what an instance knows it keeps. */
export default defineOthers({
  init: (): Visits => new Map(),
  InTurn: ({ customer }, visits) => count(visits, customer),
  ToIdle: ({ customer }, visits) => count(visits, customer),
  ToAll: ({ customer }, visits) => count(visits, customer),
  ByRule: ({ customer }, visits) => count(visits, customer),
  Tell: (_, visits, ctx) => tell(visits, ctx),
});
