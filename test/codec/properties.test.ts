import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfTail } from '../../runtime/tail.js';
import { messageWithValues, seed } from './arbitraries.js';
import { compileCodec, dirtyMemory, wholeLength } from './compile.js';
import { expectGetters } from './expect-view.js';
import { decodeReference, encodeRecord, type Value } from './reference.js';

console.info(`codec properties: SN_SEED=${seed}`);

/** A record that does not begin where its buffer does. */
const AT = 16;

describe(`generated codecs (SN_SEED=${seed})`, () => {
  it('writes the bytes of the reference codec and no others', async () => {
    await fc.assert(
      fc.asyncProperty(messageWithValues, async ({ layout, values }) => {
        const codec = await compileCodec(layout);
        const ours = dirtyMemory(wholeLength(layout) + 2 * AT);
        const theirs = dirtyMemory(wholeLength(layout) + 2 * AT);
        for (const value of values) {
          codec.encode(value, ours, AT);
          const end = encodeRecord(layout, value, new DataView(theirs.buffer), AT);
          if (layout.tailMaxBytes !== undefined) expect(endOfTail()).toBe(end);
          expect(AT + (codec.byteLengthOf?.(value) ?? end)).toBeGreaterThanOrEqual(end);
          expect(Buffer.from(ours.u8).equals(theirs.u8)).toBe(true);
        }
      }),
      { seed, numRuns: 150 },
    );
  });

  it('reads what the reference codec wrote, as object and through views', async () => {
    await fc.assert(
      fc.asyncProperty(messageWithValues, async ({ layout, values }) => {
        const codec = await compileCodec(layout);
        const memory = dirtyMemory(wholeLength(layout) + AT);
        const view = codec.view(memory, 0);
        view.$offsetBytes = AT;
        for (const value of values) {
          encodeRecord(layout, value, new DataView(memory.buffer), AT);
          const expected = decodeReference(layout, new DataView(memory.buffer), AT);
          expect(codec.decode(memory, AT)).toStrictEqual(expected);
          expect(view.toObject()).toStrictEqual(expected);
          expectGetters(view, expected);
        }
      }),
      { seed, numRuns: 150 },
    );
  });

  it('gives back every value, field for field', async () => {
    await fc.assert(
      fc.asyncProperty(messageWithValues, async ({ layout, values }) => {
        const codec = await compileCodec(layout);
        const memory = dirtyMemory(wholeLength(layout) + AT);
        for (const value of values) {
          codec.encode(value, memory, AT);
          expect(codec.decode(memory, AT)).toEqual(value);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  it('keeps the keys of decoded objects in the order of the schema', async () => {
    await fc.assert(
      fc.asyncProperty(messageWithValues, async ({ layout, values }) => {
        const codec = await compileCodec(layout);
        const memory = dirtyMemory(wholeLength(layout));
        codec.encode(values[0] as Value, memory, 0);
        expect(Object.keys(codec.decode(memory, 0))).toEqual(layout.fields.map(({ name }) => name));
      }),
      { seed, numRuns: 50 },
    );
  });
});
