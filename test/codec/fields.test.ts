import { describe, expect, it } from 'vitest';
import { SnError } from '../../runtime/errors.js';
import type { TypeDescriptor, TypeKind } from '../../schema/descriptor.js';
import { type AnyCodec, codecOf, dirtyMemory, messageOf, objectOf } from './compile.js';

const LARGE_ENUM = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? `v${index}` : index));

interface Case {
  readonly type: TypeDescriptor;
  readonly allowed: string;
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
}

const NO_NUMBERS: readonly unknown[] = [
  '1',
  '',
  null,
  true,
  1n,
  {},
  [],
  [1],
  Symbol('s'),
  () => 1,
  { valueOf: () => 1 },
  Number.NaN,
];
const NO_INTEGERS = [...NO_NUMBERS, 0.5, -0.5, Infinity, -Infinity, 2 ** 53];
const NO_STRINGS = [1, null, true, {}, ['a'], Object('a'), Symbol('s')];

const CASES = {
  u8: integer('u8', 0, 255),
  i8: integer('i8', -128, 127),
  u16: integer('u16', 0, 65_535),
  i16: integer('i16', -32_768, 32_767),
  u32: integer('u32', 0, 4_294_967_295),
  i32: integer('i32', -2_147_483_648, 2_147_483_647),
  f32: {
    type: { kind: 'f32' },
    allowed: 'a number that is finite as 32-bit float',
    accepts: [0, -0, 1.5, 3.4028234663852886e38, -3.4028234663852886e38, 2 ** -149],
    refuses: [...NO_NUMBERS, Infinity, -Infinity, 3.5e38, -1e300],
  },
  f64: {
    type: { kind: 'f64' },
    allowed: 'a finite number',
    accepts: [0, -0, 0.1, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE],
    refuses: [...NO_NUMBERS, Infinity, -Infinity],
  },
  safeInt: {
    type: { kind: 'safeInt' },
    allowed: 'an integer from -9007199254740991 to 9007199254740991',
    accepts: [0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    refuses: [...NO_INTEGERS, -(2 ** 53)],
  },
  u64: {
    type: { kind: 'u64' },
    allowed: 'a bigint from 0 to 18446744073709551615',
    accepts: [0n, 1n, 2n ** 64n - 1n],
    refuses: [0, 1, '1', null, -1n, 2n ** 64n, Object(1n)],
  },
  i64: {
    type: { kind: 'i64' },
    allowed: 'a bigint from -9223372036854775808 to 9223372036854775807',
    accepts: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
    refuses: [0, '1', null, 2n ** 63n, -(2n ** 63n) - 1n],
  },
  bool: {
    type: { kind: 'bool' },
    allowed: 'true or false',
    accepts: [true, false],
    refuses: [0, 1, 'true', null, Object(true)],
  },
  date: {
    type: { kind: 'date' },
    allowed: 'a valid Date',
    accepts: [new Date(0), new Date(8.64e15), new Date(-8.64e15), new Date(1)],
    refuses: [new Date(Number.NaN), 0, '2024-01-01', null, { getTime: () => 0 }],
  },
  enum: {
    type: { kind: 'enum', values: ['a', '1', 1, -1.5, '', 'constructor'] },
    allowed: 'one of "a", "1", 1, -1.5, "", "constructor"',
    accepts: ['a', '1', 1, -1.5, '', 'constructor'],
    refuses: ['b', 2, 'A', null, 'toString', Object('a'), Number.NaN],
  },
  ascii: {
    type: { kind: 'ascii', maxLength: 4 },
    allowed: 'a string of up to 4 ASCII characters',
    accepts: ['', 'a', 'ab', 'abc', 'abcd', '\0', '\0\0\0\0', '\x7f'],
    refuses: [...NO_STRINGS, 'abcde', '\x80', 'é', 'abc\u{1f600}', '\ud800', 'ab\u0100'],
  },
  utf8: {
    type: { kind: 'utf8', maxBytes: 4 },
    allowed: 'a string of up to 4 bytes of UTF-8 without lone surrogates',
    accepts: ['', 'abcd', 'éé', 'aé', '\u{1f600}', '\u20ac', '\ufffd', '\ufeff', '\0'],
    refuses: [...NO_STRINGS, 'abcde', 'ééé', 'a\u{1f600}', '\ud800', '\udc00', '\udc00\ud800', 'a\ud83d'],
  },
  bytes: {
    type: { kind: 'bytes', maxBytes: 30 },
    allowed: 'a Uint8Array of up to 30 bytes',
    accepts: [
      new Uint8Array(0),
      Uint8Array.of(1, 2, 3),
      new Uint8Array(30).fill(7),
      new Uint8Array(27).fill(9),
    ],
    refuses: [new Uint8Array(31), [1], 'a', null, new ArrayBuffer(1), new Uint16Array(1), { length: 0 }],
  },
  uuid: {
    type: { kind: 'uuid' },
    allowed: 'a UUID in lower case',
    accepts: ['00000000-0000-0000-0000-000000000000', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6'],
    refuses: [
      ...NO_STRINGS,
      '',
      'F81D4FAE-7dec-41d0-a765-00a0c91e6bf6',
      'f81d4fae+7dec-41d0-a765-00a0c91e6bf6',
      'f81d4fae-7dec-41d0-a765-00a0c91e6bf',
      'f81d4fae-7dec-41d0-a765-00a0c91e6bf67',
      'g81d4fae-7dec-41d0-a765-00a0c91e6bf6',
      '-f81d4fae7dec-41d0-a765-00a0c91e6bf6',
    ],
  },
  numbers: {
    type: { kind: 'numbers', element: 'f64', max: 30 },
    allowed: 'a Float64Array of up to 30 numbers',
    accepts: [
      new Float64Array(0),
      Float64Array.of(1, Number.NaN, Infinity, -0),
      new Float64Array(30).fill(0.1),
      new Float64Array(new SharedArrayBuffer(64), 8, 3).fill(2),
    ],
    refuses: [new Float64Array(31), new Float32Array(1), [1], 'a', null, new ArrayBuffer(8), { length: 0 }],
  },
  object: {
    type: objectOf({ x: { kind: 'u8' } }),
    allowed: 'an object',
    accepts: [{ x: 1 }],
    refuses: [null],
  },
  tuple: {
    type: { kind: 'tuple', items: [{ kind: 'u8' }, { kind: 'ascii', maxLength: 3 }] },
    allowed: 'an array of 2 items',
    accepts: [
      [1, 'a'],
      [255, 'abc'],
    ],
    refuses: [null, [], [1], [1, 'a', 2], { 0: 1, 1: 'a', length: 2 }, 'ab'],
  },
  list: {
    type: { kind: 'list', as: 'array', items: [{ kind: 'i16' }], max: 3, isExact: false },
    allowed: 'an array of up to 3 items',
    accepts: [[], [1], [1, -2, 3]],
    refuses: [null, [1, 2, 3, 4], new Set([1]), { length: 0 }, new Int16Array(1), 'a'],
  },
  union: {
    type: {
      kind: 'union',
      discriminator: 'is',
      options: [
        { values: ['a'], fields: [{ name: 'is', type: { kind: 'enum', values: ['a'] } }] },
        {
          values: ['b', 2],
          fields: [
            { name: 'is', type: { kind: 'enum', values: ['b', 2] } },
            { name: 'x', type: { kind: 'u8' } },
          ],
        },
      ],
    },
    allowed: 'an object',
    accepts: [{ is: 'a' }, { is: 'b', x: 1 }, { is: 2, x: 255 }],
    refuses: [null],
  },
  tail: {
    type: { kind: 'tail', type: { kind: 'utf8', maxBytes: 5000 } },
    allowed: 'a string of up to 5000 bytes of UTF-8 without lone surrogates',
    accepts: ['', 'a', 'é'.repeat(2500), 'x'.repeat(5000), '\u{1f600}'],
    refuses: [...NO_STRINGS, 'x'.repeat(5001), 'é'.repeat(2501), '\ud800'],
  },
  maybe: {
    type: { kind: 'maybe', type: { kind: 'u8' }, absent: 'null' },
    allowed: 'an integer from 0 to 255 or null',
    accepts: [0, 255, null],
    refuses: NO_INTEGERS.filter((value) => value !== null),
  },
} as const satisfies Record<Exclude<TypeKind, 'default'>, Case>;

describe.each(Object.entries(CASES) as [TypeKind, Case][])('%s', (_, { type, allowed, accepts, refuses }) => {
  const codec = codecOf(messageOf('M', { before: { kind: 'u8' }, f: type }));
  const memory = dirtyMemory(codec.byteLength + 8192);

  it('carries every value up to its limits', () => {
    for (const value of accepts) {
      codec.encode({ before: 1, f: value }, memory, 8);
      expect(codec.decode(memory, 8)).toEqual({ before: 1, f: value });
    }
  });

  it('refuses every other value with SN_FIELD_RANGE, naming message, field, value and what is allowed', () => {
    for (const value of refuses) {
      const error = refusal(codec, { before: 1, f: value });
      expect(error.message).toMatch(/^M\.f: got .+, allowed is .+$/s);
      expect(error.message.endsWith(`allowed is ${allowed}`)).toBe(true);
      expect(error.details).toMatchObject({ message: 'M', field: 'f', allowed });
    }
  });

  it('says that a missing field is missing', () => {
    const error = refusal(codec, { before: 1 });
    expect(error.message).toBe(`M.f: it is missing, allowed is ${allowed}`);
    expect(error.details).toEqual({ message: 'M', field: 'f', value: undefined, allowed });
  });
});

describe('SN_FIELD_RANGE', () => {
  it('shows an integer that is too large with the limits', () => {
    const codec = codecOf(messageOf('Flight', { delayMinutes: { kind: 'i32' } }));
    const error = refusal(codec, { delayMinutes: 3_000_000_000 });
    expect(error.message).toBe(
      'Flight.delayMinutes: got 3000000000, allowed is an integer from -2147483648 to 2147483647',
    );
    expect(error.details).toEqual({
      message: 'Flight',
      field: 'delayMinutes',
      value: 3_000_000_000,
      allowed: 'an integer from -2147483648 to 2147483647',
    });
  });

  it('names a nested field by its whole path', () => {
    const codec = codecOf(messageOf('M', { a: objectOf({ b: objectOf({ c: { kind: 'u8' } }) }) }));
    expect(refusal(codec, { a: { b: { c: 300 } } }).message).toBe(
      'M.a.b.c: got 300, allowed is an integer from 0 to 255',
    );
    expect(refusal(codec, { a: { b: null } }).message).toBe('M.a.b: got null, allowed is an object');
    expect(refusal(codec, {}).details).toMatchObject({ message: 'M', field: 'a' });
  });

  it.each([
    ['null', null, 'M: got null, allowed is an object'],
    ['undefined', undefined, 'M: it is missing, allowed is an object'],
  ])('is what sending %s gives, whether or not the message has fields', (_, value, message) => {
    for (const codec of [codecOf(messageOf('M', { a: { kind: 'u8' } })), codecOf(messageOf('M', {}))]) {
      expect(refusal(codec, value).message).toBe(message);
    }
  });

  it.each([7, 'text'])('is what sending %j gives', (value) => {
    expect(refusal(codecOf(messageOf('M', { a: { kind: 'u8' } })), value).message).toContain(
      'M.a: it is missing',
    );
  });

  it('shows long text by its beginning and its length', () => {
    const codec = codecOf(messageOf('M', { a: { kind: 'ascii', maxLength: 3 } }));
    const { message } = refusal(codec, { a: 'x'.repeat(100_000) });
    expect(message.length).toBeLessThan(200);
    expect(message).toContain('... (100000 characters)');
  });

  it('holds only details that can be posted to another thread', () => {
    const codec = codecOf(messageOf('M', { a: { kind: 'u8' } }));
    for (const value of [() => 1, Symbol('s'), { f: () => 1 }, new Date(Number.NaN), 5n]) {
      const { details } = refusal(codec, { a: value });
      expect(structuredClone(details)).toEqual(details);
    }
  });
});

describe('what may be absent', () => {
  const fields = {
    a: { kind: 'maybe', type: { kind: 'f64' }, absent: 'undefined' },
    b: { kind: 'maybe', type: { kind: 'bool' }, absent: 'either' },
    c: { kind: 'default', type: { kind: 'u8' }, value: 7 },
  } as const;
  const codec = codecOf(messageOf('M', fields));

  it.each([
    [{}, { a: undefined, b: undefined, c: 7 }],
    [
      { a: undefined, b: null, c: undefined },
      { a: undefined, b: null, c: 7 },
    ],
    [
      { a: 1.5, b: false, c: 0 },
      { a: 1.5, b: false, c: 0 },
    ],
    [
      { a: 0, b: true, c: 1 },
      { a: 0, b: true, c: 1 },
    ],
  ])('%j arrives as %j', (sent, received) => {
    const memory = dirtyMemory(codec.byteLength);
    codec.encode(sent, memory, 0);
    expect(codec.decode(memory, 0)).toStrictEqual(received);
    const view = codec.view(memory, 0);
    for (const [name, value] of Object.entries(received)) expect(view[name]).toBe(value);
  });

  it('says so where a value is wrong', () => {
    expect(refusal(codec, { a: null }).message).toBe(
      'M.a: got null, allowed is a finite number or undefined',
    );
    expect(refusal(codec, { b: 1 }).message).toBe('M.b: got 1, allowed is true or false, null or undefined');
    expect(refusal(codec, { c: null }).message).toBe(
      'M.c: got null, allowed is an integer from 0 to 255 or undefined',
    );
  });
});

describe('items', () => {
  const items = [objectOf({ x: { kind: 'u8' } })];
  const list = { kind: 'list', items, max: 2, isExact: false } as const;

  it('are named by the path of their list', () => {
    const codec = codecOf(messageOf('M', { f: { ...list, as: 'array' } }));
    expect(refusal(codec, { f: [{ x: 1 }, { x: -1 }] }).message).toBe(
      'M.f[].x: got -1, allowed is an integer from 0 to 255',
    );
    expect(refusal(codec, { f: [{ x: 1 }, null] }).message).toBe('M.f[]: got null, allowed is an object');
  });

  it('of a union are told by their discriminator', () => {
    const codec = codecOf(messageOf('M', { f: CASES.union.type }));
    expect(refusal(codec, { f: { is: 'c' } }).message).toBe('M.f.is: got "c", allowed is one of "a", "b", 2');
    expect(refusal(codec, { f: { is: 'b' } }).message).toContain('M.f.x: it is missing');
  });

  it('that grow while they are sent never reach past the list', () => {
    const set = { ...list, as: 'set' } as const;
    const codec = codecOf(messageOf('M', { f: set, after: { kind: 'u8' } }));
    const memory = dirtyMemory(codec.byteLength + 64);
    const all = new Set<unknown>();
    const growing = {
      get x() {
        return all.add({ x: all.size }).size & 1;
      },
    };
    all.add(growing).add({ x: 3 });
    codec.encode({ f: all, after: 9 }, memory, 0);
    expect(codec.decode(memory, 0).after).toBe(9);
    expect((codec.decode(memory, 0).f as Set<unknown>).size).toBe(2);
  });
});

describe('integers', () => {
  it('store -0 as 0', () => {
    for (const kind of ['u8', 'i8', 'u16', 'i16', 'u32', 'i32'] as const) {
      const codec = codecOf(messageOf('M', { f: { kind } }));
      const memory = dirtyMemory(8);
      codec.encode({ f: -0 }, memory, 0);
      expect(codec.decode(memory, 0)).toStrictEqual({ f: 0 });
    }
  });
});

describe('an enum', () => {
  it('of 300 values carries each of them and refuses others', () => {
    const codec = codecOf(messageOf('M', { f: { kind: 'enum', values: LARGE_ENUM } }));
    const memory = dirtyMemory(8);
    for (const f of LARGE_ENUM) {
      codec.encode({ f }, memory, 0);
      expect(codec.decode(memory, 0)).toEqual({ f });
    }
    expect(refusal(codec, { f: 'v1' }).message).toContain('"v0", 1, "v2", 3, "v4", 5, "v6", 7 and 292 more');
  });
});

describe('bytes', () => {
  const codec = codecOf(messageOf('M', { f: { kind: 'bytes', maxBytes: 100 } }));

  it.each([3, 80])('are copied on the way in and on the way out (%i bytes)', (length) => {
    const memory = dirtyMemory(codec.byteLength);
    const value = new Uint8Array(length).fill(1);
    codec.encode({ f: value }, memory, 0);
    value.fill(2);
    const { f } = codec.decode(memory, 0) as { f: Uint8Array };
    memory.u8.fill(3);
    expect(f).toEqual(new Uint8Array(length).fill(1));
    expect(f.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('may lie in shared memory, at an offset, in a Buffer', () => {
    const memory = dirtyMemory(codec.byteLength);
    const shared = new Uint8Array(new SharedArrayBuffer(64), 8, 40).fill(5);
    codec.encode({ f: shared }, memory, 0);
    expect(codec.decode(memory, 0)).toEqual({ f: new Uint8Array(40).fill(5) });
    codec.encode({ f: Buffer.from('hello') }, memory, 0);
    expect(codec.decode(memory, 0)).toEqual({ f: new Uint8Array(Buffer.from('hello')) });
  });
});

describe('a message without fields', () => {
  it('takes no bytes and carries {}', () => {
    const codec = codecOf(messageOf('Report', {}));
    const memory = dirtyMemory(8);
    expect(codec.byteLength).toBe(0);
    codec.encode({}, memory, 0);
    expect(memory.u8.every((byte) => byte === 0xa5)).toBe(true);
    expect(codec.decode(memory, 0)).toEqual({});
    expect(codec.view(memory, 0).toObject()).toEqual({});
  });
});

function integer(kind: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32', least: number, most: number): Case {
  return {
    type: { kind },
    allowed: `an integer from ${least} to ${most}`,
    accepts: [least, least + 1, 0, 1, most - 1, most],
    refuses: [...NO_INTEGERS, least - 1, most + 1, 2 ** 32 + 1, -(2 ** 32)],
  };
}

/** The error of a value that must be refused. */
function refusal(codec: AnyCodec, value: unknown): SnError {
  try {
    codec.encode(value as never, dirtyMemory(codec.byteLength + 8), 0);
  } catch (error) {
    expect(error).toBeInstanceOf(SnError);
    expect((error as SnError).code).toBe('SN_FIELD_RANGE');
    return error as SnError;
  }
  throw new Error(`${String(value)} was not refused`);
}
