/**
 * Call kind: what a caller knows of a call.
 */
import type { Memory } from '../memory.js';

/** A call's codecs, as generated code knows them. */
export interface CallCodec<Request, Response> {
  readonly name: string;
  /** The request's tag in the answerer's inbox. */
  readonly tag: number;
  readonly encode: (value: Request, memory: Memory, offsetBytes: number, endBytes?: number) => void;
  /** The most bytes that a request takes; missing where it has no tail. */
  readonly bytesOf?: (value: Request) => number;
  readonly decode: (memory: Memory, offsetBytes: number) => Response;
}

/** One call to one worker. */
export interface CallKind<Request, Response> extends CallCodec<Request, Response> {
  /** Writes a request behind the id of the call that is being started. */
  readonly write: (value: Request, memory: Memory, offsetBytes: number, endBytes: number | undefined) => void;
}
