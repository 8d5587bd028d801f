/**
 * Versions: how the record of a message that grew is placed.
 *
 * The fields that came with a version are a block of their own, placed as a struct is (`struct.ts`), with their bits in it:
 *
 *     | fields of version 1 | bits | padding to 8 | fields of version 2 | bits | padding to 8 | ...
 *     0                                           ^ byteLength of version 1                    ^ byteLength of version 2
 *
 * I1  The record of each version is the beginning of that of every later one.
 * I2  Where the fields of a version lie depends on no later version: a build at that version gives them the same places.
 */
import type { FieldDescriptor, MessageDescriptor } from './descriptor.js';
import { placeStruct } from './field-kinds.js';
import { type PlacedField, type PlacedStruct, roundUp } from './struct.js';

/** Records start on this boundary and their length is a multiple of it. */
export const RECORD_ALIGN_BYTES = 8;

/** The first version of every message has the fields that say nothing. */
export const FIRST_NOTED_VERSION = 2;
/** A message of more versions is better begun anew. */
export const LAST_VERSION = 255;

export interface PlacedVersion {
  readonly version: number;
  /** Of the record as this version has it: a multiple of 8. */
  readonly byteLength: number;
  /** Where the bits are of the fields that came with it, if they have any. */
  readonly bits?: { readonly offsetBytes: number; readonly count: number };
}

export interface PlacedRecord {
  /** In the order the user wrote them. */
  readonly fields: readonly (PlacedField & { readonly since?: number })[];
  /** Oldest first; there is always one. */
  readonly versions: readonly PlacedVersion[];
}

/** Whether a field can have come with it. */
export function isNotedVersion(version: unknown): version is number {
  return (
    Number.isInteger(version) && Number(version) >= FIRST_NOTED_VERSION && Number(version) <= LAST_VERSION
  );
}

/** The version of a message: the last in which a field came. */
export function versionOf(fields: readonly FieldDescriptor[]): number {
  return fields.reduce((newest, { since = 1 }) => Math.max(newest, since), 1);
}

/** The message as it was in one of its versions. */
export function asOfVersion({ name, fields }: MessageDescriptor, version: number): MessageDescriptor {
  return { name, fields: fields.filter(({ since = 1 }) => since <= version) };
}

/** Gives each field of a record its place. */
export function placeRecord(fields: readonly FieldDescriptor[]): PlacedRecord {
  const newest = versionOf(fields);
  const placed = new Map<FieldDescriptor, PlacedField>();
  const versions: PlacedVersion[] = [];
  let startBytes = 0;
  for (let version = 1; version <= newest; version++) {
    const own = newest === 1 ? fields : fields.filter(({ since = 1 }) => since === version);
    const struct = placeStruct(own);
    for (const [index, field] of struct.fields.entries()) {
      placed.set(own[index] as FieldDescriptor, { ...field, offsetBytes: startBytes + field.offsetBytes });
    }
    const byteLength = roundUp(startBytes + struct.byteLength, RECORD_ALIGN_BYTES);
    versions.push({ version, byteLength, ...bitsIn(struct, startBytes) });
    startBytes = byteLength;
  }
  return {
    fields: fields.map((field) => {
      const { since } = field;
      return { ...(placed.get(field) as PlacedField), ...(since === undefined ? {} : { since }) };
    }),
    versions,
  };
}

function bitsIn(
  { bitCount, bitsOffsetBytes }: PlacedStruct,
  startBytes: number,
): Pick<PlacedVersion, 'bits'> {
  return bitCount === 0 ? {} : { bits: { offsetBytes: startBytes + bitsOffsetBytes, count: bitCount } };
}
