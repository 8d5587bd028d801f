/**
 * Handle: what the emitted senders share.
 */
import type { MapOf } from './calls/map-calls.js';
import type { EnvelopeOptions } from './envelope.js';
import { type Encode, type LaneWriter, NO_SLOT, type SendOptions } from './lane-writer.js';
import { abortedError } from './send-errors.js';

/** The way to a worker or to the host; emitted handles have this shape. */
export interface Handle<Send, TrySend, Claim> {
  /** Sends and waits where a lane is full: a sync worker blocks, the host and async workers get a promise. */
  readonly send: Send;
  /** Sends if there is room at once. */
  readonly trySend: TrySend;
  /** Claims a place for a message, to write it there field by field. */
  readonly claim: Claim;
  /** How many instances there are. */
  readonly instances: number;
  /** The same for one instance alone. @throws SnError `SN_INSTANCE_RANGE`. */
  at(instance: number): Handle<Send, TrySend, Claim>;
}

/** The way to a worker that answers calls. */
export interface CallHandle<Send, TrySend, Claim, Call> extends Handle<Send, TrySend, Claim> {
  /** Calls it: promises of the responses. */
  readonly call: Call;
  /** Calls for each item of an iterable, so many at a time; the responses in order. */
  readonly map: MapOf<Call>;
  at(instance: number): CallHandle<Send, TrySend, Claim, Call>;
}

/**
 * Sends one message through every lane.
 *
 * A value out of range throws before anything was sent. A timeout or abort leaves it sent to those instances that had room.
 *
 * @returns a promise when it had to wait (on the host and in async workers), which settles when all have it.
 */
export function sendToAll<Value>(
  lanes: readonly LaneWriter[],
  tag: number,
  encode: Encode<Value>,
  value: Value,
  options: SendOptions | undefined,
): Promise<void> | undefined {
  if (options?.signal?.aborted) throw abortedError(options.signal);
  let waiting: Promise<void>[] | undefined;
  for (const lane of lanes) {
    const sent = lane.send(tag, encode, value, options);
    if (sent === undefined) continue;
    waiting ??= [];
    waiting.push(sent);
  }
  return waiting === undefined ? undefined : Promise.all(waiting).then(() => {});
}

/** Sends one message through every lane, or through none. @returns whether all had room. */
export function trySendToAll<Value>(
  lanes: readonly LaneWriter[],
  tag: number,
  encode: Encode<Value>,
  value: Value,
  options?: SendOptions & EnvelopeOptions,
): boolean {
  for (const lane of lanes) if (lane.tryClaim() === NO_SLOT) return false;
  for (const lane of lanes) lane.send(tag, encode, value, options);
  return true;
}

/** As `sendToAll`, for a message with a tail that takes up to `bytes` bytes. */
export function sendLongToAll<Value>(
  lanes: readonly LaneWriter[],
  tag: number,
  encode: Encode<Value>,
  value: Value,
  bytes: number,
  options: SendOptions | undefined,
): Promise<void> | undefined {
  if (options?.signal?.aborted) throw abortedError(options.signal);
  const waiting: Promise<void>[] = [];
  for (const lane of lanes) {
    const sent = lane.sendLong(tag, encode, value, bytes, options);
    if (sent !== undefined) waiting.push(sent);
  }
  return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => {});
}

/** As `trySendToAll`, for a message with a tail that takes up to `bytes` bytes. */
export function trySendLongToAll<Value>(
  lanes: readonly LaneWriter[],
  tag: number,
  encode: Encode<Value>,
  value: Value,
  bytes: number,
  options?: SendOptions & EnvelopeOptions,
): boolean {
  for (const lane of lanes) if (lane.tryClaimBytes(bytes) === NO_SLOT) return false;
  for (const lane of lanes) lane.sendLong(tag, encode, value, bytes, options);
  return true;
}
