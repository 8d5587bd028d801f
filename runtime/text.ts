/**
 * Text: strings of fixed capacity in a record.
 *
 *      0        1                                    (n + 1) rounded up to 4
 *     +--------+--------------------------------+------+
 *     | length | bytes                          | zero |      length: u8; u16 for a utf8 of more than 255 bytes
 *     +--------+--------------------------------+------+
 *
 * The field starts on 4 bytes, so both directions go by words: a writer assembles them, length first, and a
 * reader takes them as the key of a cache, which gives a repeated text without allocating or looking at its
 * characters: up to 16 bytes from a cache with a key of four words, up to 64 from one with sixteen. Each text has two
 * places in a cache, and the caches belong to the thread that loaded this module. A writer finds the words of a text of 12
 * to 63 characters that it wrote before in the same way.
 *
 * I1  A length is read once, checked, then used: another thread may write while we read.
 * I2  A value out of the cache was decoded from exactly the words that found it.
 * I3  Nothing is written past the field, whatever the value.
 * I4  No text is mended in silence: what is no ASCII or no UTF-8 is refused in both directions.
 *
 * Cost where it was measured: writing 4 characters 8 ns, reading a repeated symbol 4 ns, a new one 45 ns.
 */
import { badRecord, clear } from './fields.js';
import type { Memory } from './memory.js';

/** Strings of up to so many bytes, their length included, are cached. */
const CACHED_BYTES = 16;
const CACHE_SLOT_BITS = 13;
const CACHE_SLOTS = 1 << CACHE_SLOT_BITS;
const WORDS_PER_SLOT = CACHED_BYTES / 4;
/** Beyond so many characters the platform's encoder is faster than a loop. */
const LOOP_MAX_LENGTH = 48;
const MAX_ASCII = 0x7f;
/** A utf8 of more bytes has a length of 16 bits. */
const NARROW_MAX_BYTES = 255;

/** What stands beside the length in a cached word 0, whose low byte is below 16: it keeps the three forms apart. */
const ASCII_MARK = 0;
const UTF8_MARK = 0x80;
const WIDE_UTF8_MARK = 0xc0;

type Mark = typeof ASCII_MARK | typeof UTF8_MARK | typeof WIDE_UTF8_MARK;

/** Methods of Node's `Buffer` that work on any `Uint8Array`, over shared memory too. */
interface NativeText {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, value: string, offset: number, length: number): number;
}

const native = (globalThis as { Buffer?: { prototype: NativeText } }).Buffer?.prototype;
const encoder = /* @__PURE__ */ new TextEncoder();
const strictDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Texts of up to so many bytes, their length included, are kept in the caches for longer ones. */
const LONG_CACHED_BYTES = 64;
const LONG_WORDS = LONG_CACHED_BYTES / 4;
const LONG_SLOT_BITS = 12;
const LONG_SLOTS = 1 << LONG_SLOT_BITS;
/** One in so many texts that are not found takes the place of what is there: two that meet do not drive each other out. */
const KEEP_ONE_IN = 4;

const longWords = /* @__PURE__ */ new Int32Array(LONG_SLOTS * LONG_WORDS);
/** Unused slots hold no text that could be found: the words of a longer one are never all zero. */
const longTexts: string[] = /* @__PURE__ */ new Array<string>(LONG_SLOTS).fill('');
const longScratchWords = /* @__PURE__ */ new Int32Array(LONG_WORDS);
const longScratchBytes = /* @__PURE__ */ new Uint8Array(longScratchWords.buffer);

/** Shorter texts are written faster by their characters (2 to 2.5 ns each) than by looking them up (20 ns in all). */
const WRITE_CACHED_MIN_LENGTH = 12;

/** Texts that were written, with their words and how many bytes they are: as many as characters where they are ASCII. */
const writtenTexts: string[] = /* @__PURE__ */ new Array<string>(LONG_SLOTS).fill('');
const writtenWords = /* @__PURE__ */ new Int32Array(LONG_SLOTS * LONG_WORDS);
const writtenBytes = /* @__PURE__ */ new Uint8Array(LONG_SLOTS);

/** Texts that were not found: tells when one is to be kept. */
let misses = 0;

const cachedWords = /* @__PURE__ */ new Int32Array(CACHE_SLOTS * WORDS_PER_SLOT);
/** All zero is the empty string, so that an unused slot is a right one. */
const cachedTexts: string[] = /* @__PURE__ */ new Array<string>(CACHE_SLOTS).fill('');
/** Words that are being decoded, and their bytes; in use within one call only. */
const scratchWords = /* @__PURE__ */ new Int32Array(WORDS_PER_SLOT);
const scratchBytes = /* @__PURE__ */ new Uint8Array(scratchWords.buffer);

/**
 * Writes up to `maxLength` characters of 7 bits and zeroes the rest of the field.
 *
 * @returns `false` when `value` is no such string; the field's bytes are then undefined.
 */
export function writeAscii(memory: Memory, offsetBytes: number, value: unknown, maxLength: number): boolean {
  if (typeof value !== 'string' || value.length > maxLength) return false;
  const endIndex = (offsetBytes + maxLength + 4) >> 2;
  return value.length < WRITE_CACHED_MIN_LENGTH
    ? writeWords(memory, offsetBytes, value, endIndex)
    : writeLongerAscii(memory, offsetBytes, value, endIndex);
}

/** Not part of `writeAscii`, so that it stays short enough to be inlined where short codes are written. */
function writeLongerAscii(memory: Memory, offsetBytes: number, value: string, endIndex: number): boolean {
  if (value.length >= LONG_CACHED_BYTES) return writeWords(memory, offsetBytes, value, endIndex);
  const slot = findWritten(value);
  if (slot >= 0) {
    return writtenBytes[slot] === value.length && writeKept(memory, offsetBytes, slot, endIndex);
  }
  if (!writeWords(memory, offsetBytes, value, endIndex)) return false;
  keepWritten(memory, offsetBytes, ~slot, value);
  return true;
}

/**
 * Writes up to `maxBytes` bytes of UTF-8 and zeroes the rest of the field.
 *
 * @returns `false` when `value` is no string, too long, or holds half of a surrogate pair; the field's bytes are
 * then undefined.
 */
export function writeUtf8(memory: Memory, offsetBytes: number, value: unknown, maxBytes: number): boolean {
  // A character takes at least one byte, so more characters than bytes cannot fit.
  if (typeof value !== 'string' || value.length > maxBytes) return false;
  if (maxBytes > NARROW_MAX_BYTES) return writeWideUtf8(memory, offsetBytes, value, maxBytes);
  const endIndex = (offsetBytes + maxBytes + 4) >> 2;
  const canBeKept = value.length >= WRITE_CACHED_MIN_LENGTH && value.length < LONG_CACHED_BYTES;
  const slot = canBeKept ? findWritten(value) : -1;
  if (slot >= 0) {
    return (writtenBytes[slot] as number) <= maxBytes && writeKept(memory, offsetBytes, slot, endIndex);
  }
  const isWritten =
    value.length > LOOP_MAX_LENGTH
      ? writeLongUtf8(memory, offsetBytes, value, maxBytes, endIndex)
      : writeWords(memory, offsetBytes, value, endIndex) ||
        writeCharacters(memory, offsetBytes, value, maxBytes, endIndex);
  if (isWritten && canBeKept) keepWritten(memory, offsetBytes, ~slot, value);
  return isWritten;
}

/**
 * Where a text of `WRITE_CACHED_MIN_LENGTH` characters or more is kept, or else at the neighbour of that slot: by its length
 * and three of its characters, in the middle and at the end, where the numbers in texts are that are otherwise the same. Each
 * character that is looked at costs 2 ns.
 */
function slotOf(text: string): number {
  const { length } = text;
  const mixed =
    text.charCodeAt(length >> 1) ^
    (text.charCodeAt(length - 2) << 8) ^
    (text.charCodeAt(length - 1) << 16) ^
    (length << 24);
  return Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1) >>> (32 - LONG_SLOT_BITS);
}

/** The slot that holds a text; where none does, the complement of the one where it would be, which is below 0. */
function findWritten(text: string): number {
  const slot = slotOf(text);
  if (writtenTexts[slot] === text) return slot;
  return writtenTexts[slot ^ 1] === text ? slot ^ 1 : ~slot;
}

/** Which of a pair of slots takes a new text: an empty one, or now and then the one whose turn it is; below 0 when none does. */
function slotToFill(texts: readonly string[], slot: number): number {
  if (texts[slot] === '') return slot;
  if (texts[slot ^ 1] === '') return slot ^ 1;
  misses += 1;
  return misses % KEEP_ONE_IN === 0 ? slot ^ ((misses / KEEP_ONE_IN) & 1) : -1;
}

/** Keeps the words of a text that was just written, now and then. */
function keepWritten(memory: Memory, offsetBytes: number, place: number, text: string): void {
  const byteLength = memory.u8[offsetBytes] as number;
  if (byteLength >= LONG_CACHED_BYTES) return;
  const slot = slotToFill(writtenTexts, place);
  if (slot < 0) return;
  const from = offsetBytes >> 2;
  const words = (byteLength + 4) >> 2;
  for (let at = 0; at < words; at++) writtenWords[slot * LONG_WORDS + at] = memory.i32[from + at] as number;
  writtenBytes[slot] = byteLength;
  writtenTexts[slot] = text;
}

/** Copies a kept text's words, length included, and zeroes the rest of the field. */
function writeKept(memory: Memory, offsetBytes: number, slot: number, endIndex: number): true {
  const { i32 } = memory;
  let from = slot * LONG_WORDS;
  const usedIndex = (offsetBytes + (writtenBytes[slot] as number) + 4) >> 2;
  let index = offsetBytes >> 2;
  while (index < usedIndex) i32[index++] = writtenWords[from++] as number;
  while (index < endIndex) i32[index++] = 0;
  return true;
}

function writeLongUtf8(
  memory: Memory,
  offsetBytes: number,
  value: string,
  maxBytes: number,
  endIndex: number,
): boolean {
  const byteLength = encodeUtf8(memory.u8, offsetBytes + 1, value, maxBytes);
  if (byteLength < 0) return false;
  memory.u8[offsetBytes] = byteLength;
  clear(memory.u8, offsetBytes + 1 + byteLength, endIndex << 2);
  return true;
}

/** Length and UTF-8, character by character: for short texts, where the call of the platform's encoder costs more. */
function writeCharacters(
  memory: Memory,
  offsetBytes: number,
  value: string,
  maxBytes: number,
  endIndex: number,
): boolean {
  const { u8 } = memory;
  const start = offsetBytes + 1;
  const limit = start + maxBytes;
  let at = start;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code <= MAX_ASCII) {
      if (at >= limit) return false;
      u8[at++] = code;
    } else if (code <= 0x7ff) {
      if (at + 2 > limit) return false;
      u8[at++] = 0xc0 | (code >> 6);
      u8[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0xd800 || code > 0xdfff) {
      if (at + 3 > limit) return false;
      u8[at++] = 0xe0 | (code >> 12);
      u8[at++] = 0x80 | ((code >> 6) & 0x3f);
      u8[at++] = 0x80 | (code & 0x3f);
    } else {
      const low = value.charCodeAt(index + 1);
      if (code > 0xdbff || (low & 0xfc00) !== 0xdc00 || at + 4 > limit) return false;
      const point = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
      u8[at++] = 0xf0 | (point >> 18);
      u8[at++] = 0x80 | ((point >> 12) & 0x3f);
      u8[at++] = 0x80 | ((point >> 6) & 0x3f);
      u8[at++] = 0x80 | (point & 0x3f);
      index++;
    }
  }
  u8[offsetBytes] = at - start;
  clear(u8, at, endIndex << 2);
  return true;
}

function writeWideUtf8(memory: Memory, offsetBytes: number, value: string, maxBytes: number): boolean {
  const start = offsetBytes + 2;
  const isWritten = value.length <= LOOP_MAX_LENGTH && writeCodes(memory.u8, start, value);
  const byteLength = isWritten ? value.length : encodeUtf8(memory.u8, start, value, maxBytes);
  if (byteLength < 0) return false;
  memory.u16[offsetBytes >> 1] = byteLength;
  clear(memory.u8, start + byteLength, (start + maxBytes + 3) & ~3);
  return true;
}

/** The bytes that it wrote; -1, and nothing written, when `value` has no UTF-8 or more than `maxBytes` of it. */
export function encodeUtf8(
  u8: Uint8Array<ArrayBufferLike>,
  start: number,
  value: string,
  maxBytes: number,
): number {
  const byteLength = utf8ByteLength(value);
  if (byteLength < 0 || byteLength > maxBytes) return -1;
  // Browsers do not encode into shared memory: the bytes are made beside it and copied.
  if (native === undefined) u8.set(encoder.encode(value), start);
  else native.utf8Write.call(u8, value, start, byteLength);
  return byteLength;
}

/** Reads what `writeAscii` wrote. @throws SnError `SN_BAD_RECORD` naming `field`. */
export function readAscii(memory: Memory, offsetBytes: number, maxLength: number, field: string): string {
  const word0 = memory.i32[offsetBytes >> 2] as number;
  const length = word0 & 0xff;
  if (length > maxLength) throw badRecord(field, length, `a length up to ${maxLength}`);
  if (length < 8) return readShort(memory, offsetBytes, word0, length, ASCII_MARK, field);
  if (length < CACHED_BYTES) return readMedium(memory, offsetBytes, word0, length + 1, ASCII_MARK, field);
  if (length < LONG_CACHED_BYTES) return readLong(memory, offsetBytes, word0, length, ASCII_MARK, field);
  return readLongAscii(memory, offsetBytes + 1, length, field);
}

/** Reads what `writeUtf8` wrote. @throws SnError `SN_BAD_RECORD` naming `field`. */
export function readUtf8(memory: Memory, offsetBytes: number, maxBytes: number, field: string): string {
  if (maxBytes > NARROW_MAX_BYTES) return readWideUtf8(memory, offsetBytes, maxBytes, field);
  const word0 = memory.i32[offsetBytes >> 2] as number;
  const length = word0 & 0xff;
  if (length > maxBytes) throw badRecord(field, length, `a length up to ${maxBytes}`);
  if (length < 8) return readShort(memory, offsetBytes, word0, length, UTF8_MARK, field);
  if (length < CACHED_BYTES) return readMedium(memory, offsetBytes, word0, length + 1, UTF8_MARK, field);
  if (length < LONG_CACHED_BYTES) return readLong(memory, offsetBytes, word0, length, UTF8_MARK, field);
  return readLongUtf8(memory, offsetBytes + 1, length, field);
}

function readWideUtf8(memory: Memory, offsetBytes: number, maxBytes: number, field: string): string {
  const word0 = memory.i32[offsetBytes >> 2] as number;
  const length = word0 & 0xffff;
  if (length > maxBytes) throw badRecord(field, length, `a length up to ${maxBytes}`);
  if (length + 2 <= CACHED_BYTES) {
    return readMedium(memory, offsetBytes, word0, length + 2, WIDE_UTF8_MARK, field);
  }
  return readLongUtf8(memory, offsetBytes + 2, length, field);
}

/**
 * Length and 7-bit characters, assembled into words up to `endIndex`; `false` when a character has more bits.
 *
 * Unrolling by four gains 15 % here and loses more where the encoder is inlined: its size counts there.
 */
function writeWords(memory: Memory, offsetBytes: number, value: string, endIndex: number): boolean {
  const { i32 } = memory;
  const length = value.length;
  let index = offsetBytes >> 2;
  let word = length;
  let shift = 8;
  let seen = 0;
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    seen |= code;
    word |= code << shift;
    shift += 8;
    if (shift === 32) {
      if (seen > MAX_ASCII) return false;
      i32[index++] = word;
      word = 0;
      shift = 0;
    }
  }
  if (index < endIndex) i32[index++] = word;
  while (index < endIndex) i32[index++] = 0;
  return seen <= MAX_ASCII;
}

/** The same in bytes, without the length: for text that does not start at the second byte of a word. */
function writeCodes(u8: Uint8Array<ArrayBufferLike>, start: number, value: string): boolean {
  let seen = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    seen |= code;
    u8[start + at] = code;
  }
  return seen <= MAX_ASCII;
}

/** Text in the first two words: up to 7 bytes and an 8-bit length. */
function readShort(
  memory: Memory,
  offsetBytes: number,
  firstWord: number,
  length: number,
  mark: Mark,
  field: string,
): string {
  const word0 = firstWord | mark;
  const word1 = length < 4 ? 0 : (memory.i32[(offsetBytes + 4) >> 2] as number);
  const slot = Math.imul(word0 ^ Math.imul(word1, 0x85ebca6b), 0x9e3779b1) >>> (32 - CACHE_SLOT_BITS);
  const at = slot * WORDS_PER_SLOT;
  if (cachedWords[at] === word0 && cachedWords[at + 1] === word1) return cachedTexts[slot] as string;
  return fillSlot(slot, word0, word1, 0, 0, mark, field);
}

/** Text in the first `usedBytes` bytes, length included: four words at most. */
function readMedium(
  memory: Memory,
  offsetBytes: number,
  firstWord: number,
  usedBytes: number,
  mark: Mark,
  field: string,
): string {
  const { i32 } = memory;
  const index = offsetBytes >> 2;
  const word0 = firstWord | mark;
  // Words beyond the text may belong to another field: they are not part of the key.
  const word1 = usedBytes > 4 ? (i32[index + 1] as number) : 0;
  const word2 = usedBytes > 8 ? (i32[index + 2] as number) : 0;
  const word3 = usedBytes > 12 ? (i32[index + 3] as number) : 0;
  const mixed = Math.imul(word1, 0x85ebca6b) ^ Math.imul(word2, 0xc2b2ae35) ^ Math.imul(word3, 0x27d4eb2f);
  const slot = Math.imul(word0 ^ mixed, 0x9e3779b1) >>> (32 - CACHE_SLOT_BITS);
  const at = slot * WORDS_PER_SLOT;
  if (
    cachedWords[at] === word0 &&
    cachedWords[at + 1] === word1 &&
    cachedWords[at + 2] === word2 &&
    cachedWords[at + 3] === word3
  ) {
    return cachedTexts[slot] as string;
  }
  return fillSlot(slot, word0, word1, word2, word3, mark, field);
}

/**
 * Text of 16 to 63 bytes behind a length of one. Its place in the cache comes from three of its words; whether it is there is told by
 * all of them, each read once for that.
 */
function readLong(
  memory: Memory,
  offsetBytes: number,
  firstWord: number,
  length: number,
  mark: typeof ASCII_MARK | typeof UTF8_MARK,
  field: string,
): string {
  const { i32 } = memory;
  const index = offsetBytes >> 2;
  const words = (length + 4) >> 2;
  const word0 = firstWord | mark;
  const mixed =
    Math.imul(i32[index + (words >> 1)] as number, 0x85ebca6b) ^
    Math.imul(i32[index + words - 2] as number, 0xc2b2ae35) ^
    Math.imul(i32[index + words - 1] as number, 0x27d4eb2f);
  const slot = Math.imul(word0 ^ mixed ^ (mixed >>> 15), 0x9e3779b1) >>> (32 - LONG_SLOT_BITS);
  if (isAt(slot, i32, index, word0, words)) return longTexts[slot] as string;
  if (isAt(slot ^ 1, i32, index, word0, words)) return longTexts[slot ^ 1] as string;
  longScratchWords[0] = word0;
  for (let at = 1; at < words; at++) longScratchWords[at] = i32[index + at] as number;
  return fillLong(slot, words, length, mark, field);
}

/** Whether a slot holds these words. */
function isAt(
  slot: number,
  i32: Int32Array<ArrayBufferLike>,
  index: number,
  word0: number,
  words: number,
): boolean {
  const start = slot * LONG_WORDS;
  if (longWords[start] !== word0) return false;
  for (let at = 1; at < words; at++) if (longWords[start + at] !== i32[index + at]) return false;
  return true;
}

function fillLong(
  place: number,
  words: number,
  length: number,
  mark: typeof ASCII_MARK | typeof UTF8_MARK,
  field: string,
): string {
  // Ours alone, and not shared: no second look at the memory.
  let seen = 0;
  for (let at = 1; at <= length; at++) seen |= longScratchBytes[at] as number;
  const text = seen > MAX_ASCII ? manyBytes(length, mark, field) : oneByteEach(length, field);
  const slot = slotToFill(longTexts, place);
  if (slot < 0) return text;
  for (let at = 0; at < words; at++) longWords[slot * LONG_WORDS + at] = longScratchWords[at] as number;
  longTexts[slot] = text;
  return text;
}

function oneByteEach(length: number, field: string): string {
  if (native !== undefined) return native.latin1Slice.call(longScratchBytes, 1, 1 + length);
  return decodeStrictly(longScratchBytes.subarray(1, 1 + length), field);
}

function manyBytes(length: number, mark: typeof ASCII_MARK | typeof UTF8_MARK, field: string): string {
  const bytes = longScratchBytes.subarray(1, 1 + length);
  if (mark === ASCII_MARK) throw notAscii(bytes, field);
  if (native !== undefined) {
    const text = native.utf8Slice.call(bytes, 0, length);
    if (!text.includes('\ufffd')) return text;
  }
  return decodeStrictly(bytes, field);
}

/** Decodes words that were read already, never memory, and keeps the text for the next time; unless the neighbour has it. */
function fillSlot(
  place: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
  mark: Mark,
  field: string,
): string {
  const beside = (place ^ 1) * WORDS_PER_SLOT;
  if (
    cachedWords[beside] === word0 &&
    cachedWords[beside + 1] === word1 &&
    cachedWords[beside + 2] === word2 &&
    cachedWords[beside + 3] === word3
  ) {
    return cachedTexts[place ^ 1] as string;
  }
  scratchWords[0] = word0;
  scratchWords[1] = word1;
  scratchWords[2] = word2;
  scratchWords[3] = word3;
  const start = mark === WIDE_UTF8_MARK ? 2 : 1;
  const end = start + (word0 & 0x0f);
  let seen = 0;
  for (let at = start; at < end; at++) seen |= scratchBytes[at] as number;
  if (seen > MAX_ASCII && mark === ASCII_MARK) throw notAscii(scratchBytes.subarray(start, end), field);
  const text =
    seen <= MAX_ASCII ? fromScratch(start, end) : decodeStrictly(scratchBytes.subarray(start, end), field);
  const slot = slotToFill(cachedTexts, place);
  if (slot < 0) return text;
  const at = slot * WORDS_PER_SLOT;
  cachedWords[at] = word0;
  cachedWords[at + 1] = word1;
  cachedWords[at + 2] = word2;
  cachedWords[at + 3] = word3;
  cachedTexts[slot] = text;
  return text;
}

/** The 7-bit characters in the scratch bytes; groups of four, since each call costs more than its characters. */
function fromScratch(start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(codeAt(at), codeAt(at + 1), codeAt(at + 2), codeAt(at + 3));
  }
  switch (end - at) {
    case 1:
      return text + String.fromCharCode(codeAt(at));
    case 2:
      return text + String.fromCharCode(codeAt(at), codeAt(at + 1));
    case 3:
      return text + String.fromCharCode(codeAt(at), codeAt(at + 1), codeAt(at + 2));
    default:
      return text;
  }
}

function codeAt(at: number): number {
  return scratchBytes[at] as number;
}

function readLongAscii(memory: Memory, start: number, length: number, field: string): string {
  const text =
    native === undefined
      ? decodeStrictly(memory.u8.slice(start, start + length), field)
      : native.latin1Slice.call(memory.u8, start, start + length);
  // Judged by the string, which is ours, and not by the bytes, which may have changed since.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > MAX_ASCII) throw notAscii([code], field);
  }
  return text;
}

export function readLongUtf8(memory: Memory, start: number, length: number, field: string): string {
  if (native !== undefined) {
    const text = native.utf8Slice.call(memory.u8, start, start + length);
    // Bytes that are no UTF-8 come out as U+FFFD, but so do the bytes of U+FFFD: then the strict way decides.
    if (!text.includes('\ufffd')) return text;
  }
  return decodeStrictly(memory.u8.slice(start, start + length), field);
}

/** @param bytes - not over shared memory, which browsers' decoders refuse. */
function decodeStrictly(bytes: Uint8Array, field: string): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    throw badRecord(field, bytes, 'valid UTF-8');
  }
}

function notAscii(codes: Iterable<number>, field: string): Error {
  const found = [...codes].find((code) => code > MAX_ASCII);
  return badRecord(field, found, 'bytes up to 127');
}

/** Bytes of the UTF-8 of `value`; -1 when it holds half of a surrogate pair, which has no UTF-8. */
export function utf8ByteLength(value: string): number {
  let byteLength = value.length;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code <= MAX_ASCII) continue;
    if (code <= 0x7ff) byteLength += 1;
    else if (code < 0xd800 || code > 0xdfff) byteLength += 2;
    else {
      const isPair = code < 0xdc00 && at + 1 < value.length && (value.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
      if (!isPair) return -1;
      // Four bytes for two code units.
      byteLength += 2;
      at++;
    }
  }
  return byteLength;
}
