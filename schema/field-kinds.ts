/**
 * Field kinds: the one table of what each type costs in a record and what may be done with it.
 *
 * To add a field type: a tag in `descriptor.ts`, a row here, and the lines in `zod-types.ts` that recognise it.
 *
 * I1  A size is a multiple of its alignment, and an alignment is 1, 2, 4 or 8: fields placed by falling
 *     alignment therefore touch without padding.
 * I2  Text and bytes start on 4 bytes with their length; unused bytes are zero, so that two values are equal
 *     when their words are.
 */
import type { TypeDescriptor, TypeKind } from './descriptor.js';
import { quote } from './faults.js';

/** Most characters of an `ascii`: its length is one byte. */
export const ASCII_MAX_LENGTH = 255;
/** Most bytes of a `utf8` or `bytes`: larger values belong in the byte ring beside the lane, not in a slot. */
export const TEXT_MAX_BYTES = 65_535;
/** Most values of an enum: its index is at most 16 bits wide. */
export const ENUM_MAX_VALUES = 65_536;
/** Most bytes of one record. */
export const RECORD_MAX_BYTES = 1 << 20;

/** The descriptor whose tag is `Kind`. */
export type DescriptorOf<Kind extends TypeKind> = TypeDescriptor & { readonly kind: Kind };

export interface FieldKind<Descriptor> {
  readonly sizeBytes: (type: Descriptor) => number;
  readonly alignBytes: (type: Descriptor) => number;
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
  bool: number(1),
  date: number(8),
  enum: {
    sizeBytes: (type) => enumIndexBytes(type.values.length),
    alignBytes: (type) => enumIndexBytes(type.values.length),
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
    isKey: false,
    limitFault: (type) => limitFault('bytes', 'bytes', type.maxBytes, TEXT_MAX_BYTES),
  },
  object: {
    // By I1 the sum has no gaps; the end is rounded so that the object keeps I1 itself.
    sizeBytes: (type): number =>
      roundUp(
        type.fields.reduce((sum, field) => sum + sizeBytesOf(field.type), 0),
        alignBytesOf(type),
      ),
    alignBytes: (type): number =>
      type.fields.reduce((widest, field) => Math.max(widest, alignBytesOf(field.type)), 1),
    isKey: false,
  },
} as const satisfies FieldKindTable;

type FieldKindTable = { readonly [Kind in TypeKind]: FieldKind<DescriptorOf<Kind>> };

export function sizeBytesOf(type: TypeDescriptor): number {
  return kindOf(type).sizeBytes(type);
}

export function alignBytesOf(type: TypeDescriptor): number {
  return kindOf(type).alignBytes(type);
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

/** Bytes of the index that an enum of so many values is kept as. */
export function enumIndexBytes(valueCount: number): 1 | 2 {
  return valueCount <= 256 ? 1 : 2;
}

/** The next multiple of `multiple` that is not below `value`. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** The row of a descriptor. */
function kindOf(type: TypeDescriptor): FieldKind<TypeDescriptor> {
  const table: { readonly [Kind in TypeKind]: unknown } = FIELD_KINDS;
  // The row takes exactly the descriptors with this tag; TypeScript cannot tie the two lookups together.
  return table[type.kind] as FieldKind<TypeDescriptor>;
}

function number(bytes: 1 | 2 | 4 | 8) {
  return { sizeBytes: () => bytes, alignBytes: () => bytes, isKey: true };
}

function enumFault(valueCount: number): LimitFault | undefined {
  if (valueCount >= 1 && valueCount <= ENUM_MAX_VALUES) return undefined;
  return {
    problem: `an enum must have 1 to ${ENUM_MAX_VALUES} values: got ${valueCount}`,
    help: valueCount === 0 ? 'list its values' : 'use a number or a string',
  };
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
