/**
 * Death scenarios: a thread stops for ever before any of its steps, and what it leaves must be whole.
 */
import assert from 'node:assert/strict';
import type { Machine } from './machine.js';
import {
  assertDrained,
  daemon,
  HANDOVER,
  laneOf,
  MORE,
  NO_SPIN_MS,
  numbered,
  type Sketch,
} from './scenario-kit.js';
import { contents, totals, type World } from './world.js';

/** One of two dies at any step: what was published is whole, in order, and nobody else waits in vain for what was. */
export function killed(victim: 'producer' | 'consumer', capacitySlots: number, startTotal: number): Sketch {
  const count = 2 + MORE;
  return {
    ...HANDOVER,
    kill: victim,
    lanes: [{ from: 1, to: 2, capacitySlots, startTotal }],
    play(world, programs) {
      const values = numbered(1, count);
      const producer = new programs.Seat(world, 1, NO_SPIN_MS);
      const lane = producer.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const loop = new programs.Seat(world, 2, NO_SPIN_MS).loop(inbox);
      return {
        threads: [
          daemon('producer', [producer, lane], () => programs.produce(lane, values)),
          daemon('consumer', [loop], () => programs.work(loop)),
        ],
        check: (machine) => assertRecoverable(machine, world, inbox.received, values, startTotal),
      };
    },
  };
}

/** The worker in the middle dies: each message is in the one lane, in the other, or was in its hand, never nowhere. */
export const killedForwarder: Sketch = {
  participants: ['host', 'worker', 'consumer'],
  threads: 2,
  kill: 'worker',
  lanes: [
    { from: 0, to: 1, capacitySlots: 2, preload: [101, 102] },
    { from: 1, to: 2, capacitySlots: 2 },
  ],
  play(world, programs) {
    const worker = new programs.Seat(world, 1, NO_SPIN_MS);
    const loop = worker.loop(new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1))));
    const inbox = new programs.RecordingInbox(world);
    const consumer = new programs.Seat(world, 2, NO_SPIN_MS).loop(inbox);
    return {
      threads: [
        daemon('worker', [loop], () => programs.work(loop)),
        daemon('consumer', [consumer], () => programs.work(consumer)),
      ],
      check: () => {
        const left = contents(world, laneOf(world, 0));
        assertDrained(inbox.received, numbered(1, inbox.received.length));
        assert.ok(
          left.length + inbox.received.length >= 2,
          `lost: ${left.length} left, ${inbox.received.length} arrived`,
        );
      },
    };
  },
};

function assertRecoverable(
  machine: Machine,
  world: World,
  received: readonly number[],
  values: readonly number[],
  startTotal: number,
): void {
  const lane = laneOf(world, 0);
  const { sent, handled } = totals(world, lane);
  const released = handled - startTotal;
  const published = sent - startTotal;
  assert.ok(
    released >= 0 && released <= published && published <= values.length,
    `${released} of ${published}`,
  );
  assert.deepEqual(
    contents(world, lane),
    values.slice(released, published),
    'what waits is whole and in order',
  );
  assert.deepEqual(received, values.slice(0, received.length), 'what arrived is in order');
  assert.ok(received.length >= released, 'what was released had been handled');
  // A producer that dies before its ring is through leaves that to its supervisor.
  const isRinging = machine.killedAt('producer')?.startsWith('bell(consumer)') === true;
  if (!machine.isKilled('consumer') && !isRinging)
    assert.equal(received.length, published, 'missed wake-up: a living consumer sleeps');
  if (!machine.isKilled('producer') && !machine.isKilled('consumer')) assert.equal(published, values.length);
}
