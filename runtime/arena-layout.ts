/**
 * Arena layout: the one shared region of a pool.
 *
 * ```
 *   0          128          256
 *   +----------+------------+----- ... ----+-- ... --+--------+-- ... --+--------+
 *   | identity | idle line  | participants | routing | lane 0 |         | lane n |
 *   +----------+------------+----- ... ----+-- ... --+--------+-- ... --+--------+
 *
 *   participant, one for each thread there can be:  | doorbell line (128) | status line (128) |
 *   routing, one for each worker:                   | count line (128) | owners (256) |
 * ```
 *
 * | offset | bytes | field       | writer | readers | access  |
 * |-------:|------:|-------------|--------|---------|---------|
 * |      0 |     4 | magic       | host   | workers | before the threads start |
 * |      4 |     4 | version     | host   | workers | before the threads start |
 * |      8 |     8 | fingerprint | host   | workers | before the threads start |
 * |    128 |     4 | idleWanted  | host   | workers | Atomics |
 *
 * Offsets within a participant:
 *
 * | offset | bytes | field     | writer        | readers | access            |
 * |-------:|------:|-----------|---------------|---------|-------------------|
 * |      0 |     4 | doorbell  | owner, others | all     | read-modify-write |
 * |    128 |     4 | state     | owner, *      | all     | Atomics           |
 * |    132 |     4 | parks     | owner         | all     | Atomics           |
 * |    136 |     4 | fullWaits | owner         | all     | Atomics           |
 *
 * (*) The host writes the last state once the thread is gone, so that a dead one never reads as running.
 *
 * Offsets within a worker's routing:
 *
 * | offset | bytes | field      | writer | readers | access                                        |
 * |-------:|------:|------------|--------|---------|-----------------------------------------------|
 * |      0 |     4 | generation | host   | senders | Atomics, after the others                     |
 * |      4 |     4 | live       | host   | all     | Atomics                                       |
 * |    128 |   256 | owners     | host   | senders | plain: stays until all have seen the generation |
 *
 * Participant 0 is the host; every instance of a worker is one more. `live` is how many of them there are by now, always those
 * with the lowest numbers; `owners` says for each partition of the key space which of them owns it. `idleWanted` is 1 while the host wants to hear
 * of every worker that runs out of work.
 */
import { LINE_BYTES } from './lane-layout.js';

/** "SNG1" */
export const ARENA_MAGIC = 0x31474e53;
export const ARENA_VERSION = 1;

export const MAGIC_OFFSET_BYTES = 0;
export const VERSION_OFFSET_BYTES = 4;
export const FINGERPRINT_OFFSET_BYTES = 8;
export const IDLE_WANTED_OFFSET_BYTES = LINE_BYTES;
export const PARTICIPANTS_OFFSET_BYTES = 2 * LINE_BYTES;

export const PARTICIPANT_BYTES = 2 * LINE_BYTES;
export const DOORBELL_OFFSET_BYTES = 0;
export const STATE_OFFSET_BYTES = LINE_BYTES;
export const PARKS_OFFSET_BYTES = LINE_BYTES + 4;
export const FULL_WAITS_OFFSET_BYTES = LINE_BYTES + 8;

/** The host's number among the participants. */
export const HOST_PARTICIPANT = 0;

/** States of a worker's instance, as its status line tells them. */
export const instanceStates = ['starting', 'idle', 'running', 'draining', 'stopped', 'crashed'] as const;
export type InstanceState = (typeof instanceStates)[number];

/** Where a participant's block starts. */
export function participantOffsetBytes(participant: number): number {
  return PARTICIPANTS_OFFSET_BYTES + participant * PARTICIPANT_BYTES;
}

export const ROUTING_BYTES = 3 * LINE_BYTES;
export const GENERATION_OFFSET_BYTES = 0;
export const LIVE_OFFSET_BYTES = 4;
export const OWNERS_OFFSET_BYTES = LINE_BYTES;

/** Where the routing of a worker starts, behind all participants; `worker` counts the workers from 0. */
export function routingOffsetBytes(participantCount: number, worker: number): number {
  return participantOffsetBytes(participantCount) + worker * ROUTING_BYTES;
}

/** Where the lanes start, behind the routing of all workers. */
export function lanesOffsetBytes(participantCount: number, workerCount: number): number {
  return routingOffsetBytes(participantCount, workerCount);
}
