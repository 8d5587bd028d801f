/**
 * Layout rows: a message's layout as a flat list, one entry for each field, list item, union option, count and tag.
 *
 * I1  `offsetBytes` counts from the start of the record, inside of a list from the start of the innermost item.
 */
import {
  bitsAround,
  type FieldLayout,
  type StructLayout,
  type TypeLayout,
  type UnionLayout,
} from '../schema/layout.js';
import { typeWords } from './type-words.js';

export interface LayoutRow {
  /** From the message: `lines[].sku`, `payment (by: card).last4`. */
  readonly path: string;
  /** The last part of the path, as the table shows it. */
  readonly label: string;
  readonly depth: number;
  readonly type: string;
  /** Missing where it has neither bytes nor bits. */
  readonly offsetBytes?: number;
  readonly byteLength: number;
  /** Present where it has bits: the first one's byte and place in it, and how many there are. */
  readonly bits?: { readonly offsetBytes: number; readonly bit: number; readonly count: number };
  /** Whether offsets count from the start of a list's item. */
  readonly inItem: boolean;
  /** The version with which the field came; missing in what was there from the first. */
  readonly since?: number;
}

interface At {
  readonly prefix: string;
  readonly depth: number;
  /** Where the struct starts. */
  readonly baseBytes: number;
  readonly inItem: boolean;
}

export function layoutRows(message: StructLayout): readonly LayoutRow[] {
  return structRows(message, { prefix: '', depth: 0, baseBytes: 0, inItem: false });
}

/** The bits that a type takes of those of the struct around it: as `bitsOf` says of a descriptor. */
export function bitCountOf(type: TypeLayout): number {
  switch (type.kind) {
    case 'bool':
      return 1;
    case 'maybe':
      return (type.absent === 'either' ? 2 : 1) + bitCountOf(type.type);
    case 'default':
      return bitCountOf(type.type);
    default:
      return 0;
  }
}

/** A type without what says that a value may be missing. */
export function bareType(type: TypeLayout): TypeLayout {
  return type.kind === 'maybe' || type.kind === 'default' ? bareType(type.type) : type;
}

function structRows(struct: StructLayout, at: At): readonly LayoutRow[] {
  return struct.fields.flatMap((field) => fieldRows(field, field.name, struct, at));
}

function fieldRows(field: FieldLayout, label: string, struct: StructLayout, at: At): readonly LayoutRow[] {
  const path = label.startsWith(at.prefix) ? label : `${at.prefix}${label}`;
  const bits = bitsOfField(field, struct, at.baseBytes);
  const startBytes = at.baseBytes + field.offsetBytes;
  const offsetBytes = field.byteLength > 0 ? startBytes : bits?.offsetBytes;
  const row: LayoutRow = {
    path,
    label: lastPart(path),
    depth: at.depth,
    type: typeWords(field.type),
    ...(offsetBytes === undefined ? {} : { offsetBytes }),
    byteLength: field.byteLength,
    ...(bits === undefined ? {} : { bits }),
    inItem: at.inItem,
    ...(field.since === undefined ? {} : { since: field.since }),
  };
  return [
    row,
    ...insideRows(bareType(field.type), path, { ...at, depth: at.depth + 1, baseBytes: startBytes }),
  ];
}

/** `lines[]` and `matrix[][]` are said whole, fields of an object by their name. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function bitsOfField(field: FieldLayout, struct: StructLayout, baseBytes: number): LayoutRow['bits'] {
  const { bit, type } = field;
  const bits = bitsAround(struct, field);
  if (bit === undefined || bits === undefined) return undefined;
  return { offsetBytes: baseBytes + bits.offsetBytes + (bit >> 3), bit: bit & 7, count: bitCountOf(type) };
}

/** The rows inside of a type; `at` is where the type starts. */
function insideRows(type: TypeLayout, path: string, at: At): readonly LayoutRow[] {
  switch (type.kind) {
    case 'object':
    case 'tuple':
      return structRows(type, { ...at, prefix: `${path}.` });
    case 'numbers':
      return [partRow(path, 'count', type.count, at)];
    case 'list': {
      const item = { ...at, baseBytes: 0, inItem: true };
      const rows = type.item.fields.flatMap((field) => {
        const suffix = type.as === 'map' ? `[].${field.name}` : '[]';
        return fieldRows(field, `${path}${suffix}`, type.item, { ...item, prefix: path });
      });
      return type.count === undefined ? rows : [...rows, partRow(path, 'count', type.count, at)];
    }
    case 'tail': {
      const place = partRow(path, 'place', { offsetBytes: 0, byteLength: 4 }, at);
      // What lies in the tail begins where the message says; the record holds its place and its count.
      const hasCount = type.type.kind === 'list' || type.type.kind === 'numbers';
      const content = hasCount
        ? insideRows(type.type, path, at)
        : [partRow(path, 'count', { offsetBytes: 4, byteLength: 4 }, at)];
      return [place, ...content];
    }
    case 'union':
      return unionRows(type, path, at);
    default:
      return [];
  }
}

function unionRows({ discriminator, options, tagOffsetBytes }: UnionLayout, path: string, at: At) {
  const rows = options.flatMap((option): readonly LayoutRow[] => {
    const optionPath = `${path} (${discriminator}: ${option.values.join(', ')})`;
    const row: LayoutRow = {
      path: optionPath,
      label: lastPart(optionPath),
      depth: at.depth,
      type: 'option',
      offsetBytes: at.baseBytes,
      byteLength: option.byteLength,
      inItem: at.inItem,
    };
    return [row, ...structRows(option, { ...at, depth: at.depth + 1, prefix: `${optionPath}.` })];
  });
  return [...rows, partRow(path, 'tag', { offsetBytes: tagOffsetBytes, byteLength: 1 }, at)];
}

/** What the layout adds to what the user wrote, by the bytes that it takes. */
const PART_TYPES: Readonly<Record<'count' | 'tag' | 'place', Readonly<Record<number, string>>>> = {
  /** How many items, numbers or bytes there are. */
  count: { 1: 'u8', 2: 'u16', 4: 'u32' },
  /** Which option of a union it is. */
  tag: { 1: 'u8' },
  /** Where in the tail it begins. */
  place: { 4: 'i32' },
};

function partRow(
  path: string,
  name: keyof typeof PART_TYPES,
  { offsetBytes, byteLength }: { readonly offsetBytes: number; readonly byteLength: number },
  at: At,
): LayoutRow {
  return {
    path: `${path} (${name})`,
    label: `(${name})`,
    depth: at.depth,
    type: PART_TYPES[name][byteLength] ?? `${byteLength} bytes`,
    offsetBytes: at.baseBytes + offsetBytes,
    byteLength,
    inItem: at.inItem,
  };
}
