/** What functions that run in other threads and processes find: the runtime, and what the tests send. */
export { isMainThread, parentPort, threadId, workerData } from 'node:worker_threads';
export {
  after,
  attachChannel,
  createChannel,
  select,
  selectAsync,
  tick,
} from '../../../runtime/index.js';
export { ReceiverEnd, SenderEnd } from './ends.js';
export { kits } from './messages.js';
export { receiveLives, sendLives } from './stress-parts.js';

/** What one function leaves for the next one on its thread. */
export const kept = new Map<string, unknown>();
