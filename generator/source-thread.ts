/** The thread behind `source-reader.ts`: loads ts-morph, answers one message, and ends. */
import { parentPort } from 'node:worker_threads';
import { ts } from 'ts-morph';
import { answer, type SourceQuestions } from './source-reader.js';

parentPort?.once('message', (questions: SourceQuestions) => {
  parentPort?.postMessage(answer(ts, questions));
});
