/**
 * Host scenarios: the pump, the queues before full lanes, and the wish to hear when nothing is in flight.
 */
import assert from 'node:assert/strict';
import type { MachineOptions, ThreadProgram } from './machine.js';
import { assertDrained, daemon, laneOf, NO_SPIN_MS, numbered, type Sketch, thread } from './scenario-kit.js';
import { finish } from './step-support.js';
import type { LaneSketch } from './world.js';

/** The host's sends wait in a queue; with `timeoutMs` they may be given up. `preload` fills the lane beforehand. */
export function hostQueue(
  capacitySlots: number,
  count: number,
  options: { readonly timeoutMs?: number; readonly preload?: readonly number[] } = {},
): Sketch {
  const { timeoutMs, preload = [] } = options;
  return {
    participants: ['host', 'consumer'],
    lanes: [{ from: 0, to: 1, capacitySlots, preload }],
    play(world, programs) {
      const values = numbered(1, count);
      const settled: number[] = [];
      const host = new programs.HostSeat(world, new programs.RecordingInbox(world), false);
      const lane = host.writer(laneOf(world, 0));
      const inbox = new programs.RecordingInbox(world);
      const seat = new programs.Seat(world, 1, NO_SPIN_MS);
      const readers = seat.readers();
      const loop = seat.loop(inbox);
      // How many arrive is known only where none is given up.
      const consumer =
        timeoutMs === undefined
          ? thread('consumer', [seat, readers, inbox], () =>
              programs.receiveAll(seat, readers, inbox, preload.length + count, 2),
            )
          : daemon('consumer', [loop], () => programs.work(loop));
      return {
        threads: [
          daemon('host', [host, lane, settled], () => {
            host.pump.start();
            return programs.hostSendAll(lane, values, settled, timeoutMs === undefined ? {} : { timeoutMs });
          }),
          consumer,
        ],
        check: () => {
          assert.deepEqual(
            settled.map(Math.abs).toSorted(),
            values,
            'missed wake-up: some send never settles',
          );
          assertDrained(inbox.received, [...preload, ...settled.filter((value) => value > 0).toSorted()]);
          if (timeoutMs === undefined) assert.deepEqual(settled, values);
        },
      };
    },
  };
}

/** Messages lie before a worker that forwards them; an onlooker asks at any moment whether all is done. */
export const quiescence: Sketch = {
  participants: ['host', 'worker', 'consumer', 'onlooker'],
  threads: 3,
  lanes: [
    { from: 0, to: 1, capacitySlots: 2, preload: [101, 102] },
    // Wide enough for a group: the second message is held until the batch ends.
    { from: 1, to: 2, capacitySlots: 8 },
  ],
  play(world, programs) {
    const worker = new programs.Seat(world, 1, NO_SPIN_MS);
    const consumer = new programs.Seat(world, 2, NO_SPIN_MS);
    const forwarding = new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1)));
    const loop = worker.loop(forwarding);
    const inbox = new programs.RecordingInbox(world);
    const readers = consumer.readers();
    return {
      threads: [
        daemon('worker', [loop], () => programs.work(loop)),
        thread('consumer', [consumer, readers, inbox], () =>
          programs.receiveAll(consumer, readers, inbox, 2, 1),
        ),
        thread('onlooker', [], () => programs.observeQuiescence(world, 2)),
      ],
      check: () => assertDrained(inbox.received, [101, 102]),
    };
  },
};

/** The host wants to hear when nothing is in flight. The worker answers to the host or keeps what it gets. */
export function idleRing(options: {
  readonly count: number;
  readonly answers: boolean;
  readonly machine: MachineOptions;
}): Sketch {
  const { count, answers, machine } = options;
  const lanes: LaneSketch[] = [{ from: 0, to: 1, capacitySlots: 2 }];
  if (answers) lanes.push({ from: 1, to: 0, capacitySlots: 2 });
  return {
    ...machine,
    participants: ['host', 'worker'],
    lanes,
    play(world, programs) {
      const values = numbered(1, count);
      const settled: number[] = [];
      const atHost = new programs.RecordingInbox(world);
      const host = new programs.HostSeat(world, atHost, true);
      const lane = host.writer(laneOf(world, 0));
      const worker = new programs.Seat(world, 1, NO_SPIN_MS);
      const inbox = answers
        ? new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1)))
        : new programs.RecordingInbox(world);
      const loop = worker.loop(inbox);
      return {
        threads: [
          daemon('host', [host, lane, settled], () => {
            host.pump.start();
            return programs.hostSendAll(lane, values, settled);
          }),
          daemon('worker', [loop], () => programs.work(loop)),
        ],
        check: () => {
          assertDrained(inbox.received, values);
          if (answers) assert.deepEqual(atHost.received, values);
          assert.equal(host.isIdle, true, 'missed wake-up: the host never hears that nothing is in flight');
        },
      };
    },
  };
}

/** Two workers have one message each, and only the last one may tell: neither must leave it to the other. */
export const lastOfTwo: Sketch = {
  participants: ['host', 'first', 'second'],
  lanes: [
    { from: 0, to: 1, capacitySlots: 1, preload: [101] },
    { from: 0, to: 2, capacitySlots: 1, preload: [201] },
  ],
  play(world, programs) {
    const host = new programs.HostSeat(world, new programs.RecordingInbox(world), true);
    const worker = (name: string, participant: number): ThreadProgram => {
      const inbox = new programs.RecordingInbox(world);
      const loop = new programs.Seat(world, participant, NO_SPIN_MS).loop(inbox);
      return daemon(name, [loop], () => programs.work(loop));
    };
    return {
      threads: [
        daemon('host', [host], () => {
          host.pump.start();
          return finish(host.pump.watchIdle());
        }),
        worker('first', 1),
        worker('second', 2),
      ],
      check: ({ memory }) => {
        assert.equal(memory.i32[world.oracle], 2, 'missed wake-up or loss: not all is handled');
        assert.equal(host.isIdle, true, 'missed wake-up: the host never hears that nothing is in flight');
      },
    };
  },
};
