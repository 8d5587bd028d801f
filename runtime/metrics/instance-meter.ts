/**
 * Instance meter: what one instance writes of its work into shared memory, for whoever wants to look.
 *
 * The loop has a clock before and after each batch anyway; here a batch costs one more bucket, two sums, and a look at whether a sampled
 * message was in it. Nothing is paid for a message. A batch's messages count with its mean; the queueing time of a sampled message ends when
 * its batch begins.
 *
 * Called by the instance's own thread only. All its words are plain: see `arena-layout.ts`.
 */
import {
  BUSY_OFFSET_BYTES,
  BUSY_SINCE_OFFSET_BYTES,
  EXTERNAL_OFFSET_BYTES,
  HANDLING_OFFSET_BYTES,
  HEAP_TOTAL_OFFSET_BYTES,
  HEAP_USED_OFFSET_BYTES,
  participantOffsetBytes,
  QUEUEING_OFFSET_BYTES,
} from '../arena-layout.js';
import type { AsyncMeter } from '../async/async-loop.js';
import { SAMPLE_OFFSET_BYTES, SAMPLED_AT_OFFSET_BYTES } from '../lane-layout.js';
import type { Memory } from '../memory.js';
import { type BatchMeter, NO_SOURCE } from '../worker-loop.js';
import { Histogram } from './histogram.js';

const NS_PER_MS = 1e6;
/** They take some microseconds to ask for. */
const MEMORY_INTERVAL_MS = 100;

export class InstanceMeter implements BatchMeter, AsyncMeter {
  private readonly memory: Memory;
  private readonly ownBytes: number;
  private readonly lanes: readonly number[];
  private readonly clockOffsetMs: number;
  private readonly handling: Histogram;
  private readonly queueing: Histogram;
  private readonly busyIndex: number;
  private readonly busySinceIndex: number;
  private memoryDueMs = Number.NEGATIVE_INFINITY;

  /** @param lanes - where the lanes of its inbox lie, in the order of the loop's sources. */
  constructor(memory: Memory, participant: number, lanes: readonly number[], clockOffsetMs: number) {
    this.memory = memory;
    this.ownBytes = participantOffsetBytes(participant);
    this.lanes = lanes;
    this.clockOffsetMs = clockOffsetMs;
    this.handling = new Histogram(memory, this.ownBytes + HANDLING_OFFSET_BYTES);
    this.queueing = new Histogram(memory, this.ownBytes + QUEUEING_OFFSET_BYTES);
    this.busyIndex = (this.ownBytes + BUSY_OFFSET_BYTES) >> 3;
    this.busySinceIndex = (this.ownBytes + BUSY_SINCE_OFFSET_BYTES) >> 3;
    // Of the thread that had this place before: its life is over.
    memory.f64[this.busyIndex] = 0;
    memory.f64[this.busySinceIndex] = 0;
  }

  begin(nowMs: number): void {
    this.memory.f64[this.busySinceIndex] = nowMs + this.clockOffsetMs;
  }

  end(source: number, head: number, count: number, startedMs: number, endedMs: number): void {
    const { f64 } = this.memory;
    const tookMs = endedMs - startedMs;
    f64[this.busySinceIndex] = 0;
    f64[this.busyIndex] = (f64[this.busyIndex] as number) + tookMs;
    this.handling.record((tookMs * NS_PER_MS) / count, count);
    if (source !== NO_SOURCE) this.taken(source, head, count, startedMs);
  }

  /** Async loop: so many messages of one source begin to be handled. */
  taken(source: number, head: number, count: number, nowMs: number): void {
    const { f64, i32 } = this.memory;
    const laneBytes = this.lanes[source] as number;
    const sampledAt = i32[(laneBytes + SAMPLED_AT_OFFSET_BYTES) >> 2] as number;
    // Within the batch: positions [head - count, head).
    if ((head - 1 - sampledAt) >>> 0 >= count) return;
    const sentMs = f64[(laneBytes + SAMPLE_OFFSET_BYTES) >> 3] as number;
    this.queueing.record(Math.max(0, nowMs + this.clockOffsetMs - sentMs) * NS_PER_MS, 1);
  }

  /** Async loop: a handler has settled. */
  handled(tookMs: number): void {
    this.handling.record(tookMs * NS_PER_MS, 1);
  }

  /** Async loop: whether handlers run from now on. Busy is the time during which any did. */
  work(isBusy: boolean, nowMs: number): void {
    const { f64 } = this.memory;
    const sinceMs = f64[this.busySinceIndex] as number;
    if (isBusy === (sinceMs !== 0)) return;
    if (isBusy) this.begin(nowMs);
    else {
      f64[this.busySinceIndex] = 0;
      f64[this.busyIndex] = (f64[this.busyIndex] as number) + nowMs + this.clockOffsetMs - sinceMs;
    }
  }

  endTurn(nowMs: number): void {
    if (nowMs < this.memoryDueMs) return;
    this.memoryDueMs = nowMs + MEMORY_INTERVAL_MS;
    // In a thread its own, but for the resident set. `node:v8` says the same, and takes a thread a millisecond to load.
    const { heapUsed, heapTotal, external } = process.memoryUsage();
    const { f64 } = this.memory;
    f64[(this.ownBytes + HEAP_USED_OFFSET_BYTES) >> 3] = heapUsed;
    f64[(this.ownBytes + HEAP_TOTAL_OFFSET_BYTES) >> 3] = heapTotal;
    f64[(this.ownBytes + EXTERNAL_OFFSET_BYTES) >> 3] = external;
  }
}
