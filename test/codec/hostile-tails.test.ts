/** Hostile bytes in records with a tail: places and counts that lead anywhere. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnError } from '../../runtime/errors.js';
import { message, seed, valueFor } from './arbitraries.js';
import { compileCodec, dirtyMemory, type PlannedMessage } from './compile.js';
import { outcome } from './hostile.js';
import { decodeReference, encodeRecord, NoRecord, type Value } from './reference.js';

const RECORDS_PER_LAYOUT = 2000;
const LAYOUTS = 25;
const MEMORY_BYTES = 1 << 16;
const AT = 64;
const EXTREMES = [0, 1, 7, 8, -8, -64, 255, 65_535, 65_536, 0x7fff_ffff, -0x8000_0000, -1];

describe(`hostile records with a tail (SN_SEED=${seed})`, () => {
  it('give SN_BAD_RECORD or the value that the reference reads', async () => {
    const layouts = fc
      .sample(message, { seed, numRuns: 400 })
      .filter(({ tailMaxBytes = 0, byteLength }) => tailMaxBytes > 0 && byteLength < 4096)
      .slice(0, LAYOUTS);
    expect(layouts.length).toBe(LAYOUTS);
    const random = randomOf(seed);
    let values = 0;
    let errors = 0;
    for (const layout of layouts) {
      const codec = await compileCodec(layout);
      const records = validRecords(layout);
      const memory = dirtyMemory(MEMORY_BYTES);
      const data = new DataView(memory.buffer, 0);
      for (let index = 0; index < RECORDS_PER_LAYOUT; index++) {
        memory.u8.fill(index & 1 ? 0 : 0xff);
        const record = records[index % records.length] as Uint8Array;
        memory.u8.set(record, AT);
        spoil(data, layout.byteLength, record.length, random, index);
        const got = outcome(() => codec.decode(memory, AT));
        const expected = outcome(() => decodeReference(layout, data, AT));
        if (expected.value === undefined) {
          expect(expected.error).toBeInstanceOf(NoRecord);
          expect(got.error).toBeInstanceOf(SnError);
          expect((got.error as SnError).code).toBe('SN_BAD_RECORD');
          errors++;
        } else {
          if (!isDeepStrictEqual(got.value, expected.value)) throw new Error(JSON.stringify(layout));
          values++;
        }
      }
    }
    expect(values).toBeGreaterThan(1000);
    expect(errors).toBeGreaterThan(1000);
  });
});

function validRecords(layout: PlannedMessage): readonly Uint8Array[] {
  const memory = dirtyMemory(1 << 20);
  return fc
    .sample(valueFor(layout.fields), { seed, numRuns: 20 })
    .map((value: Value) => memory.u8.slice(0, encodeRecord(layout, value, new DataView(memory.buffer))))
    .filter((record) => record.length < MEMORY_BYTES - 2 * AT);
}

/** Flips bits anywhere, or puts an extreme where a place or a count may stand. */
function spoil(
  data: DataView,
  recordBytes: number,
  wholeBytes: number,
  random: () => number,
  index: number,
): void {
  if (index % 3 === 0) return;
  if (index % 3 === 1) {
    const at = AT + 4 * Math.floor(random() * (recordBytes / 4));
    data.setInt32(at, EXTREMES[Math.floor(random() * EXTREMES.length)] as number, true);
    return;
  }
  for (let flips = 1 + Math.floor(random() * 8); flips > 0; flips--) {
    const at = AT + Math.floor(random() * wholeBytes);
    data.setUint8(at, data.getUint8(at) ^ (1 << Math.floor(random() * 8)));
  }
}

/** Mulberry32: the same for the same seed. */
function randomOf(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
