/**
 * Field types with an exact layout, each a Zod type that also validates.
 *
 * The layout is kept inside the type's Zod definition under a symbol. Zod copies the definition whenever it
 * derives a schema (`.min()`, `.refine()`, `.describe()`, `.meta()`), so the layout survives where an entry
 * in a registry would be lost; the symbol is shared by all copies of this module.
 *
 * No function here throws: a bad parameter is recorded as it is, and `describeTopology` reports it.
 */
import { z } from 'zod';
import type { NumberElement } from './descriptor.js';

const LAYOUT_MARK = Symbol.for('sn-gen.layout');

type PlainKind = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64' | 'bool';

/** What a field function recorded: a kind, and for what has a size the user's limit, not checked yet. */
export type LayoutMark =
  | { readonly kind: PlainKind }
  | { readonly kind: 'ascii' | 'utf8' | 'bytes'; readonly limit: unknown }
  | { readonly kind: 'numbers'; readonly element: NumberElement; readonly limit: unknown };

/** A whole number from 0 to 255; one byte. */
export const u8 = () => withLayout({ kind: 'u8' }, z.int().min(0).max(255));
/** A whole number from -128 to 127; one byte. */
export const i8 = () => withLayout({ kind: 'i8' }, z.int().min(-128).max(127));
/** A whole number from 0 to 65,535; two bytes. */
export const u16 = () => withLayout({ kind: 'u16' }, z.int().min(0).max(65_535));
/** A whole number from -32,768 to 32,767; two bytes. */
export const i16 = () => withLayout({ kind: 'i16' }, z.int().min(-32_768).max(32_767));
/** A whole number from 0 to 2^32 - 1; four bytes. The same as `z.uint32()`. */
export const u32 = () => withLayout({ kind: 'u32' }, z.uint32());
/** A whole number from -2^31 to 2^31 - 1; four bytes. The same as `z.int32()`. */
export const i32 = () => withLayout({ kind: 'i32' }, z.int32());
/** A bigint from 0 to 2^64 - 1; eight bytes. Bigints allocate: prefer `u32()` or `z.int()` where they do. */
export const u64 = () => withLayout({ kind: 'u64' }, z.uint64());
/** A bigint from -2^63 to 2^63 - 1; eight bytes. Bigints allocate: prefer `i32()` or `z.int()` where they do. */
export const i64 = () => withLayout({ kind: 'i64' }, z.int64());
/** A number, rounded to 24 significant bits; four bytes. */
export const f32 = () => withLayout({ kind: 'f32' }, z.float32());
/** A number as JavaScript has it; eight bytes. The same as `z.number()`. */
export const f64 = () => withLayout({ kind: 'f64' }, z.float64());
/** True or false; one bit. The same as `z.boolean()`. */
export const bool = () => withLayout({ kind: 'bool' }, z.boolean());

/**
 * Text of up to `maxLength` characters of 7 bits: codes, symbols, identifiers. The fastest text there is.
 *
 * @param maxLength 1 to 255.
 * @example `origin: ascii(3)` holds `'SFO'`.
 */
export function ascii(maxLength: number) {
  const type = z.string().refine((text) => text.length <= maxLength && isAscii(text), {
    error: () => `must be at most ${maxLength} ASCII characters`,
  });
  return withLayout({ kind: 'ascii', limit: maxLength }, type);
}

/**
 * Text of up to `maxBytes` bytes in UTF-8. A character takes one to four of them; lone surrogates are refused,
 * since UTF-8 has no bytes for them.
 *
 * @param maxBytes 1 to 65,535.
 */
export function utf8(maxBytes: number) {
  const type = z.string().refine((text) => utf8ByteLength(text) <= maxBytes, {
    error: () => `must be at most ${maxBytes} bytes of UTF-8`,
  });
  return withLayout({ kind: 'utf8', limit: maxBytes }, type);
}

/**
 * Up to `maxBytes` raw bytes, as a `Uint8Array`.
 *
 * @param maxBytes 1 to 65,535.
 */
export function bytes(maxBytes: number) {
  const type = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength <= maxBytes, {
    error: () => `must be a Uint8Array of at most ${maxBytes} bytes`,
  });
  return withLayout({ kind: 'bytes', limit: maxBytes }, type);
}

/** Up to `max` items of `type`. The same as `z.array(type).max(max)`. */
export const list = <Type extends z.core.$ZodType>(type: Type, max: number) =>
  // Zod compares its bounds, and throws on some values that are no number.
  z.array(type).max(typeof max === 'number' ? max : Number.NaN);

/**
 * A truth value for each name; eight take one byte.
 *
 * @example `access: flags(['read', 'write'])` holds `{ read: true, write: false }`.
 */
export function flags<const Name extends string>(names: readonly Name[]) {
  return z.object(
    Object.fromEntries([names].flat().map((name) => [name, z.boolean()])) as Record<Name, z.ZodBoolean>,
  );
}

/** An `Int8Array` of up to `max` numbers. For `Uint8Array` see `bytes`. */
export const i8Array = (max: number) => numbers<Int8Array>('i8', Int8Array, max);
/** A `Uint16Array` of up to `max` numbers. */
export const u16Array = (max: number) => numbers<Uint16Array>('u16', Uint16Array, max);
/** An `Int16Array` of up to `max` numbers. */
export const i16Array = (max: number) => numbers<Int16Array>('i16', Int16Array, max);
/** A `Uint32Array` of up to `max` numbers. */
export const u32Array = (max: number) => numbers<Uint32Array>('u32', Uint32Array, max);
/** An `Int32Array` of up to `max` numbers. */
export const i32Array = (max: number) => numbers<Int32Array>('i32', Int32Array, max);
/** A `Float32Array` of up to `max` numbers, any number: NaN and Infinity too. */
export const f32Array = (max: number) => numbers<Float32Array>('f32', Float32Array, max);
/** A `Float64Array` of up to `max` numbers, any number: NaN and Infinity too. */
export const f64Array = (max: number) => numbers<Float64Array>('f64', Float64Array, max);
/** A `BigUint64Array` of up to `max` bigints. */
export const u64Array = (max: number) => numbers<BigUint64Array>('u64', BigUint64Array, max);
/** A `BigInt64Array` of up to `max` bigints. */
export const i64Array = (max: number) => numbers<BigInt64Array>('i64', BigInt64Array, max);

function numbers<Numbers extends { readonly length: number }>(
  element: NumberElement,
  array: abstract new (...args: never[]) => Numbers,
  max: number,
) {
  const type = z.custom<Numbers>((value) => value instanceof array && value.length <= max, {
    error: () => `must be a ${array.name} of at most ${max} numbers`,
  });
  return withLayout({ kind: 'numbers', element, limit: max }, type);
}

/** The layout that a Zod definition carries, if one of the functions above made it. */
export function layoutMarkOf(def: object): LayoutMark | undefined {
  return (def as { readonly [LAYOUT_MARK]?: LayoutMark })[LAYOUT_MARK];
}

function withLayout<Type extends z.core.$ZodType>(mark: LayoutMark, type: Type): Type {
  Object.defineProperty(type._zod.def, LAYOUT_MARK, { value: Object.freeze(mark), enumerable: true });
  return type;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Bytes that the text takes in UTF-8; infinitely many where it has a lone surrogate. */
function utf8ByteLength(text: string): number {
  let byteLength = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return Number.POSITIVE_INFINITY;
    byteLength += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return byteLength;
}
