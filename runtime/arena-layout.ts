/**
 * Arena layout: the one shared region of a pool.
 *
 * ```
 *   0          128          256                256 + 256 * participants
 *   +----------+------------+-------------- ... --+--------+-- ... --+--------+
 *   | identity | idle line  | participants        | lane 0 |         | lane n |
 *   +----------+------------+-------------- ... --+--------+-- ... --+--------+
 *
 *   participant:  | doorbell line (128) | status line (128) |
 * ```
 *
 * | offset | bytes | field       | writer | readers | access  |
 * |-------:|------:|-------------|--------|---------|---------|
 * |      0 |     4 | magic       | host   | workers | before the threads start |
 * |      4 |     4 | version     | host   | workers | before the threads start |
 * |      8 |     8 | fingerprint | host   | workers | before the threads start |
 * |    128 |     4 | idleWanted  | host   | workers | Atomics |
 * |    132 |     4 | takenIn     | workers | all    | read-modify-write |
 *
 * Offsets within a participant:
 *
 * | offset | bytes | field     | writer        | readers | access            |
 * |-------:|------:|-----------|---------------|---------|-------------------|
 * |      0 |     4 | doorbell  | owner, others | all     | read-modify-write |
 * |    128 |     4 | state     | owner, *      | all     | Atomics           |
 * |    132 |     4 | parks     | owner         | all     | Atomics           |
 * |    136 |     4 | fullWaits | owner         | all     | Atomics           |
 * |    140 |     4 | waits     | owner, *      | all     | Atomics           |
 * |    144 |     4 | waitsFor  | owner         | all     | Atomics, before waits turns odd |
 * |    148 |     4 | waitsLane | owner         | all     | Atomics, before waits turns odd |
 * |    152 |     4 | waitsHead | owner         | all     | Atomics, before waits turns odd, and while it is |
 *
 * (*) The host writes the last state once the thread is gone, so that a dead one never reads as running; and it makes `waits` even.
 *
 * `waits` counts the beginnings and ends of long waits for room, so that it is odd during one: for which participant, in which lane
 * (the element that holds its head), and at which head there was none (`deadlock.ts`).
 *
 * Participant 0 is the host; every instance of a worker that there can be is one more. `idleWanted` is 1 while the host wants to hear
 * of every worker that runs out of work. `takenIn` counts the messages that instances have taken out of their lanes ahead of their
 * turn (`resizing/backlog.ts`).
 */
import { LINE_BYTES } from './lane-layout.js';

/** "SNG1" */
export const ARENA_MAGIC = 0x31474e53;
export const ARENA_VERSION = 1;

export const MAGIC_OFFSET_BYTES = 0;
export const VERSION_OFFSET_BYTES = 4;
export const FINGERPRINT_OFFSET_BYTES = 8;
export const IDLE_WANTED_OFFSET_BYTES = LINE_BYTES;
export const TAKEN_IN_OFFSET_BYTES = LINE_BYTES + 4;
export const PARTICIPANTS_OFFSET_BYTES = 2 * LINE_BYTES;

export const PARTICIPANT_BYTES = 2 * LINE_BYTES;
export const DOORBELL_OFFSET_BYTES = 0;
export const STATE_OFFSET_BYTES = LINE_BYTES;
export const PARKS_OFFSET_BYTES = LINE_BYTES + 4;
export const FULL_WAITS_OFFSET_BYTES = LINE_BYTES + 8;
export const WAITS_OFFSET_BYTES = LINE_BYTES + 12;
export const WAITS_FOR_OFFSET_BYTES = LINE_BYTES + 16;
export const WAITS_LANE_OFFSET_BYTES = LINE_BYTES + 20;
export const WAITS_HEAD_OFFSET_BYTES = LINE_BYTES + 24;

/** The host's number among the participants. */
export const HOST_PARTICIPANT = 0;

/** States of a worker's instance, as its status line tells them. */
export const instanceStates = ['starting', 'idle', 'running', 'draining', 'stopped', 'crashed'] as const;
export type InstanceState = (typeof instanceStates)[number];

/** Where a participant's block starts. */
export function participantOffsetBytes(participant: number): number {
  return PARTICIPANTS_OFFSET_BYTES + participant * PARTICIPANT_BYTES;
}

/** The participant whose block starts there. */
export function participantAt(offsetBytes: number): number {
  return (offsetBytes - PARTICIPANTS_OFFSET_BYTES) / PARTICIPANT_BYTES;
}

/** Where the lanes start, behind all participants. */
export function lanesOffsetBytes(participantCount: number): number {
  return participantOffsetBytes(participantCount);
}
