/**
 * Channel mutations: bugs seeded into the shipped channels, each with the scenario that must find it.
 */
import type { Mutation } from './mutations.js';

const MISSED = /missed wake-up/;

export const channelMutations: readonly Mutation[] = [
  {
    name: 'a run is claimed before it is announced',
    edits: [
      {
        file: 'channel/claims.ts',
        find: '      Atomics.store(i32, handIndex, handOf(from, count));\n',
        replace: '',
      },
      {
        file: 'channel/claims.ts',
        find: '      this.head = (tail - waiting) | 0;',
        replace: `      Atomics.store(i32, handIndex, handOf(from, count));
      this.head = (tail - waiting) | 0;`,
      },
    ],
    scenario: 'mpmc, a receiver is killed',
    finds: /is lost/,
  },
  {
    name: 'nobody says of the last claim that it was made',
    edits: [{ file: 'channel/claims.ts', find: '      this.confirm(word, from);\n', replace: '' }],
    scenario: 'mpmc, a receiver is killed',
    finds: /is lost/,
  },
  {
    name: 'a claim that failed is taken for one that was made',
    edits: [
      {
        file: 'channel/claims.ts',
        find: 'if (Atomics.compareExchange(i32, claimIndex, word, claimed) !== word) continue;',
        replace: 'Atomics.compareExchange(i32, claimIndex, word, claimed);',
      },
    ],
    scenario: 'mpmc, two receivers that claim one by one',
    finds: /duplicate/,
  },
  {
    name: 'the hand is emptied before its messages are read',
    edits: [
      {
        file: 'channel/claims.ts',
        find: '      this.left = waiting - count;',
        replace: '      this.left = waiting - count;\n      this.putDown();',
      },
    ],
    scenario: 'mpmc through 1 slot',
    finds: /data race|torn/,
  },
  {
    name: 'the head moves over what others have in hand',
    edits: [
      {
        file: 'channel/claims.ts',
        find: 'if ((ahead & START_SIGN) === 0) free = Math.min(free, ahead);',
        replace: '',
      },
    ],
    scenario: 'mpmc, a sender behind two receivers',
    finds: /data race|torn/,
  },
  {
    name: 'who takes a claim back leaves the head where it held it',
    edits: [
      {
        file: 'channel/claims.ts',
        find: '        if (this.hasMoved) this.putDown();\n        return 0;',
        replace: '        if (this.hasMoved) Atomics.store(i32, handIndex, 0);\n        return 0;',
      },
    ],
    scenario: 'mpmc, two receivers that claim one by one',
    finds: /slots were not given back/,
  },
  {
    name: 'who takes a claim back tells no sender of the room',
    edits: [
      { file: 'channel/sources.ts', find: 'if (this.claims.hasMoved) this.offerSpace();', replace: '' },
    ],
    scenario: 'mpmc, a sender that waits for two receivers',
    finds: MISSED,
  },
  {
    name: 'the look for the head goes by hands first, and by the claim word then',
    edits: [
      {
        file: 'channel/claims.ts',
        find: '    for (let claimant = 0; claimant < claimants && free > 0; claimant++) {',
        replace: '    for (let claimant = 0; claimant < claimants; claimant++) {',
      },
      {
        file: 'channel/claims.ts',
        find: 'let free = ((Atomics.load(i32, this.claimIndex) >>> CLAIMANT_BITS) - head) & POSITION_MASK;',
        replace: 'let free = POSITION_MASK;',
      },
      {
        file: 'channel/claims.ts',
        find: '    return free;\n  }\n\n  /** Says of',
        replace: `    return Math.min(free, ((Atomics.load(i32, this.claimIndex) >>> CLAIMANT_BITS) - head) & POSITION_MASK);
  }

  /** Says of`,
      },
    ],
    scenario: 'mpmc, a sender behind two receivers',
    finds: /data race|torn/,
  },
  {
    name: 'positions of claims are compared without their wrap',
    edits: [
      {
        file: 'channel/claims.ts',
        find: 'let free = ((Atomics.load(i32, this.claimIndex) >>> CLAIMANT_BITS) - head) & POSITION_MASK;',
        replace: 'let free = Math.max(0, (Atomics.load(i32, this.claimIndex) >>> CLAIMANT_BITS) - head);',
      },
    ],
    scenario: 'mpmc, two receivers that claim runs',
    finds: /slots were not given back/,
  },
  {
    name: 'a sender rings the crowd and wakes nobody',
    edits: [
      {
        file: 'channel/bells.ts',
        find: 'isOneAwake = seat.wake();',
        replace: 'isOneAwake = true;',
      },
    ],
    scenario: 'mpmc, one message for two that sleep',
    finds: MISSED,
  },
  {
    name: 'a thread sleeps without a last look',
    edits: [{ file: 'channel/waits.ts', find: 'if (!sleeper.ready()) {', replace: '{' }],
    scenario: 'spsc through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a thread looks, and announces its sleep then',
    edits: [
      {
        file: 'channel/waits.ts',
        find: `    sleeper.announce();
    if (!sleeper.ready()) {`,
        replace: `    const isReady = sleeper.ready();
    sleeper.announce();
    if (!isReady) {`,
      },
    ],
    scenario: 'spsc through 1 slot',
    finds: MISSED,
  },
  {
    name: 'the last sender leaves without a word',
    edits: [
      {
        file: 'channel/sender.ts',
        find: 'if (region.senders.leave(seat)) region.ringAll(region.receiverBells);',
        replace: 'region.senders.leave(seat);',
      },
    ],
    scenario: 'spsc through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a sender leaves before it publishes',
    edits: [
      {
        file: 'channel/sender.ts',
        find: '    this.hasLeft = true;\n    this.flush();\n',
        replace: '    this.hasLeft = true;\n',
      },
    ],
    scenario: 'spsc in groups',
    finds: /loss/,
  },
  {
    name: 'a receiver looks for messages first, and whether the senders have gone then',
    edits: [
      {
        file: 'channel/receiver-core.ts',
        find: 'return this.senders.hasEnded() && !this.hasMessages() && this.orphans?.isWaiting() !== true;',
        replace:
          'return !this.hasMessages() && this.senders.hasEnded() && this.orphans?.isWaiting() !== true;',
      },
    ],
    scenario: 'spsc on event loops',
    finds: /loss/,
  },
  {
    name: 'the last receiver leaves without a word',
    edits: [
      {
        file: 'channel/receiver.ts',
        find: '      region.ringAll(region.senderBells);\n',
        replace: '',
      },
    ],
    scenario: 'spsc whose receiver leaves',
    finds: MISSED,
  },
  {
    name: 'a segment is told of before it is entered',
    edits: [
      {
        file: 'channel/segments.ts',
        find: '    u32[at] = segment.start;\n',
        replace: '    Atomics.store(i32, this.tableIndex, this.opened + 1);\n    u32[at] = segment.start;\n',
      },
    ],
    scenario: 'spsc grows',
    finds: /data race/,
  },
  {
    name: 'memory of a segment is used again while it is read',
    edits: [
      {
        file: 'channel/segments.ts',
        find: '((head - (this.live[1] as Segment).start) | 0) >= 0)',
        replace: '((head - (this.live[1] as Segment).start) | 0) >= -1)',
      },
      {
        file: 'channel/segments.ts',
        find: 'const canGrow = wanted < this.maxSlots && this.hasMemoryFor(this.sizeFor(bytes));',
        replace: 'const canGrow = false;',
      },
    ],
    scenario: 'spsc grows',
    finds: /data race|torn|loss/,
  },
  {
    name: 'a thread that selects looks at its board last',
    edits: [
      {
        file: 'channel/select-sleep.ts',
        find: '  const before = Atomics.load(i32, word);\n',
        replace: '',
      },
      {
        file: 'channel/select-sleep.ts',
        find: 'if (!isReady) Atomics.wait(i32, word, before,',
        replace: 'const before = Atomics.load(i32, word);\n  if (!isReady) Atomics.wait(i32, word, before,',
      },
    ],
    scenario: 'mpsc that selects',
    finds: MISSED,
  },
  {
    name: 'repair wakes only whoever says that it sleeps',
    edits: [
      {
        file: 'channel/repair.ts',
        find: 'for (const bell of region.receiverBells) bell.wakeAnyway();',
        replace: 'for (const bell of region.receiverBells) bell.ring();',
      },
    ],
    scenario: 'spsc whose sender is killed',
    finds: MISSED,
  },
  {
    name: 'repair takes the message in hand for one that was handled',
    edits: [
      {
        file: 'channel/sources.ts',
        find: '    if (isAhead) this.head = inHand;',
        replace: '    if (isAhead) this.head = (inHand + 1) | 0;',
      },
    ],
    scenario: 'spsc whose receiver is killed',
    finds: /is lost/,
  },
  {
    name: 'repair forgets what a dead receiver had claimed',
    edits: [
      {
        file: 'channel/repair.ts',
        find: '  region.receivers.leave(seat, ORPHANED);\n',
        replace: '  region.receivers.leave(seat);\n',
      },
    ],
    scenario: 'mpmc, a receiver is killed',
    finds: /is lost|not given back/,
  },
];
