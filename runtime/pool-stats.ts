/**
 * Pool stats: a look at the shared counters. No thread is asked, so that it works while they are busy, blocked or dead.
 */
import {
  FULL_WAITS_OFFSET_BYTES,
  type InstanceState,
  instanceStates,
  PARKS_OFFSET_BYTES,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
} from './arena-layout.js';
import { waitsFor } from './deadlock.js';
import type { Participant } from './envelope.js';
import type { LaneCounts, Ledger } from './ledger.js';
import type { Thread } from './thread.js';
import type { Arena, Wiring } from './wiring.js';

export interface InstanceStats extends LaneCounts {
  readonly instance: number;
  readonly state: InstanceState;
  /** Times that it slept for want of messages. */
  readonly parks: number;
  /** Times that it waited because a lane it sends to was full. */
  readonly fullWaits: number;
  /** Whose full inbox it has been waiting for, since more than a moment; undefined when it does not wait. */
  readonly waitsFor: Participant | undefined;
  /**
   * The CPUs on which its thread may run, whether or not it was given any: read from the system each time that this is read.
   * Undefined when the thread is gone, and where the system does not tell (macOS).
   */
  readonly cpus: readonly number[] | undefined;
}

export interface WorkerStats extends LaneCounts {
  /** Slots of each lane into one instance. */
  readonly capacity: number;
  readonly instances: readonly InstanceStats[];
}

export interface PoolStats {
  readonly workers: Readonly<Record<string, WorkerStats>>;
  /** Messages from workers to the host. */
  readonly main: LaneCounts & { readonly deadLettered: number };
  /** Bytes of shared memory. */
  readonly memoryBytes: number;
}

export function readStats(
  arena: Arena,
  wiring: Wiring,
  ledger: Ledger,
  i32: Int32Array<ArrayBufferLike>,
  deadLettered: number,
  threads: ReadonlyMap<number, Pick<Thread, 'cpus'>>,
): PoolStats {
  const countInto = (consumer: number): LaneCounts =>
    ledger.count((lane) => lane.consumer === consumer && !lane.isOfReplies);
  const workers: Record<string, WorkerStats> = {};
  for (const { name, capacitySlots } of wiring.workers) {
    const instances: InstanceStats[] = [];
    for (const [participant, { worker, instance }] of arena.participants.entries()) {
      if (worker !== name || !threads.has(participant)) continue;
      const awaited = waitsFor(i32, participant);
      const read = (offsetBytes: number): number =>
        Atomics.load(i32, (participantOffsetBytes(participant) + offsetBytes) >> 2);
      instances.push({
        instance,
        state: instanceStates[read(STATE_OFFSET_BYTES)] as InstanceState,
        ...countInto(participant),
        parks: read(PARKS_OFFSET_BYTES),
        fullWaits: read(FULL_WAITS_OFFSET_BYTES),
        waitsFor: awaited === undefined ? undefined : arena.participants[awaited],
        // A file of the system's, much slower than all the rest: whoever does not look does not pay.
        get cpus() {
          return threads.get(participant)?.cpus;
        },
      });
    }
    const total = ledger.count(
      ({ consumer, isOfReplies }) => !isOfReplies && arena.participants[consumer]?.worker === name,
    );
    workers[name] = { ...total, capacity: capacitySlots, instances };
  }
  return {
    workers,
    main: { ...countInto(0), deadLettered },
    memoryBytes: arena.buffer.byteLength,
  };
}
