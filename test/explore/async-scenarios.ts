/**
 * Async scenarios: the loop of an async worker, whose handlers settle in later tasks, and what it queues.
 */
import assert from 'node:assert/strict';
import {
  assertDrained,
  daemon,
  laneOf,
  MORE,
  NO_SPIN_MS,
  numbered,
  type Sketch,
  thread,
} from './scenario-kit.js';

/** A producer sends to an async worker, of whose handlers so many may run at a time. */
export function toAsyncLoop(capacitySlots: number, count: number, concurrency: number): Sketch {
  return {
    participants: ['host', 'producer', 'worker'],
    threads: 2,
    lanes: [{ from: 1, to: 2, capacitySlots }],
    play(world, programs) {
      const values = numbered(1, count);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const worker = new programs.AsyncSeat(world, 2, concurrency);
      const inbox = new programs.WaitingInbox(worker);
      const sources = worker.sources(inbox);
      return {
        threads: [
          thread('producer', [producer, lane], () => programs.produce(lane, values)),
          daemon('worker', [worker, inbox, sources], () => programs.workAsync(worker.loop, sources)),
        ],
        check: () => assertDrained(inbox.received.toSorted(), values),
      };
    },
  };
}

/** As `quiescence`, of a worker that queues what finds no room and awaits nothing of it. */
export const asyncQuiescence = (capacitySlots: number, values: readonly number[]): Sketch => ({
  participants: ['host', 'worker', 'consumer', 'onlooker'],
  threads: 3,
  lanes: [
    { from: 0, to: 1, capacitySlots: 2, preload: values },
    { from: 1, to: 2, capacitySlots },
  ],
  play(world, programs) {
    const worker = new programs.AsyncSeat(world, 1, 2);
    const toConsumer = worker.writer(laneOf(world, 1));
    const forwarding = new programs.QueueingInbox(worker, toConsumer);
    const sources = worker.sources(forwarding);
    const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
    const inbox = new programs.RecordingInbox(world);
    const readers = consumer.readers();
    return {
      threads: [
        daemon('worker', [worker, toConsumer, forwarding, sources], () =>
          programs.workAsync(worker.loop, sources),
        ),
        thread('consumer', [consumer, readers, inbox], () =>
          programs.receiveAll(consumer, readers, inbox, 2, 1),
        ),
        thread('onlooker', [], () => programs.observeQuiescence(world, 2)),
      ],
      check: () => assertDrained(inbox.received, values),
    };
  },
});

/** The host wants to hear when nothing is in flight, of a worker whose handlers settle in another order than they came. */
export const asyncIdleRing: Sketch = {
  participants: ['host', 'worker'],
  lanes: [{ from: 0, to: 1, capacitySlots: 2, preload: [101, 102] }],
  play(world, programs) {
    const host = new programs.HostSeat(world, new programs.RecordingInbox(world), true);
    const worker = new programs.AsyncSeat(world, 1, 2);
    const inbox = new programs.WaitingInbox(worker);
    const sources = worker.sources(inbox);
    return {
      threads: [
        daemon('host', [host], () => programs.watchIdle(host)),
        daemon('worker', [worker, inbox, sources], () => programs.workAsync(worker.loop, sources)),
      ],
      check: ({ memory }) => {
        assert.equal(memory.i32[world.oracle], 2, 'missed wake-up or loss: not all is handled');
        assert.equal(host.isIdle, true, 'missed wake-up: the host never hears that nothing is in flight');
      },
    };
  },
};

/** A caller gives its calls up while the worker that answers them may sleep. */
export const givenUp: Sketch = {
  participants: ['host', 'caller', 'worker'],
  threads: 2,
  lanes: [{ from: 1, to: 2, capacitySlots: 2, preload: [101, 102] }],
  play(world, programs) {
    const worker = new programs.AsyncSeat(world, 2, 2);
    const inbox = new programs.WatchingInbox(worker);
    const sources = worker.sourcesOfCalls(inbox);
    const cancels = programs.cancelsOf(world, 2);
    return {
      threads: [
        thread('caller', [cancels], () => programs.giveUpAll(cancels, [101, 102])),
        daemon('worker', [worker, inbox, sources], () => programs.workAsync(worker.loop, sources)),
      ],
      check: () =>
        assert.deepEqual(
          inbox.received.toSorted(),
          [101, 102],
          'missed wake-up: a handler never hears of it',
        ),
    };
  },
};

/** A caller that blocks in front of a full lane of requests, and a worker that queues in front of a full lane of replies. */
export const asyncAnswers: Sketch = {
  ...(MORE === 0 ? { maxPreemptions: 3 } : {}),
  participants: ['host', 'caller', 'answerer'],
  threads: 2,
  lanes: [
    { from: 1, to: 2, capacitySlots: 1, preload: [102] },
    { from: 2, to: 1, capacitySlots: 1, isOfReplies: true },
  ],
  play(world, programs) {
    const atReplies = new programs.RecordingInbox(world);
    const caller = new programs.Seat(world, 1, NO_SPIN_MS, { atReplies });
    const requests = caller.writer(laneOf(world, 0));
    const answerer = new programs.AsyncSeat(world, 2, 2);
    const replies = answerer.writer(laneOf(world, 1));
    // The second one is queued, and holds the slot back that the caller waits for.
    const inbox = new programs.QueueingInbox(answerer, replies, 2);
    const sources = answerer.sources(inbox);
    return {
      threads: [
        thread('caller', [caller, requests, atReplies], () =>
          programs.callAll(caller, requests, [104], atReplies, 4),
        ),
        daemon('answerer', [answerer, replies, inbox, sources], () =>
          programs.workAsync(answerer.loop, sources),
        ),
      ],
      check: () => assertDrained(atReplies.received, [102, 103, 104, 105]),
    };
  },
};
