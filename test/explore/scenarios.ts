/**
 * Scenarios: the situations that are explored, each small enough that every schedule can be tried.
 */
import { drainedWorker, pausedWorker, pingedWorker } from './control-scenarios.js';
import { killed, killedForwarder } from './death-scenarios.js';
import { countsNear, handover, heldGroup, longMessages, twoProducers } from './hand-over-scenarios.js';
import { hostQueue, idleRing, lastOfTwo, quiescence } from './host-scenarios.js';
import type { Loaded } from './loader.js';
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
  'a sender blocks on one lane with a group of another': heldGroup,
  'host queues behind 1 slot': hostQueue(1, 2 + MORE),
  'host queues behind a full slot': hostQueue(1, 2, { preload: [100] }),
  'host queues, and sends time out': hostQueue(1, 2 + MORE, { timeoutMs: 5 }),
  'quiescence is never seen too early': quiescence,
  'the host hears of quiescence': idleRing({ count: 1 + MORE, answers: false, machine: { timeouts: true } }),
  'the host hears of quiescence after answers': idleRing({ count: 1, answers: true, machine: {} }),
  'the host hears of quiescence from the last of two workers': lastOfTwo,
  'producer killed at any step': killed('producer', 1, 0x7fff_ffff),
  'consumer killed at any step': killed('consumer', 1, 0xffff_ffff),
  'forwarding worker killed at any step': killedForwarder,
  'a sleeping worker blocks in a timer': blockedTimer,
  'the host pings a worker that comes to block for ever': pingedWorker,
  'the host pauses a worker and resumes it': pausedWorker,
  'the host hears that a worker has handled what it had': drainedWorker,
};

/** Too many schedules for every day. */
const deepSketches: Readonly<Record<string, Sketch>> = {
  'a worker forwards and blocks, behind a producer': chain,
  'host queues behind 2 slots': hostQueue(2, 3),
};

/** By name; the sources under test come in when one is made. */
export const scenarios: ReadonlyMap<string, MakeScenario> = new Map(
  Object.entries(MORE === 0 ? sketches : { ...sketches, ...deepSketches }).map(([name, sketch]) => [
    name,
    (programs: Loaded) => makeScenario(name, sketch, programs),
  ]),
);
