/**
 * Record bytes: whose each byte of a record is, and what the record would take if it were not packed.
 *
 * A byte that holds nothing is padding, be it behind the last field, behind text that is rounded up to 4 bytes, or in
 * an item of a list. What an option of a union leaves free is no padding where another option uses it.
 */
import { alignBytesOf, elementBytes, sizeBytesOf, utf8LengthBytes } from '../schema/field-kinds.js';
import type { MessageLayout, StructLayout, TypeLayout } from '../schema/layout.js';
import { roundUp } from '../schema/struct.js';
import { RECORD_ALIGN_BYTES } from '../schema/versions.js';
import { bareType } from './layout-rows.js';

/** One entry for each byte of a record: the field that it holds, or nothing. */
export type ByteOwners = (string | undefined)[];

export interface ByteRange {
  readonly offsetBytes: number;
  readonly byteLength: number;
}

/** Who has each byte of a record: the field's name, `bits` for those packed together. */
export function byteOwners(message: MessageLayout): ByteOwners {
  const owners: ByteOwners = new Array(message.byteLength).fill(undefined);
  paintStruct(message, 0, owners);
  return owners;
}

/** The bytes that hold nothing. */
export function paddingOf(owners: ByteOwners): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (let start = 0; start < owners.length; ) {
    let end = start;
    while (end < owners.length && owners[end] === undefined) end++;
    if (end > start) ranges.push({ offsetBytes: start, byteLength: end - start });
    start = end + 1;
  }
  return ranges;
}

/**
 * Bytes of the record if its fields lay in the order written, each behind padding up to its alignment, and each truth
 * value and mark of absence took a byte: what a compiler of C makes of the same fields.
 */
export function unpackedBytes(message: MessageLayout): number {
  return roundUp(unpackedStruct(message).sizeBytes, RECORD_ALIGN_BYTES);
}

/** `list`: the name of the list around, which then owns all. */
function paintStruct(struct: StructLayout, baseBytes: number, owners: ByteOwners, list?: string): void {
  for (const field of struct.fields) {
    const owner = list ?? field.name;
    paintType(bareType(field.type), baseBytes + field.offsetBytes, owners, owner, list);
  }
  const later = struct.versions?.slice(1).map(({ bits }) => bits) ?? [];
  for (const bits of [struct.bits, ...later]) {
    if (bits === undefined) continue;
    paint(owners, baseBytes + bits.offsetBytes, Math.ceil(bits.count / 8), list ?? 'bits');
  }
}

function paintType(type: TypeLayout, at: number, owners: ByteOwners, owner: string, list?: string): void {
  switch (type.kind) {
    case 'object':
      paintStruct(type, at, owners, list);
      break;
    case 'tuple':
      paintStruct(type, at, owners, owner);
      break;
    case 'list': {
      const { item, max, count } = type;
      paintStruct(item, at, owners, owner);
      // All items are alike: the first one is painted, the others are its copies.
      const bytes = item.byteLength;
      for (let index = 1; index < max && bytes > 0; index++)
        owners.copyWithin(at + index * bytes, at, at + bytes);
      if (count !== undefined) paint(owners, at + count.offsetBytes, count.byteLength, owner);
      break;
    }
    case 'union':
      for (const option of type.options) paintStruct(option, at, owners, owner);
      paint(owners, at + type.tagOffsetBytes, 1, owner);
      break;
    case 'numbers':
      paint(owners, at, type.max * elementBytes(type.element), owner);
      paint(owners, at + type.count.offsetBytes, type.count.byteLength, owner);
      break;
    case 'ascii':
      paint(owners, at, 1 + type.maxLength, owner);
      break;
    case 'utf8':
      paint(owners, at, utf8LengthBytes(type.maxBytes) + type.maxBytes, owner);
      break;
    case 'bytes':
      paint(owners, at, 4 + type.maxBytes, owner);
      break;
    case 'tail':
      paint(owners, at, TAIL.sizeBytes, owner);
      break;
    case 'maybe':
    case 'default':
      break;
    default:
      paint(owners, at, sizeBytesOf(type), owner);
  }
}

function paint(owners: ByteOwners, offsetBytes: number, byteLength: number, owner: string): void {
  owners.fill(owner, offsetBytes, offsetBytes + byteLength);
}

interface Measure {
  readonly sizeBytes: number;
  readonly alignBytes: number;
}

/** What the record holds of what lies in its tail: two words, place and count. */
const TAIL: Measure = { sizeBytes: 8, alignBytes: 4 };
const ONE_BYTE: Measure = { sizeBytes: 1, alignBytes: 1 };

function unpackedStruct({ fields }: StructLayout): Measure {
  return inOrder(fields.map(({ type }) => unpackedType(type)));
}

function unpackedType(type: TypeLayout): Measure {
  switch (type.kind) {
    case 'bool':
      return ONE_BYTE;
    case 'maybe':
      return inOrder([unpackedType(type.type), ONE_BYTE]);
    case 'default':
      return unpackedType(type.type);
    case 'object':
    case 'tuple':
      return unpackedStruct(type);
    case 'tail':
      return TAIL;
    case 'numbers': {
      const bytes = elementBytes(type.element);
      return inOrder([
        repeated({ sizeBytes: bytes, alignBytes: bytes }, type.max),
        number(type.count.byteLength),
      ]);
    }
    case 'list': {
      const items = repeated(unpackedStruct(type.item), type.max);
      return type.count === undefined ? items : inOrder([items, number(type.count.byteLength)]);
    }
    case 'union':
      return inOrder([ONE_BYTE, widest(type.options.map(unpackedStruct))]);
    default:
      return { sizeBytes: sizeBytesOf(type), alignBytes: alignBytesOf(type) };
  }
}

function inOrder(parts: readonly Measure[]): Measure {
  let endBytes = 0;
  for (const { sizeBytes, alignBytes } of parts) endBytes = roundUp(endBytes, alignBytes) + sizeBytes;
  const { alignBytes } = widest(parts);
  return { sizeBytes: roundUp(endBytes, alignBytes), alignBytes };
}

function widest(parts: readonly Measure[]): Measure {
  const most = (of: keyof Measure) =>
    parts.reduce((max, part) => Math.max(max, part[of]), of === 'sizeBytes' ? 0 : 1);
  return { sizeBytes: most('sizeBytes'), alignBytes: most('alignBytes') };
}

function repeated({ sizeBytes, alignBytes }: Measure, times: number): Measure {
  return { sizeBytes: sizeBytes * times, alignBytes };
}

function number(bytes: number): Measure {
  return { sizeBytes: bytes, alignBytes: bytes };
}
