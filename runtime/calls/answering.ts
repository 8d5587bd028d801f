/**
 * Answering: a sync worker's side of a call, from the request in its inbox to the reply, and how replies are written at all.
 *
 * A handler that throws, or returns what the response's layout cannot carry, answers with an error; the worker goes on.
 */
import type { LaneReader } from '../lane-reader.js';
import type { Memory } from '../memory.js';
import { beginTail } from '../tail.js';
import { CALL_HEADER_BYTES, REPLY_ERROR, REPLY_LONG_RECORD, REPLY_RECORD } from './call-layout.js';
import type { CallSignals } from './call-signals.js';
import { encodeError } from './remote-error.js';
import type { ReplyWay } from './reply-way.js';

/** How a call's response is written, as generated code knows it. */
export interface ReplyCodec<Response> {
  readonly encode: (value: Response, memory: Memory, offsetBytes: number, endBytes?: number) => void;
  /** The most bytes that a response takes; missing where it has no tail. */
  readonly bytesOf?: (value: Response) => number;
}

/** How replies to a call are written. */
export interface ReplyKind<Response> extends ReplyCodec<Response> {
  /** Writes a response behind the id of the call that is being answered. */
  readonly write: (
    value: Response,
    memory: Memory,
    offsetBytes: number,
    endBytes: number | undefined,
  ) => void;
}

/** A call's handler and codecs, as generated code knows them. */
export interface AnswerCodec<Request, Response> extends ReplyCodec<Response> {
  readonly handle: (request: Request) => Response;
}

/** One call that a sync worker answers. */
export interface AnswerKind<Request, Response> extends AnswerCodec<Request, Response>, ReplyKind<Response> {
  readonly signals: CallSignals;
}

/** The id that `write` puts in front of a reply. */
let answeredId = 0;

/** What emitted inboxes keep of a call. */
export function answering<Request, Response>(
  signals: CallSignals,
  codec: AnswerCodec<Request, Response>,
): AnswerKind<Request, Response> {
  return { ...replying(codec), handle: codec.handle, signals };
}

/** What is kept of a call to write its replies. */
export function replying<Response>({ encode, bytesOf }: ReplyCodec<Response>): ReplyKind<Response> {
  return {
    encode,
    ...(bytesOf === undefined ? {} : { bytesOf }),
    write(value, memory, offsetBytes, endBytes) {
      memory.i32[offsetBytes >> 2] = answeredId;
      encode(value, memory, offsetBytes + CALL_HEADER_BYTES, endBytes);
    },
  };
}

/** Handles the request that is at `lane.head`. */
export function answerCall<Request, Response>(
  lane: LaneReader,
  id: number,
  kind: AnswerKind<Request, Response>,
  request: Request,
): void {
  const way = lane.way as ReplyWay;
  kind.signals.begin(way.cancels, id);
  let response: Response;
  try {
    response = kind.handle(request);
  } catch (error) {
    replyError(way, id, error);
    return;
  } finally {
    kind.signals.end();
  }
  reply(way, id, kind, response);
}

/** Sends a response. */
export function reply<Response>(
  way: ReplyWay,
  id: number,
  kind: ReplyKind<Response>,
  response: Response,
): void {
  const { lane } = way;
  try {
    const bytes = kind.bytesOf?.(response);
    answeredId = id;
    if (bytes === undefined) lane.send(REPLY_RECORD, kind.write, response, undefined);
    else lane.sendLong(REPLY_LONG_RECORD, kind.write, response, bytes + CALL_HEADER_BYTES, undefined);
  } catch (error) {
    if (lane.closed !== undefined) throw error;
    replyError(way, id, error);
  }
}

/** Sends what a handler threw. */
export function replyError({ lane, countError }: ReplyWay, id: number, thrown: unknown): void {
  countError();
  answeredId = id;
  const bytes = encodeError(thrown);
  lane.sendLong(REPLY_ERROR, writeError, bytes, CALL_HEADER_BYTES + bytes.length, undefined);
}

function writeError(bytes: Uint8Array, memory: Memory, offsetBytes: number): void {
  memory.i32[offsetBytes >> 2] = answeredId;
  memory.i32[(offsetBytes + 4) >> 2] = bytes.length;
  memory.u8.set(bytes, offsetBytes + CALL_HEADER_BYTES);
  // Nothing lies behind it: the record ends here.
  const end = offsetBytes + CALL_HEADER_BYTES + bytes.length;
  beginTail(end, end);
}
