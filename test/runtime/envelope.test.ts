import { describe, expect, it } from 'vitest';
import {
  correlationOf,
  microseconds,
  participantOf,
  participantWord,
  readTrace,
  writeTrace,
} from '../../runtime/envelope.js';
import { memoryOf } from '../../runtime/memory.js';

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const AT = 8;

/** Bytes that are not zero around and below what is written. */
function dirty() {
  const memory = memoryOf(new SharedArrayBuffer(48));
  memory.u8.fill(0xa5);
  return memory;
}

describe('a trace', () => {
  it('is read as it was written, in lower case, and nothing around it is touched', () => {
    const memory = dirty();
    writeTrace(memory, AT, {
      trace: { traceId: TRACE.traceId.toUpperCase(), spanId: TRACE.spanId.toUpperCase() },
    });
    expect(readTrace(memory, AT)).toEqual(TRACE);
    expect([...memory.u8.subarray(0, AT), ...memory.u8.subarray(AT + 24)]).toEqual(Array(24).fill(0xa5));
    expect(memory.u8[AT]).toBe(0x0a);
    expect(memory.u8[AT + 23]).toBe(0x31);
  });

  it.each([[undefined], [{}], [{ trace: undefined }]])('is none where none is given: %o', (options) => {
    const memory = dirty();
    writeTrace(memory, AT, options);
    expect(readTrace(memory, AT)).toBeUndefined();
  });

  it.each([
    ['', TRACE.spanId],
    [`${TRACE.traceId}0`, TRACE.spanId],
    [TRACE.traceId, 'g'.repeat(16)],
    [TRACE.traceId, `${TRACE.spanId}\n`],
  ])('of other digits is refused: %j %j', (traceId, spanId) => {
    expect(() => writeTrace(dirty(), AT, { trace: { traceId, spanId } })).toThrow(
      'trace takes a traceId of 32 hex digits and a spanId of 16',
    );
  });

  it('is some text of hex digits whatever the bytes', () => {
    const memory = dirty();
    for (let byte = 0; byte < 256; byte++) {
      memory.u8.fill(byte, AT, AT + 24);
      const digits = byte.toString(16).padStart(2, '0');
      expect(readTrace(memory, AT)).toEqual(
        byte === 0 ? undefined : { traceId: digits.repeat(16), spanId: digits.repeat(8) },
      );
    }
  });
});

describe('a participant', () => {
  it.each([
    [0, 0],
    [1, 255],
    [2, 65_535],
  ])('number %i, instance %i, comes back from its word', (worker, instance) => {
    const names = ['main', 'a', 'b'];
    expect(participantOf(participantWord(worker, instance), names, 'M.envelope.source')).toEqual({
      worker: names[worker],
      instance,
    });
  });

  it('that does not exist is a bad record', () => {
    expect(() => participantOf(0xffff_ffff, ['main', 'a'], 'M.envelope.source')).toThrow(
      expect.objectContaining({ code: 'SN_BAD_RECORD' }),
    );
  });
});

describe('what a sender gives', () => {
  it('is a whole number from 0 to 2^53 - 1, or nothing', () => {
    expect(correlationOf(undefined)).toBe(0);
    expect(correlationOf({ correlation: 7 })).toBe(7);
    expect(correlationOf({ correlation: Number.MAX_SAFE_INTEGER })).toBe(Number.MAX_SAFE_INTEGER);
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, '1' as never])
      expect(() => correlationOf({ correlation: wrong })).toThrow(
        expect.objectContaining({ code: 'SN_OPTION' }),
      );
  });

  it('is stamped with the time of day in microseconds', () => {
    expect(Math.abs(microseconds() / 1000 - Date.now())).toBeLessThan(60_000);
  });
});
