/**
 * Layout: where each field of a message lies in its record.
 *
 * Records are little-endian, naturally aligned and rounded up to 8 bytes. Fields are placed by falling
 * alignment, so that no padding stands between them; the order the user wrote is kept in `fields`.
 *
 * I1  Every field is aligned, lies inside the record, and overlaps no other.
 * I2  A nested object is placed as a unit with the alignment of its widest field, and placed inside by the same rule.
 * I3  The place of a field depends on the message's fields alone: the same schema gives the same bytes everywhere.
 */
import type { FieldDescriptor, MessageDescriptor, TypeDescriptor } from './descriptor.js';
import { alignBytesOf, roundUp, sizeBytesOf } from './field-kinds.js';

/** Records start on this boundary and their length is a multiple of it. */
export const RECORD_ALIGN_BYTES = 8;

export type TypeLayout =
  | Exclude<TypeDescriptor, { kind: 'object' }>
  | { readonly kind: 'object'; readonly fields: readonly FieldLayout[] };

export interface FieldLayout {
  readonly name: string;
  readonly type: TypeLayout;
  /** From the start of the record, also for fields of nested objects. */
  readonly offsetBytes: number;
  readonly byteLength: number;
}

export interface MessageLayout {
  readonly name: string;
  /** In the order the user wrote them. */
  readonly fields: readonly FieldLayout[];
  /** A multiple of 8; 0 for a message without fields. */
  readonly byteLength: number;
}

/** Gives each field of a message its place. */
export function layoutMessage({ name, fields }: MessageDescriptor): MessageLayout {
  const byteLength = sizeBytesOf({ kind: 'object', fields });
  return { name, fields: placeFields(fields, 0), byteLength: roundUp(byteLength, RECORD_ALIGN_BYTES) };
}

/** Places fields from `startBytes` on, which is aligned for the widest of them. */
function placeFields(fields: readonly FieldDescriptor[], startBytes: number): readonly FieldLayout[] {
  // The sort is stable: fields of one alignment keep the user's order.
  const byAlignment = [...fields].sort((a, b) => alignBytesOf(b.type) - alignBytesOf(a.type));
  const offsets = new Map<FieldDescriptor, number>();
  let endBytes = startBytes;
  for (const field of byAlignment) {
    offsets.set(field, endBytes);
    endBytes += sizeBytesOf(field.type);
  }
  return fields.map((field) => {
    const offsetBytes = offsets.get(field) ?? startBytes;
    const { name, type } = field;
    return { name, type: layoutType(type, offsetBytes), offsetBytes, byteLength: sizeBytesOf(type) };
  });
}

function layoutType(type: TypeDescriptor, offsetBytes: number): TypeLayout {
  return type.kind === 'object' ? { kind: 'object', fields: placeFields(type.fields, offsetBytes) } : type;
}
