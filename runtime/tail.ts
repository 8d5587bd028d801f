/**
 * Tail: what lies behind a record because a slot would become too large for it.
 *
 *     record                                  tail
 *     +--------+-----------------+--------+   +-----------------+-----------------+
 *     | fields | place  | count  | fields |   | bytes, text ... | numbers, items  |
 *     +--------+-----------------+--------+   +-----------------+-----------------+
 *               i32 ------------------------->  begins at a multiple of 8
 *
 * A place is counted from the field that holds it, so that record and tail can be moved as one piece. Parts are put behind
 * each other as they are written, items of a list before what lies behind them.
 *
 * One record is written at a time: an encoder begins its tail, and nothing else writes one before it is done. (A getter of the
 * value that itself sends a message with a tail would break this; it then fails with `SN_FIELD_RANGE` or is overwritten, within
 * the bytes that were reserved.)
 *
 * I1  Nothing is written beyond the limit that was given.
 * I2  Places and counts of a record are read once, checked against the memory, and then used.
 * I3  In a record from elsewhere several places may lead to the same bytes. What is read of it within `readBounded` takes no more bytes
 *     in all than its tail has, so that a short record cannot become a value without end.
 */
import { SnError } from './errors.js';
import { badRecord, type Numbers, readCount } from './fields.js';
import type { Memory } from './memory.js';
import { encodeUtf8, readLongUtf8, utf8ByteLength } from './text.js';

const ALIGN_BYTES = 8;
/** Bytes of UTF-8 for one unit of a string, at most. */
const BYTES_PER_UNIT = 3;

/** Where the record that is being written ends by now, and where it must end. */
let endBytes = 0;
let limitBytes = 0;

/** The memory of the record that is read within bounds, and how many bytes of its tail are left. */
let boundedMemory: Memory | undefined;
let leftBytes = 0;

/** Reads a record whose tail has so many bytes. @throws SnError `SN_BAD_RECORD` when its parts take more, as what `read` throws. */
export function readBounded<Value>(memory: Memory, tailBytes: number, read: () => Value): Value {
  boundedMemory = memory;
  leftBytes = tailBytes;
  try {
    return read();
  } finally {
    boundedMemory = undefined;
  }
}

/** The next multiple of 8, of any safe integer; what lies in a tail, and whatever follows a record, begins there. */
export function align(bytes: number): number {
  return bytes + (-bytes & (ALIGN_BYTES - 1));
}

/** Begins the tail of a record at `offsetBytes`; it must end at `limit`. */
export function beginTail(offsetBytes: number, limit: number): void {
  endBytes = offsetBytes;
  limitBytes = limit;
}

/** Where the record that was written last ends, rounded up to 8. */
export function endOfTail(): number {
  return align(endBytes);
}

/**
 * Takes the next bytes of the tail for the field at `fieldBytes` and notes there where they begin and how many items they are.
 *
 * @returns offset in bytes of the first. @throws SnError `SN_FIELD_RANGE` when so much was not reserved.
 */
export function claimTail(memory: Memory, fieldBytes: number, byteLength: number, count: number): number {
  const start = align(endBytes);
  const end = start + byteLength;
  if (end > limitBytes) {
    throw new SnError(
      'SN_FIELD_RANGE',
      `a record and its tail need ${end - limitBytes} bytes more than there are`,
      {
        details: { needed: end, available: limitBytes },
      },
    );
  }
  endBytes = end;
  memory.i32[fieldBytes >> 2] = start - fieldBytes;
  memory.u32[(fieldBytes + 4) >> 2] = count;
  return start;
}

/** Where the bytes of the field at `fieldBytes` begin. @throws SnError `SN_BAD_RECORD` when they are not in memory. */
export function tailAt(memory: Memory, fieldBytes: number, byteLength: number, field: string): number {
  const start = fieldBytes + (memory.i32[fieldBytes >> 2] as number);
  if (start < 0 || (start & (ALIGN_BYTES - 1)) !== 0 || start + byteLength > memory.u8.length) {
    throw badRecord(field, start, 'a place in the memory');
  }
  // A default that stands in for what an older record lacks has a memory of its own.
  if (memory === boundedMemory) takeBytes(byteLength, field);
  return start;
}

function takeBytes(byteLength: number, field: string): void {
  if (byteLength > leftBytes)
    throw badRecord(field, byteLength, `the ${leftBytes} bytes that the tail has left`);
  leftBytes -= byteLength;
}

/** How many items the field at `fieldBytes` has in the tail. @throws SnError `SN_BAD_RECORD` */
export function tailCount(memory: Memory, fieldBytes: number, max: number, field: string): number {
  return readCount(memory.u32[(fieldBytes + 4) >> 2] as number, max, field);
}

/** Copies bytes into the tail; `false` when `value` is no `Uint8Array` of up to `max` bytes. */
export function writeTailBytes(memory: Memory, fieldBytes: number, value: unknown, max: number): boolean {
  return writeTailNumbers(memory, memory.u8, fieldBytes, value as Uint8Array, Uint8Array, max);
}

/** A copy of the bytes. @throws SnError `SN_BAD_RECORD` */
export function readTailBytes(memory: Memory, fieldBytes: number, max: number, field: string): Uint8Array {
  return readTailNumbers(memory, memory.u8, fieldBytes, max, field);
}

/** The bytes in place: they change when the ring is used again. @throws SnError `SN_BAD_RECORD` */
export function viewTailBytes(memory: Memory, fieldBytes: number, max: number, field: string): Uint8Array {
  return viewTailNumbers(memory, memory.u8, fieldBytes, max, field);
}

/** Copies a typed array into the tail; `false` when `value` is none of the class with up to `max` numbers. */
export function writeTailNumbers<Value>(
  memory: Memory,
  array: Numbers<Value> & { readonly BYTES_PER_ELEMENT: number },
  fieldBytes: number,
  value: Numbers<Value>,
  type: abstract new (...args: never[]) => Numbers<Value>,
  max: number,
): boolean {
  if (!(value instanceof type)) return false;
  // Read once: an array over a growable buffer may grow in another thread while it is copied.
  const { length } = value;
  if (length > max) return false;
  const each = array.BYTES_PER_ELEMENT;
  const start = claimTail(memory, fieldBytes, length * each, length);
  array.set(value.subarray(0, length), start / each);
  return true;
}

/** A typed array of its own. @throws SnError `SN_BAD_RECORD` */
export function readTailNumbers<Array extends Numbers<unknown> & { readonly BYTES_PER_ELEMENT: number }>(
  memory: Memory,
  array: Array,
  fieldBytes: number,
  max: number,
  field: string,
): Array {
  const count = tailCount(memory, fieldBytes, max, field);
  const each = array.BYTES_PER_ELEMENT;
  const start = tailAt(memory, fieldBytes, count * each, field) / each;
  return array.slice(start, start + count);
}

/** The numbers in place: they change when the ring is used again. @throws SnError `SN_BAD_RECORD` */
export function viewTailNumbers<Array extends Numbers<unknown> & { readonly BYTES_PER_ELEMENT: number }>(
  memory: Memory,
  array: Array,
  fieldBytes: number,
  max: number,
  field: string,
): Array {
  const count = tailCount(memory, fieldBytes, max, field);
  const each = array.BYTES_PER_ELEMENT;
  const start = tailAt(memory, fieldBytes, count * each, field) / each;
  return array.subarray(start, start + count);
}

/** Writes text as UTF-8 into the tail; `false` when `value` is no string of up to `max` bytes, or has half a surrogate pair. */
export function writeTailUtf8(memory: Memory, fieldBytes: number, value: unknown, max: number): boolean {
  if (typeof value !== 'string') return false;
  const byteLength = utf8ByteLength(value);
  if (byteLength < 0 || byteLength > max) return false;
  const start = claimTail(memory, fieldBytes, byteLength, byteLength);
  return encodeUtf8(memory.u8, start, value, byteLength) === byteLength;
}

/** The text. @throws SnError `SN_BAD_RECORD` */
export function readTailUtf8(memory: Memory, fieldBytes: number, max: number, field: string): string {
  const byteLength = tailCount(memory, fieldBytes, max, field);
  return readLongUtf8(memory, tailAt(memory, fieldBytes, byteLength, field), byteLength, field);
}

/** Most bytes that so many items may take of a tail; 0 for what has no length, which its encoder refuses. */
export function tailBytes(count: unknown, eachBytes: number, max: number): number {
  return typeof count === 'number' && count > 0 ? ALIGN_BYTES + Math.min(count, max) * eachBytes : 0;
}

/** Most bytes that the UTF-8 of a string may take of a tail. */
export function tailBytesOfText(value: unknown, maxBytes: number): number {
  return typeof value === 'string' ? tailBytes(value.length * BYTES_PER_UNIT, 1, maxBytes) : 0;
}
