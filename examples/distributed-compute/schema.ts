/**
 * A picture of the Mandelbrot set: split, computed, put together, from worker to worker.
 *
 *     host --Scene--> splitter --Row--> renderers (whoever has less to do) --Pixels--> canvas --Picture--> host
 */
import { leastLoaded, roundRobin, topology, u32, u32Array, utf8, worker } from 'sn-gen/schema';
import { z } from 'zod';

const size = { width: z.int().min(1).max(400), height: z.int().min(1).max(200), iterations: u32() };

/** What to draw: the picture whose middle is at `x`, `y` and which is `span` wide. */
const Scene = z.object({ ...size, x: z.number(), y: z.number(), span: z.number() });

/** One row of the scene, to be computed. */
const Row = z.object({ row: u32(), y: z.number(), left: z.number(), step: z.number(), ...size });

/** One row, computed: for each pixel after how many iterations its point was gone. */
const Pixels = z.object({ row: u32(), escapes: u32Array(400), ...size });

/** The whole, as text. */
const Picture = z.object({
  /** Too long for a slot of the ring: such fields lie in a byte ring beside it. */
  text: utf8(100_000),
  /** Iterations of all pixels. */
  work: z.int(),
});

export default topology({
  messages: { Scene, Row, Pixels, Picture },
  workers: {
    splitter: worker({
      handler: './splitter.ts',
      receives: { Scene: roundRobin() },
      sends: { renderers: ['Row'] },
    }),
    renderers: worker({
      handler: './renderers.ts',
      instances: 'cores',
      // A row through the middle takes a hundred times as long as one at the edge. A short lane leaves nobody with a long queue.
      receives: { Row: leastLoaded() },
      capacity: 16,
      sends: { canvas: ['Pixels'] },
    }),
    canvas: worker({
      handler: './canvas.ts',
      receives: { Pixels: roundRobin() },
      sends: { main: ['Picture'] },
    }),
  },
});
