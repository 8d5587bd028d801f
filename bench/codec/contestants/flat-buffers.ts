/**
 * FlatBuffers: one builder and one accessor, used again and again.
 *
 * All records lie in one buffer: a `ByteBuffer` has a `TextDecoder` of its own, and making one for each record would be most
 * of what is measured.
 */
import { Builder, ByteBuffer } from 'flatbuffers';
import { type AnyContestant, anyContestant } from '../contestant.js';
import { type Format, fromNative, PLAIN, toNative } from '../format.js';
import type { Kind, Plain } from '../kind.js';

/** No record of any kind takes more. */
const RECORD_MAX_BYTES = 1024;

/** As `flatc --gen-object-api` has it: what is absent is null. */
const FLAT: Format = {
  ...PLAIN,
  absent: null,
  option: {
    to: (option, fields, { options }) => ({ option: Object.keys(options).indexOf(option), fields }),
    from(native, { options }) {
      const { option, fields } = native as { readonly option: number; readonly fields: unknown };
      return [Object.keys(options)[option] as string, fields];
    },
  },
};

/** A finished record, from `startBytes` of a buffer to its end, or to where the next one starts. */
interface Place {
  readonly buffer: ByteBuffer;
  readonly startBytes: number;
}

export function flatBuffers<Value, Viewed>({
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
    native: (value) => toNative(FLAT, fields, value) as Plain<Value>,
    value: (native) => fromNative(FLAT, fields, native) as Value,
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
