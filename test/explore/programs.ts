/**
 * Programs: what the threads of the scenarios do, written as users' and generated code would be.
 *
 * This file is transformed together with the runtime (see `transform.ts`): its threads stop at every operation on shared memory.
 */
import { participantOffsetBytes, STATE_OFFSET_BYTES } from '../../runtime/arena-layout.js';
import { AsyncLoop, type AsyncMeter } from '../../runtime/async/async-loop.js';
import type { Handling } from '../../runtime/async/handling.js';
import { BlockingWaiter } from '../../runtime/blocking-waiter.js';
import { CancelReader, CancelWriter } from '../../runtime/calls/cancels.js';
import { ReplyIntake } from '../../runtime/calls/reply-intake.js';
import { Moments } from '../../runtime/control/moments.js';
import { OrderReader, OrderWriter } from '../../runtime/control/orders.js';
import { DeadlockWatch, type Peer } from '../../runtime/deadlock.js';
import { Doorbell } from '../../runtime/doorbell.js';
import { SnError } from '../../runtime/errors.js';
import { HostPump } from '../../runtime/host-pump.js';
import { IdleReport } from '../../runtime/idle-report.js';
import type { Inbox, InboxSource } from '../../runtime/inbox.js';
import { LaneReader } from '../../runtime/lane-reader.js';
import { LaneWriter, type SendOptions } from '../../runtime/lane-writer.js';
import { type LaneCounts, Ledger } from '../../runtime/ledger.js';
import type { Memory } from '../../runtime/memory.js';
import { Outbox } from '../../runtime/outbox.js';
import { Parker } from '../../runtime/parker.js';
import { QueueingWaiter } from '../../runtime/queueing-waiter.js';
import { beginTail } from '../../runtime/tail.js';
import type { LaneAddress } from '../../runtime/wiring.js';
import { type BatchMeter, WorkerLoop } from '../../runtime/worker-loop.js';

const TAG = 7;
/** Of messages that lie in the byte ring. */
const LONG_TAG = 8;
/** Bytes of one, record and tail. */
const LONG_BYTES = 8;
const HOST = 0;
/** Who receives where lanes are cut. */
const HELD_BY = 2;
/** Apart from the places of all else. */
const LOOKING = 0x1000;
/** Messages below are handled at once also where handlers wait. */
const SETTLE_AT_ONCE = 100;

/** Tells the explorer that the stack holds nothing but `place`: see `snapshot.ts`. */
declare const checkpoint: (place: number) => void;

/** The part of a scenario's world that its threads see. */
export interface Arena {
  readonly memory: Memory;
  readonly lanes: readonly LaneAddress[];
  readonly peers: readonly Peer[];
  readonly oracle: number;
  readonly spareSlot: number;
  readonly cancels: number;
}

/** Two words that must agree, so that a torn record shows. */
const encode = (value: number, memory: Memory, offsetBytes: number): void => {
  memory.u32[offsetBytes >> 2] = value;
  memory.u32[(offsetBytes + 4) >> 2] = ~value >>> 0;
};

/** The same as a record whose tail is empty. */
const encodeLong = (value: number, memory: Memory, offsetBytes: number, endBytes = 0): void => {
  beginTail(offsetBytes + LONG_BYTES, endBytes);
  encode(value, memory, offsetBytes);
};

/** Nobody looks at what it would write. */
const noMeter: BatchMeter = { begin: () => {}, end: () => {}, endTurn: () => {} };

const noAsyncMeter: AsyncMeter = { taken() {}, handled() {}, work() {}, endTurn() {} };

/** What a handler throws is a check of ours that failed. */
const rethrow = (cause: unknown): never => {
  throw cause;
};

/** Knows, in a way of its own, whether the threads of a scenario are in a deadlock. */
export interface Judge {
  /** Whether nobody can go on, provided that `participant` cannot; told between two steps. */
  isStuck(participant: number): boolean;
  /** Whether this participant is the one to say so. */
  isSpokesman(participant: number): boolean;
}

/** Checks that each deadlock is found, and nothing else taken for one. */
class JudgedWatch extends DeadlockWatch {
  private readonly self: number;
  private readonly judge: Judge;

  constructor(i32: Int32Array<ArrayBufferLike>, self: number, peers: readonly Peer[], judge: Judge) {
    super(i32, self, peers);
    this.self = self;
    this.judge = judge;
  }

  override look(lane: LaneWriter): void {
    const { judge, self } = this;
    const wasStuck = judge.isStuck(-1) && judge.isSpokesman(self);
    checkpoint(wasStuck ? LOOKING + 1 : LOOKING);
    try {
      super.look(lane);
    } catch (error) {
      if (!judge.isStuck(self)) throw new Error('a false alarm');
      throw error;
    }
    if (wasStuck) throw new Error('a deadlock was not found');
  }
}

export interface SeatOptions {
  /** Judges what this thread's watch finds. */
  readonly judge?: Judge;
  /** Takes what comes by its lanes of replies. */
  readonly atReplies?: Inbox;
}

/** One worker thread's equipment. */
export class Seat {
  readonly arena: Arena;
  readonly participant: number;
  readonly outbox = new Outbox();
  readonly parker: Parker;
  readonly waiter: BlockingWaiter;
  readonly replies: ReplyIntake;
  readonly orders: OrderReader;

  constructor(arena: Arena, participant: number, spinMs: number, { judge, atReplies }: SeatOptions = {}) {
    this.arena = arena;
    this.participant = participant;
    const ownBytes = participantOffsetBytes(participant);
    const { i32 } = arena.memory;
    const deadlocks =
      judge === undefined
        ? new DeadlockWatch(i32, participant, arena.peers)
        : new JudgedWatch(i32, participant, arena.peers, judge);
    this.parker = new Parker(new Doorbell(i32, ownBytes >> 2), ownBytes, spinMs, deadlocks);
    this.orders = new OrderReader(bellOf(arena, HOST), ownBytes);
    this.waiter = new BlockingWaiter(this.parker, this.outbox, this.orders);
    const sources =
      atReplies === undefined
        ? []
        : readersOf(arena, participant, true).map((lane) => ({ lane, inbox: atReplies }));
    this.replies = new ReplyIntake(sources, []);
    this.waiter.replies = this.replies;
  }

  writer(lane: LaneAddress): LaneWriter {
    const { outbox, waiter } = this;
    return new LaneWriter({
      ...lane,
      memory: this.arena.memory,
      consumer: bellOf(this.arena, lane.consumer),
      outbox,
      waiter,
    });
  }

  readers(): LaneReader[] {
    const readers = readersOf(this.arena, this.participant);
    this.waiter.inbox = readers;
    return readers;
  }

  loop(inbox: Inbox): WorkerLoop {
    const { outbox, parker } = this;
    return new WorkerLoop({
      sources: this.readers().map((lane) => ({ lane, inbox })),
      replies: this.replies,
      outbox,
      parker,
      idleReport: idleReportOf(this.arena),
      host: bellOf(this.arena, HOST),
      orders: this.orders,
      meter: noMeter,
      stateIndex: (participantOffsetBytes(this.participant) + STATE_OFFSET_BYTES) >> 2,
      onPause: () => {},
      onFault: rethrow,
    });
  }
}

/** An async worker thread's equipment. */
export class AsyncSeat {
  readonly arena: Arena;
  readonly loop: AsyncLoop;
  readonly outbox = new Outbox();
  private readonly participant: number;
  private readonly waiter: QueueingWaiter;

  constructor(arena: Arena, participant: number, concurrency: number) {
    this.arena = arena;
    this.participant = participant;
    const ownBytes = participantOffsetBytes(participant);
    const bell = bellOf(arena, participant);
    this.waiter = new QueueingWaiter(
      arena.memory,
      arena.spareSlot,
      bell,
      () => {},
      () => {},
    );
    this.loop = new AsyncLoop({
      concurrency,
      replies: new ReplyIntake([], []),
      outbox: this.outbox,
      waiter: this.waiter,
      parker: new Parker(bell, ownBytes, 0, new DeadlockWatch(arena.memory.i32, participant, arena.peers)),
      host: bellOf(arena, HOST),
      orders: new OrderReader(bellOf(arena, HOST), ownBytes),
      meter: noAsyncMeter,
      idleReport: idleReportOf(arena),
      onPause: () => {},
      stateIndex: (ownBytes + STATE_OFFSET_BYTES) >> 2,
      onFault: rethrow,
    });
  }

  writer(lane: LaneAddress): LaneWriter {
    const { outbox, waiter } = this;
    return new LaneWriter({
      ...lane,
      memory: this.arena.memory,
      consumer: bellOf(this.arena, lane.consumer),
      outbox,
      waiter,
    });
  }

  sources(inbox: Inbox): InboxSource[] {
    return readersOf(this.arena, this.participant).map((lane) => ({ lane, inbox }));
  }

  /** Sources of calls whose callers give up. */
  sourcesOfCalls(inbox: WatchingInbox): InboxSource[] {
    const sources = this.sources(inbox);
    for (const { lane } of sources)
      lane.way = { lane: undefined as never, cancels: inbox.cancels, countError: () => {} };
    return sources;
  }
}

/** The host's equipment. */
export class HostSeat {
  readonly arena: Arena;
  readonly outbox: Outbox;
  readonly waiter: QueueingWaiter;
  readonly pump: HostPump;
  readonly ledger: Ledger;
  readonly moments = new Moments();
  /** What the pump's `onIdle` and `onFault` told. */
  isIdle = false;
  fault: unknown;
  private readonly watches: boolean;

  /** @param watches - whether each send asks to hear when nothing is in flight, as a pool does. */
  constructor(arena: Arena, inbox: Inbox, watches: boolean) {
    this.arena = arena;
    this.watches = watches;
    const doorbell = bellOf(arena, HOST);
    const onActivity = (): void => this.stayAlive();
    this.outbox = new Outbox(onActivity);
    this.waiter = new QueueingWaiter(arena.memory, arena.spareSlot, doorbell, onActivity, () => {});
    this.ledger = new Ledger(arena.memory.i32, arena.lanes);
    this.pump = new HostPump({
      sources: readersOf(arena, HOST).map((lane) => ({ lane, inbox })),
      replies: [],
      outbox: this.outbox,
      waiter: this.waiter,
      doorbell,
      ledger: this.ledger,
      moments: this.moments,
      isHeldBack: () => false,
      onIdle: () => {
        this.isIdle = true;
      },
      onFault: rethrow,
    });
  }

  writer(lane: LaneAddress): LaneWriter {
    const { outbox, waiter } = this;
    return new LaneWriter({
      ...lane,
      memory: this.arena.memory,
      consumer: bellOf(this.arena, lane.consumer),
      outbox,
      waiter,
    });
  }

  /** Orders for the workers at these places, as their control has them. */
  ordersFor(participants: readonly number[]): OrderWriter {
    return new OrderWriter(
      participants.map((participant) => ({
        doorbell: bellOf(this.arena, participant),
        offsetBytes: participantOffsetBytes(participant),
      })),
      () => true,
    );
  }

  private stayAlive(): void {
    if (!this.watches) return;
    this.isIdle = false;
    this.pump.watchIdle();
  }
}

/** Takes messages as an emitted inbox does, and checks that they are whole. */
export class RecordingInbox implements Inbox {
  readonly received: number[] = [];
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  drain(lane: LaneReader, max: number): number {
    const { u32 } = lane.memory;
    const count = lane.available(max);
    for (let left = count; left > 0; left--) {
      const slot = lane.slots + (lane.head & (lane.capacitySlots - 1)) * 16;
      const tag = u32[slot >> 2];
      if (tag !== TAG && tag !== LONG_TAG) throw new Error(`unknown tag ${tag}`);
      const record = tag === LONG_TAG ? (u32[(slot + 4) >> 2] as number) : slot + 8;
      const value = u32[record >> 2] as number;
      this.handle(value);
      // Read again after the handler ran: slot and record are ours until the slot is released.
      if (u32[(record + 4) >> 2] !== ~value >>> 0) throw new Error(`torn message ${value}`);
      lane.head = (lane.head + 1) | 0;
    }
    return count;
  }

  handle(value: number): void {
    this.received.push(value);
    Atomics.add(this.arena.memory.i32, this.arena.oracle, 1);
  }
}

/** Sends each message on through another lane. */
export class ForwardingInbox extends RecordingInbox {
  private readonly lane: LaneWriter;

  constructor(seat: Seat, lane: LaneWriter) {
    super(seat.arena);
    this.lane = lane;
  }

  override handle(value: number): void {
    this.received.push(value);
    sendAll(this.lane, [value]);
  }
}

/**
 * Takes messages as the emitted inbox of an async worker does. Handlers settle in a later task, the odd ones in one more, so that they settle
 * in another order than they came.
 */
export class WaitingInbox implements Inbox {
  readonly received: number[] = [];
  protected readonly arena: Arena;
  private readonly handling: Handling;
  /** Turns that handlers under way have still to wait; here so that the explorer tells them apart. */
  private readonly turns = new Map<number, number>();

  constructor(seat: AsyncSeat) {
    this.arena = seat.arena;
    this.handling = seat.loop.handling;
  }

  drain(lane: LaneReader, max: number): number {
    const { u32 } = lane.memory;
    const count = lane.available(max);
    for (let left = count; left > 0; left--) {
      const slot = lane.slots + (lane.head & (lane.capacitySlots - 1)) * 16;
      if (u32[slot >> 2] !== TAG) throw new Error(`unknown tag ${u32[slot >> 2]}`);
      const value = u32[(slot + 8) >> 2] as number;
      if (u32[(slot + 12) >> 2] !== ~value >>> 0) throw new Error(`torn message ${value}`);
      const handle = (): Promise<void> | undefined => this.waitAndHandle(value);
      this.handling.take(lane, handle);
      lane.head = (lane.head + 1) | 0;
    }
    return count;
  }

  protected waitAndHandle(value: number): Promise<void> | undefined {
    if (value < SETTLE_AT_ONCE) {
      this.handle(value);
      return undefined;
    }
    return new Promise((resolve) => this.wait(value, 1 + (value % 2), resolve));
  }

  private wait(value: number, turns: number, resolve: () => void): void {
    this.turns.set(value, turns);
    setImmediate(() => {
      if (turns > 1) {
        this.wait(value, turns - 1, resolve);
        return;
      }
      this.turns.delete(value);
      this.handle(value);
      resolve();
    });
  }

  handle(value: number): void {
    this.received.push(value);
    Atomics.add(this.arena.memory.i32, this.arena.oracle, 1);
  }
}

/** Sends each message on and does not wait until it is written. */
export class QueueingInbox extends WaitingInbox {
  private readonly lane: LaneWriter;
  private readonly copies: number;

  /** @param copies - sent of each message, each with a number more. */
  constructor(seat: AsyncSeat, lane: LaneWriter, copies = 1) {
    super(seat);
    this.lane = lane;
    this.copies = copies;
  }

  override handle(value: number): void {
    this.received.push(value);
    for (let k = 0; k < this.copies; k++) void this.lane.send(TAG, encode, value + k, undefined);
  }
}

/** Answers when it hears that its caller has given up, and not before. */
export class WatchingInbox extends WaitingInbox {
  readonly cancels: CancelReader;

  constructor(seat: AsyncSeat) {
    super(seat);
    this.cancels = new CancelReader(seat.arena.memory.i32, seat.arena.cancels);
  }

  protected override waitAndHandle(value: number): Promise<void> {
    return new Promise((resolve) => {
      // As a handler that asks for its signal only after it has waited.
      setImmediate(() => {
        const tell = (): void => {
          this.received.push(value);
          resolve();
        };
        this.cancels.watch(value, tell);
        if (!this.cancels.has(value)) return;
        this.cancels.unwatch(value);
        tell();
      });
    });
  }
}

/** Gives calls up, as all that a thread does. */
export function giveUpAll(cancels: CancelWriter, ids: readonly number[]): void {
  for (const id of ids) {
    checkpoint(id);
    cancels.add(id);
  }
}

/** What `giveUpAll` needs. */
export function cancelsOf(arena: Arena, answerer: number): CancelWriter {
  return new CancelWriter(arena.memory.i32, arena.cancels, bellOf(arena, answerer));
}

/** Sends as emitted code does. */
export function sendAll(lane: LaneWriter, values: readonly number[]): void {
  for (const value of values) lane.send(TAG, encode, value, undefined);
}

/** Sends messages that lie in the byte ring, as all that a thread does. */
export function produceLong(lane: LaneWriter, values: readonly number[]): void {
  for (const value of values) {
    checkpoint(value);
    lane.sendLong(LONG_TAG, encodeLong, value, LONG_BYTES, undefined);
  }
}

/** The same as all that a thread does. */
export function produce(lane: LaneWriter, values: readonly number[]): void {
  for (const value of values) {
    checkpoint(value);
    sendAll(lane, [value]);
  }
}

/** Sends on the host; `settled` gets each value when its send is done, or its negative when it was given up. */
export function hostSendAll(
  lane: LaneWriter,
  values: readonly number[],
  settled: number[],
  options?: SendOptions,
): void {
  for (const value of values) {
    const sent = lane.send(TAG, encode, value, options);
    if (sent === undefined) settled.push(value);
    else
      sent.then(
        () => settled.push(value),
        () => settled.push(-value),
      );
  }
}

/** What a thread does next: takes one message, or sends this value. */
export type Act = 'receive' | number;

/** Does one act after another; `givenUp` gets the values whose sends would have waited for ever. */
export function doAll(
  seat: Seat,
  lane: LaneWriter,
  readers: readonly LaneReader[],
  inbox: RecordingInbox,
  acts: readonly Act[],
  givenUp: number[],
): void {
  for (const act of acts) {
    if (act === 'receive') {
      receiveAll(seat, readers, inbox, inbox.received.length + 1, 1);
      continue;
    }
    try {
      sendAll(lane, [act]);
    } catch (error) {
      if (!(error instanceof SnError) || error.code !== 'SN_DEADLOCK') throw error;
      givenUp.push(act);
    }
    seat.outbox.flush();
  }
}

/** A plain receiver without a loop: takes `count` messages and parks for as long as it takes in between. */
export function receiveAll(
  seat: Seat,
  lanes: readonly LaneReader[],
  inbox: RecordingInbox,
  count: number,
  batch: number,
): void {
  const ready = (): boolean => lanes.some((lane) => lane.available(1) > 0);
  while (inbox.received.length < count) {
    checkpoint(0);
    let handled = 0;
    for (const lane of lanes) {
      if (lane.available(1) === 0) continue;
      handled += inbox.drain(lane, batch);
      seat.outbox.flush();
      lane.release();
    }
    if (handled === 0) seat.parker.park(ready, Number.POSITIVE_INFINITY);
  }
}

/** As `produce`, going over to another routing in between. */
export function produceAndCut(
  seat: Seat,
  lane: LaneWriter,
  before: readonly number[],
  routing: number,
  after: readonly number[],
): void {
  produce(lane, before);
  lane.cut(routing);
  // In place of the look every millisecond of whoever holds a lane: nobody rings for a cut.
  bellOf(seat.arena, HELD_BY).ring();
  produce(lane, after);
}

/** As `receiveAll`, holding the lanes until all before their cuts has been handled: so many messages, and no more. */
export function receiveHeld(
  seat: Seat,
  lanes: readonly LaneReader[],
  inbox: RecordingInbox,
  routing: number,
  beforeCuts: number,
  count: number,
): void {
  const ready = (): boolean =>
    lanes.some((lane) => lane.available(1) > 0) || !lanes.some((lane) => !lane.isAtCut());
  for (const lane of lanes) lane.hold(routing);
  while (lanes.some((lane) => !lane.isAtCut())) {
    checkpoint(1);
    let handled = 0;
    for (const lane of lanes) {
      handled += inbox.drain(lane, 2);
      seat.outbox.flush();
      lane.release();
    }
    checkBeforeCut(inbox.received.length <= beforeCuts, inbox);
    if (handled === 0) seat.parker.park(ready, Number.POSITIVE_INFINITY);
  }
  checkBeforeCut(inbox.received.length === beforeCuts, inbox);
  for (const lane of lanes) lane.letGo();
  receiveAll(seat, lanes, inbox, count, 2);
}

function checkBeforeCut(isRight: boolean, { received }: RecordingInbox): void {
  if (!isRight) throw new Error(`before the cut came ${received.join(', ') || 'nothing'}`);
}

/** Sends requests, as all that a thread does until so many replies have come; what waits in a full lane takes replies in. */
export function callAll(
  seat: Seat,
  lane: LaneWriter,
  values: readonly number[],
  atReplies: RecordingInbox,
  replies: number,
): void {
  const ready = (): boolean => seat.replies.isReady();
  // As the loop does before a handler that sends: it keeps what it has taken, unless the send blocks.
  seat.replies.take();
  produce(lane, values);
  seat.outbox.flush();
  while (atReplies.received.length < replies) {
    checkpoint(0);
    if (!seat.replies.takeReplies()) seat.parker.park(ready, Number.POSITIVE_INFINITY);
  }
}

/** Sends in a later task than the loop's first, as a `tick` handler does. */
export function sendInTimer(lane: LaneWriter, values: readonly number[]): void {
  setTimeout(() => sendAll(lane, values), 1);
}

/** What the host has heard of its orders. */
export interface Heard {
  isAnswered: boolean;
  isPaused: boolean;
  isResumed: boolean;
  isHandled: boolean;
}

/** Asks the workers for a sign of life. */
export function ping({ moments }: HostSeat, orders: OrderWriter, heard: Heard): void {
  const number = orders.give();
  const isReached = (): boolean => orders.isAnswered(0, number);
  moments.until(isReached).reached.then(() => {
    heard.isAnswered = true;
  });
}

/** Pauses a worker, sees that it handles nothing then, and makes it go on. */
export function pauseAndResume(host: HostSeat, orders: OrderWriter, heard: Heard): void {
  const { moments } = host;
  const { i32 } = host.arena.memory;
  const resume = (): void => {
    heard.isPaused = true;
    const before = Atomics.load(i32, host.arena.oracle);
    if (Atomics.load(i32, host.arena.oracle) !== before)
      throw new Error('a message was handled while paused');
    orders.isPaused = false;
    const number = orders.give();
    const isReached = (): boolean => orders.isObeyed(number, false);
    moments.until(isReached).reached.then(() => {
      heard.isResumed = true;
    });
  };
  orders.isPaused = true;
  const number = orders.give();
  const isReached = (): boolean => orders.isObeyed(number, true);
  moments.until(isReached).reached.then(resume);
}

/** Waits until a worker has handled so many messages of a lane. */
export function drainWorker(
  { moments, ledger }: HostSeat,
  orders: OrderWriter,
  lane: LaneAddress,
  count: number,
  heard: Heard,
): void {
  orders.tells = true;
  orders.give();
  const isReached = (): boolean => ledger.countOf(lane).handled >= count;
  moments.until(isReached).reached.then(() => {
    heard.isHandled = true;
  });
}

/** Asks once whether everything is handled; if so, all of `expected` must be. */
export function observeQuiescence(arena: Arena, expected: number): void {
  const ledger = new Ledger(arena.memory.i32, arena.lanes);
  if (!ledger.isQuiescent()) return;
  const handled = Atomics.load(arena.memory.i32, arena.oracle);
  if (handled !== expected)
    throw new Error(`called quiescent with ${handled} of ${expected} messages handled`);
}

/** Counts once, while others work. */
export function observeCounts(arena: Arena, check: (counts: LaneCounts) => void): void {
  check(new Ledger(arena.memory.i32, arena.lanes).count(() => true));
}

/** Starts the loop, shows itself idle, and leaves everything else to it. */
export function work(loop: WorkerLoop): void {
  loop.setState('idle');
  loop.start();
}

/** Asks to hear when nothing is in flight. */
export function watchIdle(host: HostSeat): void {
  host.pump.start();
  host.pump.watchIdle();
}

/** The same of an async worker. */
export function workAsync(loop: AsyncLoop, sources: readonly InboxSource[]): void {
  loop.start();
  loop.setState('idle');
  loop.open(sources);
}

function bellOf({ memory }: Arena, participant: number): Doorbell {
  return new Doorbell(memory.i32, participantOffsetBytes(participant) >> 2);
}

function idleReportOf(arena: Arena): IdleReport {
  return new IdleReport(
    bellOf(arena, HOST),
    arena.lanes.map(({ offsetBytes }) => offsetBytes),
  );
}

function readersOf(arena: Arena, participant: number, isOfReplies = false): LaneReader[] {
  return arena.lanes
    .filter((lane) => lane.consumer === participant && lane.isOfReplies === isOfReplies)
    .map(
      (lane) =>
        new LaneReader(arena.memory, lane.offsetBytes, lane.capacitySlots, bellOf(arena, lane.producer)),
    );
}
