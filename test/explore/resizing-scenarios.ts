/**
 * Resizing scenarios: a producer goes over to another routing, while the consumer holds the lane.
 */
import assert from 'node:assert/strict';
import { HANDOVER, laneOf, MORE, NO_SPIN_MS, numbered, type Sketch, thread } from './scenario-kit.js';

const ROUTING = 2;

/** What was sent before the cut arrives, then the lane is held, and then the rest arrives: through fewer slots than there are messages. */
export function cutLane(capacitySlots: number, startTotal = 0): Sketch {
  return {
    ...HANDOVER,
    // A sender that blocks between any two messages makes too many schedules for every day.
    ...(MORE === 0 && capacitySlots === 1 ? { maxPreemptions: 3 } : {}),
    lanes: [{ from: 1, to: 2, capacitySlots, startTotal }],
    play(world, programs) {
      const before = numbered(1, 2 + MORE);
      const after = numbered(2, 1);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const readers = consumer.readers();
      return {
        threads: [
          thread('producer', [producer, lane], () =>
            programs.produceAndCut(producer, lane, before, ROUTING, after),
          ),
          thread('consumer', [consumer, readers, inbox], () =>
            programs.receiveHeld(
              consumer,
              readers,
              inbox,
              ROUTING,
              before.length,
              before.length + after.length,
            ),
          ),
        ],
        check: () => assert.deepEqual(inbox.received, [...before, ...after]),
      };
    },
  };
}
