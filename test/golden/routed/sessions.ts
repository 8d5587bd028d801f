import { defineSessions } from './generated/index.js';

export default defineSessions({
  Click() {},
  Stop() {},
  whoHas: (_request, _, { instance }) => ({ instance }),
});
