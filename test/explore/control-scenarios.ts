/**
 * Control scenarios: orders of the host, the answers, and the moments that the host waits for.
 */
import assert from 'node:assert/strict';
import type { Heard } from './programs.js';
import { assertDrained, daemon, laneOf, NO_SPIN_MS, type Sketch } from './scenario-kit.js';

const WORKER = 1;

const nothingHeard = (): Heard => ({
  isAnswered: false,
  isPaused: false,
  isResumed: false,
  isHandled: false,
});

/** Nobody takes what the worker forwards: it blocks in a send, and answers all the same. */
export const pingedWorker: Sketch = {
  participants: ['host', 'worker', 'consumer'],
  threads: 2,
  isOrdered: true,
  lanes: [
    { from: 0, to: WORKER, capacitySlots: 2, preload: [101, 102] },
    { from: WORKER, to: 2, capacitySlots: 1 },
  ],
  play(world, programs) {
    const heard = nothingHeard();
    const host = new programs.HostSeat(world, new programs.RecordingInbox(world), false);
    const orders = host.ordersFor([WORKER]);
    const worker = new programs.Seat(world, WORKER, NO_SPIN_MS);
    const loop = worker.loop(new programs.ForwardingInbox(worker, worker.writer(laneOf(world, 1))));
    return {
      threads: [
        daemon('host', [host, orders, heard], () => {
          host.pump.start();
          return programs.ping(host, orders, heard);
        }),
        daemon('worker', [loop, worker], () => programs.work(loop)),
      ],
      check: () => assert.equal(heard.isAnswered, true, 'missed wake-up: the ping is never answered'),
    };
  },
};

/** Paused before, in the midst of or after the messages that it has. */
export const pausedWorker: Sketch = {
  participants: ['host', 'worker'],
  isOrdered: true,
  lanes: [{ from: 0, to: WORKER, capacitySlots: 2, preload: [101, 102] }],
  play(world, programs) {
    const heard = nothingHeard();
    const host = new programs.HostSeat(world, new programs.RecordingInbox(world), false);
    const orders = host.ordersFor([WORKER]);
    const inbox = new programs.RecordingInbox(world);
    const worker = new programs.Seat(world, WORKER, NO_SPIN_MS);
    const loop = worker.loop(inbox);
    return {
      threads: [
        daemon('host', [host, orders, heard], () => {
          host.pump.start();
          return programs.pauseAndResume(host, orders, heard);
        }),
        daemon('worker', [loop, worker], () => programs.work(loop)),
      ],
      check: () => {
        assert.equal(heard.isPaused, true, 'missed wake-up: the host never hears that it is paused');
        assert.equal(heard.isResumed, true, 'missed wake-up: the host never hears that it works again');
        assertDrained(inbox.received, [101, 102]);
      },
    };
  },
};

/** The host asks at any moment, also when all was handled long ago. */
export const drainedWorker: Sketch = {
  participants: ['host', 'worker'],
  timeouts: true,
  isOrdered: true,
  lanes: [{ from: 0, to: WORKER, capacitySlots: 2, preload: [101, 102] }],
  play(world, programs) {
    const heard = nothingHeard();
    const host = new programs.HostSeat(world, new programs.RecordingInbox(world), false);
    const orders = host.ordersFor([WORKER]);
    const inbox = new programs.RecordingInbox(world);
    const loop = new programs.Seat(world, WORKER, NO_SPIN_MS).loop(inbox);
    return {
      threads: [
        daemon('host', [host, orders, heard], () => {
          host.pump.start();
          return programs.drainWorker(host, orders, laneOf(world, 0), 2, heard);
        }),
        daemon('worker', [loop], () => programs.work(loop)),
      ],
      check: () => {
        assertDrained(inbox.received, [101, 102]);
        assert.equal(heard.isHandled, true, 'missed wake-up: the host never hears that all is handled');
      },
    };
  },
};
