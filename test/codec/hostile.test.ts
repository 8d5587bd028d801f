import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnError } from '../../runtime/errors.js';
import type { Memory } from '../../runtime/memory.js';
import type { TypeDescriptor } from '../../schema/descriptor.js';
import { message, seed } from './arbitraries.js';
import {
  type AnyCodec,
  type AnyView,
  codecOf,
  compileCodec,
  dirtyMemory,
  messageOf,
  type PlannedMessage,
  wholeLength,
} from './compile.js';
import { decodeReference, NoRecord, type Value } from './reference.js';

const RECORDS_PER_LAYOUT = 2_500;
const LAYOUTS = 40;

describe(`random bytes (SN_SEED=${seed})`, () => {
  it('decode to the value that the reference codec reads, or to SN_BAD_RECORD: 100,000 records', async () => {
    const random = randomBits(seed);
    let values = 0;
    let errors = 0;
    for (const layout of fc.sample(message, { seed, numRuns: LAYOUTS })) {
      const codec = await compileCodec(layout);
      const memory = dirtyMemory(Math.min(wholeLength(layout), 4096) + layout.byteLength + 16);
      const data = new DataView(memory.buffer);
      for (let record = 0; record < RECORDS_PER_LAYOUT; record++) {
        fill(memory.u8, random);
        const expected = outcome(() => decodeReference(layout, data));
        const got = outcome(() => codec.decode(memory, 0));
        if (expected.value === undefined) errors++;
        else values++;
        expectSame(layout, expected, got, memory);
        if (record % 50 === 0) expectGetters(codec.view(memory, 0), got.value);
        if (got.value !== undefined && record % 10 === 0) expectSendable(codec, got.value, layout);
      }
    }
    expect(values).toBeGreaterThan(1_000);
    expect(errors).toBeGreaterThan(1_000);
  });
});

describe('SN_BAD_RECORD', () => {
  it.each<[string, TypeDescriptor, number[], string]>([
    ['a bool of 2', { kind: 'bool' }, [2], 'the record holds 2, allowed is 0 or 1'],
    [
      'an enum index',
      { kind: 'enum', values: ['a', 'b'] },
      [2],
      'the record holds 2, allowed is an index up to 1',
    ],
    [
      'an ascii length',
      { kind: 'ascii', maxLength: 3 },
      [4],
      'the record holds 4, allowed is a length up to 3',
    ],
    [
      'an ascii byte',
      { kind: 'ascii', maxLength: 3 },
      [1, 0xc3],
      'the record holds 195, allowed is bytes up to 127',
    ],
    [
      'bad UTF-8',
      { kind: 'utf8', maxBytes: 3 },
      [2, 0xc3, 0x28],
      'the record holds 2 bytes, allowed is valid UTF-8',
    ],
    ['overlong UTF-8', { kind: 'utf8', maxBytes: 3 }, [2, 0xc0, 0x80], 'allowed is valid UTF-8'],
    ['a UTF-8 surrogate', { kind: 'utf8', maxBytes: 3 }, [3, 0xed, 0xa0, 0x80], 'allowed is valid UTF-8'],
    ['a cut character', { kind: 'utf8', maxBytes: 3 }, [1, 0xc3, 0xa9], 'allowed is valid UTF-8'],
    [
      'a wide length',
      { kind: 'utf8', maxBytes: 300 },
      [45, 1],
      'the record holds 301, allowed is a length up to 300',
    ],
    ['a bytes length', { kind: 'bytes', maxBytes: 3 }, [0, 0, 0, 0x80], 'the record holds 2147483648'],
    [
      'NaN in an f64',
      { kind: 'f64' },
      [0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
      'the record holds NaN, allowed is a finite number',
    ],
    ['NaN in a date', { kind: 'date' }, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], 'the record holds NaN'],
    [
      'a fraction in a safe integer',
      { kind: 'safeInt' },
      [0, 0, 0, 0, 0, 0, 0xe0, 0x3f],
      'the record holds 0.5',
    ],
  ])('names message and field for %s', (_, type, bytes, words) => {
    const codec = codecOf(messageOf('M', { f: type }));
    const memory = dirtyMemory(codec.byteLength);
    memory.u8.fill(0);
    memory.u8.set(bytes);
    const { error } = outcome(() => codec.decode(memory, 0));
    expect(error).toBeInstanceOf(SnError);
    expect((error as SnError).code).toBe('SN_BAD_RECORD');
    expect((error as SnError).message).toContain('M.f: the record holds ');
    expect((error as SnError).message).toContain(words);
    expect((error as SnError).details).toMatchObject({ message: 'M', field: 'f' });
  });

  it('comes from getters that read text, enums and dates too', () => {
    const codec = codecOf(
      messageOf('M', {
        s: { kind: 'ascii', maxLength: 3 },
        e: { kind: 'enum', values: ['a', 'b'] },
        d: { kind: 'date' },
      }),
    );
    const memory = dirtyMemory(codec.byteLength);
    memory.f64[0] = Number.NaN;
    const view = codec.view(memory, 0);
    for (const field of ['s', 'e', 'd']) expect(() => view[field]).toThrow(`M.${field}: the record holds`);
  });
});

interface Outcome {
  readonly value?: Value;
  readonly error?: unknown;
}

function outcome(decode: () => Value): Outcome {
  try {
    return { value: decode() };
  } catch (error) {
    return { error };
  }
}

function expectSame(layout: PlannedMessage, expected: Outcome, got: Outcome, memory: Memory): void {
  if (expected.value === undefined) {
    const isTyped = got.error instanceof SnError && got.error.code === 'SN_BAD_RECORD';
    if (!(expected.error instanceof NoRecord) || !isTyped) {
      throw new Error(
        `${JSON.stringify(layout)} ${Buffer.from(memory.u8).toString('hex')}: ${String(got.error)}`,
      );
    }
  } else {
    expect(got.value).toStrictEqual(expected.value);
  }
}

/** Getters either give what `decode` gives or throw the typed error; numbers may be any number. */
function expectGetters(view: AnyView, decoded: Value | undefined): void {
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(view)))) {
    if (name === 'constructor' || name === 'toObject') continue;
    try {
      const value = view[name];
      if (decoded !== undefined && typeof value !== 'object') expect(value).toBe(decoded[name]);
    } catch (error) {
      expect(error).toBeInstanceOf(SnError);
      expect(decoded).toBeUndefined();
    }
  }
}

/** What was decoded is valid: it can be sent, and arrives as it was. */
function expectSendable(codec: AnyCodec, value: Value, layout: PlannedMessage): void {
  const memory = dirtyMemory(wholeLength(layout) + (1 << 16));
  codec.encode(value, memory, 0);
  expect(codec.decode(memory, 0)).toEqual(value);
}

/** Bytes of which most are small, so that lengths, indexes and flags are often right. */
function fill(u8: Uint8Array, random: () => number): void {
  const style = random() % 3;
  for (let index = 0; index < u8.length; index++) {
    const byte = random() & 0xff;
    u8[index] =
      style === 0 || (byte & 7) === 0 ? byte : style === 1 ? byte & 1 : byte & 0x7f & (random() & 0xff);
  }
}

/** Xorshift: fast, and the same for the same seed. */
function randomBits(start: number): () => number {
  let state = start | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
