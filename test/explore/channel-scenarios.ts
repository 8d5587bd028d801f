/**
 * Channel scenarios: situations of spsc, mpsc and mpmc channels, each small enough that every schedule can be tried.
 *
 * Threads are numbered as their seats are: senders, then receivers, then who comes later. Values: 101, 102, ... come from the first sender,
 * 201, ... from the second.
 */
import assert from 'node:assert/strict';
import { isClaimed } from '../../runtime/channel/channel-layout.js';
import {
  areHandsEmpty,
  buildChannelWorld,
  type ChannelSketch,
  type ChannelWorld,
  laneState,
  ownerOf,
} from './channel-world.js';
import type { LoadedChannels } from './loader.js';
import type { MachineOptions, ThreadProgram } from './machine.js';
import { daemon, MORE, numbered, thread } from './scenario-kit.js';
import type { Play, Scenario } from './search.js';

interface Sketch extends ChannelSketch, MachineOptions {
  readonly threads: number;
  /** See Scenario; without bound in deep explorations. */
  readonly maxPreemptions?: number;
  play(world: ChannelWorld, programs: LoadedChannels): Play;
}

export type MakeChannelScenario = (programs: LoadedChannels) => Scenario;

/** What each sender sent arrived once, and of one sender in order. */
function assertAll(received: readonly (readonly number[])[], sent: readonly (readonly number[])[]): void {
  assert.deepEqual(
    received.flat().toSorted((a, b) => a - b),
    sent.flat().toSorted((a, b) => a - b),
    'missed wake-up, loss or duplicate',
  );
  for (const values of received)
    for (const from of sent) {
      const ofSender = values.filter((value) => from.includes(value));
      assert.deepEqual(
        ofSender,
        ofSender.toSorted((a, b) => a - b),
        'out of order',
      );
    }
}

/** Senders send and leave; receivers take until the channel is over. */
function flow(
  sketch: ChannelSketch,
  counts: readonly number[],
  options: {
    readonly receivers?: number;
    readonly how?: 'receive' | 'drain';
    /** Whether senders leave when they are done; else receivers sleep in the end. */
    readonly closes?: boolean;
  } = {},
): Sketch {
  const { receivers = 1, how = 'receive', closes = true } = options;
  const channel = { receivers: 1, ...sketch };
  return {
    ...channel,
    threads: counts.length + receivers,
    play(world, programs) {
      const sent = counts.map((count, k) => numbered(k + 1, count));
      const received: number[][] = [];
      const threads: ThreadProgram[] = sent.map((values, k) => {
        const sender = new programs.ChannelSeat(world, ownerOf(k)).sender(k);
        return thread(`sender ${k}`, [sender], () => programs.channelSend(sender, values, closes));
      });
      const attend = closes ? thread : daemon;
      for (let k = 0; k < receivers; k++) {
        const mine: number[] = [];
        received.push(mine);
        const receiver = new programs.ChannelSeat(world, ownerOf(counts.length + k)).receiver(k);
        threads.push(
          attend(`receiver ${k}`, [receiver, mine], () =>
            how === 'receive'
              ? programs.channelReceiveAll(receiver, mine)
              : programs.channelDrainAll(receiver, mine, 2),
          ),
        );
      }
      return {
        threads,
        check: () => {
          assertAll(received, sent);
          for (let k = 0; k < counts.length; k++)
            assert.equal(laneState(world, k).waiting.length, 0, 'slots were not given back');
          assert.ok(areHandsEmpty(world), 'a hand is not empty');
        },
      };
    },
  };
}

/** Receivers that take what is there, and never wait. */
function workOff(channel: ChannelSketch, receivers: number, max: number): Sketch {
  return {
    ...channel,
    receivers,
    threads: 1 + receivers,
    play(world, programs) {
      const received: number[][] = [];
      const threads: ThreadProgram[] = [];
      for (let k = 0; k < receivers; k++) {
        const mine: number[] = [];
        received.push(mine);
        const receiver = new programs.ChannelSeat(world, ownerOf(1 + k)).receiver(k);
        threads.push(
          thread(`receiver ${k}`, [receiver, mine], () => programs.channelDrainDry(receiver, mine, max)),
        );
      }
      return {
        threads,
        check: () => {
          assertAll(received, channel.preload ?? []);
          assert.equal(laneState(world, 0).waiting.length, 0, 'slots were not given back');
          assert.ok(areHandsEmpty(world), 'a hand is not empty');
        },
      };
    },
  };
}

/**
 * A receiver dies at any step beside another that works on; a supervisor repairs after its exit, and takes what is left itself, where it
 * is not given to it as dead letters.
 */
function receiverKilled(channel: ChannelSketch, withLetters: boolean, max: number): Sketch {
  const values = channel.preload?.[0] ?? [];
  return {
    ...channel,
    receivers: 3,
    kill: 'victim',
    threads: 4,
    play(world, programs) {
      const dead: number[] = [];
      const handled: number[] = [];
      const living: number[] = [];
      const last: number[] = [];
      const victim = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      const other = new programs.ChannelSeat(world, ownerOf(2)).receiver(1);
      const supervisor = new programs.ChannelSeat(world, ownerOf(3));
      const own = supervisor.receiver(2);
      return {
        threads: [
          thread('victim', [victim, handled], () => programs.channelDrainSlowly(victim, handled, max, world)),
          thread('other', [other, living], () => programs.channelDrainDry(other, living, 1)),
          {
            ...thread('supervisor', [supervisor, own, dead, last], () =>
              withLetters
                ? programs.channelRepair(supervisor, ownerOf(1), dead)
                : programs.channelRepairAndDrain(supervisor, ownerOf(1), own, last),
            ),
            after: 'victim',
          },
        ],
        check: (machine) => {
          const { waiting } = laneState(world, 0);
          assertLedger(values, handled, [...living, ...last], dead, waiting);
          if (withLetters && machine.isKilled('victim')) return;
          assert.equal(waiting.length, 0, 'slots were not given back');
          assert.ok(areHandsEmpty(world), 'a hand is not empty');
        },
      };
    },
  };
}

/**
 * Each message was handled by somebody, is a dead letter, or waits: exactly once, but for the one that the dead was in, which may come
 * again.
 */
function assertLedger(
  values: readonly number[],
  handled: readonly number[],
  living: readonly number[],
  dead: readonly number[],
  waiting: readonly number[],
): void {
  const all = [...handled, ...living, ...dead];
  for (const value of values) {
    const times = all.filter((one) => one === value).length;
    if (times === 0) assert.ok(waiting.includes(value), `${value} is lost`);
    assert.ok(times <= 2, `${value} was handled ${times} times`);
    if (times === 2)
      assert.equal(handled.at(-1), value, `${value} was not in the dead one's hand, and came twice`);
  }
}

/** The only receiver of its lanes dies; its successor takes its seat after the repair. */
function onlyReceiverKilled(channel: ChannelSketch, letters: boolean): Sketch {
  const values = numbered(1, 3);
  return {
    ...channel,
    preload: [values],
    haveSendersEnded: true,
    kill: 'victim',
    threads: 2,
    play(world, programs) {
      const dead: number[] = [];
      const handled: number[] = [];
      const victim = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      const supervisor = new programs.ChannelSeat(world, ownerOf(9));
      return {
        threads: [
          thread('victim', [victim, handled], () => programs.channelDrainSlowly(victim, handled, 2, world)),
          {
            ...thread('supervisor', [supervisor, dead], () =>
              programs.channelRepair(supervisor, ownerOf(1), letters ? dead : undefined),
            ),
            after: 'victim',
          },
        ],
        check: () => {
          const { waiting } = laneState(world, 0);
          assertLedger(values, handled, [], dead, waiting);
          // What was handled for certain is not there again.
          const sure = handled.slice(0, -1);
          for (const value of sure)
            assert.ok(!waiting.includes(value), `${value} was handled, and waits again`);
        },
      };
    },
  };
}

/** A sender fills up what two receivers empty: it must not write where one of them still reads. */
const refill: Sketch = {
  kind: 'mpmc',
  capacity: 2,
  receivers: 2,
  preload: [[101, 102]],
  threads: 3,
  play(world, programs) {
    const sent: number[] = [];
    const received: number[][] = [[], []];
    const sender = new programs.ChannelSeat(world, ownerOf(0)).sender(0);
    const receivers = [0, 1].map((k) => new programs.ChannelSeat(world, ownerOf(1 + k)).receiver(k));
    return {
      threads: [
        thread('sender', [sender, sent], () => programs.channelTrySend(sender, [103, 104], sent)),
        ...receivers.map((receiver, k) => {
          const mine = received[k] as number[];
          return thread(`receiver ${k}`, [receiver, mine], () =>
            programs.channelDrainSlowly(receiver, mine, 1, world),
          );
        }),
      ],
      check: () => {
        const { waiting } = laneState(world, 0);
        assertAll([...received, waiting], [[101, 102, ...sent]]);
        assert.ok(areHandsEmpty(world), 'a hand is not empty');
      },
    };
  },
};

/** A sender dies at any step; what it published is received, and the channel ends. */
function senderKilled(channel: ChannelSketch, count: number): Sketch {
  return {
    ...channel,
    kill: 'sender',
    threads: 3,
    play(world, programs) {
      const values = numbered(1, count);
      const received: number[] = [];
      const sender = new programs.ChannelSeat(world, ownerOf(0)).sender(0);
      const receiver = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      const supervisor = new programs.ChannelSeat(world, ownerOf(9));
      return {
        threads: [
          thread('sender', [sender], () => programs.channelSend(sender, values, true)),
          thread('receiver', [receiver, received], () => programs.channelReceiveAll(receiver, received)),
          {
            ...thread('supervisor', [supervisor], () =>
              programs.channelRepair(supervisor, ownerOf(0), undefined),
            ),
            after: 'sender',
          },
        ],
        check: () => {
          const { sent, waiting } = laneState(world, 0, channel.startTotal);
          assert.deepEqual(received, values.slice(0, sent), 'what was published arrives, in order');
          assert.equal(waiting.length, 0);
        },
      };
    },
  };
}

/** The receiver leaves early: senders that wait wake, and fail. */
function receiverLeaves(channel: ChannelSketch, count: number): Sketch {
  return {
    ...channel,
    threads: 2,
    play(world, programs) {
      const values = numbered(1, count);
      const received: number[] = [];
      const unsent: number[] = [];
      const sender = new programs.ChannelSeat(world, ownerOf(0)).sender(0);
      const receiver = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      return {
        threads: [
          thread('sender', [sender, unsent], () => programs.channelSendUntilRefused(sender, values, unsent)),
          thread('receiver', [receiver, received], () => programs.channelReceiveSome(receiver, received, 1)),
        ],
        check: () => {
          assert.deepEqual(received, [101]);
          const { sent } = laneState(world, 0);
          assert.deepEqual(unsent, values.slice(sent), 'each is in the channel or refused');
        },
      };
    },
  };
}

/** A sender that drops the oldest against a receiver that takes them. */
function dropOldest(capacity: number, count: number): Sketch {
  return {
    kind: 'spsc',
    onFull: 'drop-oldest',
    capacity,
    threads: 2,
    play(world, programs) {
      const values = numbered(1, count);
      const sent: number[] = [];
      const received: number[] = [];
      const sender = new programs.ChannelSeat(world, ownerOf(0)).sender(0);
      const receiver = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      return {
        threads: [
          {
            ...thread('sender', [sender, sent], () => programs.channelTrySend(sender, values, sent)),
            clockStepMs: 0.4,
          },
          daemon('receiver', [receiver, received], () => programs.channelDrainAll(receiver, received, 2)),
        ],
        check: () => {
          assert.deepEqual(
            received,
            received.toSorted((a, b) => a - b),
            'out of order',
          );
          assert.equal(new Set(received).size, received.length, 'duplicate');
          // The newest is never dropped for an older one that still waits.
          if (sent.at(-1) === values.at(-1))
            assert.equal(received.at(-1), values.at(-1), 'missed wake-up: the last one sent waits');
          for (const value of received) assert.ok(sent.includes(value));
        },
      };
    },
  };
}

/** Two channels into one thread that sleeps at both. */
const selecting: Sketch = {
  kind: 'mpsc',
  capacity: 2,
  senders: 2,
  threads: 3,
  play(world, programs) {
    // Two receivers' worth of waiting on one region: select sees the lanes of both senders, sleeping on the board.
    const received: number[] = [];
    const senders = [0, 1].map((k) => new programs.ChannelSeat(world, ownerOf(k)).sender(k));
    const receiver = new programs.ChannelSeat(world, ownerOf(2)).receiver(0);
    return {
      threads: [
        ...senders.map((sender, k) =>
          thread(`sender ${k}`, [sender], () =>
            programs.channelSend(sender, numbered(k + 1, 1 + MORE), true),
          ),
        ),
        thread('receiver', [receiver, received], () =>
          programs.channelSelectAll([receiver], received, world.boardWord),
        ),
      ],
      check: () => assertAll([received], [numbered(1, 1 + MORE), numbered(2, 1 + MORE)]),
    };
  },
};

/** A handler throws: the rest of its run goes to another. */
const throwing: Sketch = {
  kind: 'mpmc',
  capacity: 4,
  receivers: 2,
  preload: [[101, 102]],
  haveSendersEnded: true,
  threads: 3,
  play(world, programs) {
    const handled: number[] = [];
    const living: number[] = [];
    const bad = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
    const good = new programs.ChannelSeat(world, ownerOf(2)).receiver(1);
    return {
      threads: [
        thread('thrower', [bad, handled], () => programs.channelDrainAndThrow(bad, handled, 101)),
        daemon('other', [good, living], () => programs.channelDrainAll(good, living, 2)),
      ],
      check: () => {
        const all = [...handled, ...living].toSorted((a, b) => a - b);
        const { waiting } = laneState(world, 0);
        assert.equal(new Set(all).size, all.length, 'duplicate');
        for (const value of [101, 102])
          assert.ok(all.includes(value) || waiting.includes(value), `${value} is lost`);
      },
    };
  },
};

/** Both ends on event loops. */
function onEventLoops(capacity: number, count: number): Sketch {
  return {
    kind: 'spsc',
    capacity,
    threads: 2,
    play(world, programs) {
      const values = numbered(1, count);
      const settled: number[] = [];
      const received: number[] = [];
      const sender = new programs.ChannelSeat(world, ownerOf(0)).sender(0);
      const receiver = new programs.ChannelSeat(world, ownerOf(1)).receiver(0);
      return {
        threads: [
          daemon('sender', [sender, settled], () => programs.channelSendAsync(sender, values, settled)),
          daemon('receiver', [receiver, received], () =>
            programs.channelReceiveAsync(receiver, received, count),
          ),
        ],
        check: () => {
          assert.deepEqual(received, values, 'missed wake-up or loss');
          assert.deepEqual(settled, values, 'a send was never settled');
        },
      };
    },
  };
}

/** All schedules with so many switches at most: what is larger than every day allows. */
const within = (maxPreemptions: number, sketch: Sketch): Sketch => ({ ...sketch, maxPreemptions });

const sketches: Readonly<Record<string, Sketch>> = {
  'spsc through 1 slot': flow({ kind: 'spsc', capacity: 1 }, [2 + MORE]),
  'spsc through 3 of 4 slots': within(2, flow({ kind: 'spsc', capacity: 3 }, [4], { how: 'drain' })),
  'spsc across 2^32': flow({ kind: 'spsc', capacity: 2, startTotal: 0xffff_ffff }, [2 + MORE], {
    how: 'drain',
  }),
  'spsc in groups': within(3, flow({ kind: 'spsc', capacity: 8 }, [2 + MORE], { how: 'drain' })),
  'spsc grows': within(2, flow({ kind: 'spsc', capacity: 1, isUnbounded: true }, [4 + MORE])),
  'spsc on event loops': onEventLoops(1, 2 + MORE),
  'spsc whose receiver leaves': receiverLeaves({ kind: 'spsc', capacity: 1 }, 3),
  'spsc that drops the oldest': within(2, dropOldest(1, 2 + MORE)),
  'spsc that drops the oldest of two': within(2, dropOldest(2, 3)),
  'spsc whose sender is killed': senderKilled({ kind: 'spsc', capacity: 1 }, 1 + MORE),
  'spsc whose receiver is killed': onlyReceiverKilled(
    { kind: 'spsc', capacity: 4, startTotal: 0x7fff_fffe },
    false,
  ),
  'spsc whose receiver is killed, with dead letters': onlyReceiverKilled({ kind: 'spsc', capacity: 4 }, true),
  'mpsc with two senders': within(2, flow({ kind: 'mpsc', capacity: 1, senders: 2 }, [1, 1])),
  'mpsc with priorities': within(
    2,
    flow({ kind: 'mpsc', capacity: 1, senders: 1, weights: [2, 1, 1] }, [2 + MORE]),
  ),
  'mpsc that selects': within(2, selecting),
  'mpmc through 1 slot': within(2, flow({ kind: 'mpmc', capacity: 1 }, [2 + MORE])),
  'mpmc, one message for two that sleep': within(
    2,
    flow({ kind: 'mpmc', capacity: 2, receivers: 2 }, [1 + MORE], { receivers: 2, closes: false }),
  ),
  'mpmc, a sender that waits for two receivers': within(
    1 + MORE,
    flow({ kind: 'mpmc', capacity: 1, receivers: 2 }, [2], { receivers: 2, closes: false }),
  ),
  'mpmc, a sender behind two receivers': within(2, refill),
  'mpmc, two receivers that claim one by one': within(
    3,
    workOff({ kind: 'mpmc', capacity: 4, preload: [[101, 102]] }, 2, 1),
  ),
  'mpmc, two receivers that claim runs': within(
    2,
    workOff({ kind: 'mpmc', capacity: 4, preload: [[101, 102, 103]], startTotal: 0xff_fffe }, 2, 2),
  ),
  'mpmc, three receivers': within(
    2,
    workOff({ kind: 'mpmc', capacity: 2, preload: [[101, 102]], startTotal: 0x7fff_ffff }, 3, 1),
  ),
  'mpmc grows': within(2, flow({ kind: 'mpmc', capacity: 1, isUnbounded: true }, [2 + MORE])),
  'mpmc whose handler throws': within(2, throwing),
  'mpmc, a receiver is killed': within(
    1 + MORE,
    receiverKilled({ kind: 'mpmc', capacity: 4, preload: [[101, 102]] }, false, 2),
  ),
  'mpmc, a receiver is killed, with dead letters': within(
    1 + MORE,
    receiverKilled({ kind: 'mpmc', capacity: 4, preload: [[101, 102]], startTotal: 0xffff_ffff }, true, 2),
  ),
};

export const channelScenarios: ReadonlyMap<string, MakeChannelScenario> = new Map(
  Object.entries(sketches).map(([name, sketch]) => [
    name,
    (programs: LoadedChannels) => makeScenario(name, sketch, programs),
  ]),
);

function makeScenario(name: string, sketch: Sketch, programs: LoadedChannels): Scenario {
  const { play, threads, timeouts, staleHints, kill, maxPreemptions, ...channel } = sketch;
  const world = buildChannelWorld(channel);
  return {
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(staleHints === undefined ? {} : { staleHints }),
    ...(kill === undefined ? {} : { kill }),
    ...(maxPreemptions === undefined || MORE > 0 ? {} : { maxPreemptions }),
    name,
    buffer: world.buffer,
    words: world.words,
    threadCount: threads,
    exactClocks: isClaimed(world.shape),
    play: () => play(world, programs),
  };
}
