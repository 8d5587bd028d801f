/**
 * Reference codec: reads the layout and moves one field at a time through a DataView.
 *
 * Slow and plain on purpose: the generated codecs are compared with it byte by byte.
 */
import { enumIndexBytes, utf8LengthBytes } from '../../schema/field-kinds.js';
import type { FieldLayout, MessageLayout, TypeLayout } from '../../schema/layout.js';

export type Value = { [field: string]: unknown };

/** What `decodeReference` throws: the bytes are no record of the message. */
export class NoRecord extends Error {}

/** Writes a value that is known to be right. */
export function encodeReference(layout: Pick<MessageLayout, 'fields'>, value: Value, data: DataView): void {
  for (const field of layout.fields) writeField(field, value[field.name], data);
}

export function decodeReference(layout: Pick<MessageLayout, 'fields'>, data: DataView): Value {
  return Object.fromEntries(layout.fields.map((field) => [field.name, readField(field, data)]));
}

function writeField(
  { type, offsetBytes: at, byteLength }: FieldLayout,
  value: unknown,
  data: DataView,
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
      data.setUint8(at, value === true ? 1 : 0);
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
    case 'object':
      encodeReference(type, value as Value, data);
      break;
  }
}

function readField({ type, offsetBytes: at }: FieldLayout, data: DataView): unknown {
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
      return need(data.getUint8(at), (byte) => byte <= 1) === 1;
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
    case 'object':
      return decodeReference(type, data);
  }
}

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

function writeUnsigned(data: DataView, at: number, bytes: 1 | 2 | 4, value: number): void {
  if (bytes === 1) data.setUint8(at, value);
  else if (bytes === 2) data.setUint16(at, value, true);
  else data.setUint32(at, value, true);
}

function readUnsigned(data: DataView, at: number, bytes: 1 | 2 | 4): number {
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
