/**
 * The explorer itself, on programs small enough to count their schedules by hand.
 */
import { describe, expect, it } from 'vitest';
import type { ThreadProgram } from './machine.js';
import type { Op, OpKind } from './op.js';
import { explore, type Outcome, type Play, type Scenario } from './search.js';

const LIMITS = { maxStates: 100_000 };

type Steps = Generator<Op, void, number>;

const step = (kind: OpKind, word: number, a = 0, b = 0): Op => ({ kind, word, a, b });

function thread(name: string, main: () => Steps): ThreadProgram {
  return { name, main, roots: [] };
}

/** Two atomic words, x (0) and y (1), and payload from word 2 on. */
function tryAll(play: () => Play, options: Partial<Scenario> = {}): Outcome {
  const atomic = new Map([
    [0, 'x'],
    [1, 'y'],
  ]);
  return explore(
    {
      name: 'by hand',
      buffer: new SharedArrayBuffer(32),
      words: { atomic, owned: new Set(), positions: new Set([0]) },
      threadCount: 2,
      play,
      ...options,
    },
    LIMITS,
  );
}

function* store(word: number, value: number): Steps {
  yield step('store', word, value);
}

describe('the search', () => {
  it('sees every order of dependent steps', () => {
    const seen = new Set<number>();
    tryAll(() => {
      let read = -1;
      return {
        threads: [
          thread('writer', () => store(0, 7)),
          thread('reader', function* () {
            read = yield step('load', 0);
          }),
        ],
        check: () => void seen.add(read),
      };
    });
    expect([...seen].toSorted()).toEqual([0, 7]);
  });

  it('runs independent steps in one order only', () => {
    const { ends } = tryAll(() => ({
      threads: [thread('a', () => store(0, 1)), thread('b', () => store(1, 1))],
      check: () => {},
    }));
    expect(ends).toBe(1);
  });

  it('finds a lost update', () => {
    const add = function* (): Steps {
      const value = yield step('load', 0);
      yield step('store', 0, value + 1);
    };
    const { failure } = tryAll(() => ({
      threads: [thread('a', add), thread('b', add)],
      check: ({ memory }) => {
        if (memory.i32[0] !== 2) throw new Error('lost update');
      },
    }));
    expect(failure?.message).toBe('lost update');
    expect(failure?.schedule).toContain('store x 1 -> 1');
  });

  it('calls a sleeper that nobody wakes a missed wake-up', () => {
    const { failure } = tryAll(() => ({
      threads: [
        thread('sleeper', function* () {
          yield step('wait', 0, 0, Number.POSITIVE_INFINITY);
        }),
        thread('waker', () => store(0, 1)),
      ],
      check: () => {},
    }));
    expect(failure?.message).toBe('missed wake-up: sleeper would sleep for ever');
  });

  it('lets waits with a limit end by it when the scenario allows', () => {
    const play = (): Play => ({
      threads: [
        thread('sleeper', function* () {
          yield step('wait', 0, 0, 5);
        }),
      ],
      check: () => {},
    });
    expect(tryAll(play).failure?.message).toContain('missed wake-up');
    expect(tryAll(play, { timeouts: true }).failure).toBeUndefined();
  });

  it('shows old values to plain reads when the scenario allows', () => {
    for (const staleHints of [false, true]) {
      const seen = new Set<number>();
      tryAll(
        () => {
          let read = -1;
          return {
            threads: [
              thread('one', function* () {
                yield step('store', 0, 5);
                read = yield step('hint', 0);
              }),
            ],
            check: () => void seen.add(read),
          };
        },
        { staleHints },
      );
      expect([...seen].toSorted()).toEqual(staleHints ? [0, 5] : [5]);
    }
  });

  it('kills the victim at every step', () => {
    const seen = new Set<number>();
    tryAll(
      () => ({
        threads: [
          thread('victim', function* () {
            yield step('store', 0, 1);
            yield step('store', 0, 2);
          }),
        ],
        check: ({ memory }) => void seen.add(memory.i32[0] as number),
      }),
      { kill: 'victim' },
    );
    expect([...seen].toSorted()).toEqual([0, 1, 2]);
  });

  it('says that it was not exhaustive when it gave up', () => {
    const steps = function* (): Steps {
      for (let k = 0; k < 30; k++) yield step('add', 0, 1);
    };
    const play = (): Play => ({ threads: [thread('a', steps), thread('b', steps)], check: () => {} });
    const outcome = explore(
      {
        name: 'long',
        buffer: new SharedArrayBuffer(32),
        words: { atomic: new Map([[0, 'x']]), owned: new Set(), positions: new Set() },
        threadCount: 2,
        play,
      },
      { maxStates: 50 },
    );
    expect(outcome.isExhausted).toBe(false);
  });
});
