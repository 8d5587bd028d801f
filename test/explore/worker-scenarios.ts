/**
 * Worker scenarios: the whole worker loop on its event loop, as receiver and as sender.
 */
import assert from 'node:assert/strict';
import type { MachineOptions } from './machine.js';
import {
  assertDrained,
  CLOCK_STEP_MS,
  daemon,
  HANDOVER,
  laneOf,
  NO_SPIN_MS,
  numbered,
  type Sketch,
  thread,
} from './scenario-kit.js';
import { finish } from './step-support.js';
import { contents } from './world.js';

/** A producer sends to a worker's whole loop, as long as it takes. */
export function toWorkerLoop(options: {
  readonly capacitySlots: number;
  readonly count: number;
  readonly machine: MachineOptions;
  /** Lets clocks go on, so that the loop spins for two passes and says that it is hungry. */
  readonly isHungry?: boolean;
}): Sketch {
  const { capacitySlots, count, machine } = options;
  const spinMs = options.isHungry === true ? 1.5 * CLOCK_STEP_MS : NO_SPIN_MS;
  const clock = options.isHungry === true ? { clockStepMs: CLOCK_STEP_MS } : {};
  return {
    ...HANDOVER,
    ...machine,
    lanes: [{ from: 1, to: 2, capacitySlots }],
    play(world, programs) {
      const values = numbered(1, count);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const loop = new programs.Seat(world, 2, spinMs).loop(inbox);
      return {
        threads: [
          {
            ...thread('producer', [producer, lane], () => programs.produce(lane, values)),
            ...clock,
          },
          { ...daemon('consumer', [loop], () => programs.work(loop)), ...clock },
        ],
        check: () => assertDrained(inbox.received, values),
      };
    },
  };
}

/** A worker that blocks in its handler: what it sends waits for the last one's space. */
export const forwarding: Sketch = {
  participants: ['host', 'worker', 'consumer'],
  lanes: [
    { from: 0, to: 1, capacitySlots: 2, preload: [101, 102] },
    { from: 1, to: 2, capacitySlots: 1 },
  ],
  threads: 2,
  play(world, programs) {
    const worker = new programs.Seat(world, 1, NO_SPIN_MS);
    const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
    const loop = worker.loop(new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1))));
    const inbox = new programs.RecordingInbox(world);
    const readers = consumer.readers();
    return {
      threads: [
        daemon('worker', [loop], () => programs.work(loop)),
        thread('consumer', [consumer, readers, inbox], () =>
          programs.receiveAll(consumer, readers, inbox, 2, 1),
        ),
      ],
      check: () => assertDrained(inbox.received, [101, 102]),
    };
  },
};

/** The same behind a producer that has to wait for the worker. */
export const chain: Sketch = {
  participants: ['host', 'producer', 'worker', 'consumer'],
  threads: 3,
  lanes: [
    { from: 1, to: 2, capacitySlots: 1 },
    { from: 2, to: 3, capacitySlots: 1 },
  ],
  play(world, programs) {
    const values = numbered(1, 2);
    const producer = new programs.Seat(world, 1, NO_SPIN_MS);
    const worker = new programs.Seat(world, 2, NO_SPIN_MS);
    const consumer = new programs.Seat(world, 3, NO_SPIN_MS);
    const lane = producer.writer(laneOf(world, 0));
    const loop = worker.loop(new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1))));
    const inbox = new programs.RecordingInbox(world);
    const readers = consumer.readers();
    return {
      threads: [
        thread('producer', [producer, lane], () => programs.produce(lane, values)),
        daemon('worker', [loop], () => programs.work(loop)),
        thread('consumer', [consumer, readers, inbox], () =>
          programs.receiveAll(consumer, readers, inbox, 2, 1),
        ),
      ],
      check: () => assertDrained(inbox.received, values),
    };
  },
};

/** A worker whose loop sleeps on its event loop blocks in a timer's send, and must still hear of its own messages. */
export const blockedTimer: Sketch = {
  participants: ['host', 'worker', 'other'],
  threads: 2,
  timeouts: true,
  lanes: [
    { from: 2, to: 1, capacitySlots: 2 },
    { from: 1, to: 2, capacitySlots: 1, preload: [201] },
  ],
  play(world, programs) {
    const worker = new programs.Seat(world, 1, NO_SPIN_MS);
    const other = new programs.Seat(world, 2, NO_SPIN_MS);
    const inbox = new programs.RecordingInbox(world);
    const loop = worker.loop(inbox);
    const toOther = worker.writer(laneOf(world, 1));
    const atOther = new programs.RecordingInbox(world);
    const readers = other.readers();
    const toWorker = other.writer(laneOf(world, 0));
    return {
      threads: [
        daemon('worker', [loop, worker, toOther], () => {
          programs.sendInTimer(toOther, [202]);
          return programs.work(loop);
        }),
        thread('other', [other, readers, atOther, toWorker], function* () {
          yield* finish(programs.receiveAll(other, readers, atOther, 1, 1));
          yield* finish(programs.produce(toWorker, [301]));
        }),
      ],
      check: () => {
        assert.deepEqual([...atOther.received, ...contents(world, laneOf(world, 1))], [201, 202]);
        assertDrained(inbox.received, [301]);
      },
    };
  },
};

/**
 * Both sides block: the caller in front of a full lane of messages, who answers its earlier calls in front of a full lane of replies. A lane of
 * its own stands for a third worker between the two, since the slots of answered requests are given back.
 */
export const callsThroughFullLanes: Sketch = {
  participants: ['host', 'caller', 'answerer'],
  threads: 2,
  maxPreemptions: 2,
  lanes: [
    { from: 1, to: 2, capacitySlots: 2, preload: [101, 102] },
    { from: 1, to: 2, capacitySlots: 1, preload: [103] },
    { from: 2, to: 1, capacitySlots: 1, isOfReplies: true },
  ],
  play(world, programs) {
    const atReplies = new programs.RecordingInbox(world);
    const caller = new programs.Seat(world, 1, NO_SPIN_MS, { atReplies });
    const answerer = new programs.Seat(world, 2, NO_SPIN_MS);
    const lane = caller.writer(laneOf(world, 1));
    const inbox = new programs.ForwardingInbox(answerer, answerer.writer(laneOf(world, 2)));
    const readers = answerer.readers();
    return {
      threads: [
        thread('caller', [caller, lane, atReplies], () =>
          programs.callAll(caller, lane, [104], atReplies, 3),
        ),
        thread('answerer', [answerer, readers, inbox], () =>
          programs.receiveAll(answerer, readers, inbox, 3, 2),
        ),
      ],
      check: () => assertDrained(atReplies.received, numbered(1, 3)),
    };
  },
};
