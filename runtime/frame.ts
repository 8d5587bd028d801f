/**
 * Frames: records for files, sockets and other builds, with a header that says how long they are and of which version.
 *
 * The writer says once who it is (`codecIdentity`); each frame then holds a record of a version that this identity has. A reader
 * takes records of older builds and of newer ones, as `identity.ts` says.
 *
 * I1  Every byte of a frame is hostile: each field of the header is read once, checked, and then used; what does not hold is
 *     `SN_BAD_RECORD`. The record itself is checked by its codec.
 * I2  A place in the record may lead to any bytes of the same memory, and to none outside: one memory is for one writer.
 * I3  A value that is read holds no more than its frame has bytes for. A view reads on demand, and `toObject` of it is not bounded so.
 */
import type { Codec } from './codec.js';
import { SnError } from './errors.js';
import {
  BLOCK_BYTES_OFFSET_BYTES,
  FLAGS_OFFSET_BYTES,
  FRAME_ALIGN_BYTES,
  FRAME_BYTES_OFFSET_BYTES,
  FRAME_HEADER_BYTES,
  RESERVED_OFFSET_BYTES,
  VERSION_OFFSET_BYTES,
} from './frame-layout.js';
import { type CodecIdentity, codecIdentity, type Relation, relationOf } from './identity.js';
import type { Memory } from './memory.js';
import { align, endOfTail, readBounded } from './tail.js';

/** Reads the frames of one writer. Its functions take the offset of a frame's first byte, and where what was received ends. */
export interface FrameReader<Value, View> {
  /** What the writer's build is to this one. */
  readonly relation: Relation;
  /** Reads a plain object. @throws SnError `SN_BAD_RECORD` */
  read(memory: Memory, offsetBytes: number, endBytes?: number): Value;
  /** A view in place, good as long as the bytes stay. @throws SnError `SN_BAD_RECORD`, as its getters do. */
  view(memory: Memory, offsetBytes: number, endBytes?: number): View;
  /** Where the next frame begins. @throws SnError `SN_BAD_RECORD` */
  next(memory: Memory, offsetBytes: number, endBytes?: number): number;
}

interface Header {
  readonly frameBytes: number;
  readonly version: number;
  /** What lies behind the record. */
  readonly tailBytes: number;
}

/** Most bytes that a frame of `value` takes: as many as `writeFrame` needs. */
export function frameBytes<Input>(codec: Codec<unknown, unknown, Input>, value: Input): number {
  return FRAME_HEADER_BYTES + align(codec.byteLengthOf?.(value) ?? codec.byteLength);
}

/**
 * Writes a frame.
 *
 * @param offsetBytes a multiple of 8, with `frameBytes(codec, value)` bytes of memory from there on.
 * @returns where the next frame may begin.
 * @throws SnError `SN_FIELD_RANGE` when the value or its place does not fit; the bytes there are then undefined.
 * @example
 * const memory = memoryOf(new ArrayBuffer(frameBytes(TradeCodec, trade)));
 * const end = writeFrame(TradeCodec, trade, memory, 0);
 * socket.write(memory.u8.subarray(0, end));
 */
export function writeFrame<Input>(
  codec: Codec<unknown, unknown, Input>,
  value: Input,
  memory: Memory,
  offsetBytes: number,
): number {
  const limit = offsetBytes + frameBytes(codec, value);
  if (!isPlace(offsetBytes) || limit > memory.u8.length) throw noRoom(codec.name, offsetBytes, limit, memory);
  const record = offsetBytes + FRAME_HEADER_BYTES;
  memory.u8.fill(0, offsetBytes, limit);
  codec.encode(value, memory, record, limit);
  const end = codec.byteLengthOf === undefined ? record + codec.byteLength : endOfTail();
  memory.u32[(offsetBytes + FRAME_BYTES_OFFSET_BYTES) >> 2] = end - offsetBytes;
  memory.u32[(offsetBytes + BLOCK_BYTES_OFFSET_BYTES) >> 2] = codec.byteLength;
  memory.u16[(offsetBytes + VERSION_OFFSET_BYTES) >> 1] = codec.version ?? 1;
  return end;
}

/**
 * How long the frame is whose header begins at `offsetBytes`: how much of a stream to wait for.
 *
 * @throws SnError `SN_BAD_RECORD` when no frame is so long.
 */
export function frameLengthAt(memory: Memory, offsetBytes: number): number {
  if (!isPlace(offsetBytes) || offsetBytes + FRAME_HEADER_BYTES > memory.u8.length) {
    throw badFrame('a frame', offsetBytes, 'place', offsetBytes, 'a multiple of 8 with a header behind it');
  }
  const length = memory.u32[(offsetBytes + FRAME_BYTES_OFFSET_BYTES) >> 2] as number;
  if (length < FRAME_HEADER_BYTES || length % FRAME_ALIGN_BYTES !== 0) {
    throw badFrame('a frame', offsetBytes, 'length', length, `a multiple of 8 from ${FRAME_HEADER_BYTES}`);
  }
  return length;
}

/**
 * A reader for what another build, or this one, has written.
 *
 * @param writer what `codecIdentity` gave there.
 * @throws SnError `SN_SCHEMA_MISMATCH` when the two builds do not understand each other's records.
 * @example
 * const reader = frameReader(TradeCodec, JSON.parse(firstLine));
 * for (let at = 0; at < end; at = reader.next(memory, at, end)) handle(reader.read(memory, at, end));
 */
export function frameReader<Value, View>(
  codec: Codec<Value, View, never>,
  writer: CodecIdentity,
): FrameReader<Value, View> {
  const relation = relationOf(writer, codecIdentity(codec));
  const writerVersion = writer.fingerprints.length;
  const header = (memory: Memory, offsetBytes: number, endBytes = memory.u8.length) =>
    readHeader(codec, writerVersion, memory, offsetBytes, Math.min(endBytes, memory.u8.length));
  return {
    relation,
    read(memory, offsetBytes, endBytes) {
      const { version, tailBytes } = header(memory, offsetBytes, endBytes);
      const record = offsetBytes + FRAME_HEADER_BYTES;
      return readBounded(memory, tailBytes, () => codec.decode(memory, record, version));
    },
    view(memory, offsetBytes, endBytes) {
      const { version } = header(memory, offsetBytes, endBytes);
      return codec.view(memory, offsetBytes + FRAME_HEADER_BYTES, version);
    },
    next: (memory, offsetBytes, endBytes) => offsetBytes + header(memory, offsetBytes, endBytes).frameBytes,
  };
}

function readHeader(
  codec: Codec<unknown, unknown, never>,
  writerVersion: number,
  memory: Memory,
  offsetBytes: number,
  endBytes: number,
): Header {
  const { name, byteLength, byteLengths = [byteLength] } = codec;
  const wrong = (what: string, found: number, allowed: string) =>
    badFrame(name, offsetBytes, what, found, allowed);
  if (!isPlace(offsetBytes) || offsetBytes + FRAME_HEADER_BYTES > endBytes) {
    throw wrong('place', offsetBytes, 'a multiple of 8 with a header behind it');
  }
  const length = memory.u32[(offsetBytes + FRAME_BYTES_OFFSET_BYTES) >> 2] as number;
  const block = memory.u32[(offsetBytes + BLOCK_BYTES_OFFSET_BYTES) >> 2] as number;
  const version = memory.u16[(offsetBytes + VERSION_OFFSET_BYTES) >> 1] as number;
  const flags = memory.u16[(offsetBytes + FLAGS_OFFSET_BYTES) >> 1] as number;
  const reserved = memory.u32[(offsetBytes + RESERVED_OFFSET_BYTES) >> 2] as number;
  if (flags !== 0) throw wrong('flags', flags, '0');
  if (reserved !== 0) throw wrong('reserved word', reserved, '0');
  if (version < 1 || version > writerVersion) {
    throw wrong('version', version, `1 to ${writerVersion}, the versions that its writer has`);
  }
  const known = byteLengths[version - 1];
  if (known !== undefined ? block !== known : block < byteLength || block % FRAME_ALIGN_BYTES !== 0) {
    throw wrong(
      'block length',
      block,
      known === undefined ? `a multiple of 8 from ${byteLength}` : `${known}`,
    );
  }
  const least = FRAME_HEADER_BYTES + block;
  // Of a message without tails nothing follows the record; a newer version may have one.
  const most = known !== undefined && codec.byteLengthOf === undefined ? least : endBytes - offsetBytes;
  if (
    length < least ||
    length > most ||
    length > endBytes - offsetBytes ||
    length % FRAME_ALIGN_BYTES !== 0
  ) {
    throw wrong('length', length, `a multiple of 8 from ${least} to ${most}`);
  }
  return { frameBytes: length, version, tailBytes: length - least };
}

/** Elements are found by shifts of 32 bits. */
function isPlace(offsetBytes: number): boolean {
  return offsetBytes >= 0 && offsetBytes < 2 ** 31 && offsetBytes % FRAME_ALIGN_BYTES === 0;
}

function badFrame(name: string, offsetBytes: number, what: string, found: number, allowed: string): SnError {
  return new SnError(
    'SN_BAD_RECORD',
    `${name}: the frame at ${offsetBytes} has ${what} ${found}, allowed is ${allowed}`,
    { details: { message: name, field: '', value: found, allowed } },
  );
}

function noRoom(name: string, offsetBytes: number, limit: number, { u8 }: Memory): SnError {
  return new SnError(
    'SN_FIELD_RANGE',
    `${name}: a frame at ${offsetBytes} needs a multiple of 8 there and memory up to ${limit}; the memory ends at ${u8.length}`,
    { details: { message: name, needed: limit, available: u8.length } },
  );
}
