/**
 * Shapes: checks of parsed JSON that name the first place where it is not as expected.
 *
 * A check gives back nothing when all is well. What it does not know of it leaves alone, so that data of a later, compatible
 * sn-gen passes.
 */

/** Where the value is wrong, from its root, and what it must be. */
export interface ShapeFault {
  readonly path: string;
  readonly expected: string;
}

export type Shape = (value: unknown, path: string) => ShapeFault | undefined;

export function shapeThat(expected: string, test: (value: unknown) => boolean): Shape {
  return (value, path) => (test(value) ? undefined : { path, expected });
}

export const text: Shape = shapeThat('text', (value) => typeof value === 'string');
export const count: Shape = shapeThat(
  'a whole number, 0 or more',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const anything: Shape = () => undefined;

export function oneOf(...allowed: readonly unknown[]): Shape {
  const words = allowed.map((value) => JSON.stringify(value)).join(' or ');
  return shapeThat(words, (value) => allowed.includes(value));
}

export function either(first: Shape, second: Shape): Shape {
  return (value, path) => (first(value, path) === undefined ? undefined : second(value, path));
}

/** The second is asked only when the first has no fault. */
export function both(first: Shape, second: Shape): Shape {
  return (value, path) => first(value, path) ?? second(value, path);
}

export function optional(shape: Shape): Shape {
  return (value, path) => (value === undefined ? undefined : shape(value, path));
}

export function listOf(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return { path, expected: 'a list' };
    for (const [index, entry] of value.entries()) {
      const fault = item(entry, `${path}[${index}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isObject(value)) return { path, expected: 'an object' };
    for (const [name, shape] of Object.entries(members)) {
      const fault = shape(value[name], path === '' ? name : `${path}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
