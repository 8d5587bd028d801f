/**
 * Channel programs: what the threads of the channels' scenarios do, written as users would.
 *
 * This file is transformed together with `runtime/channel/` (see `transform.ts`): its threads stop at every operation on shared memory.
 */
import type { ChannelShape } from '../../runtime/channel/channel-layout.js';
import { receiverAt, senderAt } from '../../runtime/channel/ends.js';
import type { Receiver } from '../../runtime/channel/receiver.js';
import { Region } from '../../runtime/channel/region.js';
import { repairRegion } from '../../runtime/channel/repair.js';
import { sleepAtBoard } from '../../runtime/channel/select-sleep.js';
import type { Sender } from '../../runtime/channel/sender.js';
import type { ThreadContext } from '../../runtime/channel/thread-context.js';
import type { WaitStrategy } from '../../runtime/channel/waits.js';
import type { Codec } from '../../runtime/codec.js';
import type { Memory } from '../../runtime/memory.js';
import { Outbox } from '../../runtime/outbox.js';

/** Tells the explorer that the stack holds nothing but `place`: see `snapshot.ts`. */
declare const checkpoint: (place: number) => void;

/** The part of a scenario's world that its threads see. */
export interface ChannelArena {
  readonly memory: Memory;
  readonly shape: ChannelShape;
  /** Word of the board on which a thread that selects sleeps. */
  readonly boardWord: number;
}

/** Two words that must agree, so that a torn record shows. */
class TwinView {
  $memory: Memory;
  $offsetBytes: number;

  constructor(memory: Memory, offsetBytes: number) {
    this.$memory = memory;
    this.$offsetBytes = offsetBytes;
  }
}

function twin(memory: Memory, offsetBytes: number): number {
  const value = memory.u32[offsetBytes >> 2] as number;
  if (memory.u32[(offsetBytes + 4) >> 2] !== ~value >>> 0) throw new Error(`torn message ${value}`);
  return value;
}

const codec: Codec<number, TwinView> = {
  name: 'Twin',
  fingerprint: '0000000000000000',
  byteLength: 8,
  encode: (value, memory, offsetBytes) => {
    memory.u32[offsetBytes >> 2] = value;
    memory.u32[(offsetBytes + 4) >> 2] = ~value >>> 0;
  },
  decode: twin,
  view: (memory, offsetBytes) => new TwinView(memory, offsetBytes),
};

const noStats = (): never => {
  throw new Error('not looked at here');
};

/** What one thread has of a channel. */
export class ChannelSeat {
  readonly region: Region;
  readonly thread: ThreadContext;

  constructor(arena: ChannelArena, owner: number) {
    this.region = new Region(arena.memory.buffer as SharedArrayBuffer, arena.shape, arena.memory);
    const keepAlive = { hold: (): void => {}, letGo: (): void => {} };
    this.thread = { owner, mayBlock: true, outbox: new Outbox(), keepAlive };
  }

  sender(seat: number, wait: WaitStrategy = 'park'): Sender<number> {
    return senderAt<number>(this.region, seat, { thread: this.thread, codec, wait, stats: noStats });
  }

  receiver(seat: number, wait: WaitStrategy = 'park'): Receiver<number, TwinView> {
    return receiverAt<number, TwinView>(this.region, seat, {
      thread: this.thread,
      codec,
      wait,
      stats: noStats,
    });
  }
}

/** Sends all, blocking; then leaves if `closes`. */
export function channelSend(sender: Sender<number>, values: readonly number[], closes: boolean): void {
  for (const value of values) {
    checkpoint(value);
    sender.send(value);
  }
  if (closes) sender.close();
  else sender.flush();
}

/** Sends what there is room for. @param sent - gets those that are in the channel. */
export function channelTrySend(sender: Sender<number>, values: readonly number[], sent: number[]): void {
  for (const value of values) {
    checkpoint(value);
    if (sender.trySend(value)) sent.push(value);
    sender.flush();
  }
}

/** Sends until the receivers have gone. @param unsent - gets what was refused. */
export function channelSendUntilRefused(
  sender: Sender<number>,
  values: readonly number[],
  unsent: number[],
): void {
  for (const value of values) {
    checkpoint(value);
    try {
      sender.send(value);
      sender.flush();
    } catch {
      unsent.push(value);
    }
  }
}

/** Receives until the channel is closed and empty. */
export function channelReceiveAll(receiver: Receiver<number, TwinView>, received: number[]): void {
  for (;;) {
    checkpoint(0);
    const value = receiver.receive();
    if (value === undefined) return;
    received.push(value);
  }
}

/** Receives so many, then closes. */
export function channelReceiveSome(
  receiver: Receiver<number, TwinView>,
  received: number[],
  count: number,
): void {
  while (received.length < count) {
    checkpoint(0);
    const value = receiver.receive();
    if (value === undefined) return;
    received.push(value);
  }
  receiver.close();
}

/** Drains in place until the channel is closed and empty. `handled` gets each value when its handler is done. */
export function channelDrainAll(receiver: Receiver<number, TwinView>, handled: number[], max: number): void {
  const onView = (view: TwinView): void => {
    const value = twin(view.$memory, view.$offsetBytes);
    handled[handled.length] = value;
    // Again: slot and record are ours until the handler returns.
    twin(view.$memory, view.$offsetBytes);
  };
  for (;;) {
    checkpoint(0);
    if (receiver.drain(onView, max) === 0 && !receiver.waitFor()) return;
  }
}

/** Drains in place until nothing waits, without ever waiting. */
export function channelDrainDry(receiver: Receiver<number, TwinView>, handled: number[], max: number): void {
  const onView = (view: TwinView): void => {
    handled[handled.length] = twin(view.$memory, view.$offsetBytes);
    // Again: slot and record are ours until the handler returns.
    twin(view.$memory, view.$offsetBytes);
  };
  for (;;) {
    checkpoint(0);
    if (receiver.drain(onView, max) === 0) return;
  }
}

/** The same with a handler that takes time: other threads may do something, or this one die, before it is done. `word` orders nothing. */
export function channelDrainSlowly(
  receiver: Receiver<number, TwinView>,
  handled: number[],
  max: number,
  { memory, boardWord }: ChannelArena,
): void {
  const onView = (view: TwinView): void => {
    const value = twin(view.$memory, view.$offsetBytes);
    Atomics.load(memory.i32, boardWord);
    twin(view.$memory, view.$offsetBytes);
    handled[handled.length] = value;
  };
  for (;;) {
    checkpoint(0);
    if (receiver.drain(onView, max) === 0) return;
  }
}

/** Drains once with a handler that throws at `bad`, and closes. */
export function channelDrainAndThrow(
  receiver: Receiver<number, TwinView>,
  handled: number[],
  bad: number,
): void {
  const onView = (view: TwinView): void => {
    const value = twin(view.$memory, view.$offsetBytes);
    handled[handled.length] = value;
    if (value === bad) throw new Error('thrown on purpose');
  };
  for (;;) {
    checkpoint(0);
    try {
      if (receiver.drain(onView, 8) === 0) break;
    } catch {
      break;
    }
  }
  receiver.close();
}

/** Waits on the event loop for each. */
export function channelReceiveAsync(
  receiver: Receiver<number, TwinView>,
  received: number[],
  count: number,
): void {
  const next = (value: number | undefined): void => {
    if (value === undefined) return;
    received.push(value);
    if (received.length < count) receiver.receiveAsync().then(next);
  };
  receiver.receiveAsync().then(next);
}

/** Sends on the event loop, one after the other without waiting. @param settled - gets each value when it is in the channel. */
export function channelSendAsync(sender: Sender<number>, values: readonly number[], settled: number[]): void {
  for (const value of values) {
    const sent = sender.sendAsync(value);
    if (typeof sent === 'boolean') settled.push(value);
    else
      sent.then(
        () => settled.push(value),
        () => settled.push(-value),
      );
  }
  sender.close();
}

/** Takes messages of several channels as they come, until all are closed and empty. */
export function channelSelectAll(
  receivers: readonly Receiver<number, TwinView>[],
  received: number[],
  word: number,
): void {
  for (;;) {
    checkpoint(0);
    let open = 0;
    let taken = 0;
    for (const receiver of receivers) {
      const value = receiver.tryReceive();
      if (value !== undefined) {
        received.push(value);
        taken += 1;
      } else if (!receiver.isClosed()) open += 1;
    }
    if (taken > 0) continue;
    if (open === 0) return;
    sleepAtBoard(receivers, word, Number.POSITIVE_INFINITY);
  }
}

/** What a supervisor does after the exit of the thread that owned `owner`'s seats. */
export function channelRepair(seat: ChannelSeat, owner: number, letters: number[] | undefined): void {
  const repair = {
    region: seat.region,
    owner,
    outbox: seat.thread.outbox,
    codec,
    nextReservation: (): never => {
      throw new Error('no seat is kept here');
    },
    handleOf: (): never => {
      throw new Error('no seat is kept here');
    },
  };
  if (letters === undefined) repairRegion(repair, {});
  else
    repairRegion(repair, {
      inHand: 'dead-letter',
      onDeadLetter: (view: TwinView) => {
        letters[letters.length] = twin(view.$memory, view.$offsetBytes);
      },
    });
}

/** A supervisor that then takes what is left, itself. */
export function channelRepairAndDrain(
  seat: ChannelSeat,
  owner: number,
  receiver: Receiver<number, TwinView>,
  handled: number[],
): void {
  channelRepair(seat, owner, undefined);
  channelDrainDry(receiver, handled, 2);
}
