/** A bare worker that does nothing but say what it takes. */
import { parentPort } from 'node:worker_threads';
import { memoryInUse } from './memory-in-use.js';

parentPort?.on('message', () => parentPort?.postMessage(memoryInUse()));
