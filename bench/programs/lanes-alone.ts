/** Lanes from this thread to instances that are not there: it plays their part itself, so that the cost of each side is seen alone. */
import { lanesOffsetBytes, participantOffsetBytes } from '../../runtime/arena-layout.js';
import { Doorbell } from '../../runtime/doorbell.js';
import { laneByteLength } from '../../runtime/lane-layout.js';
import { LaneReader } from '../../runtime/lane-reader.js';
import { LaneWriter, type SpaceWaiter } from '../../runtime/lane-writer.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import { Outbox } from '../../runtime/outbox.js';
import { deal } from '../../runtime/partition-table.js';
import { Target } from '../../runtime/target.js';

export interface LanesAlone {
  readonly target: Target;
  readonly outbox: Outbox;
  readonly memory: Memory;
  /** The other ends, one for each instance. */
  readonly readers: readonly LaneReader[];
}

/** A message that finds its lane full throws: the caller gives slots back in time. */
export function lanesAlone(
  worker: string,
  instances: number,
  capacitySlots: number,
  strideBytes: number,
): LanesAlone {
  const laneBytes = laneByteLength(capacitySlots, strideBytes);
  const lanesBytes = lanesOffsetBytes(instances + 1);
  const memory = memoryOf(new SharedArrayBuffer(lanesBytes + instances * laneBytes));
  const outbox = new Outbox();
  const waiter: SpaceWaiter = {
    spareSlot: -2,
    makeRoom: () => {
      throw new Error('a lane is full');
    },
    queue: () => Promise.reject(new Error('a lane is full')),
    queueBytes: () => Promise.reject(new Error('a lane is full')),
  };
  const offsets = Array.from({ length: instances }, (_, instance) => lanesBytes + instance * laneBytes);
  const doorbellOf = (participant: number) =>
    new Doorbell(memory.i32, participantOffsetBytes(participant) >> 2);
  const lanes = offsets.map(
    (offsetBytes, instance) =>
      new LaneWriter({
        memory,
        offsetBytes,
        capacitySlots,
        strideBytes,
        ringBytes: 0,
        ends: { number: instance, source: 0, target: instance + 1 },
        consumer: doorbellOf(instance + 1),
        outbox,
        waiter,
      }),
  );
  return {
    target: new Target(
      worker,
      lanes,
      offsets.map((offset) => [offset]),
      { live: instances, owners: deal(instances, undefined) },
    ),
    outbox,
    memory,
    readers: offsets.map((offset) => new LaneReader(memory, offset, capacitySlots, doorbellOf(0))),
  };
}
