/**
 * Fields: what emitted codecs call beside plain loads and stores.
 *
 * The errors are cold: emitted code builds them only where it throws. `field` is always the whole path, as in
 * `Flight.position.x`, so that a call costs one constant.
 *
 * Numbers come in two forms. A view reads them as they stand, since a check costs as much as the load itself;
 * `decode` takes the readers below, which refuse what no sender could have written.
 */
import { SnError } from './errors.js';
import type { Memory } from './memory.js';

/** Most milliseconds before or after 1970 that a `Date` holds. */
const DATE_MAX_MS = 8.64e15;
const SHOWN_MAX_LENGTH = 60;
/** Up to here a loop copies bytes faster than the call of `set` or `slice`. */
const SHORT_COPY_BYTES = 24;
const LENGTH_BYTES = 4;

/** The error for a value that a sender may not put into `field`. */
export function fieldRange(field: string, value: unknown, allowed: string): SnError {
  const got = value === undefined ? 'it is missing' : `got ${show(value)}`;
  return fieldError('SN_FIELD_RANGE', field, got, value, allowed);
}

/** The error for bytes in memory that no sender could have written. */
export function badRecord(field: string, found: unknown, allowed: string): SnError {
  return fieldError('SN_BAD_RECORD', field, `the record holds ${show(found)}`, found, allowed);
}

/** Milliseconds of a `Date`; NaN for an invalid one and for anything else. */
export function timeOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number.NaN;
}

/** From each value of an enum to its index; for enums too large for a `switch`. */
export function indexesOf<Value>(values: readonly Value[]): ReadonlyMap<Value, number> {
  return new Map(values.map((value, index) => [value, index]));
}

/** A finite 64-bit float: `x - x` is 0 for those alone, and costs 2 ns less than `Number.isFinite`. @throws SnError `SN_BAD_RECORD` */
export function readF64(memory: Memory, offsetBytes: number, field: string): number {
  const value = memory.f64[offsetBytes >> 3] as number;
  if (value - value !== 0) throw badRecord(field, value, 'a finite number');
  return value;
}

/** A finite 32-bit float. @throws SnError `SN_BAD_RECORD` */
export function readF32(memory: Memory, offsetBytes: number, field: string): number {
  const value = memory.f32[offsetBytes >> 2] as number;
  if (value - value !== 0) throw badRecord(field, value, 'a finite number');
  return value;
}

/** A whole number of up to 53 bits. @throws SnError `SN_BAD_RECORD` */
export function readSafeInt(memory: Memory, offsetBytes: number, field: string): number {
  const value = memory.f64[offsetBytes >> 3] as number;
  if (!Number.isSafeInteger(value)) throw badRecord(field, value, 'a whole number of up to 53 bits');
  return value;
}

/** A byte of packed bits. @throws SnError `SN_BAD_RECORD` when bits are set that mean nothing. */
export function readBits(byte: number, most: number, field: string): number {
  if (byte > most) throw badRecord(field, byte, most === 1 ? '0 or 1' : `bits up to ${most}`);
  return byte;
}

/** The number of items in a list. @throws SnError `SN_BAD_RECORD` */
export function readCount(count: number, most: number, field: string): number {
  if (count > most) throw badRecord(field, count, `a count up to ${most}`);
  return count;
}

/** A new `Date`. @throws SnError `SN_BAD_RECORD` */
export function readDate(memory: Memory, offsetBytes: number, field: string): Date {
  const timeMs = memory.f64[offsetBytes >> 3] as number;
  // Put so that NaN fails too.
  if (!(Math.abs(timeMs) <= DATE_MAX_MS)) throw badRecord(field, timeMs, `up to ${DATE_MAX_MS} ms from 1970`);
  return new Date(timeMs);
}

/** The enum value at `index`, which the caller just read. @throws SnError `SN_BAD_RECORD` */
export function enumValue<Value>(values: readonly Value[], index: number, field: string): Value {
  if (index >= values.length) throw badRecord(field, index, `an index up to ${values.length - 1}`);
  return values[index] as Value;
}

/** Copies bytes in; `false` when they are no `Uint8Array` or more than `maxBytes`, and nothing is written then. */
export function writeBytes(memory: Memory, offsetBytes: number, value: unknown, maxBytes: number): boolean {
  if (!(value instanceof Uint8Array)) return false;
  // Read once: an array over a growable buffer may grow in another thread while it is copied.
  const length = value.length;
  if (length > maxBytes) return false;
  const { u8 } = memory;
  const start = offsetBytes + LENGTH_BYTES;
  memory.u32[offsetBytes >> 2] = length;
  if (length <= SHORT_COPY_BYTES) {
    for (let index = 0; index < length; index++) u8[start + index] = value[index] as number;
  } else {
    u8.set(new Uint8Array(value.buffer, value.byteOffset, length), start);
  }
  clear(u8, start + length, start + ((maxBytes + 3) & ~3));
  return true;
}

/** A copy of the bytes. @throws SnError `SN_BAD_RECORD` */
export function readBytes(memory: Memory, offsetBytes: number, maxBytes: number, field: string): Uint8Array {
  const length = bytesLength(memory, offsetBytes, maxBytes, field);
  const start = offsetBytes + LENGTH_BYTES;
  if (length > SHORT_COPY_BYTES) return memory.u8.slice(start, start + length);
  const copy = new Uint8Array(length);
  for (let index = 0; index < length; index++) copy[index] = memory.u8[start + index] as number;
  return copy;
}

/** The bytes in place: they change when the slot is used again. @throws SnError `SN_BAD_RECORD` */
export function viewBytes(memory: Memory, offsetBytes: number, maxBytes: number, field: string): Uint8Array {
  const length = bytesLength(memory, offsetBytes, maxBytes, field);
  const start = offsetBytes + LENGTH_BYTES;
  return memory.u8.subarray(start, start + length);
}

/** What typed arrays of one kind have in common. */
export interface Numbers<Value> {
  readonly length: number;
  [index: number]: Value;
  set(numbers: ArrayLike<Value>, index: number): void;
  slice(start: number, end: number): this;
  subarray(start: number, end: number): this;
}

/** Copies a typed array into memory; -1 when `value` is none of the class or longer than `max`. @returns its length. */
export function writeNumbers<Value>(
  memory: Numbers<Value>,
  index: number,
  value: Numbers<Value>,
  type: abstract new (...args: never[]) => Numbers<Value>,
  max: number,
): number {
  if (!(value instanceof type)) return -1;
  // Read once: an array over a growable buffer may grow in another thread while it is copied.
  const { length } = value;
  if (length > max) return -1;
  if (length <= SHORT_COPY_BYTES) {
    for (let at = 0; at < length; at++) memory[index + at] = value[at] as Value;
  } else {
    memory.set(value.subarray(0, length), index);
  }
  return length;
}

/** A typed array of its own. @throws SnError `SN_BAD_RECORD` */
export function readNumbers<Array extends Numbers<unknown>>(
  memory: Array,
  index: number,
  count: number,
  max: number,
  field: string,
): Array {
  return memory.slice(index, index + readCount(count, max, field));
}

/** The numbers in place: they change when the slot is used again. @throws SnError `SN_BAD_RECORD` */
export function viewNumbers<Array extends Numbers<unknown>>(
  memory: Array,
  index: number,
  count: number,
  max: number,
  field: string,
): Array {
  return memory.subarray(index, index + readCount(count, max, field));
}

/** Zeroes the unused end of a field, so that two values are equal when their bytes are. */
export function clear(u8: Uint8Array<ArrayBufferLike>, from: number, to: number): void {
  if (to - from > SHORT_COPY_BYTES) u8.fill(0, from, to);
  else for (let index = from; index < to; index++) u8[index] = 0;
}

/** Read once and checked; the caller uses this number and does not read it again. */
function bytesLength(memory: Memory, offsetBytes: number, maxBytes: number, field: string): number {
  const length = memory.u32[offsetBytes >> 2] as number;
  if (length > maxBytes) throw badRecord(field, length, `a length up to ${maxBytes}`);
  return length;
}

function fieldError(
  code: 'SN_FIELD_RANGE' | 'SN_BAD_RECORD',
  path: string,
  got: string,
  value: unknown,
  allowed: string,
): SnError {
  // Names hold no dots: the first one ends the message's.
  const dot = path.indexOf('.');
  const message = dot < 0 ? path : path.slice(0, dot);
  const field = dot < 0 ? '' : path.slice(dot + 1);
  return new SnError(code, `${path}: ${got}, allowed is ${allowed}`, {
    details: { message, field, value: isPlain(value) ? value : show(value), allowed },
  });
}

/** What survives the way to another thread as it is. */
function isPlain(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value);
}

function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length <= SHOWN_MAX_LENGTH
        ? JSON.stringify(value)
        : `${JSON.stringify(value.slice(0, SHOWN_MAX_LENGTH))}... (${value.length} characters)`;
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : showObject(value);
    default:
      return String(value);
  }
}

/** Runs nothing of the object's own: it may be anything. */
function showObject(value: object): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  return Array.isArray(value) ? 'an array' : 'an object';
}
