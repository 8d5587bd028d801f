import { createPool } from './generated/index.js';

// Starts the threads; `await using` closes the pool at the end of the file.
await using pool = await createPool();

let words = 0;
pool.receive.Counted((counted) => {
  words = counted.words;
});

await pool.counter.send.Line({ text: 'typed messages between threads in shared memory' });
// Resolves when the line was counted and its answer was received.
await pool.drain();

console.log(`The worker counted ${words} words.`);
if (words !== 7) process.exitCode = 1;
