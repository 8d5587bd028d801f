/**
 * Channel errors: what went wrong, and what to do.
 */
import { SnError } from '../errors.js';

export function handleClosed(role: 'sender' | 'receiver'): SnError {
  return new SnError('SN_CHANNEL_CLOSED', `this ${role} was closed: take another from the channel`, {
    details: { role },
  });
}

/** @param unsent - what could not be sent. */
export function receiversGone(message: string, unsent?: unknown): SnError {
  return new SnError(
    'SN_CHANNEL_CLOSED',
    `the last receiver of this channel of ${message} has closed: nothing sent will be received; stop sending, or keep a receiver open (reserveReceiver) while senders live`,
    { details: { side: 'receivers', unsent } },
  );
}

export function sideEnded(role: 'sender' | 'receiver'): SnError {
  return new SnError(
    'SN_CHANNEL_CLOSED',
    `the last ${role} of this channel has closed, which ended it: announce a ${role} that comes later by ${role === 'sender' ? 'reserveSender' : 'reserveReceiver'}() before the others close`,
    { details: { side: `${role}s` } },
  );
}

export function mustNotBlock(call: string, instead: string): SnError {
  return new SnError(
    'SN_MUST_NOT_BLOCK',
    `${call} may stop its thread, and this is the main one, whose event loop must go on: use ${instead}, or call it in a worker`,
    { details: { call, instead } },
  );
}

export function stillDraining(): SnError {
  return new SnError(
    'SN_DRAINING',
    'a handler of drain must not take messages from its own receiver, whose next one is not known before it returns: got a call inside it; note what is wanted, and receive after drain',
  );
}

export function abortedChannel(call: string, signal: AbortSignal): SnError {
  return new SnError('SN_ABORTED', `${call} was given up: its signal was aborted`, { cause: signal.reason });
}

/** @param allowed - what may stand there. */
export function badOption(option: string, given: unknown, allowed: string): SnError {
  return new SnError('SN_OPTION', `${option} must be ${allowed}: got ${show(given)}`, {
    details: { option, given },
  });
}

/** @param problem - what is wrong with what was given. */
export function noHandle(problem: string): SnError {
  return new SnError(
    'SN_CHANNEL_HANDLE',
    `this is no handle of a channel: ${problem}; pass channel.handle, reserveSender() or reserveReceiver() of a channel of this process by postMessage or workerData, whole`,
    { details: { problem } },
  );
}

export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
