/**
 * UUIDs: 36 characters in lower case as 16 bytes, in the order in which they are written.
 */
import { byteTexts, digitOf } from './hex.js';
import type { Memory } from './memory.js';

const TEXT_LENGTH = 36;
const BYTES = 16;
/** The characters before which a dash stands, as the number of bytes written before it. */
const isDashBefore = (byte: number): boolean => byte === 4 || byte === 6 || byte === 8 || byte === 10;
const DASH = 0x2d;

/** Writes a UUID; `false`, and the bytes undefined, when `value` is none in lower case. */
export function writeUuid(memory: Memory, offsetBytes: number, value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== TEXT_LENGTH) return false;
  let at = 0;
  for (let byte = 0; byte < BYTES; byte++) {
    if (isDashBefore(byte) && value.charCodeAt(at++) !== DASH) return false;
    const high = digitOf(value.charCodeAt(at++));
    const low = digitOf(value.charCodeAt(at++));
    if ((high | low) < 0) return false;
    memory.u8[offsetBytes + byte] = (high << 4) | low;
  }
  return true;
}

/** Reads a UUID: any 16 bytes are one. */
export function readUuid(memory: Memory, offsetBytes: number): string {
  let text = '';
  for (let byte = 0; byte < BYTES; byte++) {
    if (isDashBefore(byte)) text += '-';
    text += byteTexts[memory.u8[offsetBytes + byte] as number];
  }
  return text;
}
