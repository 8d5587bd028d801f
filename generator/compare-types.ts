/**
 * Compare types: how a struct's fields, and a field's type, differ from an older one.
 */
import type { EnumValue } from '../schema/descriptor.js';
import {
  bitsAround,
  type FieldLayout,
  type ListLayout,
  type StructLayout,
  type TypeLayout,
  type UnionLayout,
} from '../schema/layout.js';
import { type DifferenceList, differ, isReordered, isSame, pairUp } from './differences.js';
import type { RuleName } from './evolution.js';
import { typeWords } from './type-words.js';

type OfKind<Kind extends TypeLayout['kind']> = Extract<TypeLayout, { kind: Kind }>;

/**
 * Fields are known by their names; one that stands in the place of another with its very type is that one, renamed.
 *
 * @param interoperates - whether the two are versions of one message: then they differ by what came with the later ones.
 */
export function compareStructs(
  older: StructLayout,
  newer: StructLayout,
  path: string,
  found: DifferenceList,
  interoperates = false,
): void {
  const { removed, added, both } = pairUp(older.fields, newer.fields, ({ name }) => name);
  const renames = renamesOf(removed, added);
  const gone = removed.filter((field) => !renames.has(field));
  const come = added.filter((field) => ![...renames.values()].includes(field));
  for (const [was, is] of renames) differ(found, 'field-renamed', `${path}.${was.name}`, was.name, is.name);
  const removedRule = interoperates ? 'last-field-removed' : 'field-removed';
  for (const field of gone) differ(found, removedRule, `${path}.${field.name}`, fieldWords(field));
  for (const [was, is] of both) compareFields(was, is, older, newer, `${path}.${was.name}`, found);
  for (const field of come) {
    differ(found, addedRule(field, interoperates), `${path}.${field.name}`, undefined, fieldWords(field));
  }
  const names = (fields: readonly FieldLayout[]) => fields.map(({ name }) => name);
  if (isReordered(names(older.fields), names(newer.fields))) {
    differ(found, 'fields-reordered', path, names(older.fields).join(', '), names(newer.fields).join(', '));
  }
}

/** A removed and an added field with the same place and type. */
function renamesOf(
  removed: readonly FieldLayout[],
  added: readonly FieldLayout[],
): ReadonlyMap<FieldLayout, FieldLayout> {
  const renames = new Map<FieldLayout, FieldLayout>();
  const nameless = ({ name: _, ...rest }: FieldLayout) => rest;
  const free = new Set(added);
  for (const was of removed) {
    const is = [...free].find((field) => isSame(nameless(was), nameless(field)));
    if (is === undefined) continue;
    renames.set(was, is);
    free.delete(is);
  }
  return renames;
}

function addedRule({ type }: FieldLayout, interoperates: boolean): RuleName {
  if (mayBeLeftOut(type)) return interoperates ? 'field-appended' : 'field-added';
  return interoperates ? 'required-field-appended' : 'required-field-added';
}

/** Whether a sender's object need not have the field. */
function mayBeLeftOut(type: TypeLayout): boolean {
  return type.kind === 'default' || (type.kind === 'maybe' && type.absent !== 'null');
}

function compareFields(
  was: FieldLayout,
  is: FieldLayout,
  older: StructLayout,
  newer: StructLayout,
  path: string,
  found: DifferenceList,
): void {
  compareTypes(was.type, is.type, path, found);
  if (was.since !== is.since) differ(found, 'since-changed', path, versionWords(was), versionWords(is));
  if (!isInPlace(was, is, older, newer))
    differ(found, 'field-moved', path, placeWords(was, older), placeWords(is, newer));
}

/** A field without bytes and bits has no place to leave. */
function isInPlace(was: FieldLayout, is: FieldLayout, older: StructLayout, newer: StructLayout): boolean {
  if (was.byteLength > 0 && is.byteLength > 0 && was.offsetBytes !== is.offsetBytes) return false;
  return was.bit === undefined || is.bit === undefined || bitOf(was, older) === bitOf(is, newer);
}

function bitOf(field: FieldLayout, struct: StructLayout): number {
  return (bitsAround(struct, field)?.offsetBytes ?? 0) * 8 + (field.bit ?? 0);
}

function compareTypes(was: TypeLayout, is: TypeLayout, path: string, found: DifferenceList): void {
  const say = (rule: RuleName) => differ(found, rule, path, typeWords(was), typeWords(is));
  if (was.kind === 'default' || is.kind === 'default') {
    const [before, after] = [defaultOf(was), defaultOf(is)];
    if (before === undefined) say('default-added');
    else if (after === undefined) say('default-removed');
    else if (!isSame(before.value, after.value)) say('default-changed');
    compareTypes(before?.type ?? was, after?.type ?? is, path, found);
  } else if (was.kind === 'maybe' || is.kind === 'maybe') {
    const [before, after] = [maybeOf(was), maybeOf(is)];
    if (before === undefined) say('required-made-optional');
    else if (after === undefined) say('optional-made-required');
    else if (before.absent !== after.absent) say('absence-changed');
    compareTypes(before?.type ?? was, after?.type ?? is, path, found);
  } else if (was.kind === 'tail' || is.kind === 'tail') {
    // Where it lies follows from its limit: what is to be told is how the limit changed.
    compareTypes(was.kind === 'tail' ? was.type : was, is.kind === 'tail' ? is.type : is, path, found);
  } else if (was.kind !== is.kind) {
    say(numberRule(was.kind, is.kind) ?? 'type-changed');
  } else {
    // Both have one kind; TypeScript cannot tie the two lookups together.
    (SAME_KIND[was.kind] as Comparison<TypeLayout>)(was, is, path, found);
  }
}

function defaultOf(type: TypeLayout): OfKind<'default'> | undefined {
  return type.kind === 'default' ? type : undefined;
}

function maybeOf(type: TypeLayout): OfKind<'maybe'> | undefined {
  return type.kind === 'maybe' ? type : undefined;
}

/** Numbers by what they hold: each holds all that those before it hold. */
const NUMBER_CHAINS: readonly (readonly TypeLayout['kind'][])[] = [
  ['u8', 'u16', 'u32', 'safeInt', 'f64'],
  ['i8', 'i16', 'i32', 'safeInt', 'f64'],
  ['u8', 'i16', 'i32', 'safeInt', 'f64'],
  ['u8', 'u16', 'i32', 'safeInt', 'f64'],
  ['i8', 'f32', 'f64'],
  ['u8', 'f32', 'f64'],
  ['i16', 'f32', 'f64'],
  ['u16', 'f32', 'f64'],
];

function numberRule(was: TypeLayout['kind'], is: TypeLayout['kind']): RuleName | undefined {
  for (const chain of NUMBER_CHAINS) {
    const [from, to] = [chain.indexOf(was), chain.indexOf(is)];
    if (from >= 0 && to >= 0) return from < to ? 'number-widened' : 'number-narrowed';
  }
  return undefined;
}

type Comparison<Type> = (was: Type, is: Type, path: string, found: DifferenceList) => void;

const nothingMore = () => {};

const SAME_KIND: {
  readonly [Kind in Exclude<TypeLayout['kind'], 'tail' | 'maybe' | 'default'>]: Comparison<OfKind<Kind>>;
} = {
  u8: nothingMore,
  i8: nothingMore,
  u16: nothingMore,
  i16: nothingMore,
  u32: nothingMore,
  i32: nothingMore,
  f32: nothingMore,
  f64: nothingMore,
  safeInt: nothingMore,
  u64: nothingMore,
  i64: nothingMore,
  bool: nothingMore,
  date: nothingMore,
  uuid: nothingMore,
  ascii: (was, is, path, found) => compareLimits(was, is, was.maxLength, is.maxLength, path, found),
  utf8: (was, is, path, found) => compareLimits(was, is, was.maxBytes, is.maxBytes, path, found),
  bytes: (was, is, path, found) => compareLimits(was, is, was.maxBytes, is.maxBytes, path, found),
  numbers: (was, is, path, found) => {
    if (was.element !== is.element) differ(found, 'type-changed', path, typeWords(was), typeWords(is));
    else compareLimits(was, is, was.max, is.max, path, found);
  },
  enum: (was, is, path, found) => compareEnums(was.values, is.values, path, found),
  object: compareStructs,
  tuple: compareStructs,
  list: compareLists,
  union: compareUnions,
};

function compareLimits(
  was: TypeLayout,
  is: TypeLayout,
  before: number,
  after: number,
  path: string,
  found: DifferenceList,
): void {
  if (before === after) return;
  differ(found, after > before ? 'limit-raised' : 'limit-lowered', path, typeWords(was), typeWords(is));
}

function compareEnums(
  older: readonly EnumValue[],
  newer: readonly EnumValue[],
  path: string,
  found: DifferenceList,
): void {
  const [was, is] = [older, newer].map((values) => values.map((value) => JSON.stringify(value))) as [
    string[],
    string[],
  ];
  const { removed, added } = pairUp(was, is, String);
  for (const value of removed) differ(found, 'enum-value-removed', path, value);
  // An index of another width, or one where there was none, moves even the values before it.
  const isAppended = isSame(was, is.slice(0, was.length)) && indexBytes(was.length) === indexBytes(is.length);
  for (const value of added) {
    differ(found, isAppended ? 'enum-value-appended' : 'enum-value-inserted', path, undefined, value);
  }
  if (isReordered(was, is)) differ(found, 'enum-values-reordered', path, was.join(', '), is.join(', '));
}

function indexBytes(valueCount: number): number {
  return valueCount === 1 ? 0 : valueCount <= 256 ? 1 : 2;
}

function compareLists(was: ListLayout, is: ListLayout, path: string, found: DifferenceList): void {
  const say = (rule: RuleName) => differ(found, rule, path, typeWords(was), typeWords(is));
  if (was.as !== is.as) {
    say('type-changed');
    return;
  }
  if (was.isExact !== is.isExact) say('length-kind-changed');
  compareLimits(was, is, was.max, is.max, path, found);
  const names = was.as === 'map' ? ['key', 'value'] : ['item'];
  for (const [index, name] of names.entries()) {
    const [before, after] = [was.item.fields[index], is.item.fields[index]];
    if (before === undefined || after === undefined) continue;
    const itemPath = was.as === 'map' ? `${path}[].${name}` : `${path}[]`;
    compareFields(before, after, was.item, is.item, itemPath, found);
  }
}

/** An option is known by the first of its values that the other build knows as well. */
function compareUnions(was: UnionLayout, is: UnionLayout, path: string, found: DifferenceList): void {
  if (was.discriminator !== is.discriminator) {
    differ(found, 'discriminator-renamed', path, was.discriminator, is.discriminator);
  }
  const words = ({ values }: UnionLayout['options'][number]) =>
    values.map((value) => JSON.stringify(value)).join(', ');
  const partner = (option: UnionLayout['options'][number]) =>
    was.options.find(({ values }) => values.some((value) => option.values.includes(value)));
  const keyOf = (option: UnionLayout['options'][number]) =>
    words(was.options.includes(option) ? option : (partner(option) ?? option));
  const { removed, added, both } = pairUp(was.options, is.options, keyOf);
  for (const option of removed) differ(found, 'option-removed', path, words(option));
  const [before, after] = [was.options.map(keyOf), is.options.map(keyOf)];
  const isAppended =
    isSame(before, after.slice(0, before.length)) && was.tagOffsetBytes === is.tagOffsetBytes;
  for (const option of added) {
    differ(found, isAppended ? 'option-appended' : 'option-inserted', path, undefined, words(option));
  }
  if (isReordered(before, after))
    differ(found, 'options-reordered', path, before.join('; '), after.join('; '));
  for (const [older, newer] of both) {
    if (!isSame(older.values, newer.values))
      differ(found, 'option-values-changed', path, words(older), words(newer));
    compareStructs(
      withoutTag(older, was),
      withoutTag(newer, is),
      `${path} (${was.discriminator}: ${older.values.join(', ')})`,
      found,
    );
  }
}

/** The discriminator is compared with the union: its values are those of the option. */
function withoutTag<Struct extends StructLayout>(struct: Struct, { discriminator }: UnionLayout): Struct {
  return { ...struct, fields: struct.fields.filter(({ name }) => name !== discriminator) };
}

function fieldWords({ type, byteLength, offsetBytes, since }: FieldLayout): string {
  const words = byteLength === 0 ? typeWords(type) : `${typeWords(type)} at ${offsetBytes}`;
  return since === undefined ? words : `${words}, since version ${since}`;
}

function versionWords({ since = 1 }: FieldLayout): string {
  return `version ${since}`;
}

function placeWords(field: FieldLayout, struct: StructLayout): string {
  const places = [
    ...(field.byteLength > 0 ? [`byte ${field.offsetBytes}`] : []),
    ...(field.bit === undefined ? [] : [`bit ${bitOf(field, struct) >> 3}.${bitOf(field, struct) & 7}`]),
  ];
  return places.join(', ');
}
