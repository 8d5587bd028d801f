/**
 * Codec: what a generated message type offers to whoever moves its records.
 */
import type { Memory } from './memory.js';

/**
 * Writes, reads and views one message type in memory. Generated; see `generated/messages.ts`. `Input` is what is sent, where it
 * differs from what is received: fields with a default may be left out.
 *
 * Every function takes the offset of the record's first byte, a multiple of 8. The record lies wholly in the memory, all
 * its `byteLength` bytes: no function looks at where the memory ends, and none reads or writes outside the record, whatever
 * the bytes in it. None of them allocates but `decode` and `view`, and `decode` in proportion to `byteLength`.
 */
export interface Codec<Value, View, Input = Value> {
  /** The message's name in the schema. */
  readonly name: string;
  /** 16 hex digits over the layout: two sides with the same fingerprint agree on every byte. */
  readonly fingerprint: string;
  /** Bytes of one record; a multiple of 8. What lies in its tail, if it has one, follows. */
  readonly byteLength: number;
  /** Which version of the message this build writes; missing where it is the first, as the two lists below then are. */
  readonly version?: number;
  /** What a build at each version has for a fingerprint, oldest first: the last is `fingerprint`. */
  readonly fingerprints?: readonly string[];
  /** Bytes of one record as each version has it: the last is `byteLength`. */
  readonly byteLengths?: readonly number[];
  /** Most bytes of record and tail that `value` may take; missing where messages have no tail. */
  readonly byteLengthOf?: (value: Input) => number;
  /** Writes `value` at `offsetBytes`. @throws SnError `SN_FIELD_RANGE`; the bytes there are then undefined. */
  readonly encode: (value: Input, memory: Memory, offsetBytes: number, endBytes?: number) => void;
  /**
   * Reads a plain object. `version` is that of the build that wrote the record, by default this one: what came later than an
   * older version has its default, is `null` or `undefined`; what a newer one added is not looked at.
   *
   * @throws SnError `SN_BAD_RECORD` when the bytes are no such message.
   */
  readonly decode: (memory: Memory, offsetBytes: number, version?: number) => Value;
  /** Getters over the bytes at `offsetBytes`, read when they are called. */
  readonly view: (memory: Memory, offsetBytes: number, version?: number) => View;
}
