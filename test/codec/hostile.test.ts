/** Hostile bytes: a million records of every kind of wrong, as `npm run fuzz` makes more of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnError } from '../../runtime/errors.js';
import type { TypeDescriptor } from '../../schema/descriptor.js';
import { seed } from './arbitraries.js';
import { codecOf, dirtyMemory, messageOf } from './compile.js';
import { emptyTally, FAMILY_NAMES, hostileRound, outcome } from './hostile.js';

const RECORDS_PER_FAMILY = 255_000;

describe(`hostile records (SN_SEED=${seed})`, () => {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    // What is thrown millions of times needs no trace.
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('give SN_BAD_RECORD or a value that can be sent, as object and through views: a million of four families', async () => {
    const tally = emptyTally();
    for (
      let round = 0;
      FAMILY_NAMES.some((name) => tally.families[name].records < RECORDS_PER_FAMILY);
      round++
    ) {
      await hostileRound((seed + round) | 0, tally);
    }
    console.info(`hostile records: ${JSON.stringify(tally)}`);
    for (const name of FAMILY_NAMES) {
      const { values, errors, referenced } = tally.families[name];
      expect(Math.min(values, errors, referenced)).toBeGreaterThan(10_000);
    }
  });
});

describe('a decoder allocates in proportion to its record', () => {
  const literal: TypeDescriptor = { kind: 'enum', values: ['x'] };
  const listOf = (item: TypeDescriptor, max: number): TypeDescriptor => {
    return { kind: 'list', as: 'array', items: [item], max, isExact: false };
  };

  it.each<[string, TypeDescriptor, unknown[]]>([
    ['lists of lists of what has one value', listOf(listOf(literal, 100), 100), full(full('x', 100), 100)],
    ['lists of empty objects', listOf({ kind: 'object', fields: [] }, 300), full({}, 300)],
    ['lists of empty tuples', listOf({ kind: 'tuple', items: [] }, 300), full([], 300)],
    [
      'lists of absent values',
      listOf({ kind: 'maybe', type: literal, absent: 'null' }, 300),
      full(null, 300),
    ],
  ])('however full its lists are: %s', (_, type, f) => {
    const codec = codecOf(messageOf('M', { f: type }));
    const memory = dirtyMemory(codec.byteLength);
    codec.encode({ f }, memory, 0);
    expect(codec.decode(memory, 0)).toEqual({ f });
    expect(itemsIn(f)).toBeLessThanOrEqual(codec.byteLength);
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

function full(item: unknown, max: number): unknown[] {
  return new Array(max).fill(item);
}

/** Items of lists, and of the lists in them. */
function itemsIn(value: unknown): number {
  return Array.isArray(value) ? value.reduce((sum, item) => sum + 1 + itemsIn(item), 0) : 0;
}
