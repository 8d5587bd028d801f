import { defineSplitter } from './generated/index.js';
import { rowsOf } from './mandelbrot.js';

export default defineSplitter({
  Scene(scene, _, ctx) {
    // In a worker `send` blocks while all lanes are full: rows are made no faster than they are computed.
    for (const row of rowsOf(scene.toObject())) ctx.renderers.send.Row(row);
  },
});
