/**
 * Scenario kit: what all scenarios are made of.
 *
 * Values are numbered by sender: 101, 102, ... come from the first, 201, ... from the second.
 */
import assert from 'node:assert/strict';
import type { Loaded } from './loader.js';
import type { MachineOptions, ThreadProgram } from './machine.js';
import type { Play, Scenario } from './search.js';
import type { Roots } from './snapshot.js';
import { buildWorld, type LaneSketch, type World } from './world.js';

/** What a scenario adds to its world. */
export interface Sketch extends MachineOptions {
  readonly participants: readonly string[];
  readonly lanes: readonly LaneSketch[];
  /** How many threads there are, when not as many as participants. */
  readonly threads?: number;
  /** Schedules with more of them are left out; every schedule is tried where nothing is said. */
  readonly maxPreemptions?: number;
  /** Whether the host gives orders, and looks at what the others show of themselves. */
  readonly isOrdered?: boolean;
  play(world: World, programs: Loaded): Play;
}

/** One message more for each scenario, and patience, in place of seconds. */
export const MORE = process.env.SN_EXPLORE === 'deep' ? 1 : 0;

/** Clocks stand still and spins are over at the first look at them, unless a scenario says otherwise. */
export const NO_SPIN_MS = -1;
export const CLOCK_STEP_MS = 0.004;

export const HANDOVER = { participants: ['host', 'producer', 'consumer'], threads: 2 } as const;

/** A sketch with its world built. */
export function makeScenario(name: string, sketch: Sketch, programs: Loaded): Scenario {
  const { participants, lanes, threads, isOrdered = false, play, ...options } = sketch;
  const world = buildWorld(participants, lanes, isOrdered);
  return {
    ...options,
    name,
    buffer: world.buffer,
    words: world.words,
    threadCount: threads ?? participants.length,
    play: () => play(world, programs),
  };
}

export function numbered(sender: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => sender * 100 + k + 1);
}

export function laneOf(world: World, k: number): World['lanes'][number] {
  return world.lanes[k] as World['lanes'][number];
}

/** @param roots - all that the thread owns. */
export function thread(name: string, roots: Roots, main: () => unknown): ThreadProgram {
  return { name, main, roots };
}

/** A thread that need not end. */
export function daemon(name: string, roots: Roots, main: () => unknown): ThreadProgram {
  return { name, main, roots, isDaemon: true };
}

/** All arrived, in order, and no lane holds anything that its sleeping reader does not know of. */
export function assertDrained(received: readonly number[], sent: readonly number[]): void {
  assert.deepEqual(received, sent, 'missed wake-up or loss: everybody sleeps, and this arrived');
}
