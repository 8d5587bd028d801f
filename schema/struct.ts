/**
 * Struct: fields side by side, which is what an object, a tuple, an option of a union and an item of a list are.
 *
 * Fields are placed by falling alignment, so that no padding stands between them; bits come last, packed:
 *
 *     | 8-byte fields | 4-byte fields | 2 | 1 | bits, lowest first | padding to the widest alignment |
 *
 * I1  Every field is aligned, lies inside the struct, and overlaps no other.
 * I2  The place of a field depends on the struct's fields alone: the same schema gives the same bytes everywhere.
 */
import type { TypeDescriptor } from './descriptor.js';

/** A field with what its type takes. */
export interface MeasuredField {
  readonly name: string;
  readonly type: TypeDescriptor;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly bits: number;
}

export interface PlacedField {
  readonly name: string;
  readonly type: TypeDescriptor;
  /** From the start of the struct. */
  readonly offsetBytes: number;
  readonly byteLength: number;
  /** Its first bit among those of the struct; missing where it has none. */
  readonly bit?: number;
}

export interface PlacedStruct {
  /** In the order the user wrote them. */
  readonly fields: readonly PlacedField[];
  /** Where the bits begin, and how many there are. */
  readonly bitsOffsetBytes: number;
  readonly bitCount: number;
  readonly alignBytes: number;
  readonly byteLength: number;
}

export function placeFields(fields: readonly MeasuredField[]): PlacedStruct {
  // The sort is stable: fields of one alignment keep the user's order.
  const byAlignment = [...fields].sort((a, b) => b.alignBytes - a.alignBytes);
  const offsets = new Map<MeasuredField, number>();
  let endBytes = 0;
  for (const field of byAlignment) {
    offsets.set(field, endBytes);
    endBytes += field.sizeBytes;
  }
  let bitCount = 0;
  const placed = fields.map((field): PlacedField => {
    const { name, type, sizeBytes, bits } = field;
    const bit = bits === 0 ? {} : { bit: bitCount };
    bitCount += bits;
    return { name, type, offsetBytes: offsets.get(field) ?? 0, byteLength: sizeBytes, ...bit };
  });
  const alignBytes = fields.reduce((widest, field) => Math.max(widest, field.alignBytes), 1);
  return {
    fields: placed,
    bitsOffsetBytes: endBytes,
    bitCount,
    alignBytes,
    byteLength: roundUp(endBytes + Math.ceil(bitCount / 8), alignBytes),
  };
}

/** The next multiple of `multiple` that is not below `value`. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
