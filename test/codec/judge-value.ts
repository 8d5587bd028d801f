/**
 * Judge of values: whether what was decoded, or what a view gives, is a value of its type, judged by the layout alone.
 */
import { SnError } from '../../runtime/errors.js';
import type { Memory } from '../../runtime/memory.js';
import type { FieldLayout, ListLayout, TypeLayout } from '../../schema/layout.js';
import type { Value } from './reference.js';

/** What is not known of a getter, since the record as a whole could not be decoded. */
export const UNKNOWN = Symbol('unknown');

/** What is wrong with a value. */
export class WrongValue extends Error {}

/** How much a value holds that its bytes decide on: items, characters, bytes. @throws WrongValue */
export function weighFields(fields: readonly FieldLayout[], value: Value): number {
  return fields.reduce((sum, { name, type }) => sum + weigh(type, value[name]), 0);
}

function weigh(type: TypeLayout, value: unknown): number {
  switch (type.kind) {
    case 'maybe':
      return isAbsent(type.absent, value) ? 0 : weigh(type.type, value);
    case 'default':
    case 'tail':
      return weigh(type.type, value);
    case 'object':
    case 'tuple':
      return weighFields(type.fields, need(value, isObject) as Value);
    case 'union': {
      const told = (need(value, isObject) as Value)[type.discriminator];
      const option = type.options.find(({ values }) => values.includes(told as never));
      if (option === undefined) throw new WrongValue(`no option for ${String(told)}`);
      return weighFields(option.fields, value as Value);
    }
    case 'list':
      return weighList(type, value);
    default:
      return weighPlain(type, value);
  }
}

function weighList({ as, item, max, count }: ListLayout, value: unknown): number {
  const items = [...(need(value, LIST_CHECKS[as]) as Iterable<unknown>)];
  if (items.length > max) throw new WrongValue(`${items.length} items of ${max}`);
  if (count === undefined && items.length < max) throw new WrongValue(`${items.length} of exactly ${max}`);
  const fieldsOf = (each: unknown) => (as === 'map' ? (each as unknown[]) : [each]);
  return items.reduce<number>(
    (sum, each) =>
      sum + 1 + item.fields.reduce((part, { type }, at) => part + weigh(type, fieldsOf(each)[at]), 0),
    0,
  );
}

const LIST_CHECKS = {
  array: (value: unknown) => Array.isArray(value),
  set: (value: unknown) => value instanceof Set,
  map: (value: unknown) => value instanceof Map,
} as const;

/** What has no types inside; `isLoose`: any number will do, as in views. */
function weighPlain(type: TypeLayout, value: unknown, isLoose = false): number {
  switch (type.kind) {
    case 'u64':
    case 'i64':
      need(value, (each) => typeof each === 'bigint');
      return 0;
    case 'bool':
      need(value, (each) => typeof each === 'boolean');
      return 0;
    case 'date':
      need(value, (each) => each instanceof Date && !Number.isNaN(each.getTime()));
      return 0;
    case 'enum':
      need(value, (each) => type.values.includes(each as never));
      return 0;
    case 'ascii':
      need(value, (each) => typeof each === 'string' && /^[\0-\x7f]*$/.test(each));
      return atMost((value as string).length, type.maxLength);
    case 'utf8':
      need(value, (each) => typeof each === 'string' && each.isWellFormed());
      return atMost(Buffer.byteLength(value as string), type.maxBytes);
    case 'uuid':
      need(value, (each) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(each)));
      return 0;
    case 'bytes':
      need(value, (each) => each instanceof Uint8Array);
      return atMost((value as Uint8Array).length, type.maxBytes);
    case 'numbers': {
      need(value, (each) => ArrayBuffer.isView(each) && !(each instanceof DataView));
      const { length, byteLength } = value as Uint8Array;
      atMost(length, type.max);
      return byteLength;
    }
    default:
      need(value, (each) => typeof each === 'number' && (isLoose || Number.isFinite(each)));
      return 0;
  }
}

/** Touches everything that a view offers. @throws WrongValue unless each gives a value or SN_BAD_RECORD. */
export function judgeView(
  fields: readonly FieldLayout[],
  view: object,
  expected: Value | typeof UNKNOWN,
  memory: Memory,
): void {
  for (const { name, type } of fields) {
    const part = expected === UNKNOWN ? UNKNOWN : expected[name];
    judgeGetter(type, () => (view as Value)[name], part, memory);
  }
}

function judgeGetter(type: TypeLayout, get: () => unknown, expected: unknown, memory: Memory): void {
  let got: unknown;
  try {
    got = get();
  } catch (error) {
    if (!isBadRecord(error)) throw error;
    if (expected !== UNKNOWN) throw new WrongValue(`a getter threw what decode gave: ${error}`);
    return;
  }
  judgeInView(type, got, expected, memory);
}

function judgeInView(type: TypeLayout, got: unknown, expected: unknown, memory: Memory): void {
  switch (type.kind) {
    case 'maybe':
      if (!isAbsent(type.absent, got)) judgeInView(type.type, got, expected, memory);
      else if (expected !== UNKNOWN && expected !== got) throw new WrongValue(`${got} for ${expected}`);
      break;
    case 'default':
    case 'tail':
      judgeInView(type.type, got, expected, memory);
      break;
    case 'object':
    case 'tuple':
      judgeView(type.fields, need(got, isObject) as object, expected as Value | typeof UNKNOWN, memory);
      break;
    case 'union': {
      // Of the option that is there, the discriminator may be a broken enum.
      const option = type.options.find((each) => optionIs(each.values, got, type.discriminator));
      if (option !== undefined) judgeView(option.fields, got as object, expected as Value, memory);
      else if (expected !== UNKNOWN) throw new WrongValue('no option in the view');
      break;
    }
    case 'list':
      judgeListView(type, need(got, isObject) as ListView, expected, memory);
      break;
    default:
      judgePlainInView(type, got, expected, memory);
  }
}

function optionIs(values: readonly unknown[], view: unknown, discriminator: string): boolean {
  try {
    return values.includes((need(view, isObject) as Value)[discriminator]);
  } catch (error) {
    if (isBadRecord(error)) return false;
    throw error;
  }
}

function judgePlainInView(type: TypeLayout, got: unknown, expected: unknown, memory: Memory): void {
  weighPlain(type, got, true);
  if (ArrayBuffer.isView(got)) {
    if (got.buffer !== memory.buffer) throw new WrongValue('not in place');
    if (expected !== UNKNOWN && got.byteLength !== (expected as Uint8Array).byteLength)
      throw new WrongValue('another length in the view');
  } else if (expected !== UNKNOWN && !Object.is(plain(got), plain(expected))) {
    throw new WrongValue(`a getter gave ${String(got)}, decode ${String(expected)}`);
  }
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}

interface ListView {
  readonly length: number;
  readonly numbers?: { readonly length: number };
  at(index: number): unknown;
  keyAt(index: number): unknown;
  valueAt(index: number): unknown;
}

function judgeListView(list: ListLayout, view: ListView, expected: unknown, memory: Memory): void {
  let length: number;
  try {
    length = view.length;
  } catch (error) {
    if (!isBadRecord(error) || expected !== UNKNOWN) throw error;
    return;
  }
  if (!Number.isInteger(length)) throw new WrongValue(`a length of ${length}`);
  atMost(length, list.max);
  const accessors = list.as === 'map' ? (['keyAt', 'valueAt'] as const) : (['at'] as const);
  accessors.forEach((accessor, which) => {
    const { type } = list.item.fields[which] as FieldLayout;
    for (const index of new Set([0, 1, length - 1])) {
      // What stands twice in a set or as a key is once in what was decoded: then places differ.
      const part = Array.isArray(expected) ? expected[index] : UNKNOWN;
      if (index >= 0 && index < length) judgeGetter(type, () => view[accessor](index), part, memory);
    }
    for (const index of [-1, length, list.max, 0.5, Number.NaN, 2 ** 32]) {
      if ((index >= length || index !== index >>> 0) && view[accessor](index) !== undefined)
        throw new WrongValue(`${accessor}(${index}) of ${length}`);
    }
  });
  if ('numbers' in view) judgeNumbers(view, length, expected);
}

/** Of a list in the tail they lie where the record says, which may be nowhere. */
function judgeNumbers(view: ListView, length: number, expected: unknown): void {
  try {
    if (view.numbers?.length !== length) throw new WrongValue('numbers of another length');
  } catch (error) {
    if (!isBadRecord(error) || expected !== UNKNOWN) throw error;
  }
}

export function isBadRecord(error: unknown): boolean {
  return error instanceof SnError && error.code === 'SN_BAD_RECORD';
}

function isAbsent(absent: 'undefined' | 'null' | 'either', value: unknown): boolean {
  if (value === undefined) return absent !== 'null' || wrong('undefined');
  return value === null && absent !== 'undefined';
}

function wrong(words: string): never {
  throw new WrongValue(words);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function need(value: unknown, isRight: (value: unknown) => boolean): unknown {
  return isRight(value) ? value : wrong(`${typeof value} ${String(value)}`);
}

function atMost(size: number, most: number): number {
  return size <= most ? size : wrong(`${size} of at most ${most}`);
}
