/** The thread behind `source-reader.ts`: loads ts-morph, answers one message, and ends. */
import { parentPort } from 'node:worker_threads';
import { answer, type SourceQuestions } from './source-reader.js';
import { loadTypeScript } from './typescript.js';

const typescript = loadTypeScript();
parentPort?.once('message', (questions: SourceQuestions) => {
  parentPort?.postMessage(answer(typescript, questions));
});
