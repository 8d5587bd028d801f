/**
 * Every schedule of the shipped channel, within the bounds of each scenario.
 *
 * `SN_EXPLORE=deep` tries one message more in each, and scenarios that are too large for every day.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { loadPrograms, modulesUnderTest } from './loader.js';
import { printOutcomes } from './report.js';
import { scenarios } from './scenarios.js';
import { explore, type Outcome } from './search.js';

const isDeep = process.env.SN_EXPLORE === 'deep';
const MAX_STATES = isDeep ? 5_000_000 : 200_000;
const programs = loadPrograms();
const outcomes: Outcome[] = [];

describe('every schedule', () => {
  for (const [name, make] of scenarios)
    it(
      `keeps its promises: ${name}`,
      () => {
        const outcome = explore(make(programs), { maxStates: MAX_STATES });
        outcomes.push(outcome);
        expect(outcome.failure && `${outcome.failure.message}\n${outcome.failure.schedule}`).toBeUndefined();
        expect(outcome.isExhausted).toBe(true);
        // A scenario in which nothing can happen in two ways would prove nothing.
        expect(outcome.ends).toBeGreaterThan(1);
      },
      isDeep ? 3_600_000 : 60_000,
    );
});

describe('the sources under test', () => {
  it('are the whole concurrency core', () => {
    expect(modulesUnderTest()).toEqual(
      expect.arrayContaining([
        'doorbell.ts',
        'lane-writer.ts',
        'lane-reader.ts',
        'outbox.ts',
        'parker.ts',
        'blocking-waiter.ts',
        'deadlock.ts',
        'calls/reply-intake.ts',
        'lane-queue.ts',
        'queueing-waiter.ts',
        'ledger.ts',
        'worker-loop.ts',
        'host-pump.ts',
        'async/async-loop.ts',
        'async/handling.ts',
        'async/lane-progress.ts',
        'calls/cancels.ts',
        'idle-report.ts',
        'control/orders.ts',
        'control/moments.ts',
      ]),
    );
  });
});

afterAll(() => printOutcomes(outcomes));
