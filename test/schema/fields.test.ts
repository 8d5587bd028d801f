import {
  ascii,
  bool,
  bytes,
  f32,
  f32Array,
  f64,
  f64Array,
  flags,
  i8,
  i8Array,
  i16,
  i16Array,
  i32,
  i32Array,
  i64,
  i64Array,
  list,
  u8,
  u16,
  u16Array,
  u32,
  u32Array,
  u64,
  u64Array,
  utf8,
} from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import { layoutMarkOf } from '../../schema/fields.js';

const accepts = (type: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  type.safeParse(value).success;

describe('field types validate as Zod types', () => {
  test.each([
    ['u8', u8(), [0, 255], [-1, 256, 0.5, '1', 1n]],
    ['i8', i8(), [-128, 127], [-129, 128]],
    ['u16', u16(), [0, 65_535], [-1, 65_536]],
    ['i16', i16(), [-32_768, 32_767], [-32_769, 32_768]],
    ['u32', u32(), [0, 2 ** 32 - 1], [-1, 2 ** 32]],
    ['i32', i32(), [-(2 ** 31), 2 ** 31 - 1], [-(2 ** 31) - 1, 2 ** 31]],
    ['f32', f32(), [0, 1.5, -3e38], [4e38, '1']],
    ['f64', f64(), [0, Number.MAX_VALUE], ['1', 1n]],
    ['u64', u64(), [0n, 2n ** 64n - 1n], [-1n, 2n ** 64n, 1]],
    ['i64', i64(), [-(2n ** 63n), 2n ** 63n - 1n], [2n ** 63n, 1]],
    ['bool', bool(), [true, false], [0, 'true']],
  ] as const)('%s accepts its range and nothing else', (_name, type, right, wrong) => {
    for (const value of right) expect(accepts(type, value), `${value}`).toBe(true);
    for (const value of wrong) expect(accepts(type, value), `${value}`).toBe(false);
  });

  test('ascii refuses what is too long or not 7 bits', () => {
    expect(accepts(ascii(3), '')).toBe(true);
    expect(accepts(ascii(3), 'SFO')).toBe(true);
    expect(accepts(ascii(3), 'SFOX')).toBe(false);
    expect(accepts(ascii(3), 'é')).toBe(false);
    expect(accepts(ascii(3), 3)).toBe(false);
  });

  test('utf8 counts bytes, not code points or code units', () => {
    expect(accepts(utf8(4), '😀')).toBe(true);
    expect(accepts(utf8(3), '😀')).toBe(false);
    expect(accepts(utf8(3), '€')).toBe(true);
    expect(accepts(utf8(2), 'é')).toBe(true);
    expect(accepts(utf8(1), 'é')).toBe(false);
  });

  test('utf8 refuses lone surrogates, which have no bytes', () => {
    expect(accepts(utf8(100), '\ud83d')).toBe(false);
    expect(accepts(utf8(100), 'a\ude00')).toBe(false);
  });

  test('bytes takes a Uint8Array up to its limit', () => {
    expect(accepts(bytes(2), new Uint8Array(2))).toBe(true);
    expect(accepts(bytes(2), new Uint8Array(3))).toBe(false);
    expect(accepts(bytes(2), [1, 2])).toBe(false);
    expect(accepts(bytes(2), new Uint16Array(1))).toBe(false);
  });

  test.each([
    ['i8Array', i8Array, Int8Array],
    ['u16Array', u16Array, Uint16Array],
    ['i16Array', i16Array, Int16Array],
    ['u32Array', u32Array, Uint32Array],
    ['i32Array', i32Array, Int32Array],
    ['f32Array', f32Array, Float32Array],
    ['f64Array', f64Array, Float64Array],
    ['u64Array', u64Array, BigUint64Array],
    ['i64Array', i64Array, BigInt64Array],
  ] as const)('%s takes its typed array up to its limit', (_name, type, Numbers) => {
    expect(accepts(type(2), new Numbers(0))).toBe(true);
    expect(accepts(type(2), new Numbers(2))).toBe(true);
    expect(accepts(type(2), new Numbers(3))).toBe(false);
    expect(accepts(type(2), new Uint8Array(2))).toBe(false);
    expect(accepts(type(2), [1, 2])).toBe(false);
    expect(type(2).safeParse([]).error?.issues[0]?.message).toBe(
      `must be a ${Numbers.name} of at most 2 numbers`,
    );
  });

  test('list takes an array up to its limit, of its type', () => {
    expect(accepts(list(u8(), 2), [])).toBe(true);
    expect(accepts(list(u8(), 2), [1, 2])).toBe(true);
    expect(accepts(list(u8(), 2), [1, 2, 3])).toBe(false);
    expect(accepts(list(u8(), 2), [256])).toBe(false);
    expect(accepts(list(list(u8(), 1), 2), [[1], [1, 2]])).toBe(false);
  });

  test('flags takes a truth value for each name', () => {
    expect(accepts(flags(['read', 'write']), { read: true, write: false })).toBe(true);
    expect(accepts(flags(['read', 'write']), { read: true })).toBe(false);
    expect(accepts(flags(['read']), { read: 1 })).toBe(false);
  });

  test('a refused value says the limit', () => {
    expect(ascii(3).safeParse('SFOX').error?.issues[0]?.message).toBe('must be at most 3 ASCII characters');
    expect(utf8(1).safeParse('é').error?.issues[0]?.message).toBe('must be at most 1 bytes of UTF-8');
    expect(bytes(1).safeParse('x').error?.issues[0]?.message).toBe('must be a Uint8Array of at most 1 bytes');
  });
});

describe('layout marks', () => {
  test('survive every way of deriving a schema that keeps the type', () => {
    const derived = [
      ascii(3).describe('code'),
      ascii(3).meta({ id: 'Code' }).describe('code'),
      ascii(3).brand('Code'),
      ascii(3)
        .min(1)
        .regex(/^[A-Z]*$/),
      ascii(3).refine((text) => text !== 'XXX'),
    ];
    for (const type of derived) {
      expect(layoutMarkOf(type._zod.def)).toEqual({ kind: 'ascii', limit: 3 });
      expect(accepts(type, 'SFOX')).toBe(false);
    }
  });

  test('are not on types of Zod itself, nor on what wraps ours', () => {
    expect(layoutMarkOf(ascii(3).optional()._zod.def)).toBeUndefined();
    expect(layoutMarkOf(ascii(3)._zod.def)).toEqual({ kind: 'ascii', limit: 3 });
  });

  test('record bad parameters without throwing', () => {
    for (const names of [undefined, null, 3, 'a', {}, [{}, 3n, null]])
      expect(() => flags(names as never)).not.toThrow();
    for (const limit of [0, -1, 1.5, Number.NaN, 1e9, '3', null, {}, Object.create(null), 3n]) {
      for (const field of [ascii, utf8, bytes, i8Array, u64Array, f64Array])
        expect(() => field(limit as number)).not.toThrow();
      expect(() => list(limit as never, limit as number)).not.toThrow();
    }
  });
});
