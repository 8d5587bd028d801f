/**
 * Close report: what was lost where a pool had to be ended before everything was handled.
 */
import { HOST_PARTICIPANT } from './arena-layout.js';
import type { Participant } from './envelope.js';
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';
import type { Ledger } from './ledger.js';

/** What one instance, or `main`, did not get done. */
export interface Loss extends Participant {
  /** Messages and requests in the lanes to it, those in its hands included. */
  readonly messages: number;
  /** Messages and requests of the host's that waited for room in front of them. */
  readonly queued: number;
  /** Calls of the host's to it that were not answered: their promises have rejected. */
  readonly calls: number;
}

/** What the host had in front of an instance, to be looked at before it is rejected. */
export type HostSide = Pick<Loss, 'queued' | 'calls'>;

export function hostSideOf(lane: LaneWriter | undefined): HostSide {
  return { queued: lane?.queued ?? 0, calls: lane?.calls?.underWay ?? 0 };
}

/**
 * Who lost something. To be called when the threads are gone.
 *
 * @param participants - of the arena, by number.
 * @param hostSides - of each of them.
 */
export function lossesOf(
  participants: readonly Participant[],
  hostSides: readonly HostSide[],
  ledger: Ledger,
): readonly Loss[] {
  const losses = participants.map(({ worker, instance }, participant): Loss => {
    const { depth } = ledger.count((lane) => lane.consumer === participant && !lane.isOfReplies);
    return { worker, instance, messages: depth, ...(hostSides[participant] as HostSide) };
  });
  // The host comes last, as the end of the way.
  const inOrder = [...losses.slice(HOST_PARTICIPANT + 1), losses[HOST_PARTICIPANT] as Loss];
  return inOrder.filter(({ messages, queued, calls }) => messages + queued + calls > 0);
}

/** What a `close` rejects with whose time was up. @param timeout - that says so. */
export function lateError(timeout: SnError, waitedFor: readonly string[], losses: readonly Loss[]): SnError {
  const dropped = losses.reduce((sum, { messages, queued }) => sum + messages + queued, 0);
  const which = losses.length === 0 ? '' : `: ${describeLosses(losses)}`;
  return new SnError(
    'SN_TIMEOUT',
    `${timeout.message}, waiting for ${waitedFor.join(', ') || 'main'}; the threads were ended, ${dropped} messages dropped${which}`,
    { details: { ...timeout.details, waitedFor, dropped, losses } },
  );
}

/** `work[0] 11 (3 before full lanes, 2 calls)` for each, in one line. */
function describeLosses(losses: readonly Loss[]): string {
  return losses
    .map(({ worker, instance, messages, queued, calls }) => {
      const remarks = [
        ...(queued === 0 ? [] : [`${queued} before a full lane`]),
        ...(calls === 0 ? [] : [`${calls} calls unanswered`]),
      ];
      const who = worker === 'main' ? worker : `${worker}[${instance}]`;
      return `${who} ${messages + queued}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
    })
    .join('; ');
}
