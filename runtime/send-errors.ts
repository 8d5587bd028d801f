/**
 * Send errors: why a message was not enqueued.
 */
import { SnError } from './errors.js';

/** To an async worker that sends to itself: it waits for nobody, so nothing would ever make room. */
export function ownLaneFull(capacitySlots: number): SnError {
  return new SnError(
    'SN_DEADLOCK',
    `an instance sends to itself and all ${capacitySlots} slots of that lane are taken: use trySend, or raise the worker's capacity`,
    { details: { capacitySlots } },
  );
}

export function abortedError(signal: AbortSignal): SnError {
  return new SnError('SN_ABORTED', 'send was given up: its signal was aborted; nothing was enqueued', {
    cause: signal.reason,
  });
}

export function sendTimeoutError(timeoutMs: number | undefined): SnError {
  return new SnError(
    'SN_TIMEOUT',
    `send found no space within ${timeoutMs} ms; nothing was enqueued: allow more time, raise the capacity, or let more threads receive`,
    { details: { timeoutMs } },
  );
}

export function callTimeoutError(timeoutMs: number | undefined): SnError {
  return new SnError(
    'SN_TIMEOUT',
    `the call was not answered within ${timeoutMs} ms; its handler was told by ctx.signal: allow more time, or start more instances`,
    { details: { timeoutMs } },
  );
}

export function callAbortedError(signal: AbortSignal): SnError {
  return new SnError(
    'SN_ABORTED',
    'the call was given up: its signal was aborted; if its handler runs, it was told by ctx.signal',
    { cause: signal.reason },
  );
}

export function claimOpen(): SnError {
  return new SnError(
    'SN_CLAIM_OPEN',
    'a message to this instance is being written in place: commit or abort its claim first; nothing was enqueued',
  );
}
