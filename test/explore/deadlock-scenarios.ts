/**
 * Deadlock scenarios: workers in a circle, each with a full lane to the next, who send and receive in various orders.
 *
 * A judge of its own knows when they are in a deadlock: each lane is full, and each thread but the one that is just about to say so
 * shows that it waits. It is asked at each look of the watch under test: what it finds must be one, and what is one it must find.
 */
import assert from 'node:assert/strict';
import { participantOffsetBytes, WAITS_OFFSET_BYTES } from '../../runtime/arena-layout.js';
import type { Act, Judge } from './programs.js';
import { daemon, laneOf, NO_SPIN_MS, type Sketch, thread } from './scenario-kit.js';
import { contents, type World } from './world.js';

interface Circle {
  /** What each of the threads does; thread k sends to thread k + 1, and the last one to the first. */
  readonly acts: readonly (readonly Act[])[];
  /** Values whose sends are given up. */
  readonly givenUp: readonly number[];
  readonly maxPreemptions?: number;
  /** Slots of the lane from the last one to the first, all of them full at the start. Default 1, as of all others. */
  readonly lastSlots?: number;
  /** Without a watch that looks now and then, so that nothing helps who sleeps with room. */
  readonly isUnwatched?: boolean;
}

/** The lowest number in each circle. */
const SPOKESMAN = 1;
const NAMES = ['a', 'b', 'c'];

/** Lanes are full at the start. */
export function inCircle({ acts, givenUp, maxPreemptions, lastSlots = 1, isUnwatched }: Circle): Sketch {
  const count = acts.length;
  const next = (k: number): number => ((k + 1) % count) + 1;
  const slotsOf = (k: number): number => (k === count - 1 ? lastSlots : 1);
  const started = acts.map((_, k) =>
    Array.from({ length: slotsOf(k) }, (_, slot) => (k + 1) * 100 + 10 * slot),
  );
  return {
    participants: ['host', ...NAMES.slice(0, count)],
    threads: count,
    timeouts: isUnwatched !== true,
    ...(maxPreemptions === undefined ? {} : { maxPreemptions }),
    lanes: started.map((preload, k) => ({ from: k + 1, to: next(k), capacitySlots: slotsOf(k), preload })),
    play(world, programs) {
      const judge = judgeOf(world);
      const threads = acts.map((own, k) => {
        const seat = new programs.Seat(world, k + 1, NO_SPIN_MS, { judge });
        const lane = seat.writer(laneOf(world, k));
        const readers = seat.readers();
        const inbox = new programs.RecordingInbox(world);
        const givenHere: number[] = [];
        const main = () => programs.doAll(seat, lane, readers, inbox, own, givenHere);
        return {
          inbox,
          givenHere,
          program: thread(NAMES[k] as string, [seat, lane, readers, inbox, givenHere], main),
        };
      });
      return {
        threads: threads.map(({ program }) => program),
        check() {
          const given = threads.flatMap(({ givenHere }) => givenHere);
          assert.deepEqual(given, givenUp, 'exactly one gives up, and only in a deadlock');
          acts.forEach((own, k) => {
            const sent = [
              ...(started[k] ?? []),
              ...own.filter((act) => act !== 'receive' && !givenUp.includes(act)),
            ];
            const got = threads[next(k) - 1]?.inbox.received ?? [];
            assert.deepEqual([...got, ...contents(world, laneOf(world, k))], sent);
          });
        },
      };
    },
  };
}

/** The loop of b sends two messages of one batch on to a, which has room for one only, and waits itself for the slot of the first. */
export const withinBatch: Sketch = {
  participants: ['host', 'a', 'b'],
  threads: 2,
  lanes: [
    { from: 1, to: 2, capacitySlots: 2, preload: [101, 102] },
    { from: 2, to: 1, capacitySlots: 2, preload: [201] },
  ],
  play(world, programs) {
    const a = new programs.Seat(world, 1, NO_SPIN_MS);
    const b = new programs.Seat(world, 2, NO_SPIN_MS);
    const lane = a.writer(laneOf(world, 0));
    const readers = a.readers();
    const inbox = new programs.RecordingInbox(world);
    const loop = b.loop(new programs.ForwardingInbox(b, b.writer(laneOf(world, 1))));
    return {
      threads: [
        thread('a', [a, lane, readers, inbox], () => programs.doAll(a, lane, readers, inbox, [103], [])),
        daemon('b', [loop], () => programs.work(loop)),
      ],
      check: () => assert.deepEqual(contents(world, laneOf(world, 0)), [102, 103]),
    };
  },
};

/**
 * A caller before a full lane of messages, and who answers its calls before a full lane of replies, both with a watch: they never are in a
 * deadlock. The answerer has the lowest number, so that it is the one that would give up.
 */
export const watchedCalls: Sketch = {
  participants: ['host', 'answerer', 'caller'],
  threads: 2,
  timeouts: true,
  maxPreemptions: 1,
  lanes: [
    { from: 2, to: 1, capacitySlots: 2, preload: [201, 202] },
    { from: 2, to: 1, capacitySlots: 1, preload: [203] },
    { from: 1, to: 2, capacitySlots: 1, isOfReplies: true },
  ],
  play(world, programs) {
    const judge: Judge = { isStuck: () => false, isSpokesman: () => true };
    const atReplies = new programs.RecordingInbox(world);
    const answerer = new programs.Seat(world, 1, NO_SPIN_MS, { judge });
    const caller = new programs.Seat(world, 2, NO_SPIN_MS, { judge, atReplies });
    const lane = caller.writer(laneOf(world, 1));
    const inbox = new programs.ForwardingInbox(answerer, answerer.writer(laneOf(world, 2)));
    const readers = answerer.readers();
    return {
      threads: [
        thread('answerer', [answerer, readers, inbox], () =>
          programs.receiveAll(answerer, readers, inbox, 3, 2),
        ),
        thread('caller', [caller, lane, atReplies], () =>
          programs.callAll(caller, lane, [204], atReplies, 3),
        ),
      ],
      check: () => assert.deepEqual(atReplies.received, [201, 202, 203]),
    };
  },
};

function judgeOf(world: World): Judge {
  const { i32 } = world.memory;
  return {
    isStuck: (participant) =>
      world.lanes.every(
        (lane) =>
          contents(world, lane).length === lane.capacitySlots &&
          (lane.producer === participant || isWaiting(i32, lane.producer)),
      ),
    isSpokesman: (participant) => participant === SPOKESMAN,
  };
}

function isWaiting(i32: Int32Array<ArrayBufferLike>, participant: number): boolean {
  return ((i32[(participantOffsetBytes(participant) + WAITS_OFFSET_BYTES) >> 2] as number) & 1) === 1;
}
