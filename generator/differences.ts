/**
 * Differences: where findings are gathered while two plans are compared.
 */
import type { RuleName } from './evolution.js';

export interface Difference {
  readonly rule: RuleName;
  /** From the topology: `messages.Flight.origin`, `workers.delays.receives.Flight`. */
  readonly path: string;
  /** What stood in the older plan, and what stands in the newer one; missing where there was or is nothing. */
  readonly was?: string;
  readonly is?: string;
}

export type DifferenceList = Difference[];

export function differ(found: DifferenceList, rule: RuleName, path: string, was?: string, is?: string): void {
  found.push({ rule, path, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }) });
}

/** The items of two lists by a key: those of one alone, and the pairs. */
export function pairUp<Item>(
  older: readonly Item[],
  newer: readonly Item[],
  keyOf: (item: Item) => string,
): {
  readonly removed: readonly Item[];
  readonly added: readonly Item[];
  readonly both: readonly (readonly [Item, Item])[];
} {
  const byKey = new Map(newer.map((item) => [keyOf(item), item]));
  const olderKeys = new Set(older.map(keyOf));
  const both: (readonly [Item, Item])[] = [];
  const removed: Item[] = [];
  for (const item of older) {
    const match = byKey.get(keyOf(item));
    if (match === undefined) removed.push(item);
    else both.push([item, match]);
  }
  return { removed, added: newer.filter((item) => !olderKeys.has(keyOf(item))), both };
}

/** Whether two values are the same data; the order of an object's keys counts. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether the things that both lists have come in another order. */
export function isReordered(older: readonly string[], newer: readonly string[]): boolean {
  const inNewer = new Set(newer);
  const inOlder = new Set(older);
  return !isSame(
    older.filter((key) => inNewer.has(key)),
    newer.filter((key) => inOlder.has(key)),
  );
}
