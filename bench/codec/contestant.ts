/**
 * Contestant: one codec beside others.
 *
 * It encodes what its users hold anyway: a plain object, or a message of its own class made beforehand. It decodes into the
 * same. That is generous to the peers whose users must still turn such a message into their own.
 */
import type { CodecContestant } from '../suites/codec.js';

export interface Contestant<Value, Native, Encoded> {
  readonly name: CodecContestant;
  /** `decode` does it all, so `encode` is not worth a row. */
  readonly isOneCall?: boolean;
  /** What its users hold; made before anything is measured. */
  readonly native: (value: Value) => Native;
  /** The way back, by which it is verified. */
  readonly value: (native: Native) => Value;
  /** May give memory that the next call writes again. */
  readonly encode: (native: Native) => Encoded;
  /** What `decode` takes: the same bytes where nobody writes. */
  readonly keep: (encoded: Encoded) => Encoded;
  readonly decode: (encoded: Encoded) => Native;
  /** Fields in place, if it has them. */
  readonly view?: (encoded: Encoded) => unknown;
  /** A number that depends on what was encoded. It refers to nothing outside: `ownCopy` compiles it anew. */
  readonly weigh: (encoded: Encoded) => number;
}

/** As the measurement sees them: each consistent in itself. */
export type AnyContestant<Value> = Contestant<Value, unknown, unknown>;

export function anyContestant<Value, Native, Encoded>(
  contestant: Contestant<Value, Native, Encoded>,
): AnyContestant<Value> {
  return contestant as unknown as AnyContestant<Value>;
}

export function same<T>(value: T): T {
  return value;
}
