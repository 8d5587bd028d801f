import { defineJobs } from './generated/index.js';

export default defineJobs({
  Job() {},
  Order() {},
  Parcel() {},
  Tick() {},
  Quote() {},
  estimate: () => ({ ms: 1 }),
  accept: ({ weight }) => ({ isAccepted: weight < 100 }),
});
