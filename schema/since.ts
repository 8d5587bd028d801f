/**
 * Since: in which version of its message a field came.
 *
 * Like a layout, the version is kept inside the type's Zod definition under a symbol, so that what is derived from the type
 * keeps it. The definition is a copy: the type itself may be a field of other messages too, which have other versions.
 *
 * Nothing here throws: a bad version is recorded as it is, and `describeTopology` reports it.
 */
import { z } from 'zod';

const SINCE_MARK = Symbol.for('sn-gen.since');

/** What a reader finds in a record that is older than the field: nothing, or the default. */
type MayBeMissing<Type extends z.core.$ZodType> =
  undefined extends z.input<Type>
    ? unknown
    : null extends z.input<Type>
      ? unknown
      : '(a field that came later is optional, nullable or has a default)';

/**
 * A field that its message did not always have. Records of builds that know the field and of builds that do not are read by both:
 * who reads an older record finds the field's default, `null` or `undefined`.
 *
 * @param version in which version of the message the field came: 2 to 255, one after the other. The first has all fields without `since`.
 * @param type optional, nullable or with a default.
 * @example `venue: since(2, ascii(4).optional())`
 */
export function since<Type extends z.core.$ZodType>(version: number, type: Type & MayBeMissing<Type>): Type {
  const def: unknown = (type as Partial<Type> | undefined | null)?._zod?.def;
  if (typeof def !== 'object' || def === null) return type;
  // Descriptors, not values: a default may be a getter that calls a function of the user's.
  const marked = Object.defineProperties({}, Object.getOwnPropertyDescriptors(def)) as Type['_zod']['def'];
  Object.defineProperty(marked, SINCE_MARK, { value: version, enumerable: true, configurable: true });
  return z.core.clone(type, marked, { parent: true });
}

/** What `since` noted in a Zod definition, not checked; nothing where it noted nothing. */
export function sinceMarkOf(def: object): unknown {
  return (def as { readonly [SINCE_MARK]?: unknown })[SINCE_MARK];
}
