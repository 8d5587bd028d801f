/**
 * Reference codec: reads the layout and moves one field at a time through a DataView.
 *
 * Slow and plain on purpose: the generated codecs are compared with it byte by byte.
 */

import type { NumberElement } from '../../schema/descriptor.js';
import { elementBytes, enumIndexBytes, utf8LengthBytes } from '../../schema/field-kinds.js';
import type {
  FieldLayout,
  MessageLayout,
  StructLayout,
  TailLayout,
  TypeLayout,
} from '../../schema/layout.js';

export type Value = { [field: string]: unknown };

/** What `decodeReference` throws: the bytes are no record of the message. */
export class NoRecord extends Error {}

/** Writes a record that is known to be right, with its tail; it begins `base` bytes into `data`. @returns where it ends. */
export function encodeRecord(layout: MessageLayout, value: Value, data: DataView, base = 0): number {
  end = base + layout.byteLength;
  encodeReference(layout, value, data, base);
  return Math.ceil(end / 8) * 8;
}

/** Writes a value that is known to be right; the struct begins `base` bytes into `data`. */
export function encodeReference(layout: StructLayout, value: Value, data: DataView, base = 0): void {
  const names = layout.fields.map(({ name }) => name);
  writeStruct(
    layout,
    names.map((name) => value[name]),
    data,
    base,
  );
}

/** `version` is that of the build that wrote a message; what came later is what a sender that leaves it out would have sent. */
export function decodeReference(layout: StructLayout, data: DataView, base = 0, version = Infinity): Value {
  const values = readStruct(layout, data, base, version);
  return Object.fromEntries(layout.fields.map(({ name }, index) => [name, values[index]]));
}

function writeStruct(layout: StructLayout, values: readonly unknown[], data: DataView, base: number): void {
  const blocks = blocksOf(layout).map(({ offsetBytes, count }) => ({
    offsetBytes,
    bits: new Array<boolean>(count).fill(false),
  }));
  layout.fields.forEach((field, index) => {
    writeType(field.type, values[index], data, base + field.offsetBytes, field.byteLength, (bit, isSet) => {
      (blocks[blockOf(field)]?.bits as boolean[])[(field.bit ?? 0) + bit] = isSet;
    });
  });
  for (const { offsetBytes, bits } of blocks) {
    for (let byte = 0; byte * 8 < bits.length; byte++) {
      const eight = bits.slice(byte * 8, byte * 8 + 8);
      data.setUint8(
        base + offsetBytes + byte,
        eight.reduce((sum, isSet, bit) => sum + (isSet ? 2 ** bit : 0), 0),
      );
    }
  }
}

/** The bits of each version's fields; of what has one version, those of the struct. */
function blocksOf({ bits, versions = [] }: StructLayout) {
  const none = { offsetBytes: 0, count: 0 };
  return [bits ?? none, ...versions.slice(1).map((later) => later.bits ?? none)];
}

function blockOf({ since = 1 }: FieldLayout): number {
  return since - 1;
}

function readStruct(layout: StructLayout, data: DataView, base: number, version = Infinity): unknown[] {
  const blocks = blocksOf(layout).map(({ offsetBytes, count }, block) => {
    if (block >= version) return [];
    if (count % 8 !== 0) {
      need(data.getUint8(base + offsetBytes + Math.floor(count / 8)), (byte) => byte < 2 ** (count % 8));
    }
    return Array.from({ length: count }, (_, bit) => {
      return ((data.getUint8(base + offsetBytes + Math.floor(bit / 8)) >> (bit % 8)) & 1) === 1;
    });
  });
  return layout.fields.map((field) => {
    if (blockOf(field) >= version) return missing(field);
    const bits = blocks[blockOf(field)] as boolean[];
    return readType(
      field.type,
      data,
      base + field.offsetBytes,
      (bit) => bits[(field.bit ?? 0) + bit] === true,
    );
  });
}

/** What stands for a field in a record that is older: what would be read had its sender left it out, or sent `null`. */
function missing({ type, byteLength }: FieldLayout): unknown {
  const bits: boolean[] = [];
  const data = new DataView(new ArrayBuffer(1 << 16));
  const before = end;
  end = byteLength;
  const left = type.kind === 'maybe' && type.absent === 'null' ? null : undefined;
  writeType(type, left, data, 0, byteLength, (bit, isSet) => {
    bits[bit] = isSet;
  });
  end = before;
  return readType(type, data, 0, (bit) => bits[bit] === true);
}

type SetBit = (bit: number, isSet: boolean) => void;

function writeType(
  type: TypeLayout,
  value: unknown,
  data: DataView,
  at: number,
  byteLength: number,
  setBit: SetBit,
): void {
  switch (type.kind) {
    case 'u8':
      data.setUint8(at, value as number);
      break;
    case 'i8':
      data.setInt8(at, value as number);
      break;
    case 'u16':
      data.setUint16(at, value as number, true);
      break;
    case 'i16':
      data.setInt16(at, value as number, true);
      break;
    case 'u32':
      data.setUint32(at, value as number, true);
      break;
    case 'i32':
      data.setInt32(at, value as number, true);
      break;
    case 'f32':
      data.setFloat32(at, value as number, true);
      break;
    case 'f64':
    case 'safeInt':
      data.setFloat64(at, value as number, true);
      break;
    case 'u64':
      data.setBigUint64(at, value as bigint, true);
      break;
    case 'i64':
      data.setBigInt64(at, value as bigint, true);
      break;
    case 'bool':
      setBit(0, value === true);
      break;
    case 'date':
      data.setFloat64(at, (value as Date).getTime(), true);
      break;
    case 'enum':
      writeUnsigned(data, at, enumIndexBytes(type.values.length), type.values.indexOf(value as never));
      break;
    case 'ascii':
    case 'utf8':
      writeSized(data, at, byteLength, lengthBytesOf(type), new TextEncoder().encode(value as string));
      break;
    case 'bytes':
      writeSized(data, at, byteLength, lengthBytesOf(type), value as Uint8Array);
      break;
    case 'uuid':
      (value as string)
        .replaceAll('-', '')
        .match(/../g)
        ?.forEach((byte, index) => {
          data.setUint8(at + index, Number.parseInt(byte, 16));
        });
      break;
    case 'numbers': {
      const numbers = value as ArrayLike<number | bigint>;
      const element = { kind: type.element } as TypeLayout;
      const size = elementBytes(type.element);
      for (let index = 0; index < numbers.length; index++)
        writeType(element, numbers[index], data, at + index * size, size, setBit);
      writeUnsigned(data, at + type.count.offsetBytes, type.count.byteLength, numbers.length);
      break;
    }
    case 'object':
      encodeReference(type, value as Value, data, at);
      break;
    case 'tuple':
      writeStruct(type, value as unknown[], data, at);
      break;
    case 'list': {
      const items = [...(value as Iterable<unknown>)];
      items.forEach((item, index) => {
        const values = type.as === 'map' ? (item as unknown[]) : [item];
        writeStruct(type.item, values, data, at + index * type.item.byteLength);
      });
      if (type.count !== undefined)
        writeUnsigned(data, at + type.count.offsetBytes, type.count.byteLength, items.length);
      break;
    }
    case 'union': {
      const told = (value as Value)[type.discriminator];
      const tag = type.options.findIndex(({ values }) => values.includes(told as never));
      encodeReference(type.options[tag] as StructLayout, value as Value, data, at);
      data.setUint8(at + type.tagOffsetBytes, tag);
      break;
    }
    case 'tail':
      writeTail(type.type, value, data, at);
      break;
    case 'maybe': {
      const first = type.absent === 'either' ? 2 : 1;
      const isAbsent =
        (value === undefined && type.absent !== 'null') || (value === null && type.absent !== 'undefined');
      setBit(0, type.absent === 'null' ? value === null : value === undefined);
      if (type.absent === 'either') setBit(1, value === null);
      if (!isAbsent)
        writeType(type.type, value, data, at, byteLength, (bit, isSet) => setBit(first + bit, isSet));
      break;
    }
    case 'default':
      writeType(type.type, value === undefined ? type.value : value, data, at, byteLength, setBit);
      break;
  }
}

function readType(type: TypeLayout, data: DataView, at: number, isSet: (bit: number) => boolean): unknown {
  switch (type.kind) {
    case 'u8':
      return data.getUint8(at);
    case 'i8':
      return data.getInt8(at);
    case 'u16':
      return data.getUint16(at, true);
    case 'i16':
      return data.getInt16(at, true);
    case 'u32':
      return data.getUint32(at, true);
    case 'i32':
      return data.getInt32(at, true);
    case 'f32':
      return need(data.getFloat32(at, true), Number.isFinite);
    case 'f64':
      return need(data.getFloat64(at, true), Number.isFinite);
    case 'safeInt':
      return need(data.getFloat64(at, true), Number.isSafeInteger);
    case 'u64':
      return data.getBigUint64(at, true);
    case 'i64':
      return data.getBigInt64(at, true);
    case 'bool':
      return isSet(0);
    case 'date':
      return need(new Date(data.getFloat64(at, true)), (date) => !Number.isNaN(date.getTime()));
    case 'enum': {
      const index = readUnsigned(data, at, enumIndexBytes(type.values.length));
      return type.values[need(index, (each) => each < type.values.length)];
    }
    case 'ascii': {
      const bytes = readSized(data, at, lengthBytesOf(type), type.maxLength);
      return String.fromCharCode(...need(bytes, (all) => all.every((byte) => byte < 128)));
    }
    case 'utf8':
      return decodeUtf8(readSized(data, at, lengthBytesOf(type), type.maxBytes));
    case 'bytes':
      return readSized(data, at, lengthBytesOf(type), type.maxBytes);
    case 'uuid': {
      const hex = Array.from({ length: 16 }, (_, index) => data.getUint8(at + index))
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    }
    case 'numbers': {
      const count = readUnsigned(data, at + type.count.offsetBytes, type.count.byteLength);
      need(count, (each) => each <= type.max);
      return numbersFrom(type.element, data, at, count);
    }
    case 'object':
      return decodeReference(type, data, at);
    case 'tuple':
      return readStruct(type, data, at);
    case 'list': {
      const { count: place, max } = type;
      const count =
        place === undefined
          ? max
          : need(readUnsigned(data, at + place.offsetBytes, place.byteLength), (each) => each <= max);
      const items = Array.from({ length: count }, (_, index) =>
        readStruct(type.item, data, at + index * type.item.byteLength),
      );
      return collected(type.as, items);
    }
    case 'union': {
      const tag = need(data.getUint8(at + type.tagOffsetBytes), (each) => each < type.options.length);
      return decodeReference(type.options[tag] as StructLayout, data, at);
    }
    case 'tail':
      return readTail(type.type, data, at);
    case 'maybe': {
      const first = type.absent === 'either' ? 2 : 1;
      if (type.absent === 'either' && isSet(1)) return null;
      if (isSet(0)) return type.absent === 'null' ? null : undefined;
      return readType(type.type, data, at, (bit) => isSet(first + bit));
    }
    case 'default':
      return readType(type.type, data, at, isSet);
  }
}

/** Where the record that is being written ends by now. */
let end = 0;

function writeTail(type: TailLayout['type'], value: unknown, data: DataView, at: number): void {
  const start = Math.ceil(end / 8) * 8;
  data.setInt32(at, start - at, true);
  const items = itemsOf(type, value);
  const size = itemBytes(type);
  end = start + items.length * size;
  data.setUint32(at + 4, items.length, true);
  items.forEach((item, index) => {
    const place = start + index * size;
    if (type.kind === 'list')
      writeStruct(type.item, type.as === 'map' ? (item as unknown[]) : [item], data, place);
    else if (type.kind === 'numbers')
      writeType({ kind: type.element } as TypeLayout, item, data, place, size, () => {});
    else data.setUint8(place, item as number);
  });
}

function itemsOf(type: TailLayout['type'], value: unknown): readonly unknown[] {
  return type.kind === 'utf8'
    ? [...new TextEncoder().encode(value as string)]
    : [...(value as Iterable<unknown>)];
}

function itemBytes(type: TailLayout['type']): number {
  switch (type.kind) {
    case 'list':
      return type.item.byteLength;
    case 'numbers':
      return elementBytes(type.element);
    default:
      return 1;
  }
}

function readTail(type: TailLayout['type'], data: DataView, at: number): unknown {
  const start = at + data.getInt32(at, true);
  const count = data.getUint32(at + 4, true);
  const size = itemBytes(type);
  need(count, (each) => each <= mostOf(type) && (type.kind !== 'list' || !type.isExact || each === type.max));
  need(start, (each) => each >= 0 && each % 8 === 0 && each + count * size <= data.byteLength);
  if (type.kind === 'list') {
    const items = Array.from({ length: count }, (_, index) =>
      readStruct(type.item, data, start + index * size),
    );
    return collected(type.as, items);
  }
  if (type.kind === 'numbers') return numbersFrom(type.element, data, start, count);
  const bytes = Uint8Array.from({ length: count }, (_, index) => data.getUint8(start + index));
  return type.kind === 'bytes' ? bytes : decodeUtf8(bytes);
}

function mostOf(type: TailLayout['type']): number {
  return 'maxBytes' in type ? type.maxBytes : type.max;
}

function collected(as: 'array' | 'set' | 'map', items: unknown[][]): unknown {
  if (as === 'map') return new Map(items as unknown as [unknown, unknown][]);
  const plain = items.map(([item]) => item);
  return as === 'set' ? new Set(plain) : plain;
}

function numbersFrom(element: NumberElement, data: DataView, start: number, count: number): unknown {
  const numbers = new TYPED_ARRAYS[element](count);
  const bytes = new Uint8Array(numbers.buffer);
  for (let index = 0; index < bytes.length; index++) bytes[index] = data.getUint8(start + index);
  return numbers;
}

const TYPED_ARRAYS = {
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
} as const;

function lengthBytesOf(type: TypeLayout & { readonly kind: 'ascii' | 'utf8' | 'bytes' }): 1 | 2 | 4 {
  if (type.kind === 'bytes') return 4;
  return type.kind === 'utf8' ? utf8LengthBytes(type.maxBytes) : 1;
}

function writeSized(
  data: DataView,
  at: number,
  size: number,
  lengthBytes: 1 | 2 | 4,
  bytes: Uint8Array,
): void {
  for (let index = 0; index < size; index++) data.setUint8(at + index, 0);
  writeUnsigned(data, at, lengthBytes, bytes.length);
  bytes.forEach((byte, index) => {
    data.setUint8(at + lengthBytes + index, byte);
  });
}

function readSized(data: DataView, at: number, lengthBytes: 1 | 2 | 4, most: number): Uint8Array {
  const length = need(readUnsigned(data, at, lengthBytes), (each) => each <= most);
  return Uint8Array.from({ length }, (_, index) => data.getUint8(at + lengthBytes + index));
}

function writeUnsigned(data: DataView, at: number, bytes: 0 | 1 | 2 | 4, value: number): void {
  if (bytes === 0) return;
  if (bytes === 1) data.setUint8(at, value);
  else if (bytes === 2) data.setUint16(at, value, true);
  else data.setUint32(at, value, true);
}

function readUnsigned(data: DataView, at: number, bytes: 0 | 1 | 2 | 4): number {
  if (bytes === 0) return 0;
  if (bytes === 1) return data.getUint8(at);
  return bytes === 2 ? data.getUint16(at, true) : data.getUint32(at, true);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NoRecord();
  }
}

function need<T>(value: T, isRight: (value: T) => boolean): T {
  if (!isRight(value)) throw new NoRecord();
  return value;
}
