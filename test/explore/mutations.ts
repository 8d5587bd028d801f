/**
 * Mutations: bugs seeded into the shipped sources, each with the scenario that must find it.
 *
 * Every edit must match exactly once, so that none of them rots in silence.
 */
import type { Edit } from './loader.js';

export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly scenario: string;
  /** What the explorer says of it. */
  readonly finds: RegExp;
}

const MISSED = /missed wake-up/;
const FALSE_ALARM = /a false alarm/;
const BROKEN_PAYLOAD = /data race|torn message|unknown tag/;

export const mutations: readonly Mutation[] = [
  {
    name: 'a message is published before it is written',
    edits: [
      {
        file: 'lane-writer.ts',
        find: `    encode(value, this.memory, slot + SLOT_HEADER_BYTES, undefined, this, options);
    return this.commit(slot, tag, options);`,
        replace: `    const sent = this.commit(slot, tag, options);
    encode(value, this.memory, slot + SLOT_HEADER_BYTES, undefined, this, options);
    return sent;`,
      },
    ],
    scenario: 'hand-over through 2 slots',
    finds: BROKEN_PAYLOAD,
  },
  {
    name: 'slots are released before they are read',
    edits: [
      {
        file: 'lane-reader.ts',
        find: 'return Math.min(this.heldAt === 0 ? waiting : this.beforeCut(waiting), max);',
        replace: `Atomics.store(this.i32, this.headIndex, (this.head + Math.min(waiting, max)) | 0);
    return Math.min(waiting, max);`,
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: BROKEN_PAYLOAD,
  },
  {
    name: 'a cut has its number before its place',
    edits: [
      {
        file: 'lane-writer.ts',
        find: `    Atomics.store(this.i32, this.cutIndex, this.tail);
    // Cut before its number. Pairs with the look in LaneReader.beforeCut.
    Atomics.store(this.i32, this.cutIndex + 1, routing);`,
        replace: `    Atomics.store(this.i32, this.cutIndex + 1, routing);
    Atomics.store(this.i32, this.cutIndex, this.tail);`,
      },
    ],
    scenario: 'a lane of 4 slots is cut',
    finds: /before the cut came/,
  },
  {
    name: 'the cut is looked at before the tail',
    edits: [
      {
        file: 'lane-reader.ts',
        find: `    const waiting = this.waiting();
    return Math.min(this.heldAt === 0 ? waiting : this.beforeCut(waiting), max);`,
        replace: `    const limit = this.heldAt === 0 ? max : this.beforeCut(max);
    return Math.min(this.waiting(), limit, max);`,
      },
    ],
    scenario: 'a lane of 2 slots is cut, across 2^32',
    finds: /before the cut came/,
  },
  {
    name: 'slots are released before they are read, seen after a death',
    edits: [
      {
        file: 'lane-reader.ts',
        find: 'return Math.min(this.heldAt === 0 ? waiting : this.beforeCut(waiting), max);',
        replace: `Atomics.store(this.i32, this.headIndex, (this.head + Math.min(waiting, max)) | 0);
    return Math.min(waiting, max);`,
      },
    ],
    scenario: 'consumer killed at any step',
    finds: /what was released had been handled|data race/,
  },
  {
    name: 'a receiver parks without a second look',
    edits: [{ file: 'parker.ts', find: 'if (!ready()) {', replace: '{' }],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a receiver looks before it announces its sleep',
    edits: [
      {
        file: 'parker.ts',
        find: `    this.doorbell.announce(state);
    const rung = ready() ? undefined : this.doorbell.waitAsync(state);`,
        replace: `    const isReady = ready();
    this.doorbell.announce(state);
    const rung = isReady ? undefined : this.doorbell.waitAsync(state);`,
      },
    ],
    scenario: 'worker loop, whose short sleep may end by its limit',
    finds: MISSED,
  },
  {
    name: 'publishing does not ring',
    edits: [
      {
        file: 'lane-writer.ts',
        find: '    if (state === PARKED || state === this.alsoWakes) this.consumer.ring();',
        replace: '',
      },
    ],
    scenario: 'worker loop, whose short sleep ends by a ring only',
    finds: MISSED,
  },
  {
    name: 'publishing looks at the doorbell before it stores the tail',
    edits: [
      {
        file: 'lane-writer.ts',
        find: '    Atomics.store(i32, this.tailIndex, tail);',
        replace: `    const isParked = Atomics.load(i32, this.consumerIndex) === PARKED;
    Atomics.store(i32, this.tailIndex, tail);`,
      },
      {
        file: 'lane-writer.ts',
        find: '    if (state === PARKED || state === this.alsoWakes) this.consumer.ring();',
        replace: '    if (isParked) this.consumer.ring();',
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'publishing trusts the plain look at the doorbell',
    edits: [
      {
        file: 'lane-writer.ts',
        find: 'const state = Atomics.load(i32, this.consumerIndex);',
        replace: 'const state = this.i32[this.consumerIndex] as number;',
      },
    ],
    scenario: 'groups and a hungry worker, hints fresh or stale',
    finds: MISSED,
  },
  {
    name: 'a ring leaves the announcement in place',
    edits: [
      {
        file: 'doorbell.ts',
        find: `  ring(): void {
    const state = Atomics.exchange(this.i32, this.index, AWAKE);`,
        replace: `  ring(): void {
    const state = Atomics.load(this.i32, this.index);`,
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a ring forgets those who wait for space',
    edits: [
      {
        file: 'doorbell.ts',
        find: 'if (state === PARKED || state === BLOCKED || state === MUTED)',
        replace: 'if (state === PARKED)',
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a sender asks for space after its last look',
    edits: [
      {
        file: 'parker.ts',
        find: `    lane.askForSpace();
    const isRung = lane.refreshLimit() || attend() || this.doorbell.wait(BLOCKED, timeoutMs);`,
        replace: `    const isRoom = lane.refreshLimit();
    lane.askForSpace();
    const isRung = isRoom || attend() || this.doorbell.wait(BLOCKED, timeoutMs);`,
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'a release looks for wishes before it stores the head',
    edits: [
      {
        file: 'lane-reader.ts',
        find: `    Atomics.store(i32, this.headIndex, head);
    const wanted = Atomics.load(i32, this.spaceWantedIndex);`,
        replace: `    const wanted = Atomics.load(i32, this.spaceWantedIndex);
    Atomics.store(i32, this.headIndex, head);`,
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'space is offered when more than half is free only',
    edits: [
      {
        file: 'lane-reader.ts',
        find: 'if (depth >= wanted) return;',
        replace: 'if (depth >= wanted - 1) return;',
      },
    ],
    scenario: 'hand-over through 1 slot',
    finds: MISSED,
  },
  {
    name: 'positions are compared by size',
    edits: [
      {
        file: 'lane-writer.ts',
        find: 'return this.tail !== this.limit && (bytes === 0',
        replace: 'return this.tail < this.limit && (bytes === 0',
      },
    ],
    scenario: 'hand-over across 2^31',
    finds: MISSED,
  },
  {
    name: 'the ring takes one message too many',
    edits: [
      {
        file: 'lane-writer.ts',
        find: 'growth === undefined ? (head + this.capacity) | 0',
        replace: 'growth === undefined ? (head + this.capacity + 1) | 0',
      },
    ],
    scenario: 'hand-over through 2 slots',
    finds: /data race|torn message|unknown tag|Expected values/,
  },
  {
    name: 'a sender blocks without publishing what it holds',
    edits: [{ file: 'blocking-waiter.ts', find: '    this.outbox.flush();\n', replace: '' }],
    scenario: 'a sender blocks on one lane with a group of another',
    finds: MISSED,
  },
  {
    name: 'a worker releases before it publishes what it sent',
    edits: [
      {
        file: 'worker-loop.ts',
        find: `      outbox.flush();
      const endedMs = performance.now();
      this.meter.end(sources === this.sources ? i : NO_SOURCE, lane.head, count, startedMs, endedMs);
      if (this.replies.isPending) this.unreleased.push(lane);
      else lane.release();`,
        replace: `      const endedMs = performance.now();
      lane.release();
      outbox.flush();`,
      },
    ],
    scenario: 'quiescence is never seen too early',
    finds: /called quiescent with/,
  },
  {
    name: 'a worker never publishes what it holds at the end of a batch',
    edits: [
      {
        file: 'worker-loop.ts',
        find: `      outbox.flush();
      const endedMs = performance.now();
      this.meter.end(sources === this.sources ? i : NO_SOURCE, lane.head, count, startedMs, endedMs);
      if (this.replies.isPending) this.unreleased.push(lane);
      else lane.release();`,
        replace: `      const endedMs = performance.now();
      lane.release();`,
      },
    ],
    scenario: 'quiescence is never seen too early',
    finds: /called quiescent with|missed wake-up/,
  },
  {
    name: 'the ledger reads tails before heads',
    edits: [
      {
        file: 'ledger.ts',
        find: 'heads[k] = Atomics.load(i32, ((offsets[k] as number) + HEAD_OFFSET_BYTES) >> 2);',
        replace: 'heads[k] = Atomics.load(i32, ((offsets[k] as number) + TAIL_OFFSET_BYTES) >> 2);',
      },
      {
        file: 'ledger.ts',
        find: 'if (Atomics.load(i32, ((offsets[k] as number) + TAIL_OFFSET_BYTES) >> 2) !== heads[k]) return false;',
        replace:
          'if (Atomics.load(i32, ((offsets[k] as number) + HEAD_OFFSET_BYTES) >> 2) !== heads[k]) return false;',
      },
    ],
    scenario: 'quiescence is never seen too early',
    finds: /called quiescent with/,
  },
  {
    name: 'the epoch is counted after the position',
    edits: [
      {
        file: 'lane-writer.ts',
        find: '    if ((tail ^ this.published) < 0) Atomics.add(i32, this.tailEpochIndex, 1);\n',
        replace: '    const crosses = (tail ^ this.published) < 0;\n',
      },
      {
        file: 'lane-writer.ts',
        find: '    Atomics.store(i32, this.tailIndex, tail);',
        replace: `    Atomics.store(i32, this.tailIndex, tail);
    if (crosses) Atomics.add(i32, this.tailEpochIndex, 1);`,
      },
    ],
    scenario: 'counts beside a hand-over across 2^31',
    finds: /\d+ of -?\d+/,
  },
  {
    name: 'the pump looks for work before it announces its sleep',
    edits: [
      {
        file: 'host-pump.ts',
        find: `    doorbell.announce(PARKED);
    if (this.hasWork()) {`,
        replace: `    const hasWork = this.hasWork();
    doorbell.announce(PARKED);
    if (hasWork) {`,
      },
    ],
    scenario: 'host queues behind 1 slot',
    finds: MISSED,
  },
  {
    name: 'the pump sleeps without asking for space',
    edits: [{ file: 'queueing-waiter.ts', find: '      lane.askForSpace();\n', replace: '' }],
    scenario: 'host queues behind 1 slot',
    finds: MISSED,
  },
  {
    name: 'a send overtakes those that wait',
    edits: [
      {
        file: 'lane-writer.ts',
        find: 'if (this.queued > 0 || this.closed !== undefined) return false;',
        replace: 'if (this.closed !== undefined) return false;',
      },
    ],
    scenario: 'host queues behind a full slot',
    finds: /wake-up or loss/,
  },
  {
    name: 'a worker that runs dry does not tell the host',
    edits: [{ file: 'idle-report.ts', find: ' this.host.ringIfParked();', replace: ' return;' }],
    scenario: 'the host hears of quiescence',
    finds: MISSED,
  },
  {
    name: 'a worker looks whether all is done before it releases its last message',
    edits: [
      {
        file: 'worker-loop.ts',
        find: '      else lane.release();',
        replace: '      else {\n        this.idleReport.tellHost();\n        lane.release();\n      }',
      },
      {
        file: 'worker-loop.ts',
        find: '    this.idleReport.tellHost();\n    if (this.orders.isPaused)',
        replace: '    if (this.orders.isPaused)',
      },
    ],
    scenario: 'the host hears of quiescence from the last of two workers',
    finds: MISSED,
  },
  {
    name: 'the pump looks whether all is done before it announces its sleep',
    edits: [
      { file: 'host-pump.ts', find: '    this.reportIdle();\n', replace: '' },
      {
        file: 'host-pump.ts',
        find: '    doorbell.announce(PARKED);',
        replace: '    this.reportIdle();\n    doorbell.announce(PARKED);',
      },
    ],
    scenario: 'the host hears of quiescence',
    finds: MISSED,
  },
  {
    name: 'a send that blocks in a timer takes the loop out of its sleep without a ring',
    edits: [
      { file: 'parker.ts', find: '    this.doorbell.ring();', replace: '    this.doorbell.sayAwake();' },
    ],
    scenario: 'a sleeping worker blocks in a timer',
    finds: MISSED,
  },
  {
    name: 'bytes are free as soon as their message is published',
    edits: [
      {
        file: 'byte-ring.ts',
        find: 'this.freed = this.ends[(head - 1) & this.mask] as number;',
        replace: 'this.freed = this.taken;',
      },
    ],
    scenario: 'long messages, room for two',
    finds: /data race|torn message|Expected values/,
  },
  {
    name: 'a sender waits for a slot, and not for the bytes',
    edits: [
      {
        file: 'lane-writer.ts',
        find: 'return this.tail !== this.limit && (bytes === 0 || this.byteRing?.fits(bytes) === true);',
        replace: 'return this.tail !== this.limit;',
      },
    ],
    scenario: 'long messages, room for one',
    finds: /data race|torn message|Expected values/,
  },
  {
    name: 'who blocks does not offer the little room there is',
    edits: [
      {
        file: 'blocking-waiter.ts',
        find: '(this.inbox[k] as LaneReader).giveBack();',
        replace: '{}',
      },
    ],
    scenario: 'two workers block, one of them with little room',
    finds: MISSED,
  },
  {
    name: 'who blocks gives no slots of handled messages back',
    edits: [
      { file: 'lane-reader.ts', find: '    if (this.head !== this.released) this.release();\n', replace: '' },
    ],
    scenario: 'two workers block, one of them within a batch',
    finds: MISSED,
  },
  {
    name: 'a circle of waits is believed without a look at the lanes',
    edits: [
      { file: 'deadlock.ts', find: 'return Atomics.load(i32, lane) === seen;', replace: 'return true;' },
    ],
    scenario: 'two workers block, one of them soon goes on',
    finds: FALSE_ALARM,
  },
  {
    name: 'lanes are looked at before it is known that all wait',
    edits: [
      {
        file: 'deadlock.ts',
        find: '      circle.push(at);',
        replace: '      if (!this.isFull(at)) return undefined;\n      circle.push(at);',
      },
      {
        file: 'deadlock.ts',
        find: '    for (const one of circle) if (!this.isFull(one)) return undefined;\n',
        replace: '',
      },
    ],
    scenario: 'two workers block, one of them soon goes on',
    finds: FALSE_ALARM,
  },
  {
    name: 'it is not asked whether all waited all the time',
    edits: [
      {
        file: 'deadlock.ts',
        find: 'WAITS_OFFSET_BYTES)) !== counts[k]) return undefined;',
        replace: 'WAITS_OFFSET_BYTES)) === -1) return undefined;',
      },
    ],
    scenario: 'three workers block, and two of them go on',
    finds: FALSE_ALARM,
  },
  {
    name: 'nobody gives up',
    edits: [{ file: 'deadlock.ts', find: 'Math.min(...circle)', replace: 'Math.min(...circle, 0)' }],
    scenario: 'two workers block on each other',
    finds: /was not found/,
  },
  {
    name: 'everybody gives up',
    edits: [{ file: 'deadlock.ts', find: 'Math.min(...circle)', replace: 'circle[0]' }],
    scenario: 'two workers block on each other',
    finds: /one gives up/,
  },
  {
    name: 'who waits for room among replies counts as one who waits',
    edits: [{ file: 'parker.ts', find: ' && !lane.isOfReplies', replace: '' }],
    scenario: 'calls through full lanes, watched',
    finds: FALSE_ALARM,
  },
  {
    name: 'a caller sleeps for space without a last look at its replies',
    edits: [
      {
        file: 'parker.ts',
        find: 'lane.refreshLimit() || attend() || this',
        replace: 'lane.refreshLimit() || this',
      },
    ],
    scenario: 'calls through full lanes, both ways',
    finds: MISSED,
  },
  {
    name: 'who answers does not wake a caller that sleeps for space',
    edits: [{ file: 'parker.ts', find: '    if (lane.isOfReplies) lane.wakeIfBlocked();\n', replace: '' }],
    scenario: 'calls through full lanes, both ways',
    finds: MISSED,
  },
  {
    name: 'an async worker gives slots back of which something is still queued',
    edits: [
      {
        file: 'async/lane-progress.ts',
        find: 'if (mark === UNSETTLED || mark > writtenUpTo) break;',
        replace: 'if (mark === UNSETTLED) break;',
      },
    ],
    scenario: 'quiescence is never seen too early where handlers wait and queue',
    finds: /called quiescent with/,
  },
  {
    name: 'an async worker gives slots back before their handlers have settled',
    edits: [
      {
        file: 'async/lane-progress.ts',
        find: 'if (mark === UNSETTLED || mark > writtenUpTo) break;',
        replace: 'if (mark > writtenUpTo) break;',
      },
    ],
    scenario: 'quiescence is never seen too early where handlers wait and queue',
    finds: /called quiescent with/,
  },
  {
    name: 'an async worker gives slots back before it publishes what it sent',
    edits: [
      {
        file: 'async/async-loop.ts',
        find: `    this.outbox.flush();
    const { writtenUpTo } = this.waiter;`,
        replace: '    const { writtenUpTo } = this.waiter;',
      },
    ],
    scenario: 'quiescence is never seen too early where handlers could wait',
    finds: /called quiescent with|missed wake-up/,
  },
  {
    name: 'a handler that settles calls for no turn',
    edits: [
      {
        file: 'async/async-loop.ts',
        find: '    defer(this.turnInTask);',
        replace: '    this.isDue = false;',
      },
    ],
    scenario: 'async worker, one handler at a time',
    finds: MISSED,
  },
  {
    name: 'an async worker with nothing in hand does not tell the host',
    edits: [{ file: 'async/async-loop.ts', find: '      this.idleReport.tellHost();\n', replace: '' }],
    scenario: 'the host hears of quiescence from an async worker',
    finds: MISSED,
  },
  {
    name: 'giving a call up wakes nobody',
    edits: [{ file: 'calls/cancels.ts', find: '    this.answerer.ringIfParked();\n', replace: '' }],
    scenario: 'calls are given up while an async worker sleeps',
    finds: MISSED,
  },
  {
    name: 'giving a call up looks at the doorbell before it is shown',
    edits: [
      {
        file: 'calls/cancels.ts',
        find: `    Atomics.store(this.i32, this.idsIndex + place, id + 1);
    this.answerer.ringIfParked();`,
        replace: `    this.answerer.ringIfParked();
    Atomics.store(this.i32, this.idsIndex + place, id + 1);`,
      },
    ],
    scenario: 'calls are given up while an async worker sleeps',
    finds: MISSED,
  },
  {
    name: 'an async worker sleeps without a last look at the calls given up',
    edits: [
      {
        file: 'async/async-loop.ts',
        find: ' || this.isAnyGivenUp()) return true;',
        replace: ') return true;',
      },
    ],
    scenario: 'calls are given up while an async worker sleeps',
    finds: MISSED,
  },
  {
    name: 'who queues replies does not wake a caller that sleeps for space',
    edits: [
      {
        file: 'queueing-waiter.ts',
        find: '      if (lane.isOfReplies) lane.wakeIfBlocked();\n',
        replace: '',
      },
    ],
    scenario: 'calls through full lanes, answered by an async worker',
    finds: MISSED,
  },
  {
    name: 'a caller that blocks keeps the replies that it took before',
    edits: [
      {
        file: 'calls/reply-intake.ts',
        find: '    const isThere = this.isHolding;',
        replace: '    const isThere = this.isReady();',
      },
    ],
    scenario: 'calls through full lanes, both ways',
    finds: MISSED,
  },
  {
    name: 'a thread that blocks in a send answers nobody',
    edits: [
      {
        file: 'blocking-waiter.ts',
        find: 'const isAsked = this.orders.answerInSend();',
        replace: 'const isAsked = false;',
      },
    ],
    scenario: 'the host pings a worker that comes to block for ever',
    finds: MISSED,
  },
  {
    name: 'the host looks whom to wake before it stores the order',
    edits: [
      {
        file: 'control/orders.ts',
        find: `      Atomics.store(doorbell.i32, (offsetBytes + ORDER_OFFSET_BYTES) >> 2, word);
      doorbell.ringIfAsleep();`,
        replace: `      doorbell.ringIfAsleep();
      Atomics.store(doorbell.i32, (offsetBytes + ORDER_OFFSET_BYTES) >> 2, word);`,
      },
    ],
    scenario: 'the host pings a worker that comes to block for ever',
    finds: MISSED,
  },
  {
    name: 'an answer does not wake the host',
    edits: [{ file: 'control/orders.ts', find: '    this.host.ringIfParked();\n', replace: '' }],
    scenario: 'the host pings a worker that comes to block for ever',
    finds: MISSED,
  },
  {
    name: 'the pump looks at moments before it announces its sleep',
    edits: [
      { file: 'host-pump.ts', find: '    this.options.moments.look();\n', replace: '' },
      {
        file: 'host-pump.ts',
        find: '    doorbell.announce(PARKED);',
        replace: '    this.options.moments.look();\n    doorbell.announce(PARKED);',
      },
    ],
    scenario: 'the host pings a worker that comes to block for ever',
    finds: MISSED,
  },
  {
    name: 'a worker says that it is paused, and takes messages',
    edits: [
      {
        file: 'worker-loop.ts',
        find: 'const handled = this.orders.isPaused ? this.replies.take() : this.pass();',
        replace: 'const handled = this.pass();',
      },
    ],
    scenario: 'the host pauses a worker and resumes it',
    finds: /handled while paused/,
  },
  {
    name: 'a worker answers before it shows that it is paused',
    edits: [
      {
        file: 'worker-loop.ts',
        find: '    const wasPaused = this.orders.isPaused;\n    this.orders.take();\n',
        replace:
          '    const wasPaused = this.orders.isPaused;\n    this.orders.take();\n    this.orders.answer();\n',
      },
      { file: 'worker-loop.ts', find: '    }\n    this.orders.answer();\n', replace: '    }\n' },
    ],
    scenario: 'the host pauses a worker and resumes it',
    finds: MISSED,
  },
  {
    name: 'a paused worker sleeps without a last look at its orders',
    edits: [
      {
        file: 'worker-loop.ts',
        find: 'this.parker.parkAsync(this.hasOrdersOrReplies, MUTED)',
        replace: 'this.parker.parkAsync(() => this.replies.isReady(), MUTED)',
      },
    ],
    scenario: 'the host pauses a worker and resumes it',
    finds: MISSED,
  },
  {
    name: 'a ring forgets those who are paused',
    edits: [
      {
        file: 'doorbell.ts',
        find: 'if (state === PARKED || state === BLOCKED || state === MUTED)',
        replace: 'if (state === PARKED || state === BLOCKED)',
      },
    ],
    scenario: 'the host pauses a worker and resumes it',
    finds: MISSED,
  },
  {
    name: 'a worker that runs dry does not tell whoever waits for that alone',
    edits: [
      {
        file: 'worker-loop.ts',
        find: "if (!this.orders.isPaused) this.setState('idle');\n    if (this.orders.tells) this.host.ringIfParked();",
        replace: "if (!this.orders.isPaused) this.setState('idle');",
      },
    ],
    scenario: 'the host hears that a worker has handled what it had',
    finds: MISSED,
  },
];
