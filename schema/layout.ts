/**
 * Layout: where each field of a message lies in its record, as plain data.
 *
 * Records are little-endian, naturally aligned and rounded up to 8 bytes. How fields are placed is said in
 * `struct.ts`; here the places are written down, all the way into nested types.
 *
 * How a message grew is said in `versions.ts`.
 *
 * I1  Offsets count from the start of the struct that a field stands in, so that a struct is the same wherever it lies.
 */
import type {
  Absent,
  EnumValue,
  JsonValue,
  ListDescriptor,
  MessageDescriptor,
  NumberElement,
  TailType,
  TypeDescriptor,
  UnionOption,
} from './descriptor.js';
import {
  elementBytes,
  itemStruct,
  listCountBytes,
  placeStruct,
  tailBytesOf,
  tupleFields,
} from './field-kinds.js';
import { type PlacedField, type PlacedStruct, roundUp } from './struct.js';
import { type PlacedVersion, placeRecord, RECORD_ALIGN_BYTES } from './versions.js';

type CompositeKind = 'numbers' | 'object' | 'tuple' | 'list' | 'union' | 'tail' | 'maybe' | 'default';

export type TypeLayout =
  | Exclude<TypeDescriptor, { kind: CompositeKind }>
  | NumbersLayout
  | ({ readonly kind: 'object' } & StructLayout)
  /** Its fields are called by their index. */
  | ({ readonly kind: 'tuple' } & StructLayout)
  | ListLayout
  | UnionLayout
  | TailLayout
  | { readonly kind: 'maybe'; readonly type: TypeLayout; readonly absent: Absent }
  | { readonly kind: 'default'; readonly type: TypeLayout; readonly value: JsonValue };

export interface FieldLayout {
  readonly name: string;
  readonly type: TypeLayout;
  /** From the start of the struct. */
  readonly offsetBytes: number;
  readonly byteLength: number;
  /** Its first bit among those that `bitsAround` gives; missing where it has none. */
  readonly bit?: number;
  /** The version with which it came; missing in what was there from the first. */
  readonly since?: number;
}

export interface StructLayout {
  /** In the order the user wrote them. */
  readonly fields: readonly FieldLayout[];
  /** Where the bits are, if there are any. */
  readonly bits?: BitsLayout;
  readonly byteLength: number;
  /** How a message grew, oldest first; missing in all that has one version. */
  readonly versions?: readonly PlacedVersion[];
}

export interface BitsLayout {
  readonly offsetBytes: number;
  readonly count: number;
}

export interface NumbersLayout {
  readonly kind: 'numbers';
  readonly element: NumberElement;
  readonly max: number;
  /** Where their number stands. */
  readonly count: CountLayout;
}

export interface CountLayout {
  readonly offsetBytes: number;
  readonly byteLength: 1 | 2 | 4;
}

/**
 * What lies behind the record. In the record stand, as two words, where it begins, counted from the field itself (i32, a multiple
 * of 8 from the record's start), and how many there are of its bytes, numbers or items (u32).
 */
export interface TailLayout {
  readonly kind: 'tail';
  readonly type: { readonly kind: 'utf8' | 'bytes'; readonly maxBytes: number } | NumbersLayout | ListLayout;
}

export interface ListLayout {
  readonly kind: 'list';
  readonly as: 'array' | 'set' | 'map';
  /** One item: a field `item`, or those of a map's pair, `key` and `value`. Item k begins at k times its length. */
  readonly item: StructLayout;
  readonly max: number;
  /** Whether there are always `max` of them. */
  readonly isExact: boolean;
  /** Where the number of items stands; missing where it is always `max`. In a tail it is always there. */
  readonly count?: CountLayout;
}

export interface UnionLayout {
  readonly kind: 'union';
  readonly discriminator: string;
  /** Where the option's index stands, as a u8. */
  readonly tagOffsetBytes: number;
  /** All of them begin where the union does. */
  readonly options: readonly (StructLayout & { readonly values: readonly EnumValue[] })[];
}

export interface MessageLayout extends StructLayout {
  readonly name: string;
  /** A multiple of 8; 0 for a message without fields. Without the tail. */
  readonly byteLength: number;
  /** Most bytes of its tail; missing where it has none. */
  readonly tailMaxBytes?: number;
}

/** Gives each field of a message its place. */
export function layoutMessage({ name, fields }: MessageDescriptor): MessageLayout {
  const { fields: placed, versions } = placeRecord(fields);
  const [{ bits }, { byteLength }] = [versions[0], versions.at(-1)] as [PlacedVersion, PlacedVersion];
  const tailMaxBytes = roundUp(tailBytesOf({ kind: 'object', fields }), RECORD_ALIGN_BYTES);
  return {
    name,
    fields: placed.map(layoutField),
    ...(bits === undefined ? {} : { bits }),
    byteLength,
    ...(versions.length === 1 ? {} : { versions }),
    ...(tailMaxBytes === 0 ? {} : { tailMaxBytes }),
  };
}

/** The bits that a field shares with those that came with it; nothing where none of them has any. */
export function bitsAround(
  { bits, versions }: StructLayout,
  { since }: Pick<FieldLayout, 'since'>,
): BitsLayout | undefined {
  return since === undefined ? bits : versions?.find(({ version }) => version === since)?.bits;
}

function layoutStruct({ fields, bitsOffsetBytes, bitCount, byteLength }: PlacedStruct): StructLayout {
  return {
    fields: fields.map(layoutField),
    ...(bitCount === 0 ? {} : { bits: { offsetBytes: bitsOffsetBytes, count: bitCount } }),
    byteLength,
  };
}

function layoutField(field: PlacedField): FieldLayout {
  return { ...field, type: layoutType(field.type) };
}

function layoutType(type: TypeDescriptor): TypeLayout {
  switch (type.kind) {
    case 'object':
      return { kind: 'object', ...layoutStruct(placeStruct(type.fields)) };
    case 'tuple':
      return { kind: 'tuple', ...layoutStruct(placeStruct(tupleFields(type.items))) };
    case 'list':
      return layoutList(type);
    case 'tail':
      return { kind: 'tail', type: layoutTail(type.type) };
    case 'numbers':
      return { ...type, count: countBehind(type.max, elementBytes(type.element)) };
    case 'union':
      return layoutUnion(type.discriminator, type.options);
    case 'maybe':
    case 'default':
      return { ...type, type: layoutType(type.type) };
    default:
      return type;
  }
}

function layoutList({ as, max, isExact, items }: ListDescriptor): ListLayout {
  const item = layoutStruct(itemStruct({ kind: 'list', as, items, max, isExact }));
  const count = isExact ? {} : { count: countBehind(max, item.byteLength) };
  return { kind: 'list', as, item, max, isExact, ...count };
}

function layoutTail(type: TailType): TailLayout['type'] {
  const count: CountLayout = { offsetBytes: 4, byteLength: 4 };
  if (type.kind === 'list') return { ...layoutList(type), count };
  return type.kind === 'numbers' ? { ...type, count } : type;
}

/** The count stands behind the items, which thereby need no padding in front. */
function countBehind(max: number, itemBytes: number): CountLayout {
  const byteLength = listCountBytes(max);
  return { offsetBytes: roundUp(max * itemBytes, byteLength), byteLength };
}

function layoutUnion(discriminator: string, options: readonly UnionOption[]): UnionLayout {
  const placed = options.map(({ values, fields }) => ({ values, ...layoutStruct(placeStruct(fields)) }));
  const tagOffsetBytes = Math.max(...placed.map(({ byteLength }) => byteLength));
  return { kind: 'union', discriminator, tagOffsetBytes, options: placed };
}
