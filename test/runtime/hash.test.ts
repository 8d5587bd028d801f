import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashBigInt,
  hashBool,
  hashBytes,
  hashDate,
  hashEnum,
  hashF32,
  hashNumber,
  hashText,
} from '../../runtime/hash.js';

const utf8 = new TextEncoder();
const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

/** Published results of XXH32: text, seed, hash. */
const vectors: readonly (readonly [string, number, number])[] = [
  ['', 0, 0x02cc5d05],
  ['', 2654435761, 0x36b78ae7],
  ['a', 0, 0x550d7456],
  ['ab', 0, 0x4999fc53],
  ['abc', 0, 0x32d153ff],
  ['abcd', 0, 0xa3643705],
  ['abcde', 0, 0x9738f19b],
  ['abcdef', 0, 0x8b7cd587],
  ['abcdefg', 0, 0x9dd093b3],
  ['abcdefgh', 0, 0x0bb3c6bb],
  ['abcdefghi', 0, 0xd03c13fd],
  ['abcdefghij', 0, 0x8b988cfe],
  ['message digest', 0, 0x7c948494],
  ['123456789ABCDEF', 0, 0x576e3cf9],
  ['abcdefghijklmnop', 0, 0x9d2d8b62],
  ['abcdefghijklmnopqrstuvwxyz', 0, 0x63a14d5f],
  ['abcdefghijklmnopqrstuvwxyz0123456789', 0, 0x42ae804d],
  ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 0, 0x9c285e64],
  ['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 0, 0x9c05f475],
  ['', 0x12345678, 0xbd209070],
  ['0', 0x12345678, 0xf53c91ba],
  ['0123', 0x12345678, 0x405c9efd],
  ['012345', 0x12345678, 0xa4a6ac60],
];

const PRIME = 0x9e3779b1;

/** The bytes over which the reference implementation checks itself (`tests/sanity_test.c`): the top bytes of powers of a prime. */
function sanityBytes(length: number): Uint8Array {
  let power = BigInt(PRIME);
  return Uint8Array.from({ length }, () => {
    const byte = Number(power >> 56n);
    power = BigInt.asUintN(64, power * 0x9e3779b185ebca8dn);
    return byte;
  });
}

/** Its results: length, seed, hash. */
const sanity: readonly (readonly [number, number, number])[] = [
  [0, 0, 0x02cc5d05],
  [0, PRIME, 0x36b78ae7],
  [1, 0, 0xcf65b03e],
  [1, PRIME, 0xb4545aa4],
  [14, 0, 0x1208e7e2],
  [14, PRIME, 0x6af1d1fe],
  [222, 0, 0x5bd11dbd],
  [222, PRIME, 0x58803c5f],
];

describe('XXH32', () => {
  it.each(sanity)(
    'of the %i bytes of the reference implementation with seed %i is its own',
    (length, seed, hash) => {
      expect(hashBytes(sanityBytes(length), seed) >>> 0).toBe(hash);
    },
  );

  it.each(vectors)('of %j with seed %i is as published', (text, seed, hash) => {
    expect(hashBytes(utf8.encode(text), seed) >>> 0).toBe(hash);
    expect(hashText(text, seed) >>> 0).toBe(hash);
  });

  it('of text is that of its UTF-8 bytes', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ maxLength: 24 }),
      fc.string({ unit: 'binary-ascii', minLength: 14, maxLength: 100 }),
      // Two, three and four bytes, and halves of a pair, which UTF-8 cannot hold.
      fc.string({ unit: fc.constantFrom('a', 'z', 'ß', '€', '😀', '\ud800', '\udc00'), maxLength: 20 }),
    );
    fc.assert(
      fc.property(texts, seeds, (text, seed) => {
        expect(hashText(text, seed)).toBe(hashBytes(utf8.encode(text), seed));
      }),
      { numRuns: 500 },
    );
  });

  it('of bytes does not depend on where they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 7 }), (bytes, offset) => {
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        expect(hashBytes(moved.subarray(offset), 5)).toBe(hashBytes(bytes, 5));
      }),
    );
  });

  it('of whole 32-bit numbers is that of their four bytes, of others that of their f64', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), seeds, (value, seed) => {
        const isWhole = (value | 0) === value;
        const bytes = new DataView(new ArrayBuffer(isWhole ? 4 : 8));
        if (isWhole) bytes.setInt32(0, value, true);
        else bytes.setFloat64(0, value, true);
        expect(hashNumber(value, seed)).toBe(hashBytes(new Uint8Array(bytes.buffer), seed));
      }),
    );
  });

  it('of a bigint is that of its 64-bit form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        const bytes = new DataView(new ArrayBuffer(8));
        bytes.setBigInt64(0, BigInt.asIntN(64, value), true);
        expect(hashBigInt(value, 0)).toBe(hashBytes(new Uint8Array(bytes.buffer), 0));
      }),
    );
  });

  it('of enums, truth values and dates is that of what stands for them', () => {
    expect(hashEnum('red', 1)).toBe(hashText('red', 1));
    expect(hashEnum(4, 1)).toBe(hashNumber(4, 1));
    expect(hashBool(true, 1)).toBe(hashNumber(1, 1));
    expect(hashDate(new Date(1e12), 1)).toBe(hashNumber(1e12, 1));
  });

  it('of what is the same once it is sent is the same', () => {
    expect(hashNumber(-0, 3)).toBe(hashNumber(0, 3));
    expect(hashF32(0.1, 3)).toBe(hashF32(Math.fround(0.1), 3));
    expect(hashF32(7, 3)).toBe(hashNumber(7, 3));
    const nans = [0x7ff8_0000_0000_0000n, 0x7ff8_0000_0000_0001n, 0xfff8_1234_5678_9abcn].map((bits) => {
      const word = new BigUint64Array([bits]);
      return new Float64Array(word.buffer)[0] as number;
    });
    for (const nan of nans) expect(hashNumber(nan, 3)).toBe(hashNumber(Number.NaN, 3));
    const canonical = new Uint8Array([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
    expect(hashNumber(Number.NaN, 3)).toBe(hashBytes(canonical, 3));
  });

  it('of a key of the wrong type is its seed', () => {
    const wrong = undefined as never;
    const all = [hashText, hashNumber, hashF32, hashBigInt, hashDate, hashBytes];
    for (const hash of all) expect(hash(wrong, 77)).toBe(77);
  });
});
