/**
 * Orders: what the host tells an instance's thread while partitions change hands, and what it answers; structured-cloneable.
 */
import type { Routing } from '../target.js';

/** A partition and what its owner has exported of it. */
export type PartitionState = readonly [partition: number, exported: unknown];

/** Handle what the routings before this one have sent, and nothing that came later; then give, then get. */
export interface HoldOrder {
  readonly kind: 'hold';
  /** Number of the routing at whose cut the lanes are held; `HERE` to hold them where they are. */
  readonly routing: number;
  readonly gives: readonly number[];
  /** Whether it must wait for an `import` before it goes on. */
  readonly takes: boolean;
}

export type ResizeOrder =
  | HoldOrder
  /** Send to `worker` by another routing from now on. */
  | { readonly kind: 'reroute'; readonly worker: string; readonly routing: Routing }
  | { readonly kind: 'import'; readonly partitions: readonly PartitionState[] };

export type ResizeReport =
  /** It holds its lanes: nothing from beyond a cut will be handled. */
  | { readonly kind: 'held' }
  | { readonly kind: 'exported'; readonly partitions: readonly PartitionState[] }
  | { readonly kind: 'imported' };
