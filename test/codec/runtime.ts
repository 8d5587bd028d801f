/** The part of `sn-gen/runtime` that emitted messages use. */
export type { Codec } from '../../runtime/codec.js';
export * from '../../runtime/default-view.js';
export * from '../../runtime/envelope.js';
export * from '../../runtime/errors.js';
export * from '../../runtime/fields.js';
export type { Memory } from '../../runtime/memory.js';
export { memoryOf } from '../../runtime/memory.js';
export * from '../../runtime/record-writer.js';
export * from '../../runtime/tail.js';
export * from '../../runtime/text.js';
export * from '../../runtime/uuid.js';

/** As much of it as emitted messages use: the whole class needs more of the platform than they do. */
export interface LaneWriter {
  readonly ends: { readonly source: number; readonly target: number };
  nextId(): number;
}

export interface SendOptions {
  readonly timeoutMs?: number;
}
