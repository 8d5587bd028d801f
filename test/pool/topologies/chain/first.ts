import { defineFirst } from './generated/index.js';

export default defineFirst({
  Step({ key, id, check }, _, { second, instance }) {
    second.send.Second({ instance, key, id, check: check + 1 });
  },
  Flush(_message, _state, { second, instance }) {
    second.send.Flushed({ instance });
  },
  shutdown(_, { second, instance }) {
    second.send.Flushed({ instance });
  },
});
