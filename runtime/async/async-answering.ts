/**
 * Async answering: an async worker's side of a call, from the request in its inbox to the reply once the handler has settled.
 *
 * Each call in hand has its context with a signal of its own, that fires when the caller gives the call up: the worker is woken for it (see
 * `cancels.ts`), so that `fetch(url, { signal: ctx.signal })` is aborted in the midst of its wait. The signal is made when it is
 * asked for, and watches for nothing before.
 */
import { type ReplyCodec, type ReplyKind, reply, replyError, replying } from '../calls/answering.js';
import { callAborted } from '../calls/call-signals.js';
import type { CancelReader } from '../calls/cancels.js';
import type { ReplyWay } from '../calls/reply-way.js';
import type { LaneReader } from '../lane-reader.js';
import { type Handling, isThenable } from './handling.js';

/** A call's handler and codecs, as generated code knows them. */
export interface AsyncAnswerCodec<Request, Response, Context> extends ReplyCodec<Response> {
  readonly handle: (request: Request, ctx: Context) => Response | Promise<Response>;
}

/** One call that an async worker answers. */
export interface AsyncAnswerKind<Request, Response, Context>
  extends AsyncAnswerCodec<Request, Response, Context>,
    ReplyKind<Response> {
  readonly contextOf: (signal: CallSignal) => Context;
}

/** The signal of one call in hand. */
export class CallSignal {
  private readonly cancels: CancelReader;
  private readonly id: number;
  private made: AbortController | undefined;
  private isOver = false;

  constructor(cancels: CancelReader, id: number) {
    this.cancels = cancels;
    this.id = id;
  }

  get signal(): AbortSignal {
    this.made ??= this.make();
    return this.made.signal;
  }

  /** The call is over: its id may soon be another's. */
  end(): void {
    this.isOver = true;
    if (this.made !== undefined) this.cancels.unwatch(this.id);
  }

  private make(): AbortController {
    const controller = new AbortController();
    const { cancels, id } = this;
    if (this.isOver) return controller;
    const abort = (): void => controller.abort(callAborted());
    cancels.watch(id, abort);
    // Watched first: what is given up after this look rings.
    if (cancels.has(id)) {
      cancels.unwatch(id);
      abort();
    }
    return controller;
  }
}

/** What emitted inboxes keep of a call. @param ctx - what handlers of messages get. */
export function asyncAnswering<Request, Response, Context extends object>(
  ctx: Context,
  codec: AsyncAnswerCodec<Request, Response, Context>,
): AsyncAnswerKind<Request, Response, Context> {
  return { ...replying(codec), handle: codec.handle, contextOf: contextsLike(ctx) };
}

/** Takes the request at `lane.head` in hand. See `Handling.take`. */
export function answerAsync<Request, Response, Context>(
  handling: Handling,
  lane: LaneReader,
  id: number,
  kind: AsyncAnswerKind<Request, Response, Context>,
  request: Request,
  hash?: number,
): void {
  const way = lane.way as ReplyWay;
  handling.take(lane, () => answer(way, id, kind, request), hash);
}

/** @returns a promise that resolves once the reply is sent or queued; undefined where that is so at once. */
function answer<Request, Response, Context>(
  way: ReplyWay,
  id: number,
  kind: AsyncAnswerKind<Request, Response, Context>,
  request: Request,
): Promise<void> | undefined {
  const signal = new CallSignal(way.cancels, id);
  const fail = (error: unknown): void => {
    signal.end();
    replyError(way, id, error);
  };
  const succeed = (response: Response): void => {
    signal.end();
    reply(way, id, kind, response);
  };
  let response: Response | Promise<Response>;
  try {
    response = kind.handle(request, kind.contextOf(signal));
  } catch (error) {
    fail(error);
    return undefined;
  }
  if (isThenable(response)) return Promise.resolve(response).then(succeed, fail);
  succeed(response);
  return undefined;
}

/** Makes contexts that are `ctx` in all but their signal. */
function contextsLike<Context extends object>(ctx: Context): (signal: CallSignal) => Context {
  class CallContext {
    readonly #signal: CallSignal;

    constructor(signal: CallSignal) {
      this.#signal = signal;
    }

    get signal(): AbortSignal {
      return this.#signal.signal;
    }
  }
  Object.setPrototypeOf(CallContext.prototype, ctx);
  return (signal) => new CallContext(signal) as unknown as Context;
}
