import { defineCanvas } from './generated/index.js';
import { Drawing } from './mandelbrot.js';

export default defineCanvas({
  init: () => ({ drawing: new Drawing() }),

  // Rows come in the order in which they were done.
  Pixels({ row, escapes, height, iterations }, state, ctx) {
    const isWhole = state.drawing.add(row, escapes, { height, iterations });
    if (!isWhole) return;
    ctx.main.send.Picture({ text: state.drawing.toString(), work: state.drawing.work });
    state.drawing = new Drawing();
  },
});
