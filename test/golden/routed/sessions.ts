import { defineSessions } from './generated/index.js';

export default defineSessions({
  Click() {},
  Stop() {},
  LongKeys() {},
  whoHas: (_request, _, { instance }) => ({ instance }),
});
