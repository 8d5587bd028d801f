/**
 * JSON values: what a default in a schema may be.
 */
import type { JsonValue } from './descriptor.js';

/** Deeper nesting than this is taken for a value that contains itself. */
const MAX_DEPTH = 32;

/** Added to the clock: it gives another year, month, day, weekday, hour, minute, second and millisecond. */
const OTHER_TIME_MS = ((400 * 24 + 5) * 60 + 7) * 60_000 + 11_013;

/**
 * What `read` gives, if JSON can hold it and it does not depend on when it is read; nothing otherwise.
 *
 * A function of the user's may stand behind `read`, and one call cannot tell a value from a clock or a counter.
 */
export function constantOf(read: () => unknown): JsonValue | undefined {
  const value = jsonValue(read());
  if (value === undefined) return undefined;
  // Two calls in a row meet in one millisecond, and a clock may show the day only: the second is at another time.
  const later = atAnotherTime(() => jsonValue(read()));
  return JSON.stringify(value) === JSON.stringify(later) ? value : undefined;
}

function atAnotherTime<Result>(run: () => Result): Result {
  const RealDate = globalThis.Date;
  const nowMs = RealDate.now() + OTHER_TIME_MS;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(nowMs).toString(),
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [nowMs] : given, made),
    get: (target, key) => (key === 'now' ? () => nowMs : Reflect.get(target, key)),
  });
  try {
    return run();
  } finally {
    globalThis.Date = RealDate;
  }
}

/** A copy of the value, if JSON gives back the same; nothing otherwise. */
function jsonValue(value: unknown, depth = 0): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
    case 'object':
      return value === null ? null : jsonObject(value, depth + 1);
    default:
      return undefined;
  }
}

function jsonObject(value: object, depth: number): JsonValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => jsonValue(item, depth));
    return items.includes(undefined) ? undefined : (items as readonly JsonValue[]);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, jsonValue(item, depth)] as const);
  if (entries.some(([key, item]) => item === undefined || key === '__proto__')) return undefined;
  return Object.fromEntries(entries) as JsonValue;
}
