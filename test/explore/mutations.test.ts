/**
 * The explorer finds bugs: each seeded one is caught, by the check that it breaks.
 */
import { describe, expect, it } from 'vitest';
import { loadPrograms } from './loader.js';
import { mutations } from './mutations.js';
import { allScenarios } from './scenarios.js';
import { explore } from './search.js';

describe('the explorer catches', () => {
  for (const { name, edits, scenario, finds } of mutations)
    it(`${name} (${scenario})`, () => {
      const make = allScenarios.get(scenario);
      if (make === undefined) throw new Error(`no scenario is called ${scenario}`);
      const { failure } = explore(make(loadPrograms(edits)), { maxStates: 200_000 });
      expect(failure?.message).toMatch(finds);
      expect(failure?.schedule).toMatch(/^ {3}1 {2}\w+/);
    });
});

describe('a seeded bug', () => {
  it('whose place is gone is refused', () => {
    const edit = { file: 'doorbell.ts', find: 'no such text', replace: '' };
    expect(() => loadPrograms([edit])).toThrow('doorbell.ts holds this 0 times, not once: no such text');
  });

  it('that fits in two places is refused', () => {
    const edit = { file: 'doorbell.ts', find: 'Atomics.exchange', replace: 'Atomics.load' };
    expect(() => loadPrograms([edit])).toThrow('times, not once: Atomics.exchange');
  });

  it('in a module that is not explored is refused', () => {
    expect(() => loadPrograms([{ file: 'pool.ts', find: 'x', replace: 'y' }])).toThrow(
      'no module under test is called pool.ts',
    );
  });
});
