/**
 * Record writer: what emitted classes offer that write a message field by field, and the memory of one that may not.
 */
import { SnError } from './errors.js';
import type { Memory } from './memory.js';

/** Writes one kind of message where it is told to; generated. */
export interface RecordWriter {
  $memory: Memory;
  $offsetBytes: number;
  /** Where the record, and its tail if there is one, end by now. */
  $endBytes: number;
  /** Begins a record whose tail must end at `limitBytes`: no field is set. */
  $begin(memory: Memory, offsetBytes: number, limitBytes: number): void;
  /** Fills in what may be left out. @throws SnError `SN_FIELD_RANGE` for a field that was not set and may not be left out. */
  $complete(): void;
}

/** The same for a message with a tail. */
export interface LongRecordWriter extends RecordWriter {
  /** Bytes of the record. */
  readonly $byteLength: number;
  /** Most bytes of its tail. */
  readonly $tailMaxBytes: number;
}

/** The memory of a record that is no longer, or not yet, written: it throws whatever is asked of it. */
export const closedRecord: Memory = Object.defineProperties(
  {} as Memory,
  Object.fromEntries(
    ['buffer', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'].map((name) => [
      name,
      {
        get: (): never => {
          throw new SnError(
            'SN_CLAIM_CLOSED',
            'a field was set after its claim had been committed or aborted: the record is another one by then. Claim again',
          );
        },
      },
    ]),
  ),
);
