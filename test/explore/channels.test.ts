/**
 * Every schedule of the shipped channels, within the bounds of each scenario.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { channelScenarios } from './channel-scenarios.js';
import { loadChannelPrograms, modulesUnderTest } from './loader.js';
import { printOutcomes } from './report.js';
import { explore, type Outcome } from './search.js';

const isDeep = process.env.SN_EXPLORE === 'deep';
const MAX_STATES = isDeep ? 5_000_000 : 200_000;
const programs = loadChannelPrograms();
const outcomes: Outcome[] = [];

describe('every schedule of a channel', () => {
  for (const [name, make] of channelScenarios)
    it(
      `keeps its promises: ${name}`,
      () => {
        const outcome = explore(make(programs), { maxStates: MAX_STATES });
        outcomes.push(outcome);
        expect(outcome.failure && `${outcome.failure.message}\n${outcome.failure.schedule}`).toBeUndefined();
        expect(outcome.isExhausted).toBe(true);
        expect(outcome.ends).toBeGreaterThan(1);
      },
      isDeep ? 3_600_000 : 60_000,
    );
});

describe('the sources of channels under test', () => {
  it('are the whole concurrency core', () => {
    expect(modulesUnderTest('channels')).toEqual(
      expect.arrayContaining(
        [
          'bells',
          'claims',
          'ends',
          'orphans',
          'receiver',
          'receiver-core',
          'repair',
          'seats',
          'segments',
          'select-sleep',
          'sender',
          'sender-waiter',
          'sources',
          'waits',
        ].map((name) => `channel/${name}.ts`),
      ),
    );
  });
});

afterAll(() => printOutcomes(outcomes));
