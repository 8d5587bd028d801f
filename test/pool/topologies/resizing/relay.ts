import { defineRelay } from './generated/index.js';

export default defineRelay({
  Feed({ firstKey, keys, steps, isSlow }, _, { counts, waiting }) {
    for (let id = 0; id < steps; id++)
      for (let key = firstKey; key < firstKey + keys; key++)
        if (isSlow) waiting.send.Slow({ key, id });
        else counts.send.Step({ key, id, note: `${key}:${id}`.repeat((key + id) % 40) });
  },
  Turn({ key, left }, _, { counts }) {
    counts.send.Lap({ key, left });
  },
});
