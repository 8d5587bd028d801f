/**
 * Queue sampler: how long messages wait in a lane, measured on some of them.
 *
 *     producer: notes when it sent one message -> publishes it       consumer: finds it in a batch, tells the time since
 *
 * A lane has a place for one sample. The producer fills it when it has a clock at hand anyway (it begins or ends a group) and when the consumer is
 * past the message of the last one, at most every 100 us. So no message costs a clock, and no publication a fence more than it did.
 *
 * Invariants:
 * I1. `sampleMs` belongs to the producer until it publishes the message at `sampledAt`, and to the consumer until it releases that: the lane's own
 *     tail and head pass it on, so that plain access to it cannot race.
 * I2. `sampledAt` may be read while it is written. Then it names a message that is not published: in nobody's batch.
 *
 * Called by the lane's producer only; the consumer's side is in `InstanceMeter`.
 */
import { HEAD_OFFSET_BYTES, SAMPLE_OFFSET_BYTES, SAMPLED_AT_OFFSET_BYTES } from '../lane-layout.js';
import type { Memory } from '../memory.js';

/** A look at the consumer's head takes its line away from it, so it is taken seldom. */
const INTERVAL_MS = 0.1;

export class QueueSampler {
  private readonly memory: Memory;
  private readonly sampleIndex: number;
  private readonly sampledAtIndex: number;
  private readonly headIndex: number;
  private readonly clockOffsetMs: number;
  /** The message of the last sample. */
  private sampledAt: number;
  private nextMs = Number.NEGATIVE_INFINITY;

  constructor(memory: Memory, laneBytes: number, clockOffsetMs: number) {
    this.memory = memory;
    this.sampleIndex = (laneBytes + SAMPLE_OFFSET_BYTES) >> 3;
    this.sampledAtIndex = (laneBytes + SAMPLED_AT_OFFSET_BYTES) >> 2;
    this.headIndex = (laneBytes + HEAD_OFFSET_BYTES) >> 2;
    this.clockOffsetMs = clockOffsetMs;
    this.sampledAt = (Atomics.load(memory.i32, this.headIndex) - 1) | 0;
  }

  /** The message at `position`, which is not published yet, was sent at `nowMs`. */
  offer(position: number, nowMs: number): void {
    if (nowMs < this.nextMs) return;
    this.nextMs = nowMs + INTERVAL_MS;
    const { i32, f64 } = this.memory;
    if (((Atomics.load(i32, this.headIndex) - this.sampledAt) | 0) <= 0) return;
    this.sampledAt = position;
    f64[this.sampleIndex] = nowMs + this.clockOffsetMs;
    i32[this.sampledAtIndex] = position;
  }
}
