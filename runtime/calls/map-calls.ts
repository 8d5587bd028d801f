/**
 * Map calls: one call for each item of an iterable, so many at a time, and the responses in order.
 */
import { SnError } from '../errors.js';
import type { CallOptions } from './calling.js';

export interface MapOptions extends CallOptions {
  /** Calls under way at a time, at most. Default 256. */
  readonly concurrency?: number;
}

/** A method for each call: one call for each item, and the responses in order. */
export type MapOf<Call> = {
  readonly [Name in keyof Call]: Call[Name] extends (
    request: infer Request,
    options?: CallOptions,
  ) => Promise<infer Response>
    ? (
        requests: Iterable<Request> | AsyncIterable<Request>,
        options?: MapOptions,
      ) => AsyncGenerator<Response, void, undefined>
    : never;
};

const DEFAULT_CONCURRENCY = 256;

/**
 * Yields the response to each request, in the order of the requests. Takes the next request only when one of the calls under way was
 * answered, and waits while nobody takes the responses. When one rejects, or the consumer stops, the calls under way are aborted.
 *
 * @throws SnError `SN_OPTION`; as rejection what the call rejects with.
 */
export async function* mapCalls<Request, Response>(
  call: (request: Request, options: CallOptions) => Promise<Response>,
  requests: Iterable<Request> | AsyncIterable<Request>,
  options: MapOptions = {},
): AsyncGenerator<Response, void, undefined> {
  const { concurrency = DEFAULT_CONCURRENCY, timeoutMs, signal } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new SnError('SN_OPTION', `concurrency takes a whole number from 1: got ${concurrency}`, {
      details: { concurrency },
    });
  const stopping = new AbortController();
  const limits: CallOptions = {
    signal: signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  // A ring: to shift a long array costs more than a call.
  const underWay: Promise<Response>[] = [];
  let started = 0;
  let taken = 0;
  try {
    for await (const request of requests) {
      const response = call(request, limits);
      // It is awaited in its turn; until then nobody looks at its rejection.
      response.catch(() => {});
      underWay[started++ % concurrency] = response;
      if (started - taken === concurrency) yield await (underWay[taken++ % concurrency] as Promise<Response>);
    }
    while (taken < started) yield await (underWay[taken++ % concurrency] as Promise<Response>);
  } finally {
    if (taken < started) stopping.abort();
  }
}
