/**
 * Arena layout: the one shared region of a pool.
 *
 * ```
 *   0          128          256                256 + 10752 * participants
 *   +----------+------------+-------------- ... --+--------+-- ... --+--------+
 *   | identity | idle line  | participants        | lane 0 |         | lane n |
 *   +----------+------------+-------------- ... --+--------+-- ... --+--------+
 *
 *   participant:  | doorbell line (128) | status line (128) | order line (128) | meter line (128) | handling | queueing |
 * ```
 *
 * | offset | bytes | field       | writer | readers | access  |
 * |-------:|------:|-------------|--------|---------|---------|
 * |      0 |     4 | magic       | host   | workers | before the threads start |
 * |      4 |     4 | version     | host   | workers | before the threads start |
 * |      8 |     8 | fingerprint | host   | workers | before the threads start |
 * |     16 |     8 | clockBase   | host   | workers | before the threads start |
 * |    128 |     4 | idleWanted  | host   | workers | Atomics |
 * |    132 |     4 | takenIn     | workers | all    | read-modify-write |
 *
 * Offsets within a participant:
 *
 * | offset | bytes | field       | writer        | readers | access            |
 * |-------:|------:|-------------|---------------|---------|-------------------|
 * |      0 |     4 | doorbell    | owner, others | all     | read-modify-write |
 * |    128 |     4 | state       | owner, *      | all     | Atomics           |
 * |    132 |     4 | parks       | owner         | all     | Atomics           |
 * |    136 |     4 | fullWaits   | owner         | all     | Atomics           |
 * |    140 |     4 | waits     | owner, *      | all     | Atomics           |
 * |    144 |     4 | waitsFor  | owner         | all     | Atomics, before waits turns odd |
 * |    148 |     4 | waitsLane | owner         | all     | Atomics, before waits turns odd |
 * |    152 |     4 | waitsHead | owner         | all     | Atomics, before waits turns odd, and while it is |
 * |    156 |     4 | answered    | owner         | host    | Atomics: see `control/orders.ts` |
 * |    256 |     4 | order       | host          | owner   | Atomics: see `control/orders.ts` |
 * |    384 |     8 | busyMs      | owner         | all     | plain (**)        |
 * |    392 |     8 | busySinceMs | owner         | all     | plain (**)        |
 * |    400 |     8 | errors      | owner         | all     | plain (**)        |
 * |    408 |     8 | heapUsed    | owner         | all     | plain (**)        |
 * |    416 |     8 | heapTotal   | owner         | all     | plain (**)        |
 * |    424 |     8 | external    | owner         | all     | plain (**)        |
 * |    512 |  5120 | handling    | owner         | all     | plain (**): see `metrics/histogram.ts` |
 * |   5632 |  5120 | queueing    | owner         | all     | plain (**)        |
 *
 * (*) The host writes the last state once the thread is gone, so that a dead one never reads as running; and it makes `waits` even.
 *
 * `waits` counts the beginnings and ends of long waits for room, so that it is odd during one: for which participant, in which lane
 * (the element that holds its head), and at which head there was none (`deadlock.ts`).
 *
 * Participant 0 is the host; every instance of a worker that there can be is one more. `idleWanted` is 1 while the host wants to hear
 * of every worker that runs out of work. `takenIn` counts the messages that instances have taken out of their lanes ahead of their
 * turn (`resizing/backlog.ts`).
 *
 * (**) Floating-point numbers of 8 bytes with one writer each, of which no decision depends: whoever reads them gets a value that was true a
 * moment ago. An aligned one is read and written whole on 64-bit machines. What belongs to a message is written before the message is
 * released, so that whoever sees it as handled sees it counted.
 */
import { LINE_BYTES } from './lane-layout.js';
import { HISTOGRAM_BYTES } from './metrics/histogram.js';

/** "SNG1" */
export const ARENA_MAGIC = 0x31474e53;
export const ARENA_VERSION = 1;

export const MAGIC_OFFSET_BYTES = 0;
export const VERSION_OFFSET_BYTES = 4;
export const FINGERPRINT_OFFSET_BYTES = 8;
/** See `metrics/common-clock.ts`. */
export const CLOCK_BASE_OFFSET_BYTES = 16;
export const IDLE_WANTED_OFFSET_BYTES = LINE_BYTES;
export const TAKEN_IN_OFFSET_BYTES = LINE_BYTES + 4;
export const PARTICIPANTS_OFFSET_BYTES = 2 * LINE_BYTES;

export const DOORBELL_OFFSET_BYTES = 0;
export const STATE_OFFSET_BYTES = LINE_BYTES;
export const PARKS_OFFSET_BYTES = LINE_BYTES + 4;
export const FULL_WAITS_OFFSET_BYTES = LINE_BYTES + 8;
export const WAITS_OFFSET_BYTES = LINE_BYTES + 12;
export const WAITS_FOR_OFFSET_BYTES = LINE_BYTES + 16;
export const WAITS_LANE_OFFSET_BYTES = LINE_BYTES + 20;
export const WAITS_HEAD_OFFSET_BYTES = LINE_BYTES + 24;
export const ANSWERED_OFFSET_BYTES = LINE_BYTES + 28;
export const ORDER_OFFSET_BYTES = 2 * LINE_BYTES;
export const BUSY_OFFSET_BYTES = 3 * LINE_BYTES;
/** Since when the batch in hand is being handled, on the common clock; 0 while there is none. */
export const BUSY_SINCE_OFFSET_BYTES = BUSY_OFFSET_BYTES + 8;
export const ERRORS_OFFSET_BYTES = BUSY_OFFSET_BYTES + 16;
export const HEAP_USED_OFFSET_BYTES = BUSY_OFFSET_BYTES + 24;
export const HEAP_TOTAL_OFFSET_BYTES = BUSY_OFFSET_BYTES + 32;
export const EXTERNAL_OFFSET_BYTES = BUSY_OFFSET_BYTES + 40;
export const HANDLING_OFFSET_BYTES = 4 * LINE_BYTES;
export const QUEUEING_OFFSET_BYTES = HANDLING_OFFSET_BYTES + HISTOGRAM_BYTES;
export const PARTICIPANT_BYTES = QUEUEING_OFFSET_BYTES + HISTOGRAM_BYTES;

/** The host's number among the participants. */
export const HOST_PARTICIPANT = 0;

/** States of a worker's instance, as its status line tells them. */
export const instanceStates = [
  'starting',
  'idle',
  'running',
  'paused',
  'draining',
  'stopped',
  'crashed',
] as const;
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
