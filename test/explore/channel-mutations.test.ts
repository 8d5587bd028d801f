/**
 * The explorer finds bugs in channels: each seeded one is caught, by the check that it breaks.
 */
import { describe, expect, it } from 'vitest';
import { channelMutations } from './channel-mutations.js';
import { channelScenarios } from './channel-scenarios.js';
import { loadChannelPrograms } from './loader.js';
import { explore } from './search.js';

describe('the explorer catches, in channels,', () => {
  for (const { name, edits, scenario, finds } of channelMutations)
    it(`${name} (${scenario})`, () => {
      const make = channelScenarios.get(scenario);
      if (make === undefined) throw new Error(`no scenario is called ${scenario}`);
      const { failure } = explore(make(loadChannelPrograms(edits)), { maxStates: 200_000 });
      expect(failure?.message).toMatch(finds);
      expect(failure?.schedule).toMatch(/^ {3}1 {2}\w+/);
    });
});
