/**
 * Default view: what the getter of a field that came later gives for a record that is older than the field, where the field's
 * default is an object, a list or a union.
 *
 * The default is written once, into memory of its own, and read like every other record: whatever holds of a field's views and values
 * holds of its default too. Emitted code makes one for each such field when its module loads.
 */
import { type Memory, memoryOf } from './memory.js';
import { align, beginTail } from './tail.js';

/** @param tailBytes - most bytes of the default's tail. @throws SnError `SN_FIELD_RANGE` when `value` is no value of the type. */
export function defaultView<View, Value>(
  viewClass: new (memory: Memory, offsetBytes: number) => View,
  encode: (value: Value, memory: Memory, offsetBytes: number) => void,
  value: Value,
  byteLength: number,
  tailBytes = 0,
): View {
  const wholeBytes = align(byteLength) + align(tailBytes);
  const memory = memoryOf(new ArrayBuffer(wholeBytes));
  beginTail(align(byteLength), wholeBytes);
  encode(value, memory, 0);
  return new viewClass(memory, 0);
}
