/**
 * What a user's `schema.ts` imports: field types, messages, routes, workers and the topology; and `issuesIn`, which emitted code
 * calls where a message asks for `validate`.
 */
export { type CallDeclaration, call } from './call.js';
export type { EnvelopeField } from './envelope.js';
export {
  ascii,
  bool,
  bytes,
  f32,
  f32Array,
  f64,
  f64Array,
  flags,
  i8,
  i8Array,
  i16,
  i16Array,
  i32,
  i32Array,
  i64,
  i64Array,
  list,
  u8,
  u16,
  u16Array,
  u32,
  u32Array,
  u64,
  u64Array,
  utf8,
} from './fields.js';
export { issuesIn } from './issues.js';
export type { MessageDeclaration, MessageOptions, MessageSchema } from './message.js';
export { message } from './message.js';
export type { KeyField, Route } from './routes.js';
export { broadcast, consistentHash, custom, hash, leastLoaded, range, roundRobin } from './routes.js';
export { since } from './since.js';
export type { Calls, Messages, Topology, WorkerDeclaration, WorkerOptions } from './topology.js';
export { topology, worker } from './topology.js';
