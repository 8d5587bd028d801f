/**
 * Envelope: what a sender fills in beside a message's fields, and how it is read. `schema/envelope.ts` says where it lies.
 */
import { SnError } from './errors.js';
import { badRecord } from './fields.js';
import { byteTexts, digitOf } from './hex.js';
import type { Memory } from './memory.js';

/** One thread of the topology; the host is number 0. */
export interface Participant {
  /** A worker's name, or `main`. */
  readonly worker: string;
  readonly instance: number;
}

/** Where a message belongs in a distributed trace, as W3C's trace context writes it. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}

/** What the sender of a message with a `correlation` may give. */
export interface CorrelationOption {
  /** A whole number up to 2^53, such as the id of the message that this one answers. 0 is none. */
  readonly correlation?: number | undefined;
}

/** What the sender of a message with a `trace` may give. */
export interface TraceOption {
  readonly trace?: TraceContext | undefined;
}

/** What a sender that never waits may give. */
export type EnvelopeOptions = CorrelationOption & TraceOption;

const TRACE_BYTES = 24;
const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** The time, in microseconds since 1970. */
export function microseconds(): number {
  return (performance.timeOrigin + performance.now()) * 1000;
}

/** The correlation that a sender gave. @throws SnError `SN_OPTION` when it is no whole number from 0 to 2^53. */
export function correlationOf(options: CorrelationOption | undefined): number {
  const correlation = options?.correlation ?? 0;
  if (Number.isSafeInteger(correlation) && correlation >= 0) return correlation;
  throw new SnError('SN_OPTION', `correlation takes a whole number from 0 to 2^53 - 1: got ${correlation}`, {
    details: { correlation },
  });
}

/** Writes the trace that a sender gave, or none. @throws SnError `SN_OPTION` when it is not written in hex digits. */
export function writeTrace(memory: Memory, offsetBytes: number, options: TraceOption | undefined): void {
  const trace = options?.trace;
  if (trace === undefined) {
    memory.u8.fill(0, offsetBytes, offsetBytes + TRACE_BYTES);
    return;
  }
  const { traceId, spanId } = trace;
  if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) {
    throw new SnError(
      'SN_OPTION',
      `trace takes a traceId of 32 hex digits and a spanId of 16: got ${JSON.stringify({ traceId, spanId })}`,
      { details: { traceId, spanId } },
    );
  }
  const digits = (traceId + spanId).toLowerCase();
  for (let byte = 0; byte < TRACE_BYTES; byte++) {
    const high = digitOf(digits.charCodeAt(2 * byte));
    memory.u8[offsetBytes + byte] = (high << 4) | digitOf(digits.charCodeAt(2 * byte + 1));
  }
}

/** The trace, in lower case; undefined where the sender gave none. */
export function readTrace(memory: Memory, offsetBytes: number): TraceContext | undefined {
  let digits = '';
  for (let byte = 0; byte < TRACE_BYTES; byte++) digits += byteTexts[memory.u8[offsetBytes + byte] as number];
  return /^0*$/.test(digits) ? undefined : { traceId: digits.slice(0, 32), spanId: digits.slice(32) };
}

/** The thread that a word names: see `participantWord`. @throws SnError `SN_BAD_RECORD` when there is no such worker. */
export function participantOf(word: number, workers: readonly string[], field: string): Participant {
  const worker = workers[word & 0xffff];
  if (worker === undefined) throw badRecord(field, word & 0xffff, `a worker up to ${workers.length - 1}`);
  return { worker, instance: word >>> 16 };
}

/** Number of the worker (0 is the host) and of the instance, in one word. */
export function participantWord(worker: number, instance: number): number {
  return ((instance << 16) | worker) >>> 0;
}
