/**
 * Type words: a field's type as people say it, short enough for a column.
 */
import type { Absent, JsonValue } from '../schema/descriptor.js';
import type { TypeLayout } from '../schema/layout.js';

type Words = {
  readonly [Kind in TypeLayout['kind']]: (type: Extract<TypeLayout, { kind: Kind }>) => string;
};

/** More of an enum's values or of a default than this is cut. */
const MAX_VALUES_LENGTH = 32;

const ABSENT: Readonly<Record<Absent, string>> = {
  undefined: 'or undefined',
  null: 'or null',
  either: 'or null or undefined',
};

const itself = ({ kind }: { readonly kind: string }) => kind;

const WORDS: Words = {
  u8: itself,
  i8: itself,
  u16: itself,
  i16: itself,
  u32: itself,
  i32: itself,
  f32: itself,
  f64: itself,
  safeInt: () => 'int of 53 bits',
  u64: itself,
  i64: itself,
  bool: itself,
  date: itself,
  enum: ({ values }) => `${values.length === 1 ? 'literal' : 'enum'} ${cut(values.map(json).join(' | '))}`,
  ascii: ({ maxLength }) => `ascii(${maxLength})`,
  utf8: ({ maxBytes }) => `utf8(${maxBytes})`,
  bytes: ({ maxBytes }) => `bytes(${maxBytes})`,
  uuid: itself,
  numbers: ({ element, max }) => `up to ${max} ${element}`,
  object: itself,
  tuple: ({ fields }) => `tuple of ${fields.length}`,
  list: ({ as, max, isExact }) => `${as} of ${isExact ? 'exactly' : 'up to'} ${max}`,
  union: ({ discriminator, options }) => `one of ${options.length}, by ${discriminator}`,
  tail: ({ type }) => `${typeWords(type)} in the tail`,
  maybe: ({ type, absent }) => `${typeWords(type)} ${ABSENT[absent]}`,
  default: ({ type, value }) => `${typeWords(type)}, default ${cut(json(value))}`,
};

export function typeWords(type: TypeLayout): string {
  // The row takes exactly the types with this tag; TypeScript cannot tie the two lookups together.
  return (WORDS[type.kind] as (type: TypeLayout) => string)(type);
}

function json(value: JsonValue): string {
  return JSON.stringify(value);
}

function cut(text: string): string {
  return text.length > MAX_VALUES_LENGTH ? `${text.slice(0, MAX_VALUES_LENGTH - 1)}…` : text;
}
