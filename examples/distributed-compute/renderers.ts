import { defineRenderers } from './generated/index.js';
import { escapesOf } from './mandelbrot.js';

export default defineRenderers({
  Row(view, _, ctx) {
    const row = view.toObject();
    const { width, height, iterations } = row;
    ctx.canvas.send.Pixels({ row: row.row, escapes: escapesOf(row), width, height, iterations });
  },
});
