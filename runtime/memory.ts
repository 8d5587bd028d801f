/**
 * Memory: the typed arrays over one buffer.
 *
 * Made once for a buffer and kept: fields are read as `memory.f64[offsetBytes >> 3]`, which V8 compiles to one
 * bounds check and one move. All offsets are bytes from the start of the buffer; the shift picks the element.
 */

import { SnError } from './errors.js';

/** Every element type over the same bytes. */
export interface Memory {
  readonly buffer: ArrayBufferLike;
  readonly u8: Uint8Array<ArrayBufferLike>;
  readonly i8: Int8Array<ArrayBufferLike>;
  readonly u16: Uint16Array<ArrayBufferLike>;
  readonly i16: Int16Array<ArrayBufferLike>;
  readonly u32: Uint32Array<ArrayBufferLike>;
  readonly i32: Int32Array<ArrayBufferLike>;
  readonly f32: Float32Array<ArrayBufferLike>;
  readonly f64: Float64Array<ArrayBufferLike>;
  readonly u64: BigUint64Array<ArrayBufferLike>;
  readonly i64: BigInt64Array<ArrayBufferLike>;
}

/**
 * The typed arrays over `buffer`, as long as it is now: over one that grows they do not grow with it, for V8 reads and writes through
 * arrays that do 40 times slower.
 *
 * @param buffer - its length must be a multiple of 8 bytes.
 * @throws RangeError when the length is no multiple of 8.
 */
export function memoryOf(buffer: ArrayBufferLike): Memory {
  const bytes = buffer.byteLength;
  if (bytes % 8 !== 0) throw new RangeError(`the length of a buffer must be a multiple of 8: got ${bytes}`);
  return {
    buffer,
    u8: new Uint8Array(buffer, 0, bytes),
    i8: new Int8Array(buffer, 0, bytes),
    u16: new Uint16Array(buffer, 0, bytes / 2),
    i16: new Int16Array(buffer, 0, bytes / 2),
    u32: new Uint32Array(buffer, 0, bytes / 4),
    i32: new Int32Array(buffer, 0, bytes / 4),
    f32: new Float32Array(buffer, 0, bytes / 4),
    f64: new Float64Array(buffer, 0, bytes / 8),
    u64: new BigUint64Array(buffer, 0, bytes / 8),
    i64: new BigInt64Array(buffer, 0, bytes / 8),
  };
}

/** @throws SnError `SN_UNSUPPORTED` where there is no shared memory. */
export function checkSharedMemory(): void {
  if (typeof SharedArrayBuffer !== 'undefined') return;
  throw new SnError(
    'SN_UNSUPPORTED',
    'there is no SharedArrayBuffer here: in a browser, serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
  );
}
