/** What a view gives, compared with a value, all the way down. */
import { expect } from 'vitest';
import type { AnyView } from './compile.js';
import type { Value } from './reference.js';

/** Every getter of a view gives the field's value, or a view of it. */
export function expectGetters(view: AnyView, expected: Value): void {
  for (const [name, value] of Object.entries(expected)) expectInView(view, () => view[name], value);
}

/** What a getter or an accessor of a list gives is the value, or a view of it. */
function expectInView(around: AnyView, get: () => unknown, value: unknown): void {
  const got = get();
  if (ArrayBuffer.isView(value)) {
    // In place: a view on the shared bytes.
    expect(got).toBeInstanceOf(value.constructor);
    expect((got as Uint8Array).buffer).toBe(around.$memory.buffer);
    expect((got as Uint8Array).slice()).toStrictEqual(value);
  } else if (typeof (got as AnyView | undefined)?.toObject === 'function') {
    const view = got as AnyView;
    expect(get()).toBe(view);
    expect(view.toObject()).toStrictEqual(value);
    if (isNested(value)) expectGetters(view, value);
    else if ('at' in view) expectItems(view, [...(value as Iterable<unknown>)], 'at');
    else if (value instanceof Map) {
      expectItems(view, [...value.keys()], 'keyAt');
      expectItems(view, [...value.values()], 'valueAt');
    } else if (Array.isArray(value)) expectGetters(view, { ...value });
  } else {
    expect(got).toStrictEqual(value);
  }
}

function expectItems(view: AnyView, items: readonly unknown[], accessor: 'at' | 'keyAt' | 'valueAt'): void {
  const at = (index: number): unknown => (view[accessor] as (index: number) => unknown).call(view, index);
  // A set or map that hostile bytes fill twice with the same is shorter than its list; ours are not hostile here.
  expect(view.length).toBe(items.length);
  items.forEach((item, index) => {
    expectInView(view, () => at(index), item);
  });
  for (const index of [-1, items.length, 0.5, Number.NaN]) expect(at(index)).toBeUndefined();
  if ('numbers' in view) expect([...(view.numbers as Iterable<unknown>)]).toStrictEqual(items);
}

function isNested(value: unknown): value is Value {
  return Object.prototype.toString.call(value) === '[object Object]';
}
