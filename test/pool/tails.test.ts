import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import { makeGate } from './support/gate.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

const MIB = 1_048_576;

function imageOf(id: number, pixels: number, captionLength = 10) {
  return {
    id,
    pixels: new Uint8Array(pixels).fill(id + 1),
    caption: 'é'.repeat(captionLength),
    samples: id % 2 === 0 ? Float64Array.of(id, Number.NaN) : undefined,
    faces: Array.from({ length: id % 7 }, (_, face) => ({
      name: `face ${face}`.repeat(face * 3),
      x: face / 2,
    })),
  };
}

/** Vitest compares a million bytes one by one, slowly: their hash says the same. */
function hashed(image: unknown) {
  const { pixels, ...rest } = image as ReturnType<typeof imageOf>;
  return { ...rest, pixels: createHash('sha1').update(pixels).digest('hex') };
}

describe('messages with a tail', () => {
  test('of every size arrive as they were, one copy each way', async () => {
    await using pool = await createPool();
    const back = pool.stream.Image();
    const seen = pool.stream.Seen();
    const sizes = [0, 1, 7, 8, 9, 1000, 65_536, MIB - 1, MIB, 3, 500_000, 700_000, MIB, 12];
    const sent = sizes.map((size, id) => imageOf(id, size, id * 70));
    const sending = (async () => {
      for (const image of sent) await pool.work.send.Image(image);
    })();
    for (const image of sent) {
      expect((await seen.next()).value).toEqual({
        id: image.id,
        pixels: image.pixels.length,
        sum: image.pixels.reduce((sum, pixel) => sum + pixel, 0),
        captionLength: image.caption.length,
        faces: image.faces.length,
      });
      expect(hashed((await back.next()).value)).toStrictEqual(hashed(image));
    }
    await sending;
  });

  test('wait in order where the byte ring is full, and nothing is lost', async () => {
    const gate = makeGate();
    await using pool = await createPool();
    const back = pool.stream.Image();
    pool.receive.Seen(() => {});
    pool.receive.Done(() => {});
    pool.work.send.Held({ id: 0 });
    await gate.arrivals(1);
    // Seven slots are free, but not seven mebibytes.
    const sent = Array.from({ length: 7 }, (_, id) => imageOf(id, MIB - id));
    const waiting = sent.map((image) => pool.work.send.Image(image));
    expect(waiting.some((each) => each !== undefined)).toBe(true);
    expect(pool.work.trySend.Image(imageOf(9, MIB))).toBe(false);
    gate.open();
    for (const image of sent) expect(hashed((await back.next()).value)).toEqual(hashed(image));
    await Promise.all(waiting);
  });

  test('are refused with a clear error where a value is wrong, and leave no trace', async () => {
    await using pool = await createPool();
    const back = pool.stream.Image();
    pool.receive.Seen(() => {});
    const wrong = { ...imageOf(1, 10), pixels: new Uint8Array(MIB + 1) };
    expect(() => pool.work.send.Image(wrong)).toThrow(
      'Image.pixels: got 1048577 bytes, allowed is a Uint8Array',
    );
    const nested = { ...imageOf(1, 10), faces: [{ name: 'x'.repeat(401 * 4), x: 1 }] };
    expect(() => pool.work.send.Image(nested)).toThrow('Image.faces[].name');
    await pool.work.send.Image(imageOf(2, 100));
    expect(hashed((await back.next()).value)).toEqual(hashed(imageOf(2, 100)));
  });
});
