/**
 * Channel: typed messages between threads that the user starts.
 *
 *     createChannel -> region --handle, by postMessage or workerData--> attachChannel
 *          \--> sender(), receiver()                     sender(), receiver() <--/
 *
 * - Each sender has a lane of its own (`lane-layout.ts`), so that senders never touch the same word. `spsc` is one lane, `mpsc` several into
 *   one receiver.
 * - Where several may take a message (`mpmc`, and `drop-oldest`, where the sender takes it away) receivers claim runs: `claims.ts`.
 * - A side ends when its last seat is given up (`seats.ts`): receivers then drain what is there, senders fail.
 */
import type { Codec } from '../codec.js';
import { SnError } from '../errors.js';
import { checkSharedMemory } from '../memory.js';
import { badOption, sideEnded } from './channel-errors.js';
import { type ChannelHandle, checkHandle, checkSeat, type ReservedSeat } from './channel-handle.js';
import {
  ALLOCATED_OFFSET_BYTES,
  type ChannelKind,
  type ChannelShape,
  CLAIM_LINE_OFFSET_BYTES,
  placesOf,
  RESERVATIONS_OFFSET_BYTES,
} from './channel-layout.js';
import { type ChannelStats, readStats } from './channel-stats.js';
import { NOBODY } from './claims.js';
import { receiverAt, senderAt } from './ends.js';
import type { Receiver } from './receiver.js';
import { Region } from './region.js';
import { type Repair, type RepairOptions, type RepairReport, repairRegion } from './repair.js';
import type { Side } from './seats.js';
import { enterFirstSegment } from './segments.js';
import type { Sender } from './sender.js';
import { type ChannelOptions, readShape, shapeOf, stamp } from './shape.js';
import { boardOfThisThread, ownerOf, type ThreadContext, thisThread } from './thread-context.js';
import { type WaitStrategy, waitStrategies } from './waits.js';

export interface EndOptions {
  /** How this end waits where it stops its thread; `adaptive` if not given. */
  readonly wait?: WaitStrategy;
}

/**
 * Makes a channel.
 *
 * @throws SnError `SN_OPTION` for what is not allowed, with what is; `SN_UNSUPPORTED` where there is no SharedArrayBuffer.
 * @example
 * const channel = createChannel({ kind: 'spsc', codec: FlightCodec, capacity: 1024 });
 * new Worker(file, { workerData: channel.reserveReceiver() });
 * const sender = channel.sender();
 * sender.trySend({ origin: 'SEA', delayMinutes: 12, distanceMiles: 954 });
 */
export function createChannel<Value, View, Input = Value>(
  options: ChannelOptions<Value, View, Input>,
): Channel<Value, View, Input> {
  const shape = shapeOf(options);
  const board = boardOfThisThread();
  const buffer = allocate(shape);
  stamp(buffer, shape, options.codec);
  const region = new Region(buffer, shape, { i32: new Int32Array(board) });
  prepare(region);
  return new Channel(region, buffer, board, options.codec, undefined);
}

/**
 * A channel that another thread of this process made.
 *
 * @throws SnError `SN_CHANNEL_HANDLE` when `handle` is none; `SN_SCHEMA_MISMATCH` when the channel carries other messages than `codec`.
 */
export function attachChannel<Value, View, Input = Value>(
  handle: ChannelHandle,
  codec: Codec<Value, View, Input>,
): Channel<Value, View, Input> {
  const { snGenChannel: buffer, board, seat } = checkHandle(handle);
  const region = new Region(buffer, readShape(buffer, codec), { i32: new Int32Array(board) });
  return new Channel(region, buffer, board, codec, checkSeat(seat, region.shape));
}

export class Channel<Value, View = unknown, Input = Value> {
  private readonly region: Region;
  private readonly buffer: SharedArrayBuffer;
  private readonly board: SharedArrayBuffer;
  private readonly codec: Codec<Value, View, Input>;
  private readonly thread: ThreadContext;
  /** Taken by the first sender or receiver. */
  private seat: ReservedSeat | undefined;

  /** Use `createChannel` or `attachChannel`. */
  constructor(
    region: Region,
    buffer: SharedArrayBuffer,
    board: SharedArrayBuffer,
    codec: Codec<Value, View, Input>,
    seat: ReservedSeat | undefined,
  ) {
    this.region = region;
    this.buffer = buffer;
    this.board = board;
    this.codec = codec;
    this.thread = thisThread();
    this.seat = seat;
  }

  get kind(): ChannelKind {
    return this.region.shape.kind;
  }

  /** Messages of each sender that may wait. */
  get capacity(): number {
    return this.region.shape.limitBytes > 0 ? Number.POSITIVE_INFINITY : this.region.shape.capacity;
  }

  /** For other threads, which take whatever seat is free. */
  get handle(): ChannelHandle {
    return { snGenChannel: this.buffer, board: this.board };
  }

  /**
   * Announces a sender that another thread will open: until it closes, the channel stays open.
   *
   * @returns the handle by which it takes its seat, once. @throws SnError as `sender`.
   */
  reserveSender(): ChannelHandle {
    return this.reserve('sender', this.region.senders);
  }

  /** Announces a receiver that another thread will open: until it closes, senders do not fail. @returns as `reserveSender`. */
  reserveReceiver(): ChannelHandle {
    return this.reserve('receiver', this.region.receivers);
  }

  /**
   * Opens a sender, for this thread alone.
   *
   * @throws SnError `SN_CHANNEL_ROLE` when all seats are taken, or the reservation is; `SN_CHANNEL_CLOSED` when this side has ended.
   */
  sender(options: EndOptions = {}): Sender<Input> {
    const { region, thread, codec } = this;
    const wait = checkWait(options);
    const seat = this.takeSeat('sender', region.senders);
    const sender = senderAt<Input>(region, seat, {
      thread,
      codec,
      wait,
      stats: () => this.stats(),
    });
    sender.resume();
    return sender;
  }

  /** Opens a receiver, for this thread alone. @throws SnError as `sender`. */
  receiver(options: EndOptions = {}): Receiver<Value, View> {
    const { region, thread, codec } = this;
    const wait = checkWait(options);
    const seat = this.takeSeat('receiver', region.receivers);
    const receiver = receiverAt<Value, View>(region, seat, {
      thread,
      codec,
      wait,
      stats: () => this.stats(),
    });
    receiver.resume();
    return receiver;
  }

  /** Counts of the whole channel. Any thread may read them at any time, also while others are blocked or dead. */
  stats(): ChannelStats {
    const { region } = this;
    return readStats(region.i32, region.shape, region.places, {
      senders: region.senders.open(),
      receivers: region.receivers.open(),
    });
  }

  /**
   * Puts in order what a thread that has ended left behind: called by a supervisor after the thread's `exit`, never before.
   *
   * A sender's published messages stay to be received, its seat becomes free. What a receiver had handled is given back. What it had in
   * hand goes to another receiver, or to the next one (`inHand: 'redeliver'`), or to `onDeadLetter`.
   *
   * @param threadId - what `worker.threadId` was while it lived.
   * @throws SnError `SN_OPTION`.
   */
  repair(threadId: number, options: RepairOptions<View> = {}): RepairReport {
    if (!Number.isInteger(threadId) || threadId < 0)
      throw badOption('threadId', threadId, "a thread's number, kept from worker.threadId while it lived");
    if (ownerOf(threadId) === this.thread.owner)
      throw badOption('threadId', threadId, 'that of a thread that has ended, and not of the one that calls');
    return repairRegion(this.repairOf(ownerOf(threadId)), options);
  }

  private repairOf(owner: number): Repair<View> {
    return {
      region: this.region,
      owner,
      outbox: this.thread.outbox,
      codec: this.codec,
      nextReservation: () => this.nextReservation(),
      handleOf: (role, number, reservation) => ({ ...this.handle, seat: { role, number, reservation } }),
    };
  }

  private reserve(role: 'sender' | 'receiver', side: Side): ChannelHandle {
    if (side.hasEnded()) throw sideEnded(role);
    const reservation = this.nextReservation();
    const number = side.take(reservation);
    if (number < 0) throw this.noSeat(role, side);
    return { ...this.handle, seat: { role, number, reservation } };
  }

  /** Negative, so that it is no thread's; never 0, and never what marks orphans. */
  private nextReservation(): number {
    const serial = Atomics.add(this.region.i32, RESERVATIONS_OFFSET_BYTES >> 2, 1);
    return -1 - ((serial & 0x3fff_ffff) >>> 0);
  }

  private takeSeat(role: 'sender' | 'receiver', side: Side): number {
    const reserved = this.seat;
    if (reserved?.role === role) {
      this.seat = undefined;
      if (side.takeReserved(reserved.number, reserved.reservation, this.thread.owner)) return reserved.number;
      throw new SnError(
        'SN_CHANNEL_ROLE',
        `the seat reserved for this ${role} was taken by another thread that attached with the same handle: reserve one for each`,
        { details: { role } },
      );
    }
    if (side.hasEnded()) throw sideEnded(role);
    const seat = side.take(this.thread.owner);
    if (seat < 0) throw this.noSeat(role, side);
    return seat;
  }

  private noSeat(role: 'sender' | 'receiver', side: Side): SnError {
    if (side.hasEnded()) return sideEnded(role);
    const { kind } = this.region.shape;
    const others = role === 'sender' ? 'mpsc or mpmc' : 'mpmc';
    const isFixed = kind === 'spsc' || (kind === 'mpsc' && role === 'receiver');
    const mend = isFixed
      ? `close it first, or create a channel of kind ${others}`
      : `close one first, or create the channel with more ${role}s`;
    return new SnError(
      'SN_CHANNEL_ROLE',
      `this ${kind} channel has ${side.seats === 1 ? `one ${role}` : `${side.seats} ${role}s`}, and all are open or reserved: ${mend}`,
      { details: { role, kind, seats: side.seats } },
    );
  }
}

function allocate(shape: ChannelShape): SharedArrayBuffer {
  checkSharedMemory();
  const { end } = placesOf(shape);
  try {
    return shape.limitBytes > 0
      ? new SharedArrayBuffer(end, { maxByteLength: shape.limitBytes & ~7 })
      : new SharedArrayBuffer(end);
  } catch (cause) {
    throw new SnError(
      'SN_OPTION',
      `the system must have the memory that the channel asks for: ${Math.max(end, shape.limitBytes)} bytes were not to be had; lower capacity, senders, ringBytes or limitBytes`,
      { cause },
    );
  }
}

/** What must be there before anybody looks: claim words that are nobody's, the rings that lanes begin with, where segments begin. */
function prepare(region: Region): void {
  const { shape, places, memory } = region;
  const { i32 } = memory.memory;
  i32[ALLOCATED_OFFSET_BYTES >> 2] = places.end;
  for (let sender = 0; sender < shape.senders; sender++) {
    for (let priority = 0; priority < places.lanesPerSender; priority++) {
      const block = region.blockBytes(sender, priority);
      if (places.isClaimed) i32[(block + CLAIM_LINE_OFFSET_BYTES) >> 2] = NOBODY;
      if (places.isUnbounded)
        enterFirstSegment(memory.memory, block + places.segments, block + places.lane, shape.capacitySlots);
    }
  }
}

function checkWait({ wait = 'adaptive' }: EndOptions): WaitStrategy {
  if (!waitStrategies.includes(wait)) throw badOption('wait', wait, `one of ${waitStrategies.join(', ')}`);
  return wait;
}
