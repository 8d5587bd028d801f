import { defineSecond } from './generated/index.js';

export default defineSecond({
  init: () => new Map<number, number>(),
  Second({ instance, key, id, check }, steps, { main }) {
    steps.set(instance, (steps.get(instance) ?? 0) + 1);
    main.send.Third({ instance, key, id, check: check + 1 });
  },
  Flushed({ instance }, steps, { main }) {
    main.send.Count({ instance, steps: steps.get(instance) ?? 0 });
  },
});
