/**
 * Pool stats: a look at the shared counters. No thread is asked, so that it works while they are busy, blocked or dead.
 */
import {
  BUSY_OFFSET_BYTES,
  BUSY_SINCE_OFFSET_BYTES,
  ERRORS_OFFSET_BYTES,
  EXTERNAL_OFFSET_BYTES,
  FULL_WAITS_OFFSET_BYTES,
  HANDLING_OFFSET_BYTES,
  HEAP_TOTAL_OFFSET_BYTES,
  HEAP_USED_OFFSET_BYTES,
  HOST_PARTICIPANT,
  type InstanceState,
  instanceStates,
  PARKS_OFFSET_BYTES,
  participantOffsetBytes,
  QUEUEING_OFFSET_BYTES,
  STATE_OFFSET_BYTES,
} from './arena-layout.js';
import { waitsFor } from './deadlock.js';
import type { Participant } from './envelope.js';
import type { LaneCounts, Ledger } from './ledger.js';
import type { Memory } from './memory.js';
import { type LatencyStats, latencyOf } from './metrics/histogram.js';
import type { Thread } from './thread.js';
import type { Arena, Wiring } from './wiring.js';

/** How long messages took; found when it is read. */
export interface InboxLatency {
  /** From when they were sent until the batch that they are in began; measured on some of them, at most 10,000 a second of each lane. */
  readonly queueing: LatencyStats;
  /** In their handlers, sends that blocked included; of messages that were handled in one batch their mean. */
  readonly handling: LatencyStats;
}

/** Of the instance's own V8, as the instance itself noted it, at most 100 ms of its work ago. */
export interface InstanceMemory {
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** Outside the heap: array buffers among it. The lanes are not. */
  readonly externalBytes: number;
}

export interface InstanceStats extends LaneCounts {
  readonly instance: number;
  readonly state: InstanceState;
  /** Calls that it answered with an error. */
  readonly errors: number;
  /** Time in handlers, sends that blocked and the batch in hand included. */
  readonly busyMs: number;
  /** `busyMs` as a share of its life, from 0 to 1. For that of another span, take two looks at `busyMs`. */
  readonly busyShare: number;
  readonly latency: InboxLatency;
  readonly memory: InstanceMemory;
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
  readonly errors: number;
  /** Over all instances. */
  readonly latency: InboxLatency;
  readonly instances: readonly InstanceStats[];
}

export interface PoolStats {
  readonly workers: Readonly<Record<string, WorkerStats>>;
  /** Messages from workers to the host. */
  readonly main: LaneCounts & { readonly deadLettered: number };
  /** Bytes of shared memory. */
  readonly memoryBytes: number;
}

/** What stats are read from. */
export interface StatsSources {
  readonly arena: Arena;
  readonly memory: Memory;
  readonly wiring: Wiring;
  readonly ledger: Ledger;
  /** By place. */
  readonly threads: ReadonlyMap<number, Thread>;
  /** From `performance.now()` to the common clock. */
  readonly clockOffsetMs: number;
}

export function readStats(sources: StatsSources, deadLettered: number): PoolStats {
  const { wiring, arena, ledger } = sources;
  const workers: Record<string, WorkerStats> = {};
  for (const { name, capacitySlots } of wiring.workers) {
    const threads = [...sources.threads.values()]
      .filter(({ worker }) => worker === name)
      .sort((a, b) => a.instance - b.instance);
    const instances = threads.map((thread) => readInstance(sources, thread));
    const total = ledger.count(
      ({ consumer, isOfReplies }) => !isOfReplies && arena.participants[consumer]?.worker === name,
    );
    workers[name] = {
      ...total,
      capacity: capacitySlots,
      errors: instances.reduce((sum, { errors }) => sum + errors, 0),
      latency: readLatency(sources, threads),
      instances,
    };
  }
  return {
    workers,
    main: { ...countInto(sources, HOST_PARTICIPANT), deadLettered },
    memoryBytes: arena.buffer.byteLength,
  };
}

function readInstance(sources: StatsSources, thread: Thread): InstanceStats {
  const { i32, f64 } = sources.memory;
  const ownBytes = participantOffsetBytes(thread.participant);
  const word = (offsetBytes: number): number => Atomics.load(i32, (ownBytes + offsetBytes) >> 2);
  const number = (offsetBytes: number): number => f64[(ownBytes + offsetBytes) >> 3] as number;
  const state = instanceStates[word(STATE_OFFSET_BYTES)] as InstanceState;
  const counts = countInto(sources, thread.participant);
  const sinceMs = number(BUSY_SINCE_OFFSET_BYTES);
  // A dead one has a batch in hand for ever.
  const isInHand = sinceMs !== 0 && state !== 'crashed' && state !== 'stopped';
  const inHandMs = isInHand ? Math.max(0, performance.now() + sources.clockOffsetMs - sinceMs) : 0;
  const busyMs = number(BUSY_OFFSET_BYTES) + inHandMs;
  const { lifeMs } = thread;
  const awaited = waitsFor(i32, thread.participant);
  return {
    instance: thread.instance,
    state,
    ...counts,
    errors: number(ERRORS_OFFSET_BYTES),
    busyMs,
    busyShare: lifeMs > 0 ? Math.min(1, busyMs / lifeMs) : 0,
    latency: readLatency(sources, [thread]),
    memory: {
      heapUsedBytes: number(HEAP_USED_OFFSET_BYTES),
      heapTotalBytes: number(HEAP_TOTAL_OFFSET_BYTES),
      externalBytes: number(EXTERNAL_OFFSET_BYTES),
    },
    parks: word(PARKS_OFFSET_BYTES),
    fullWaits: word(FULL_WAITS_OFFSET_BYTES),
    waitsFor: awaited === undefined ? undefined : sources.arena.participants[awaited],
    // A file of the system's, much slower than all the rest: whoever does not look does not pay.
    get cpus() {
      return thread.cpus;
    },
  };
}

function readLatency({ memory }: StatsSources, threads: readonly Thread[]): InboxLatency {
  const histograms = (offsetBytes: number): LatencyStats =>
    latencyOf(
      memory,
      threads.map(({ participant }) => participantOffsetBytes(participant) + offsetBytes),
    );
  return { queueing: histograms(QUEUEING_OFFSET_BYTES), handling: histograms(HANDLING_OFFSET_BYTES) };
}

function countInto({ ledger }: StatsSources, participant: number): LaneCounts {
  return ledger.count(({ consumer, isOfReplies }) => consumer === participant && !isOfReplies);
}
