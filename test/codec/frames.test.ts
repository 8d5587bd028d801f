/** Frames: records of several builds one behind the other, and bytes that no writer wrote. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FrameReader, frameBytes, frameLengthAt, frameReader, writeFrame } from '../../runtime/frame.js';
import { FRAME_HEADER_BYTES } from '../../runtime/frame-layout.js';
import { codecIdentity } from '../../runtime/identity.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import type { TypeDescriptor } from '../../schema/descriptor.js';
import { seed, valueFor } from './arbitraries.js';
import {
  type AnyCodec,
  type AnyView,
  codecOf,
  dirtyMemory,
  type PlannedMessage,
  versionsOf,
} from './compile.js';
import { outcome } from './hostile.js';
import { isBadRecord, judgeView, UNKNOWN, weighFields } from './judge-value.js';
import { fillRandomly, randomBits } from './random.js';
import type { Value } from './reference.js';

const U32: TypeDescriptor = { kind: 'u32' };
const maybe = (type: TypeDescriptor): TypeDescriptor => ({ kind: 'maybe', type, absent: 'either' });
const TEXT: TypeDescriptor = { kind: 'tail', type: { kind: 'utf8', maxBytes: 3000 } };
const LIST: TypeDescriptor = {
  kind: 'tail',
  type: { kind: 'list', as: 'array', items: [{ kind: 'f64' }], max: 500, isExact: false },
};

/** One message without a tail and one with, as builds at three versions have them. */
const PLAIN = versionsOf(
  'Plain',
  { a: U32, live: { kind: 'bool' } },
  {
    note: maybe({ kind: 'utf8', maxBytes: 20 }),
    fee: { kind: 'default', type: { kind: 'f64' }, value: 0.5 },
  },
  {
    side: { kind: 'default', type: { kind: 'enum', values: ['buy', 'sell'] }, value: 'buy' },
    hot: maybe({ kind: 'bool' }),
  },
);
const LONG = versionsOf(
  'Long',
  { a: U32, text: TEXT },
  { more: maybe(LIST) },
  { last: maybe(TEXT), b: maybe(U32) },
);
const BUILDS = [PLAIN, LONG].map((plans) => plans.map((plan) => ({ plan, codec: codecOf(plan) })));

interface Build {
  readonly plan: PlannedMessage;
  readonly codec: AnyCodec;
}

const [plain, long] = BUILDS as [[Build, Build, Build], [Build, Build, Build]];
const wire = ({ codec }: Build) => JSON.parse(JSON.stringify(codecIdentity(codec)));
const readerOf = (reader: Build, writer: Build) => frameReader(reader.codec, wire(writer));

describe('a frame', () => {
  const value = { a: 7, live: true, note: 'hé', fee: 1.5, side: 'sell', hot: null };

  it('has a header of length, block length, version and zeros, and nothing of what was there before', () => {
    const memory = dirtyMemory(256);
    const end = writeFrame(plain[2].codec, value, memory, 16);
    expect(end).toBe(16 + frameBytes(plain[2].codec, value));
    const { byteLength } = plain[2].codec;
    const header = [...memory.u8.subarray(16, 16 + FRAME_HEADER_BYTES)];
    expect(header).toEqual([16 + byteLength, 0, 0, 0, byteLength, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    const clean = memoryOf(new ArrayBuffer(256));
    writeFrame(plain[2].codec, value, clean, 16);
    expect(memory.u8.slice(16, end)).toEqual(clean.u8.slice(16, end));
    expect(memory.u8[end]).toBe(0xa5);
  });

  it('ends with its tail, rounded up to 8', () => {
    const memory = dirtyMemory(8192);
    const end = writeFrame(long[0].codec, { a: 1, text: 'abc' }, memory, 8);
    expect(end).toBe(8 + FRAME_HEADER_BYTES + 16 + 8);
    expect(frameLengthAt(memory, 8)).toBe(end - 8);
    expect(readerOf(long[0], long[0]).next(memory, 8)).toBe(end);
  });

  it.each([
    ['a place that is no multiple of 8', 4],
    ['a place before the memory', -8],
    ['no place', Number.NaN],
    ['too little memory', 72],
  ])('is not written at %s', (_name, at) => {
    const memory = memoryOf(new ArrayBuffer(96));
    expect(() => writeFrame(plain[2].codec, value, memory, at)).toThrow(
      expect.objectContaining({ code: 'SN_FIELD_RANGE' }),
    );
    expect(memory.u8.every((byte) => byte === 0)).toBe(true);
  });
});

describe.each(BUILDS.map((builds) => [builds[0]?.plan.name, builds] as const))(
  'frames of %s',
  (_name, builds) => {
    it('follow each other, and are read by each build from each build', () => {
      const memory = dirtyMemory(1 << 20);
      for (const writer of builds) {
        const values = fc.sample(valueFor(writer.plan.fields), { seed, numRuns: 40 });
        const starts: number[] = [];
        let end = 0;
        for (const value of values) {
          starts.push(end);
          end = writeFrame(writer.codec, value, memory, end);
        }
        for (const reader of builds) {
          const frames = readerOf(reader, writer);
          let at = 0;
          for (const [index, value] of values.entries()) {
            expect(at).toBe(starts[index]);
            const read = frames.read(memory, at, end);
            expect(read).toMatchObject(common(value, reader.plan));
            expect(Object.keys(read)).toEqual(reader.plan.fields.map(({ name }) => name));
            expect((frames.view(memory, at, end) as AnyView).toObject()).toStrictEqual(read);
            at = frames.next(memory, at, end);
          }
          expect(at).toBe(end);
          expect(() => frames.next(memory, at, end)).toThrow(
            expect.objectContaining({ code: 'SN_BAD_RECORD' }),
          );
        }
      }
    });

    it('of an older version pass through a newer build that sends them on', () => {
      const memory = dirtyMemory(8192);
      const [value] = fc.sample(valueFor((builds[0] as Build).plan.fields), { seed, numRuns: 1 }) as [Value];
      writeFrame((builds[0] as Build).codec, value, memory, 0);
      expect(readerOf(builds[1] as Build, builds[2] as Build).read(memory, 0)).toMatchObject(value);
    });
  },
);

/** The part of a value that a build knows. */
function common(value: Value, { fields }: PlannedMessage): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => fields.some((each) => each.name === name)),
  );
}

describe('SN_BAD_RECORD for a header', () => {
  const v2 = PLAIN[1] as PlannedMessage;
  const blocks = PLAIN.map(({ byteLength }) => byteLength) as [number, number, number];
  /** What is written over the header of a frame of version 2, and which build reads it. */
  const CASES: readonly (readonly [
    name: string,
    reader: Build,
    spoil: (memory: Memory) => void,
    words: string,
  ])[] = [
    ['a length below the record', plain[1], ({ u32 }) => u32.fill(blocks[1] + 8, 0, 1), 'has length '],
    ['a length of nothing', plain[1], ({ u32 }) => u32.fill(0, 0, 1), 'length 0'],
    ['a length beyond the memory', plain[1], ({ u32 }) => u32.fill(512, 0, 1), 'length 512'],
    ['the longest length', plain[1], ({ u32 }) => u32.fill(0xffff_fff8, 0, 1), 'length 4294967288'],
    [
      'a length that is no multiple of 8',
      plain[0],
      ({ u32 }) => u32.fill(16 + blocks[1] + 4, 0, 1),
      'has length ',
    ],
    ['a tail where there is none', plain[1], ({ u32 }) => u32.fill(24 + blocks[1], 0, 1), 'has length '],
    [
      'the block length of another version',
      plain[1],
      ({ u32 }) => u32.fill(blocks[0], 1, 2),
      `allowed is ${blocks[1]}`,
    ],
    ['a block length of nothing', plain[1], ({ u32 }) => u32.fill(0, 1, 2), 'block length 0'],
    [
      'a newer block that is shorter',
      plain[0],
      ({ u32 }) => u32.fill(blocks[0] - 8, 1, 2),
      `a multiple of 8 from ${blocks[0]}`,
    ],
    [
      'a newer block of an odd length',
      plain[0],
      ({ u32 }) => u32.fill(blocks[1] - 4, 1, 2),
      'a multiple of 8',
    ],
    ['a newer block beyond its frame', plain[0], ({ u32 }) => u32.fill(blocks[1] + 8, 1, 2), 'has length '],
    ['version 0', plain[1], ({ u16 }) => u16.fill(0, 4, 5), 'version 0, allowed is 1 to 2'],
    [
      'a version that its writer does not have',
      plain[2],
      ({ u16 }) => u16.fill(3, 4, 5),
      'version 3, allowed is 1 to 2',
    ],
    ['an older version with a newer block', plain[1], ({ u16 }) => u16.fill(1, 4, 5), 'has block length '],
    ['flags', plain[1], ({ u16 }) => u16.fill(1, 5, 6), 'flags 1'],
    ['a reserved word', plain[1], ({ u32 }) => u32.fill(1 << 31, 3, 4), 'reserved word 2147483648'],
  ];

  it.each(CASES)('%s', (_name, reader, spoil, words) => {
    const memory = memoryOf(new ArrayBuffer(256));
    writeFrame(plain[1].codec, { a: 1, live: false, note: null, fee: 2 }, memory, 0);
    const frames = readerOf(reader, plain[1]);
    frames.read(memory, 0);
    spoil(memory);
    for (const call of ['read', 'view', 'next'] as const) {
      expect(() => frames[call](memory, 0)).toThrow(expect.objectContaining({ code: 'SN_BAD_RECORD' }));
      expect(() => frames[call](memory, 0)).toThrow(words);
    }
  });

  it.each([-8, 4, 0.5, 248, 256, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY])('at a place of %d', (at) => {
    const memory = memoryOf(new ArrayBuffer(256));
    const frames = readerOf(plain[1], plain[1]);
    for (const read of [frames.read, frames.view, frames.next, frameLengthAt]) {
      expect(() => read(memory, at)).toThrow(expect.objectContaining({ code: 'SN_BAD_RECORD' }));
    }
  });

  it('that ends where what was received does not reach', () => {
    const memory = memoryOf(new ArrayBuffer(256));
    const end = writeFrame(plain[1].codec, { a: 1, live: false, note: null, fee: 2 }, memory, 0);
    const frames = readerOf(plain[1], plain[1]);
    expect(v2.byteLength + FRAME_HEADER_BYTES).toBe(end);
    expect(frames.next(memory, 0, end)).toBe(end);
    for (const received of [0, 8, 16, end - 8])
      expect(() => frames.next(memory, 0, received)).toThrow('the frame at 0');
  });

  it.each([0, 8, 15, 20, 0xffff_ffff])('whose length of %d no frame has', (length) => {
    const memory = memoryOf(new ArrayBuffer(16));
    memory.u32[0] = length;
    expect(() => frameLengthAt(memory, 0)).toThrow(expect.objectContaining({ code: 'SN_BAD_RECORD' }));
  });
});

describe('a frame whose places lead to the same bytes', () => {
  const inner: TypeDescriptor = {
    kind: 'tail',
    type: { kind: 'list', as: 'array', items: [U32], max: 9000, isExact: false },
  };
  const [nested, later] = versionsOf(
    'Nested',
    {
      lists: { kind: 'tail', type: { kind: 'list', as: 'array', items: [inner], max: 9000, isExact: false } },
    },
    { more: { kind: 'default', type: inner, value: [1, 2, 3] } },
  ).map((plan) => ({ plan, codec: codecOf(plan) })) as [Build, Build];
  const lists = [Array.from({ length: 1000 }, (_, index) => index), [], [], [7]];

  it('is refused, and no value grows out of proportion to it', () => {
    const memory = memoryOf(new ArrayBuffer(1 << 14));
    writeFrame(nested.codec, { lists }, memory, 0);
    const frames = readerOf(nested, nested);
    expect(frames.read(memory, 0)).toEqual({ lists });
    // The items of `lists` begin behind header and record: the second takes the place and the count of the first.
    const items = (FRAME_HEADER_BYTES + nested.codec.byteLength) / 4;
    memory.i32[items + 2] = (memory.i32[items] as number) - 8;
    memory.u32[items + 3] = memory.u32[items + 1] as number;
    expect(() => frames.read(memory, 0)).toThrow(expect.objectContaining({ code: 'SN_BAD_RECORD' }));
    expect(() => frames.read(memory, 0)).toThrow('the 8 bytes that the tail has left');
    // What is read of the same memory otherwise is not bounded by what was read before.
    expect(nested.codec.decode(memory, FRAME_HEADER_BYTES)).toHaveProperty('lists.length', 4);
  });

  it('does not count the default of what an older record lacks', () => {
    const memory = memoryOf(new ArrayBuffer(1 << 14));
    writeFrame(nested.codec, { lists: [] }, memory, 0);
    expect(readerOf(later, nested).read(memory, 0)).toEqual({ lists: [], more: [1, 2, 3] });
  });
});

const CASES_PER_PAIR = 8000;

describe(`hostile frames (SN_SEED=${seed})`, () => {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    // What is thrown a hundred thousand times needs no trace.
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('give SN_BAD_RECORD or a value of the message, from each version to each', () => {
    const random = randomBits(seed);
    const tally = { values: 0, errors: 0 };
    for (const builds of BUILDS) {
      for (const writer of builds) {
        const valid = fc
          .sample(valueFor(writer.plan.fields), { seed, numRuns: 12 })
          .map((value) => frameOf(writer, value));
        for (const reader of builds) {
          const frames = readerOf(reader, writer);
          for (let index = 0; index < CASES_PER_PAIR; index++) {
            const frame = valid[index % valid.length] as Uint8Array;
            const bytes = spoiled(frame, valid, random, index);
            judge(frames, reader, bytes, tally, index);
          }
        }
      }
    }
    console.info(`hostile frames: ${JSON.stringify(tally)}`);
    expect(tally.values).toBeGreaterThan(20_000);
    expect(tally.errors).toBeGreaterThan(20_000);
  });
});

function frameOf({ codec }: Build, value: Value): Uint8Array {
  const memory = dirtyMemory(frameBytes(codec, value));
  return memory.u8.slice(0, writeFrame(codec, value, memory, 0));
}

/** Flipped bits in the header or anywhere, a cut frame, another frame's beginning, random bytes, extremes in a word. */
function spoiled(
  frame: Uint8Array,
  valid: readonly Uint8Array[],
  random: () => number,
  index: number,
): Uint8Array {
  const bytes = frame.slice();
  const flip = (within: number) => {
    const bit = random() % (within * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  };
  switch (index % 6) {
    case 0:
      for (let left = 1 + (random() & 3); left > 0; left--) flip(FRAME_HEADER_BYTES);
      return bytes;
    case 1:
      for (let left = 1 + (random() & 7); left > 0; left--) flip(bytes.length);
      return bytes;
    case 2:
      return bytes.subarray(0, (random() % (bytes.length / 8)) * 8);
    case 3:
      bytes.set((valid[random() % valid.length] as Uint8Array).subarray(0, bytes.length));
      return bytes;
    case 4:
      fillRandomly(bytes.subarray(random() & 1 ? FRAME_HEADER_BYTES : 0), random);
      return bytes;
    default: {
      const words = new DataView(bytes.buffer);
      const extremes = [0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, bytes.length];
      words.setUint32((random() % (bytes.length / 4)) * 4, extremes[random() & 7] as number, true);
      return bytes;
    }
  }
}

/** The frame lies at the very end of its memory. */
function judge(
  frames: FrameReader<Value, AnyView>,
  { plan, codec }: Build,
  bytes: Uint8Array,
  tally: { values: number; errors: number },
  index: number,
): void {
  const at = index & 8 ? 64 : 0;
  const memory = memoryOf(new ArrayBuffer(at + Math.ceil(bytes.length / 8) * 8));
  memory.u8.set(bytes, at);
  const { value, error } = outcome(() => frames.read(memory, at));
  const header = outcome(() => frames.next(memory, at));
  if (header.error === undefined) {
    const next = header.value ?? 0;
    if (next <= at || next % 8 !== 0 || next > memory.u8.length) throw new Error(`next is ${next}`);
    judgeView(plan.fields, frames.view(memory, at), error === undefined ? (value as Value) : UNKNOWN, memory);
  } else if (error === undefined) throw new Error('a value in a frame that is none');
  if (error !== undefined) {
    if (!isBadRecord(error)) throw error;
    tally.errors++;
    return;
  }
  tally.values++;
  weighFields(plan.fields, value as Value);
  const again = memoryOf(new ArrayBuffer(1 << 14));
  codec.encode(value as Value, again, 0);
  if (!isDeepStrictEqual(codec.decode(again, 0), value)) throw new Error('a value that cannot be sent on');
}
