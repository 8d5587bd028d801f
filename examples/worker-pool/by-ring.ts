import { defineByRing } from './generated/index.js';
import { count, put, take, tell, type Visits } from './visits.js';

export default defineByRing({
  init: (): Visits => new Map(),
  Visit: ({ customer }, visits) => count(visits, customer),
  Tell: (_, visits, ctx) => tell(visits, ctx),
  // Called for each partition that goes to another instance when the worker is resized, and there for each that came.
  exportPartition: (partition, visits, { partitionOf }) =>
    take(visits, (customer) => partitionOf.Visit({ customer }) === partition),
  importPartition: (_, taken, visits) => put(visits, taken),
});
