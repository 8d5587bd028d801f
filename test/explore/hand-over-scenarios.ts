/**
 * Hand-over scenarios: producers and a plain receiver, each parking as often as it takes.
 */
import assert from 'node:assert/strict';
import type { ThreadProgram } from './machine.js';
import { HANDOVER, laneOf, MORE, NO_SPIN_MS, numbered, type Sketch, thread } from './scenario-kit.js';
import { finish } from './step-support.js';
import { totals } from './world.js';

/** Messages go through a ring, as small as it may be, and all arrive. */
export function handover(capacitySlots: number, count: number, batch: number, startTotal = 0): Sketch {
  return {
    ...HANDOVER,
    lanes: [{ from: 1, to: 2, capacitySlots, startTotal }],
    play(world, programs) {
      const values = numbered(1, count);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const readers = consumer.readers();
      return {
        threads: [
          thread('producer', [producer, lane], () => programs.produce(lane, values)),
          thread('consumer', [consumer, readers, inbox], () =>
            programs.receiveAll(consumer, readers, inbox, count, batch),
          ),
        ],
        check: () => {
          assert.deepEqual(inbox.received, values);
          assert.deepEqual(totals(world, laneOf(world, 0)), {
            sent: startTotal + count,
            handled: startTotal + count,
          });
        },
      };
    },
  };
}

/** Messages with a tail go through a byte ring with room for fewer of them than there are slots. */
export function longMessages(capacitySlots: number, ringBytes: number, count: number): Sketch {
  return {
    ...HANDOVER,
    lanes: [{ from: 1, to: 2, capacitySlots, ringBytes }],
    play(world, programs) {
      const values = numbered(1, count);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const readers = consumer.readers();
      return {
        threads: [
          thread('producer', [producer, lane], () => programs.produceLong(lane, values)),
          thread('consumer', [consumer, readers, inbox], () =>
            programs.receiveAll(consumer, readers, inbox, count, 2),
          ),
        ],
        check: () => assert.deepEqual(inbox.received, values),
      };
    },
  };
}

/** The first finds its lane full. */
export const twoProducers: Sketch = {
  participants: ['host', 'first', 'second', 'consumer'],
  threads: 3,
  lanes: [
    { from: 1, to: 3, capacitySlots: 1, preload: [101] },
    { from: 2, to: 3, capacitySlots: 1 },
  ],
  play(world, programs) {
    const inbox = new programs.RecordingInbox(world);
    const consumer = new programs.Seat(world, 3, NO_SPIN_MS);
    const readers = consumer.readers();
    const producer = (name: string, participant: number, values: readonly number[]): ThreadProgram => {
      const seat = new programs.Seat(world, participant, NO_SPIN_MS);
      const lane = seat.writer(laneOf(world, participant - 1));
      return thread(name, [seat, lane], () => programs.produce(lane, values));
    };
    const seconds = numbered(2, 1 + MORE);
    const count = 2 + seconds.length;
    return {
      threads: [
        producer('first', 1, [102]),
        producer('second', 2, seconds),
        thread('consumer', [consumer, readers, inbox], () =>
          programs.receiveAll(consumer, readers, inbox, count, 2),
        ),
      ],
      check: () => {
        const from = (sender: number): number[] =>
          inbox.received.filter((value) => Math.floor(value / 100) === sender);
        assert.deepEqual([from(1), from(2)], [[101, 102], seconds]);
      },
    };
  },
};

/** A sender blocks before a receiver that first wants what the sender holds in a group of another lane. */
export const heldGroup: Sketch = {
  ...HANDOVER,
  lanes: [
    { from: 1, to: 2, capacitySlots: 8 },
    { from: 1, to: 2, capacitySlots: 1, preload: [201] },
  ],
  play(world, programs) {
    const producer = new programs.Seat(world, 1, NO_SPIN_MS);
    const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
    const wide = producer.writer(laneOf(world, 0));
    const narrow = producer.writer(laneOf(world, 1));
    const [first, second] = consumer
      .readers()
      .map((reader) => ({ reader, inbox: new programs.RecordingInbox(world) }));
    assert.ok(first && second);
    return {
      threads: [
        thread('producer', [producer, wide, narrow], function* () {
          yield* finish(programs.produce(wide, [101, 102]));
          yield* finish(programs.produce(narrow, [202]));
        }),
        thread('consumer', [consumer, first, second], function* () {
          for (const { reader, inbox } of [first, second])
            yield* finish(programs.receiveAll(consumer, [reader], inbox, 2, 2));
        }),
      ],
      check: () => {
        assert.deepEqual(first.inbox.received, [101, 102]);
        assert.deepEqual(second.inbox.received, [201, 202]);
      },
    };
  },
};

/** Totals are exact at any moment, also where positions cross 2^31 and 2^32. */
export function countsNear(startTotal: number): Sketch {
  const count = 2 + MORE;
  return {
    participants: ['host', 'producer', 'consumer', 'onlooker'],
    threads: 3,
    lanes: [{ from: 1, to: 2, capacitySlots: 2, startTotal }],
    play(world, programs) {
      const { threads, check } = handover(2, count, 2, startTotal).play(world, programs);
      const onlooker = thread('onlooker', [], () =>
        programs.observeCounts(world, ({ sent, handled, depth }) => {
          assert.ok(
            handled >= startTotal && handled <= sent && sent <= startTotal + count,
            `${handled} of ${sent}`,
          );
          // Heads are read before tails, so the depth may show what was sent meanwhile, but never less than what waits.
          assert.ok(depth >= 0 && depth <= count, `depth ${depth}`);
        }),
      );
      return { threads: [...threads, onlooker], check };
    },
  };
}
