/** Has a picture drawn by the pool, shows it, and checks it against one that is drawn in a plain loop. */
import { createPool, type Picture, type Scene } from './generated/index.js';
import { Drawing, escapesOf, rowsOf } from './mandelbrot.js';

const scene: Scene = { width: 100, height: 36, iterations: 100_000, x: -0.6, y: 0, span: 3.2 };

await using pool = await createPool();
const pictures: Picture[] = [];
pool.receive.Picture((picture) => pictures.push(picture));

const startedMs = performance.now();
await pool.splitter.send.Scene(scene);
// Resolves when the scene, and all that came of it in three workers, was handled.
await pool.drain();
const poolMs = performance.now() - startedMs;

console.log(pictures[0]?.text);
const rows = pool.renderers.stats().instances.map(({ handled }) => handled);
console.log(`${pictures[0]?.work} iterations; rows by instance: ${rows.join(', ')}.`);

const loopStartedMs = performance.now();
const expected = new Drawing();
for (const row of rowsOf(scene)) expected.add(row.row, escapesOf(row), scene);
const loopMs = performance.now() - loopStartedMs;
console.log(`${poolMs.toFixed(0)} ms in the pool, ${loopMs.toFixed(0)} ms in a plain loop (of this run).`);

const isEqual =
  pictures.length === 1 && pictures[0]?.text === expected.toString() && pictures[0].work === expected.work;
console.log(isEqual ? 'Equal to what a plain loop draws.' : 'NOT EQUAL to what a plain loop draws.');
if (!isEqual) process.exitCode = 1;
