/**
 * Thread lanes: the ends of all lanes that one thread holds, host or worker.
 */
import { ERRORS_OFFSET_BYTES, HOST_PARTICIPANT, participantOffsetBytes } from './arena-layout.js';
import { CancelReader, CancelWriter } from './calls/cancels.js';
import { PendingCalls } from './calls/pending-calls.js';
import { ReplyInbox } from './calls/reply-inbox.js';
import { Doorbell } from './doorbell.js';
import type { InboxSource } from './inbox.js';
import { LaneReader } from './lane-reader.js';
import { LaneWriter, type SpaceWaiter } from './lane-writer.js';
import type { Memory } from './memory.js';
import { commonClockOffsetMs } from './metrics/common-clock.js';
import { QueueSampler } from './metrics/queue-sampler.js';
import type { Outbox } from './outbox.js';
import { type LaneCutter, Target } from './target.js';
import type { LaneAddress, TargetAddress } from './wiring.js';

export class ThreadLanes {
  /** The lanes by which this thread's calls are answered. */
  readonly replies: InboxSource[] = [];
  /** Its calls that were not answered yet, for each instance called. */
  readonly pending: PendingCalls[] = [];
  private readonly memory: Memory;
  private readonly outbox: Outbox;
  private readonly waiter: SpaceWaiter & LaneCutter;
  /** From `performance.now()` of this thread to the common clock. */
  readonly clockOffsetMs: number;

  constructor(memory: Memory, outbox: Outbox, waiter: SpaceWaiter & LaneCutter) {
    this.memory = memory;
    this.outbox = outbox;
    this.waiter = waiter;
    this.clockOffsetMs = commonClockOffsetMs(memory.buffer);
  }

  doorbellOf(participant: number): Doorbell {
    return new Doorbell(this.memory.i32, participantOffsetBytes(participant) >> 2);
  }

  /** The end by which messages come, and with it the way on which their calls are answered. */
  reader(address: LaneAddress): LaneReader {
    const { offsetBytes, capacitySlots, producer, way } = address;
    const reader = new LaneReader(this.memory, offsetBytes, capacitySlots, this.doorbellOf(producer));
    if (way !== undefined) {
      const cancels = new CancelReader(this.memory.i32, way.cancelsBytes);
      const { f64 } = this.memory;
      const errorsIndex = (participantOffsetBytes(address.consumer) + ERRORS_OFFSET_BYTES) >> 3;
      const countError = (): void => {
        f64[errorsIndex] = (f64[errorsIndex] as number) + 1;
      };
      reader.way = { lane: this.laneWriter(way.lane), cancels, countError };
    }
    return reader;
  }

  /** The way to a worker or to `main`. To be called once for each. */
  target(name: string, { lanes, inboxes, routing }: TargetAddress): Target {
    const writers = lanes.map((lane, instance) => this.writer(lane, name, instance));
    return new Target(name, writers, inboxes, routing, this.waiter);
  }

  private writer(address: LaneAddress, worker: string, instance: number): LaneWriter {
    const writer = this.laneWriter(address);
    const { way, consumer } = address;
    if (way === undefined) return writer;
    const answerer = this.doorbellOf(consumer);
    const cancels = new CancelWriter(this.memory.i32, way.cancelsBytes, answerer);
    const pending = new PendingCalls(cancels, { worker, instance });
    const { offsetBytes, capacitySlots, strideBytes } = way.lane;
    const lane = new LaneReader(this.memory, offsetBytes, capacitySlots, answerer);
    this.replies.push({ lane, inbox: new ReplyInbox(pending, strideBytes) });
    this.pending.push(pending);
    writer.calls = pending;
    return writer;
  }

  private laneWriter(address: LaneAddress): LaneWriter {
    const { memory, outbox, waiter } = this;
    const isMeasured = !address.isOfReplies && address.consumer !== HOST_PARTICIPANT;
    const writer = new LaneWriter({
      memory,
      ...address,
      consumer: this.doorbellOf(address.consumer),
      outbox,
      waiter,
      ...(isMeasured ? { sampler: new QueueSampler(memory, address.offsetBytes, this.clockOffsetMs) } : {}),
    });
    // Where a thread of the same place has ended before, what it sent may still wait.
    writer.resume();
    return writer;
  }
}
