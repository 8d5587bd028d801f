/**
 * Golden vectors: a value of every kind of type, at its limits, and the bytes of its record.
 *
 * Written down to be read: eight bytes a word, in the order of memory, checked by eye against the rules in
 * `schema/struct.ts` and `schema/field-kinds.ts`. They change only when the format of records does, and then every
 * two sides that talk by it must change together.
 */
import type { NumberElement, TypeDescriptor } from '../../schema/descriptor.js';
import { type Fields, fieldsOf, objectOf } from './compile.js';
import type { Value } from './reference.js';

export interface Vector {
  readonly name: string;
  readonly fields: Fields;
  readonly value: Value;
  /** What is decoded, where it is not what was encoded. */
  readonly decoded?: Value;
  /** Over zeroed memory. */
  readonly hex: string;
}

const BOOL: TypeDescriptor = { kind: 'bool' };
const U8: TypeDescriptor = { kind: 'u8' };
const U16: TypeDescriptor = { kind: 'u16' };
const F64: TypeDescriptor = { kind: 'f64' };

/** Two options; the second by either of two values. */
const SHAPE: TypeDescriptor = {
  kind: 'union',
  discriminator: 'kind',
  options: [
    { values: ['circle'], fields: fieldsOf({ kind: { kind: 'enum', values: ['circle'] }, radius: F64 }) },
    {
      values: ['square', 'box'],
      fields: fieldsOf({ kind: { kind: 'enum', values: ['square', 'box'] }, side: U16 }),
    },
  ],
};

export const VECTORS: readonly Vector[] = [
  {
    name: 'no fields',
    fields: {},
    value: {},
    hex: '',
  },
  {
    name: 'u8',
    fields: { least: U8, most: U8 },
    value: { least: 0, most: 255 },
    hex: '00ff000000000000',
  },
  {
    name: 'i8',
    fields: { least: { kind: 'i8' }, most: { kind: 'i8' }, minusOne: { kind: 'i8' } },
    value: { least: -128, most: 127, minusOne: -1 },
    hex: '807fff0000000000',
  },
  {
    name: 'u16',
    fields: { one: U16, most: U16 },
    value: { one: 1, most: 65_535 },
    hex: '0100ffff00000000',
  },
  {
    name: 'i16',
    fields: { least: { kind: 'i16' }, most: { kind: 'i16' }, minusTwo: { kind: 'i16' } },
    value: { least: -32_768, most: 32_767, minusTwo: -2 },
    hex: '0080ff7ffeff0000',
  },
  {
    name: 'u32',
    fields: { order: { kind: 'u32' }, most: { kind: 'u32' } },
    value: { order: 0x01020304, most: 4_294_967_295 },
    hex: '04030201ffffffff',
  },
  {
    name: 'i32',
    fields: { least: { kind: 'i32' }, most: { kind: 'i32' } },
    value: { least: -2_147_483_648, most: 2_147_483_647 },
    hex: '00000080ffffff7f',
  },
  {
    name: 'f32',
    fields: { part: { kind: 'f32' }, most: { kind: 'f32' }, zero: { kind: 'f32' } },
    value: { part: 1.5, most: 3.4028234663852886e38, zero: -0 },
    hex: '0000c03fffff7f7f 0000008000000000',
  },
  {
    name: 'f64',
    fields: { one: F64, most: F64, least: F64 },
    value: { one: 1, most: Number.MAX_VALUE, least: -Number.MIN_VALUE },
    hex: '000000000000f03f ffffffffffffef7f 0100000000000080',
  },
  {
    name: 'safeInt',
    fields: { least: { kind: 'safeInt' }, most: { kind: 'safeInt' } },
    value: { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER },
    hex: 'ffffffffffff3fc3 ffffffffffff3f43',
  },
  {
    name: 'u64',
    fields: { order: { kind: 'u64' }, most: { kind: 'u64' } },
    value: { order: 0x0102030405060708n, most: 2n ** 64n - 1n },
    hex: '0807060504030201 ffffffffffffffff',
  },
  {
    name: 'i64',
    fields: { least: { kind: 'i64' }, most: { kind: 'i64' }, minusOne: { kind: 'i64' } },
    value: { least: -(2n ** 63n), most: 2n ** 63n - 1n, minusOne: -1n },
    hex: '0000000000000080 ffffffffffffff7f ffffffffffffffff',
  },
  {
    name: 'bool: nine of them are a byte and a bit',
    fields: { a: BOOL, b: BOOL, c: BOOL, d: BOOL, e: BOOL, f: BOOL, g: BOOL, h: BOOL, i: BOOL },
    value: { a: true, b: false, c: true, d: false, e: false, f: false, g: false, h: true, i: true },
    hex: '8501000000000000',
  },
  {
    name: 'date',
    fields: { epoch: { kind: 'date' }, first: { kind: 'date' }, last: { kind: 'date' } },
    value: { epoch: new Date(0), first: new Date(-8.64e15), last: new Date(8.64e15) },
    hex: '0000000000000000 0000dcc208b23ec3 0000dcc208b23e43',
  },
  {
    name: 'enum: an index of one byte, of two for more than 256 values, none for one value',
    fields: {
      small: { kind: 'enum', values: ['a', 2, null, true] },
      full: { kind: 'enum', values: Array.from({ length: 256 }, (_, index) => index) },
      large: { kind: 'enum', values: Array.from({ length: 257 }, (_, index) => `v${index}`) },
      only: { kind: 'enum', values: ['only'] },
    },
    value: { small: true, full: 255, large: 'v256', only: 'only' },
    hex: '000103ff00000000',
  },
  {
    name: 'ascii: length, characters, zeros up to 4 bytes',
    fields: {
      full: { kind: 'ascii', maxLength: 3 },
      five: { kind: 'ascii', maxLength: 4 },
      empty: { kind: 'ascii', maxLength: 1 },
    },
    value: { full: 'EWR', five: 'A\0\x7f', empty: '' },
    hex: '034557520341007f 0000000000000000',
  },
  {
    name: 'ascii of 255',
    fields: { f: { kind: 'ascii', maxLength: 255 } },
    value: { f: '~'.repeat(255) },
    hex: `ff${'7e'.repeat(255)}`,
  },
  {
    name: 'utf8: characters of two, three and four bytes',
    fields: { f: { kind: 'utf8', maxBytes: 10 } },
    value: { f: 'é€😀' },
    hex: '09c3a9e282acf09f 9880000000000000',
  },
  {
    name: 'utf8 of 255 has a length of one byte',
    fields: { f: { kind: 'utf8', maxBytes: 255 } },
    value: { f: 'é'.repeat(127) },
    hex: `fe${'c3a9'.repeat(127)}00`,
  },
  {
    name: 'utf8 of 256 has one of two bytes',
    fields: { f: { kind: 'utf8', maxBytes: 256 } },
    value: { f: 'x'.repeat(256) },
    hex: `0001${'78'.repeat(256)}${'00'.repeat(6)}`,
  },
  {
    name: 'bytes: a length of four bytes',
    fields: { some: { kind: 'bytes', maxBytes: 5 }, none: { kind: 'bytes', maxBytes: 1 } },
    value: { some: Uint8Array.of(1, 0, 255), none: new Uint8Array(0) },
    hex: '030000000100ff00 0000000000000000 0000000000000000',
  },
  {
    name: 'uuid: in the order in which it is written',
    fields: { f: { kind: 'uuid' } },
    value: { f: '00112233-4455-6677-8899-aabbccddeeff' },
    hex: '0011223344556677 8899aabbccddeeff',
  },
  {
    name: 'numbers of one byte: the count behind the room for all',
    fields: { f: numbers('i8', 5) },
    value: { f: Int8Array.of(-128, 127) },
    hex: '807f000000020000',
  },
  {
    name: 'numbers of two bytes',
    fields: { u: numbers('u16', 2), i: numbers('i16', 1) },
    value: { u: Uint16Array.of(1, 65_535), i: Int16Array.of(-2) },
    hex: '0100ffff02000000 feff010000000000',
  },
  {
    name: 'numbers of four bytes',
    fields: { u: numbers('u32', 1), i: numbers('i32', 2), f: numbers('f32', 1) },
    value: { u: Uint32Array.of(0x01020304), i: Int32Array.of(-1), f: Float32Array.of(1) },
    hex: '0403020101000000 ffffffff00000000 010000000000803f 0100000000000000',
  },
  {
    name: 'numbers of eight bytes',
    fields: { f: numbers('f64', 1), u: numbers('u64', 1), i: numbers('i64', 1) },
    value: { f: Float64Array.of(-2), u: BigUint64Array.of(2n ** 64n - 1n), i: BigInt64Array.of(-2n) },
    hex: '00000000000000c0 0100000000000000 ffffffffffffffff 0100000000000000 feffffffffffffff 0100000000000000',
  },
  {
    name: 'more than 255 numbers have a count of two bytes',
    fields: { f: numbers('i8', 256) },
    value: { f: new Int8Array(256).fill(-1) },
    hex: `${'ff'.repeat(256)}0001${'00'.repeat(6)}`,
  },
  {
    name: 'a struct: by falling alignment, in the order of the schema within one',
    fields: { a: U8, b: F64, c: BOOL, d: U16, e: { kind: 'u32' }, f: U8, g: BOOL },
    value: { a: 1, b: 1, c: false, d: 2, e: 3, f: 4, g: true },
    hex: '000000000000f03f 0300000002000104 0200000000000000',
  },
  {
    name: 'object: placed as a unit, with its own bits and padding',
    fields: { flag: BOOL, inner: objectOf({ flag: BOOL, wide: U16 }), after: U8 },
    value: { flag: true, inner: { flag: true, wide: 0x0102 }, after: 9 },
    hex: '0201010009010000',
  },
  {
    name: 'tuple: placed like an object',
    fields: { f: { kind: 'tuple', items: [U8, BOOL, U16] } },
    value: { f: [7, true, 0x0102] },
    hex: '0201070100000000',
  },
  {
    name: 'list: items, then their count',
    fields: { f: list('array', [U16], 3) },
    value: { f: [1, 2] },
    hex: '0100020000000200',
  },
  {
    name: 'list of exactly so many: no count',
    fields: { f: { ...list('array', [U16], 3), isExact: true } },
    value: { f: [1, 2, 3] },
    hex: '0100020003000000',
  },
  {
    name: 'list of bits: a byte each; of what has one value: one byte each as well',
    fields: { bits: list('array', [BOOL], 3), only: list('array', [{ kind: 'enum', values: ['x'] }], 2) },
    value: { bits: [true, false, true], only: ['x', 'x'] },
    hex: '0100010300000200',
  },
  {
    name: 'list of more than 255: a count of two bytes',
    fields: { f: list('array', [U8], 300) },
    value: { f: new Array(257).fill(0xee) },
    hex: `${'ee'.repeat(257)}${'00'.repeat(43)}0101${'00'.repeat(2)}`,
  },
  {
    name: 'set: in the order in which it was filled',
    fields: { f: list('set', [{ kind: 'ascii', maxLength: 3 }], 2) },
    value: { f: new Set(['b', 'a']) },
    hex: '0162000001610000 0200000000000000',
  },
  {
    name: 'map: pairs of key and value',
    fields: { f: list('map', [U8, U16], 2) },
    value: { f: new Map([[1, 0x0203]]) },
    hex: '0302010000000000 0100000000000000',
  },
  {
    name: 'union: the tag behind the largest option; here the first',
    fields: { f: SHAPE },
    value: { f: { kind: 'circle', radius: 1 } },
    hex: '000000000000f03f 0000000000000000',
  },
  {
    name: 'union: the second option, by the second of its values',
    fields: { f: SHAPE },
    value: { f: { kind: 'box', side: 0x0102 } },
    hex: '0201010000000000 0100000000000000',
  },
  {
    name: 'maybe: a set bit where nothing is, zeros in its place',
    fields: { u: maybe('undefined'), n: maybe('null'), eu: maybe('either'), en: maybe('either') },
    value: { u: undefined, n: null, eu: undefined, en: null },
    hex: '0000000027000000',
  },
  {
    name: 'maybe: all bits clear where something is',
    fields: { u: maybe('undefined'), n: maybe('null'), e: maybe('either') },
    value: { u: 1, n: 2, e: 3 },
    hex: '0102030000000000',
  },
  {
    name: 'maybe of a bool: two bits',
    fields: {
      there: { kind: 'maybe', type: BOOL, absent: 'null' },
      not: { kind: 'maybe', type: BOOL, absent: 'null' },
    },
    value: { there: true, not: null },
    hex: '0600000000000000',
  },
  {
    name: 'default: what was left out is written like all else',
    fields: {
      out: { kind: 'default', type: U16, value: 258 },
      given: { kind: 'default', type: U8, value: 1 },
    },
    value: { given: 2 },
    decoded: { out: 258, given: 2 },
    hex: '0201020000000000',
  },
  {
    name: 'tail: place from the field, count, then the parts behind the record, each at a multiple of 8',
    fields: {
      id: U16,
      text: { kind: 'tail', type: { kind: 'utf8', maxBytes: 5000 } },
      numbers: { kind: 'tail', type: { kind: 'list', as: 'array', items: [U16], max: 600, isExact: false } },
    },
    value: { id: 0x0102, text: 'abé', numbers: [1, 513] },
    hex: '1800000004000000 1800000002000000 0201000000000000 6162c3a900000000 0100010200000000',
  },
];

function numbers(element: NumberElement, max: number): TypeDescriptor {
  return { kind: 'numbers', element, max };
}

function list(
  as: 'array' | 'set' | 'map',
  items: readonly TypeDescriptor[],
  max: number,
): TypeDescriptor & { readonly kind: 'list' } {
  return { kind: 'list', as, items, max, isExact: false };
}

function maybe(absent: 'undefined' | 'null' | 'either'): TypeDescriptor {
  return { kind: 'maybe', type: U8, absent };
}
