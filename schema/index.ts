/** What a user's `schema.ts` imports: field types, routes, workers and the topology. */
export { ascii, bool, bytes, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, utf8 } from './fields.js';
export type { KeyField, Route } from './routes.js';
export { broadcast, hash, roundRobin } from './routes.js';
export type { MessageSchema, Messages, Topology, WorkerDeclaration, WorkerOptions } from './topology.js';
export { topology, worker } from './topology.js';
