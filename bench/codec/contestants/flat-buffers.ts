/**
 * FlatBuffers: one builder and one accessor, used again and again.
 *
 * All records lie in one buffer: a `ByteBuffer` has a `TextDecoder` of its own, and making one for each record would be most
 * of what is measured.
 */
import { Builder, ByteBuffer } from 'flatbuffers';
import { type AnyContestant, anyContestant } from '../contestant.js';
import { fromPlain, type Kind, type Plain, toPlain } from '../kind.js';

/** No record of any kind takes more. */
const RECORD_MAX_BYTES = 512;

/** A finished record, from `startBytes` of a buffer to its end, or to where the next one starts. */
interface Place {
  readonly buffer: ByteBuffer;
  readonly startBytes: number;
}

export function flatBuffers<Value, Viewed extends Partial<Value>>({
  fields,
  flat,
  values,
}: Kind<Value, Viewed>): AnyContestant<Value> {
  const builder = new Builder(RECORD_MAX_BYTES);
  const record = new flat.Record();
  const kept = ByteBuffer.allocate(values.length * RECORD_MAX_BYTES);
  let endBytes = 0;
  const at = ({ buffer, startBytes }: Place) => {
    buffer.setPosition(startBytes);
    return record.point(buffer);
  };
  return anyContestant<Value, Plain<Value>, Place>({
    name: 'flatbuffers',
    native: (value) => toPlain(fields, value),
    value: (native) => fromPlain(fields, native),
    encode(native) {
      builder.clear();
      builder.finish(flat.write(builder, native));
      const buffer = builder.dataBuffer();
      return { buffer, startBytes: buffer.position() };
    },
    keep({ buffer, startBytes }) {
      const bytes = buffer.bytes().subarray(startBytes);
      kept.bytes().set(bytes, endBytes);
      endBytes += bytes.length;
      return { buffer: kept, startBytes: endBytes - bytes.length };
    },
    decode: (place) => at(place).unpack(),
    view: at,
    weigh: ({ buffer, startBytes }) => buffer.capacity() - startBytes,
  });
}
