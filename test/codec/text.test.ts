import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryOf } from '../../runtime/memory.js';
import type * as Text from '../../runtime/text.js';
import { seed } from './arbitraries.js';

const AT = 8;
const MOST = [1, 3, 4, 7, 8, 14, 15, 16, 31, 33, 60, 255];
const WIDE = [256, 300, 1_000, 65_535];

describe.each([
  ['with Buffer', true],
  ['without Buffer, as in a browser', false],
])('text %s', (_, hasBuffer) => {
  afterEach(() => vi.unstubAllGlobals());

  it('of every length up to the limit comes back from shared memory', async () => {
    const { readAscii, readUtf8, writeAscii, writeUtf8 } = await loadText(hasBuffer);
    const memory = memoryOf(new SharedArrayBuffer(1 << 17));
    for (const most of MOST) {
      for (let length = 0; length <= most; length++) {
        const value = 'abcdefghijklmnopqrstuvwxyz'.repeat(10).slice(length % 26, (length % 26) + length);
        expect(writeAscii(memory, AT, value.slice(0, most), most)).toBe(true);
        expect(readAscii(memory, AT, most, 'f')).toBe(value.slice(0, most));
        expect(writeUtf8(memory, AT, value.slice(0, most), most)).toBe(true);
        expect(readUtf8(memory, AT, most, 'f')).toBe(value.slice(0, most));
      }
    }
    for (const most of WIDE) {
      for (const value of [
        '',
        'a',
        'x'.repeat(13),
        'x'.repeat(14),
        'x'.repeat(15),
        'x'.repeat(most),
        'é€😀'.repeat(20),
      ]) {
        expect(writeUtf8(memory, AT, value, most)).toBe(true);
        expect(readUtf8(memory, AT, most, 'f')).toBe(value);
      }
    }
  });

  it('that holds U+FFFD or a byte order mark is kept, and bytes that would become U+FFFD are refused', async () => {
    const { readUtf8, writeUtf8 } = await loadText(hasBuffer);
    const memory = memoryOf(new SharedArrayBuffer(256));
    for (const value of ['\ufffd', '\ufeffabc', `\ufeff${'x'.repeat(30)}\ufffd`]) {
      expect(writeUtf8(memory, AT, value, 100)).toBe(true);
      expect(readUtf8(memory, AT, 100, 'f')).toBe(value);
    }
    writeUtf8(memory, AT, 'x'.repeat(40), 100);
    memory.u8[AT + 20] = 0xff;
    expect(() => readUtf8(memory, AT, 100, 'f')).toThrow('valid UTF-8');
  });

  it('is never written past its field, whatever the value', async () => {
    const { writeAscii, writeUtf8 } = await loadText(hasBuffer);
    const anyText = fc.oneof(fc.string({ unit: 'binary', size: 'medium' }), fc.string(), loneSurrogates);
    fc.assert(
      fc.property(anyText, fc.constantFrom(...MOST), (value, most) => {
        const memory = memoryOf(new SharedArrayBuffer(512));
        memory.u8.fill(0xa5);
        const end = AT + ((most + 4) & ~3);
        for (const write of [writeAscii, writeUtf8]) {
          write(memory, AT, value, most);
          expect(
            [...memory.u8.subarray(0, AT), ...memory.u8.subarray(end)].every((byte) => byte === 0xa5),
          ).toBe(true);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('with half of a surrogate pair is refused, short and long', async () => {
    const { writeUtf8 } = await loadText(hasBuffer);
    const memory = memoryOf(new SharedArrayBuffer(1024));
    for (const lone of ['\ud800', '\udfff', 'a\ud83d', '\udc00\ud800', '\ud800\ud800\udc00']) {
      for (const padding of ['', 'x'.repeat(50)]) {
        for (const most of [100, 600])
          expect(writeUtf8(memory, AT, padding + lone + padding, most)).toBe(false);
      }
    }
  });
});

describe('the cache of short text', () => {
  it('never mixes up values, however many and in whatever form', async () => {
    const { readAscii, readUtf8, writeAscii, writeUtf8 } = await loadText(true);
    const memory = memoryOf(new SharedArrayBuffer(1024));
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 14 }), { minLength: 200, maxLength: 300 }), (values) => {
        for (const value of [...values, ...values]) {
          writeAscii(memory, 0, value, 15);
          writeUtf8(memory, 16, value, 15);
          writeUtf8(memory, 64, value, 300);
          expect(readAscii(memory, 0, 15, 'f')).toBe(value);
          expect(readUtf8(memory, 16, 15, 'f')).toBe(value);
          expect(readUtf8(memory, 64, 300, 'f')).toBe(value);
        }
      }),
      { seed, numRuns: 60 },
    );
  });

  it('tells apart values that share a place in it and differ in one word only', async () => {
    const { readAscii, writeAscii } = await loadText(true);
    const memory = memoryOf(new SharedArrayBuffer(64));
    for (const start of [0, 3, 7, 11]) {
      // More values than the cache has slots.
      for (let number = 10_000; number < 10_000 + 9_000; number++) {
        const value = `${'x'.repeat(start)}${number.toString(16)}${'x'.repeat(11 - start)}`;
        writeAscii(memory, 0, value, 15);
        expect(readAscii(memory, 0, 15, 'f')).toBe(value);
      }
    }
  });

  it('does not let text that utf8 accepted pass as ascii', async () => {
    const { readAscii, readUtf8, writeUtf8 } = await loadText(true);
    const memory = memoryOf(new SharedArrayBuffer(64));
    for (const value of ['é', 'é€😀é€']) {
      writeUtf8(memory, 0, value, 15);
      expect(readUtf8(memory, 0, 15, 'f')).toBe(value);
      expect(() => readAscii(memory, 0, 15, 'f')).toThrow('bytes up to 127');
      expect(readUtf8(memory, 0, 15, 'f')).toBe(value);
    }
  });

  it('judges bytes that change between two reads by what they are then', async () => {
    const { readAscii, writeAscii } = await loadText(true);
    const memory = memoryOf(new SharedArrayBuffer(64));
    writeAscii(memory, 0, 'EWR', 3);
    expect(readAscii(memory, 0, 3, 'f')).toBe('EWR');
    memory.u8[1] = 0x4a;
    expect(readAscii(memory, 0, 3, 'f')).toBe('JWR');
    memory.u8[0] = 200;
    expect(() => readAscii(memory, 0, 3, 'f')).toThrow('a length up to 3');
  });
});

const loneSurrogates = fc
  .array(fc.integer({ min: 0xd780, max: 0xe080 }), { maxLength: 300 })
  .map((codes) => String.fromCharCode(...codes));

/** A fresh copy of the module, which looks for `Buffer` once, when it loads. */
async function loadText(hasBuffer: boolean): Promise<typeof Text> {
  vi.resetModules();
  if (!hasBuffer) vi.stubGlobal('Buffer', undefined);
  return import('../../runtime/text.js');
}
