/**
 * Inbox: what the emitted dispatchers have in common.
 */
import { SnError } from './errors.js';
import type { LaneReader } from './lane-reader.js';

/** Emitted for each worker and for the host: hands up to `max` messages of one lane on. @returns how many. */
export interface Inbox {
  drain(lane: LaneReader, max: number): number;
}

/** A lane and who hands its messages on. */
export interface InboxSource {
  readonly lane: LaneReader;
  readonly inbox: Inbox;
}

/** The inbox of a host that nobody sends to: it has no lanes. */
export const emptyInbox: Inbox = { drain: () => 0 };

/** What an inbox throws when a slot holds a message that it does not know: the memory was written by someone else. */
export function unknownTag(owner: string, tag: number | undefined): SnError {
  return new SnError('SN_BAD_RECORD', `${owner} found a message with the unknown tag ${tag} in its lane`, {
    details: { owner, tag },
  });
}
