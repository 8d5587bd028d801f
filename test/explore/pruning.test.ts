/**
 * What the search leaves out brings nothing new: it finds the same ends as a search that leaves nothing out.
 */
import { describe, expect, it } from 'vitest';
import { handover } from './hand-over-scenarios.js';
import { loadPrograms } from './loader.js';
import { Machine } from './machine.js';
import { makeScenario, type Sketch } from './scenario-kit.js';
import { explore, type Scenario } from './search.js';
import { SharedMemory } from './shared-memory.js';
import { toWorkerLoop } from './worker-scenarios.js';

const programs = loadPrograms();

const cases: readonly (readonly [string, Sketch])[] = [
  ['a hand-over', handover(1, 1, 1)],
  ['a worker loop', toWorkerLoop({ capacitySlots: 1, count: 1, machine: { timeouts: true } })],
];

describe('the pruned search', () => {
  it.each(cases)('finds every end of %s', (name, sketch) => {
    const pruned = new Set<string>();
    const watched = makeScenario(name, sketch, programs);
    const { isExhausted } = explore(
      {
        ...watched,
        play: () => ({ ...watched.play(), check: (machine) => void pruned.add(endOf(machine)) }),
      },
      { maxStates: 100_000 },
    );
    expect(isExhausted).toBe(true);
    const all = everyEnd(makeScenario(name, sketch, programs));
    expect(all.runs).toBeGreaterThan(50);
    expect([...pruned].toSorted()).toEqual([...all.ends].toSorted());
  });
});

/** Plays every schedule there is. */
function everyEnd(scenario: Scenario): { ends: Set<string>; runs: number } {
  const { buffer, words, threadCount } = scenario;
  const memory = new SharedMemory(buffer, words, threadCount, false);
  const ends = new Set<string>();
  const taken: number[] = [];
  /** At each depth what has not been tried yet. */
  const untried: number[][] = [];
  let runs = 0;
  do {
    memory.reset();
    const machine = new Machine(memory, scenario);
    machine.start(scenario.play().threads);
    for (const transition of taken) machine.step(transition);
    for (let [next, ...rest] = machine.enabled(); next !== undefined; [next, ...rest] = machine.enabled()) {
      taken.push(next);
      untried.push(rest);
      machine.step(next);
    }
    ends.add(endOf(machine));
    runs += 1;
    while (untried.at(-1)?.length === 0) {
      taken.pop();
      untried.pop();
    }
    taken[taken.length - 1] = untried.at(-1)?.shift() as number;
  } while (untried.length > 0);
  return { ends, runs };
}

function endOf({ memory, threads }: Machine): string {
  const asleep = threads.map(({ sleepsOn, pending }) => `${sleepsOn} ${pending?.kind}`);
  return `${memory.i32.join()} ${asleep.join()}`;
}
