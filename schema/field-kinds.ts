/**
 * Field kinds: the one table of what each type costs in a record and what may be done with it.
 *
 * To add a field type: a tag in `descriptor.ts`, a row here, and the lines in `zod-types.ts` that recognise it.
 *
 * I1  A size is a multiple of its alignment, and an alignment is 1, 2, 4 or 8: fields placed by falling
 *     alignment therefore touch without padding.
 * I2  Text and bytes start on 4 bytes with their length; unused bytes are zero, so that two values are equal
 *     when their words are. Behind the items of a list that is not full, and where a value is absent, the bytes are
 *     what they were.
 * I3  What would make a slot large lies behind the record (`tail`), where each message takes what it needs.
 * I4  What is a bit (a truth value, whether a value is absent) has no bytes of its own: the struct around it
 *     packs all its bits together (`struct.ts`).
 * I4  An item of a list takes at least one byte, though it can have one value only: a record then never holds more items
 *     than bytes, whatever its counts say, and its decoder allocates no more than that.
 */
import type {
  FieldDescriptor,
  ListDescriptor,
  NumberElement,
  TailType,
  TypeDescriptor,
  TypeKind,
} from './descriptor.js';
import { quote } from './faults.js';
import { type PlacedStruct, placeFields, roundUp } from './struct.js';

/** Most characters of an `ascii`: its length is one byte. */
export const ASCII_MAX_LENGTH = 255;
/** Most bytes of a `utf8` or `bytes`. */
export const TEXT_MAX_BYTES = 1 << 28;
/** What may take more bytes than this in a slot lies in the record's tail instead, which is as long as it must be. */
export const INLINE_MAX_BYTES = 1024;
/** A field in the tail has its place there and its length in the record. */
const TAIL_FIELD_BYTES = 8;
/** Parts of a tail begin at multiples of this. */
export const TAIL_ALIGN_BYTES = 8;
/** Most items of a list. */
export const LIST_MAX_ITEMS = 1 << 24;
/** What a list is called in a fault. */
export const LIST_NOUNS = { array: 'an array', set: 'a set', map: 'a map' } as const;
/** Most options of a union: its tag is one byte. */
export const UNION_MAX_OPTIONS = 256;
/** Most values of an enum: its index is at most 16 bits wide. */
export const ENUM_MAX_VALUES = 65_536;
/** Most bytes of one record without its tail. */
export const RECORD_MAX_BYTES = 1 << 20;
/** Most bytes of one record with its tail. */
export const MESSAGE_MAX_BYTES = 1 << 30;

/** The descriptor whose tag is `Kind`. */
export type DescriptorOf<Kind extends TypeKind> = TypeDescriptor & { readonly kind: Kind };

export interface FieldKind<Descriptor> {
  readonly sizeBytes: (type: Descriptor) => number;
  readonly alignBytes: (type: Descriptor) => number;
  /** How many bits it takes of those that the struct around it packs together; none where this is missing. */
  readonly bits?: (type: Descriptor) => number;
  /** Most bytes that it takes of the record's tail; none where this is missing. */
  readonly tailBytes?: (type: Descriptor) => number;
  /** Whether a route may use it as a key: scalars only. */
  readonly isKey: boolean;
  /** Which parameter is outside its limits and what is allowed; nothing when all is well. */
  readonly limitFault?: (type: Descriptor) => LimitFault | undefined;
}

export interface LimitFault {
  readonly problem: string;
  readonly help: string;
}

export const FIELD_KINDS = {
  u8: number(1),
  i8: number(1),
  u16: number(2),
  i16: number(2),
  u32: number(4),
  i32: number(4),
  f32: number(4),
  f64: number(8),
  safeInt: number(8),
  u64: number(8),
  i64: number(8),
  bool: { ...number(0), bits: () => 1 },
  date: number(8),
  enum: {
    sizeBytes: (type) => enumIndexBytes(type.values.length),
    alignBytes: (type) => Math.max(1, enumIndexBytes(type.values.length)),
    isKey: true,
    limitFault: (type) => enumFault(type.values.length),
  },
  ascii: {
    sizeBytes: (type) => roundUp(1 + type.maxLength, 4),
    alignBytes: () => 4,
    isKey: true,
    limitFault: (type) => limitFault('ascii', 'characters', type.maxLength, ASCII_MAX_LENGTH),
  },
  utf8: {
    sizeBytes: (type) => roundUp(utf8LengthBytes(type.maxBytes) + type.maxBytes, 4),
    alignBytes: () => 4,
    isKey: true,
    limitFault: (type) => limitFault('utf8', 'bytes', type.maxBytes, TEXT_MAX_BYTES),
  },
  bytes: {
    sizeBytes: (type) => roundUp(4 + type.maxBytes, 4),
    alignBytes: () => 4,
    isKey: true,
    limitFault: (type) => limitFault('bytes', 'bytes', type.maxBytes, TEXT_MAX_BYTES),
  },
  uuid: { sizeBytes: () => 16, alignBytes: () => 4, isKey: true },
  numbers: {
    sizeBytes: ({ element, max }) =>
      roundUp(max * elementBytes(element) + listCountBytes(max), Math.max(4, elementBytes(element))),
    alignBytes: ({ element }) => Math.max(4, elementBytes(element)),
    isKey: false,
    limitFault: ({ element, max }) => limitFault(`${element}Array`, 'numbers', max, LIST_MAX_ITEMS),
  },
  object: {
    sizeBytes: ({ fields }): number => placeStruct(fields).byteLength,
    alignBytes: ({ fields }): number => placeStruct(fields).alignBytes,
    isKey: false,
    tailBytes: ({ fields }): number => sum(fields.map(({ type }) => type)),
  },
  tuple: {
    sizeBytes: ({ items }): number => placeStruct(tupleFields(items)).byteLength,
    alignBytes: ({ items }): number => placeStruct(tupleFields(items)).alignBytes,
    isKey: false,
    tailBytes: ({ items }): number => sum(items),
  },
  list: {
    sizeBytes: (type): number => {
      const { byteLength, alignBytes } = itemStruct(type);
      const countBytes = type.isExact ? 0 : listCountBytes(type.max);
      const align = Math.max(alignBytes, countBytes);
      return roundUp(roundUp(type.max * byteLength, Math.max(1, countBytes)) + countBytes, align);
    },
    alignBytes: (type): number =>
      Math.max(itemStruct(type).alignBytes, type.isExact ? 1 : listCountBytes(type.max)),
    isKey: false,
    limitFault: (type) => listFault(type),
    tailBytes: ({ items, max }): number => max * sum(items),
  },
  union: {
    sizeBytes: (type): number => {
      const structs = type.options.map(({ fields }) => placeStruct(fields));
      const align = Math.max(...structs.map(({ alignBytes }) => alignBytes));
      return roundUp(Math.max(...structs.map(({ byteLength }) => byteLength)) + 1, align);
    },
    alignBytes: (type): number =>
      Math.max(...type.options.map(({ fields }) => placeStruct(fields).alignBytes)),
    isKey: false,
    limitFault: ({ options }) => unionFault(options.length),
    tailBytes: ({ options }): number =>
      Math.max(0, ...options.map(({ fields }) => sum(fields.map(({ type }) => type)))),
  },
  tail: {
    sizeBytes: () => TAIL_FIELD_BYTES,
    alignBytes: () => 4,
    isKey: false,
    tailBytes: ({ type }): number => TAIL_ALIGN_BYTES + contentBytes(type),
  },
  maybe: {
    sizeBytes: ({ type }): number => sizeBytesOf(type),
    alignBytes: ({ type }): number => alignBytesOf(type),
    bits: ({ type, absent }): number => (absent === 'either' ? 2 : 1) + bitsOf(type),
    isKey: false,
    tailBytes: ({ type }): number => tailBytesOf(type),
  },
  default: {
    sizeBytes: ({ type }): number => sizeBytesOf(type),
    alignBytes: ({ type }): number => alignBytesOf(type),
    bits: ({ type }): number => bitsOf(type),
    isKey: false,
    tailBytes: ({ type }): number => tailBytesOf(type),
  },
} as const satisfies FieldKindTable;

type FieldKindTable = { readonly [Kind in TypeKind]: FieldKind<DescriptorOf<Kind>> };

export function sizeBytesOf(type: TypeDescriptor): number {
  return kindOf(type).sizeBytes(type);
}

export function alignBytesOf(type: TypeDescriptor): number {
  return kindOf(type).alignBytes(type);
}

export function bitsOf(type: TypeDescriptor): number {
  return kindOf(type).bits?.(type) ?? 0;
}

/** Most bytes of the tail that a value of this type brings with it. */
export function tailBytesOf(type: TypeDescriptor): number {
  return kindOf(type).tailBytes?.(type) ?? 0;
}

/** The type as it is kept: in the tail where a slot would become too large. */
export function placedType(type: TypeDescriptor): TypeDescriptor {
  const canMove =
    type.kind === 'utf8' || type.kind === 'bytes' || type.kind === 'numbers' || type.kind === 'list';
  return canMove && sizeBytesOf(type) > INLINE_MAX_BYTES ? { kind: 'tail', type } : type;
}

/** Most bytes of what lies in the tail, with the tails of its items. */
function contentBytes(type: TailType): number {
  switch (type.kind) {
    case 'utf8':
    case 'bytes':
      return type.maxBytes;
    case 'numbers':
      return type.max * elementBytes(type.element);
    case 'list':
      return type.max * (itemStruct(type).byteLength + sum(type.items));
  }
}

function sum(types: readonly TypeDescriptor[]): number {
  return types.reduce((total, type) => total + tailBytesOf(type), 0);
}

export function canBeKey(type: TypeDescriptor): boolean {
  return kindOf(type).isKey;
}

export function limitFaultOf(type: TypeDescriptor): LimitFault | undefined {
  return kindOf(type).limitFault?.(type);
}

/** Bytes of the length that stands before the text of a `utf8(maxBytes)`. */
export function utf8LengthBytes(maxBytes: number): 1 | 2 {
  return maxBytes <= 255 ? 1 : 2;
}

/** Bytes of the index that an enum of so many values is kept as: none where there is no choice. */
export function enumIndexBytes(valueCount: number): 0 | 1 | 2 {
  if (valueCount === 1) return 0;
  return valueCount <= 256 ? 1 : 2;
}

/** Bytes of the count of a list of up to so many items. */
export function listCountBytes(max: number): 1 | 2 {
  return max <= 255 ? 1 : 2;
}

/** Bytes of one number in a typed array. */
export function elementBytes(element: NumberElement): 1 | 2 | 4 | 8 {
  return (Number(element.slice(1)) / 8) as 1 | 2 | 4 | 8;
}

/** Where the fields of a struct lie. */
export function placeStruct(fields: readonly FieldDescriptor[]): PlacedStruct {
  let struct = placed.get(fields);
  if (struct === undefined) {
    struct = placeFields(
      fields.map(({ name, type }) => ({
        name,
        type,
        sizeBytes: sizeBytesOf(type),
        alignBytes: alignBytesOf(type),
        bits: bitsOf(type),
      })),
    );
    placed.set(fields, struct);
  }
  return struct;
}

/** Descriptors are asked for over and over, and do not change. */
const placed = new WeakMap<readonly FieldDescriptor[], PlacedStruct>();

/** One item of a list: its one field is called `item`, a map's two `key` and `value`. */
export function itemStruct({ as, items }: ListDescriptor): PlacedStruct {
  const names = as === 'map' ? ['key', 'value'] : ['item'];
  const struct = placeStruct(namedFields(items, (index) => names[index] as string, itemFields));
  return { ...struct, byteLength: Math.max(1, struct.byteLength) };
}

/** The fields of a tuple, by index. */
export function tupleFields(items: readonly TypeDescriptor[]): readonly FieldDescriptor[] {
  return namedFields(items, String, indexedFields);
}

function namedFields(
  items: readonly TypeDescriptor[],
  nameOf: (index: number) => string,
  named: NamedFields,
): readonly FieldDescriptor[] {
  let fields = named.get(items);
  if (fields === undefined) {
    fields = items.map((type, index) => ({ name: nameOf(index), type }));
    named.set(items, fields);
  }
  return fields;
}

type NamedFields = WeakMap<readonly TypeDescriptor[], readonly FieldDescriptor[]>;

// One for each way of naming: a list and a tuple may share their types.
const itemFields: NamedFields = new WeakMap();
const indexedFields: NamedFields = new WeakMap();

/** The row of a descriptor. */
function kindOf(type: TypeDescriptor): FieldKind<TypeDescriptor> {
  const table: { readonly [Kind in TypeKind]: unknown } = FIELD_KINDS;
  // The row takes exactly the descriptors with this tag; TypeScript cannot tie the two lookups together.
  return table[type.kind] as FieldKind<TypeDescriptor>;
}

function number(bytes: 0 | 1 | 2 | 4 | 8) {
  return { sizeBytes: () => bytes, alignBytes: () => Math.max(1, bytes), isKey: true };
}

function enumFault(valueCount: number): LimitFault | undefined {
  if (valueCount >= 1 && valueCount <= ENUM_MAX_VALUES) return undefined;
  return {
    problem: `an enum must have 1 to ${ENUM_MAX_VALUES} values: got ${valueCount}`,
    help: valueCount === 0 ? 'list its values' : 'use a number or a string',
  };
}

function unionFault(optionCount: number): LimitFault | undefined {
  if (optionCount >= 1 && optionCount <= UNION_MAX_OPTIONS) return undefined;
  return {
    problem: `a union must have 1 to ${UNION_MAX_OPTIONS} options: got ${optionCount}`,
    help: optionCount === 0 ? 'list its options' : 'declare one message for each group of options',
  };
}

function listFault(type: ListDescriptor): LimitFault | undefined {
  const noun = LIST_NOUNS[type.as];
  const { max } = type;
  if (!Number.isInteger(max) || max < 1 || max > LIST_MAX_ITEMS) {
    return {
      problem: `${noun} holds 1 to ${LIST_MAX_ITEMS} items: got a bound of ${quote(max)}`,
      help:
        max > LIST_MAX_ITEMS
          ? `lower it to ${LIST_MAX_ITEMS} or less`
          : 'set it to 1 or more, or remove the field',
    };
  }
  return undefined;
}

/** Checks a parameter that came from the user unchecked: it may be no number at all. */
function limitFault(name: string, unit: string, limit: unknown, most: number): LimitFault | undefined {
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= most) return undefined;
  const use = typeof limit === 'number' && limit > most ? most : 1;
  return {
    problem: `${name}(n) holds 1 to ${most} ${unit}: got ${quote(limit)}`,
    help: `write ${name}(${use})${use === most ? ' or less' : ' or more'}`,
  };
}
