/**
 * Calling: the caller's side of a call, from the request to the promise of its response.
 *
 *     startCall --request--> lane --> instance
 *         |                              |
 *     PendingCalls <-- ReplyInbox <-- reply lane
 *
 * Each request lane that carries calls has its `PendingCalls`; a call's id is its place there and stands in request and reply. A place is
 * free again once the reply has come, also when its caller has given up before: so an id never means two calls.
 */
import type { LaneWriter, SendOptions } from '../lane-writer.js';
import { callAbortedError, callTimeoutError } from '../send-errors.js';
import { watchLimit } from '../watch-limit.js';
import type { CallCodec, CallKind } from './call-kind.js';
import { CALL_HEADER_BYTES } from './call-layout.js';
import type { PendingCalls } from './pending-calls.js';

/** What a call may be given. */
export interface CallOptions {
  /** Milliseconds until the promise rejects with `SN_TIMEOUT`; without it there is no limit. The worker is told, and goes on. */
  readonly timeoutMs?: number;
  /** Rejects with `SN_ABORTED` when aborted; the handler sees it as `ctx.signal`. */
  readonly signal?: AbortSignal;
}

/** The id that `write` puts in front of a request. */
let startedId = 0;

/** What emitted handles keep of a call. */
export function calling<Request, Response>(codec: CallCodec<Request, Response>): CallKind<Request, Response> {
  const { encode } = codec;
  return {
    ...codec,
    write(value, memory, offsetBytes, endBytes) {
      memory.i32[offsetBytes >> 2] = startedId;
      encode(value, memory, offsetBytes + CALL_HEADER_BYTES, endBytes);
    },
  };
}

/**
 * Sends a request.
 *
 * @returns the response. Rejects with what the handler threw (`RemoteError`), with what the encoder has against the request
 *   (`SN_FIELD_RANGE`), with `SN_TIMEOUT`, `SN_ABORTED`, and with the reason of the pool's end.
 */
export function startCall<Request, Response>(
  lane: LaneWriter,
  kind: CallKind<Request, Response>,
  request: Request,
  options: CallOptions | undefined,
): Promise<Response> {
  const pending = lane.calls as PendingCalls;
  if (options?.signal?.aborted) return Promise.reject(callAbortedError(options.signal));
  return new Promise<Response>((resolve, reject) => {
    const id = pending.add({
      resolve: resolve as (response: unknown) => void,
      reject,
      kind,
      lift: undefined,
    });
    let queued: Promise<void> | undefined;
    try {
      const bytes = kind.bytesOf?.(request);
      startedId = id;
      queued =
        bytes === undefined
          ? lane.send(kind.tag, kind.write, request, options)
          : lane.sendLong(kind.tag, kind.write, request, bytes + CALL_HEADER_BYTES, options);
    } catch (error) {
      pending.drop(id, error);
      return;
    }
    if (options !== undefined) limit(pending, id, options);
    // Given up while it waited for room: then it was never sent, and no reply will come.
    queued?.catch((error: unknown) => pending.drop(id, error));
  });
}

function limit(pending: PendingCalls, id: number, options: CallOptions & SendOptions): void {
  const { timeoutMs, signal } = options;
  if (timeoutMs === undefined && signal === undefined) return;
  pending.limit(
    id,
    watchLimit(
      { timeoutMs, signal },
      () => pending.giveUp(id, callTimeoutError(timeoutMs)),
      () => pending.giveUp(id, callAbortedError(signal as AbortSignal)),
    ),
  );
}
