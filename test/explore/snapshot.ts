/**
 * Snapshot: a number for all that a thread knows, taken where its stack holds nothing.
 *
 * Between two tasks of an event loop (and where a program says so) what a thread will do depends on its objects only, not on
 * how it came there. Two schedules that differ in, say, how often an inbox was looked at in vain are one state from there on.
 */

/** What a thread owns; everything reachable from there counts. */
export type Roots = readonly object[];

/** Fields that hold the arena, whose contents are no thread's own, or memory that holds nothing between two tasks. */
const SHARED = new Set(['arena', 'memory', 'i32', 'scratch']);
const FUNCTION = 3;
const NOTHING = 5;

/** @param nowMs - the thread's clock: times count relative to it. */
export function snapshot(roots: Roots, nowMs: number): number {
  const seen = new Map<object, number>();
  let hash = 17;
  const mix = (value: number): void => {
    hash = (Math.imul(hash, 0x01000193) ^ value) | 0;
    hash ^= hash >>> 15;
  };
  const visit = (value: unknown, isTime: boolean): void => {
    if (typeof value === 'number') mix(isTime ? Math.round((nowMs - value) * 1e6) : value | 0);
    else if (typeof value === 'boolean') mix(value ? 1 : 2);
    else if (typeof value === 'function') mix(FUNCTION);
    else if (typeof value === 'string') for (let k = 0; k < value.length; k++) mix(value.charCodeAt(k));
    else if (typeof value === 'object' && value !== null) visitObject(value);
    else mix(NOTHING);
  };
  const visitObject = (value: object): void => {
    const known = seen.get(value);
    mix(known ?? seen.size);
    if (known !== undefined) return;
    seen.set(value, seen.size);
    if (ArrayBuffer.isView(value)) {
      if (value instanceof Uint8Array || value instanceof Float64Array) for (const item of value) mix(item);
    } else if (value instanceof Map) {
      for (const [key, item] of value) {
        visit(key, false);
        visit(item, false);
      }
    } else if (value instanceof Set) {
      for (const item of value) visit(item, false);
    } else {
      for (const key in value)
        if (!SHARED.has(key)) visit((value as Record<string, unknown>)[key], key === 'groupStartedMs');
    }
  };
  for (const root of roots) visitObject(root);
  return hash;
}
