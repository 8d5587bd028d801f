/**
 * Hashing of routing keys: XXH32 (Yann Collet, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
 *
 * The same in every thread and every release, so that a key keeps its partition. Text is hashed over its UTF-8 bytes, bytes as
 * they are; whole numbers of 32 bits over their four bytes, other numbers over the eight bytes of their f64, bigints over the
 * eight bytes of their 64-bit form, all little-endian. Several fields are chained through the seed.
 *
 * What is the same value once it is sent has the same hash: 0 and -0, all NaNs, and numbers that are one f32.
 *
 * A key of the wrong type hashes to its seed and throws nothing: the encoder, which runs next, reports it better.
 */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const STRIPE_BYTES = 16;
/** Of the NaN that JavaScript itself makes; its low word is 0. */
const NAN_HIGH_WORD = 0x7ff8_0000;
const utf8 = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

/**
 * XXH32 of a text's UTF-8 bytes.
 *
 * One function, written out in place of calls to those below, and so too long for V8 to inline (460 bytes of bytecode): in an emitted
 * sender it would use up what may be inlined there at all, and a call of the encoder in its place costs more.
 *
 * @returns the hash as a signed number of 32 bits, as all of these do: a larger one would have to be allocated.
 */
export function hashText(text: string, seed: number): number {
  if (typeof text !== 'string') return seed;
  const { length } = text;
  // ASCII keys, the usual ones, are hashed from the string itself, a word at a time; whether they are is known at the end.
  let all = 0;
  let at = 0;
  let h = (seed + PRIME_5) | 0;
  if (length >= STRIPE_BYTES) {
    let a = (seed + PRIME_1 + PRIME_2) | 0;
    let b = (seed + PRIME_2) | 0;
    let c = seed | 0;
    let d = (seed - PRIME_1) | 0;
    for (; at < length; at++) all |= text.charCodeAt(at);
    if (all > 127) return hashBytes(utf8.encode(text), seed);
    for (at = 0; at + STRIPE_BYTES <= length; at += STRIPE_BYTES) {
      a = round(a, wordAt(text, at));
      b = round(b, wordAt(text, at + 4));
      c = round(c, wordAt(text, at + 8));
      d = round(d, wordAt(text, at + 12));
    }
    h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  }
  h = (h + length) | 0;
  for (; at + 4 <= length; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    all |= a | b | c | d;
    h = (h + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME_3)) | 0;
    h = Math.imul((h << 17) | (h >>> 15), PRIME_4);
  }
  for (; at < length; at++) {
    const a = text.charCodeAt(at);
    all |= a;
    h = (h + Math.imul(a, PRIME_5)) | 0;
    h = Math.imul((h << 11) | (h >>> 21), PRIME_1);
  }
  return all > 127 ? hashBytes(utf8.encode(text), seed) : avalanche(h);
}

/** Four characters of 7 bits as the word that their bytes make. */
function wordAt(text: string, at: number): number {
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}

/** XXH32 of a number: of its four bytes when it is a whole number of 32 bits, else of its f64. */
export function hashNumber(value: number, seed: number): number {
  if (typeof value !== 'number') return seed;
  if ((value | 0) === value) return avalanche(mixWord((seed + PRIME_5 + 4) | 0, value));
  // A NaN may be any of many bit patterns; all are one key.
  if (Number.isNaN(value)) return avalanche(mixWord(mixWord((seed + PRIME_5 + 8) | 0, 0), NAN_HIGH_WORD));
  scratch.setFloat64(0, value, true);
  return hashScratch(seed);
}

/** XXH32 of a number as an f32 field keeps it: rounded to the nearest one. */
export function hashF32(value: number, seed: number): number {
  return hashNumber(typeof value === 'number' ? Math.fround(value) : value, seed);
}

/** XXH32 of the eight bytes of a 64-bit whole number. */
export function hashBigInt(value: bigint, seed: number): number {
  if (typeof value !== 'bigint') return seed;
  scratch.setBigInt64(0, BigInt.asIntN(64, value), true);
  return hashScratch(seed);
}

/** XXH32 of an enum's value: text or number as it is, a truth value and null as the number 0 or 1. */
export function hashEnum(value: string | number | boolean | null, seed: number): number {
  if (typeof value === 'string') return hashText(value, seed);
  return hashNumber(typeof value === 'boolean' || value === null ? Number(value) : value, seed);
}

/** XXH32 of a truth value, as the number 0 or 1. */
export function hashBool(value: boolean, seed: number): number {
  return hashNumber(value ? 1 : 0, seed);
}

/** XXH32 of a point in time, as its milliseconds. */
export function hashDate(value: Date, seed: number): number {
  return value instanceof Date ? hashNumber(value.getTime(), seed) : seed;
}

/** XXH32 of bytes. */
export function hashBytes(bytes: Uint8Array, seed: number): number {
  if (!(bytes instanceof Uint8Array)) return seed;
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let at = 0;
  let h: number;
  if (length >= STRIPE_BYTES) {
    let a = (seed + PRIME_1 + PRIME_2) | 0;
    let b = (seed + PRIME_2) | 0;
    let c = seed | 0;
    let d = (seed - PRIME_1) | 0;
    for (; at + STRIPE_BYTES <= length; at += STRIPE_BYTES) {
      a = round(a, view.getInt32(at, true));
      b = round(b, view.getInt32(at + 4, true));
      c = round(c, view.getInt32(at + 8, true));
      d = round(d, view.getInt32(at + 12, true));
    }
    h = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    h = (seed + PRIME_5) | 0;
  }
  h = (h + length) | 0;
  for (; at + 4 <= length; at += 4) h = mixWord(h, view.getInt32(at, true));
  for (; at < length; at++) h = mixByte(h, view.getUint8(at));
  return avalanche(h);
}

function hashScratch(seed: number): number {
  const low = mixWord((seed + PRIME_5 + 8) | 0, scratch.getInt32(0, true));
  return avalanche(mixWord(low, scratch.getInt32(4, true)));
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function round(accumulator: number, word: number): number {
  return Math.imul(rotate((accumulator + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);
}

function mixWord(h: number, word: number): number {
  return Math.imul(rotate((h + Math.imul(word, PRIME_3)) | 0, 17), PRIME_4);
}

function mixByte(h: number, byte: number): number {
  return Math.imul(rotate((h + Math.imul(byte, PRIME_5)) | 0, 11), PRIME_1);
}

function avalanche(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 15), PRIME_2);
  x = Math.imul(x ^ (x >>> 13), PRIME_3);
  return x ^ (x >>> 16);
}
