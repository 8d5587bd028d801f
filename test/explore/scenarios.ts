/**
 * Scenarios: the situations that are explored, each small enough that every schedule can be tried.
 */
import { asyncAnswers, asyncIdleRing, asyncQuiescence, givenUp, toAsyncLoop } from './async-scenarios.js';
import { drainedWorker, pausedWorker, pingedWorker } from './control-scenarios.js';
import { inCircle, watchedCalls, withinBatch } from './deadlock-scenarios.js';
import { killed, killedForwarder } from './death-scenarios.js';
import { countsNear, handover, heldGroup, longMessages, twoProducers } from './hand-over-scenarios.js';
import { hostQueue, idleRing, lastOfTwo, quiescence } from './host-scenarios.js';
import type { Loaded } from './loader.js';
import { cutLane } from './resizing-scenarios.js';
import { MORE, makeScenario, type Sketch } from './scenario-kit.js';
import type { Scenario } from './search.js';
import { blockedTimer, callsThroughFullLanes, chain, forwarding, toWorkerLoop } from './worker-scenarios.js';

export type MakeScenario = (programs: Loaded) => Scenario;

const sketches: Readonly<Record<string, Sketch>> = {
  'hand-over through 1 slot': handover(1, 2 + MORE, 1),
  'hand-over through 2 slots': handover(2, 3 + MORE, 1),
  'hand-over through 4 slots, in batches': handover(4, 5 + MORE, 2),
  'hand-over across 2^31': handover(2, 3 + MORE, 2, 0x7fff_fffd),
  'hand-over across 2^32': handover(2, 3 + MORE, 2, 0xffff_fffe),
  'counts beside a hand-over across 2^31': countsNear(0x7fff_ffff),
  'counts beside a hand-over across 2^32': countsNear(0xffff_ffff),
  'long messages, room for one': longMessages(4, 8, 3 + MORE),
  'long messages, room for two': longMessages(4, 16, 4 + MORE),
  'two producers, one inbox': twoProducers,
  'worker loop, whose short sleep may end by its limit': toWorkerLoop({
    capacitySlots: 2,
    count: 2 + MORE,
    machine: { timeouts: true },
  }),
  'worker loop, whose short sleep ends by a ring only': toWorkerLoop({
    capacitySlots: 1,
    count: 2 + MORE,
    machine: { timeouts: false },
  }),
  'groups and a hungry worker, hints fresh or stale': toWorkerLoop({
    capacitySlots: 8,
    count: 2 + MORE,
    isHungry: true,
    machine: { staleHints: true },
  }),
  'a worker forwards and blocks': forwarding,
  'calls through full lanes, both ways': callsThroughFullLanes,
  'a lane of 1 slot is cut': cutLane(1),
  'a lane of 4 slots is cut': cutLane(4),
  'a lane of 2 slots is cut, across 2^32': cutLane(2, 0xffff_fffe),
  'a sender blocks on one lane with a group of another': heldGroup,
  'host queues behind 1 slot': hostQueue(1, 2 + MORE),
  'host queues behind a full slot': hostQueue(1, 2, { preload: [100] }),
  'host queues, and sends time out': hostQueue(1, 2 + MORE, { timeoutMs: 5 }),
  'quiescence is never seen too early': quiescence,
  'the host hears of quiescence': idleRing({ count: 1 + MORE, answers: false, machine: { timeouts: true } }),
  'the host hears of quiescence after answers': idleRing({ count: 1, answers: true, machine: {} }),
  'the host hears of quiescence from the last of two workers': lastOfTwo,
  'async worker, one handler at a time': toAsyncLoop(1, 2 + MORE, 1),
  'async worker, two handlers at a time': toAsyncLoop(2, 2 + MORE, 2),
  'quiescence is never seen too early where handlers wait and queue': asyncQuiescence(1, [102, 104]),
  // Wide enough for a group: the second message is held until the pass ends.
  'quiescence is never seen too early where handlers could wait': asyncQuiescence(8, [2, 4]),
  'the host hears of quiescence from an async worker': asyncIdleRing,
  'calls are given up while an async worker sleeps': givenUp,
  'calls through full lanes, answered by an async worker': asyncAnswers,
  'producer killed at any step': killed('producer', 1, 0x7fff_ffff),
  'consumer killed at any step': killed('consumer', 1, 0xffff_ffff),
  'forwarding worker killed at any step': killedForwarder,
  'a sleeping worker blocks in a timer': blockedTimer,
  'two workers block on each other': inCircle({
    acts: [
      [101, 'receive'],
      [201, 'receive'],
    ],
    givenUp: [101],
  }),
  'two workers block, one of them soon goes on': inCircle({
    acts: [
      [101, 'receive'],
      ['receive', 201],
    ],
    givenUp: [],
  }),
  'two workers block, one of them with little room': inCircle({
    acts: [
      ['receive', 101],
      [201, 'receive'],
    ],
    givenUp: [],
    lastSlots: 4,
    isUnwatched: true,
  }),
  'two workers block, one of them within a batch': withinBatch,
  'calls through full lanes, watched': watchedCalls,
  'the host pings a worker that comes to block for ever': pingedWorker,
  'the host pauses a worker and resumes it': pausedWorker,
  'the host hears that a worker has handled what it had': drainedWorker,
};

/** Too many schedules for every day. */
const deepSketches: Readonly<Record<string, Sketch>> = {
  'a worker forwards and blocks, behind a producer': chain,
  'host queues behind 2 slots': hostQueue(2, 3),
  'three workers block on each other': inCircle({
    acts: [
      [101, 'receive'],
      [201, 'receive'],
      [301, 'receive'],
    ],
    givenUp: [101],
    maxPreemptions: 1,
  }),
  'three workers block, and two of them go on': inCircle({
    acts: [
      [101, 'receive'],
      [201, 'receive', 202],
      ['receive', 301, 'receive'],
    ],
    givenUp: [],
    maxPreemptions: 2,
  }),
};

/** By name; the sources under test come in when one is made. */
export const scenarios = named(MORE === 0 ? sketches : { ...sketches, ...deepSketches });

/** The same with those that are too large for every day: a seeded bug may be found soon in these, too. */
export const allScenarios = named({ ...sketches, ...deepSketches });

function named(chosen: Readonly<Record<string, Sketch>>): ReadonlyMap<string, MakeScenario> {
  return new Map(
    Object.entries(chosen).map(([name, sketch]) => [
      name,
      (programs: Loaded) => makeScenario(name, sketch, programs),
    ]),
  );
}
