/**
 * Lane writer: the producer's end of a lane, with group commit.
 *
 * One thread, the lane's producer, calls everything here. Generated code writes a record in place, between a claim and its
 * commit:
 *
 *     const slot = lane.claim(options);
 *     encode(value, lane.memory, slot + 8);
 *     return lane.commit(slot, TAG, options);
 *
 * `value` goes to the encoder and nowhere else: handed to anything that V8 does not inline, such as a slow path for full lanes, every
 * object literal that a sender writes would have to be allocated, at twice the cost of the whole send. For the same reason what
 * stands on this path is short: V8 inlines some 900 bytes of bytecode into a caller, and not one byte more.
 *
 * Group commit: a committed message becomes visible when its group is full, when the consumer says that it runs dry,
 * and at the latest when the thread's turn ends (Outbox). The store that publishes is a full fence: it waits until
 * every slot written before has left this core. Paid once for a group it costs 1 to 2 ns a message; paid for each
 * message, 20 to 400.
 *
 * Invariants:
 * I1. published <= tail <= limit <= head + capacity, counted modulo 2^32.
 * I2. tail !== published implies that this lane is enlisted in its outbox: it will be published when the turn ends.
 * I3. An encoder that throws leaves no trace: only `commit` moves `tail`.
 */
import { ByteRing } from './byte-ring.js';
import type { PendingCalls } from './calls/pending-calls.js';
import { AWAKE, type Doorbell, MUTED, PARKED } from './doorbell.js';
import type { EnvelopeOptions } from './envelope.js';
import {
  CUT_OFFSET_BYTES,
  HEAD_OFFSET_BYTES,
  LAST_ID_OFFSET_BYTES,
  ringOffsetBytes,
  SLOT_HEADER_BYTES,
  SLOT_PLACE_OFFSET_BYTES,
  SLOTS_OFFSET_BYTES,
  SPACE_WANTED_OFFSET_BYTES,
  STAMP_OFFSET_BYTES,
  TAIL_EPOCH_OFFSET_BYTES,
  TAIL_OFFSET_BYTES,
  wallClockMs,
} from './lane-layout.js';
import { type Memory, memoryOf } from './memory.js';
import type { QueueSampler } from './metrics/queue-sampler.js';
import type { Outbox } from './outbox.js';
import { claimOpen } from './send-errors.js';
import { align, endOfTail } from './tail.js';

/** What `tryClaim` answers when the lane is full; a slot's offset is never negative. */
export const NO_SLOT = -1;

const NO_STAMP = -1;
/** A full group is published; beyond this size nothing is gained. */
const MAX_GROUP = 256;
/** No message is held back for longer than about this much of the sender's own work. */
const MAX_HOLD_MS = 0.02;

/** Writes one message at an offset; generated. */
export type Encode<Value> = (
  value: Value,
  memory: Memory,
  offsetBytes: number,
  /** Where a record with a tail must end; where it is not given, where the memory does. */
  endBytes: number | undefined,
  /** Whose message it is, for what is filled in beside its fields. */
  lane: LaneWriter,
  options: SendOptions | undefined,
) => void;

/** What every sending call may be given. */
export interface SendOptions {
  /** Milliseconds to wait for space; without it there is no limit. */
  readonly timeoutMs?: number;
  /** Gives up when aborted. A blocked worker cannot see an abort, and looks at it once before it blocks. */
  readonly signal?: AbortSignal;
}

/** What a sender does when its lane is full; a worker and the host differ. */
export interface SpaceWaiter {
  /** Offset in bytes of a slot that nobody reads: a message to be queued is written there first. */
  readonly spareSlot: number;
  /** Waits for room where waiting is allowed. @returns false where the message must be queued instead. */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): boolean;
  /** Queues the message in the spare slot; called only after `makeRoom` said false. */
  queue(lane: LaneWriter, options: SendOptions | undefined): Promise<void>;
  /** Queues a message with a tail; called only after `makeRoom` said false. */
  queueBytes(lane: LaneWriter, message: MessageBytes, options: SendOptions | undefined): Promise<void>;
}

/** A message with a tail, made elsewhere: its tag, and record and tail in one piece. */
export interface MessageBytes {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** Whose lane it is, for what is filled in beside a message's fields. */
export interface LaneEnds {
  /** The lane's number among those of the arena. */
  readonly number: number;
  /** Who sends, and who receives: see `participantWord`. */
  readonly source: number;
  readonly target: number;
}

/** So many messages of one lane have ids of their own. */
const IDS_PER_LANE = 2 ** 37;

export interface LaneWriterOptions {
  readonly memory: Memory;
  readonly offsetBytes: number;
  readonly capacitySlots: number;
  readonly strideBytes: number;
  /** Bytes of the ring behind the slots; 0 where no message has a tail. */
  readonly ringBytes: number;
  readonly ends: LaneEnds;
  /** The consumer's doorbell. */
  readonly consumer: Doorbell;
  readonly outbox: Outbox;
  readonly waiter: SpaceWaiter;
  /** How the lane grows; missing where its capacity is fixed. */
  readonly growth?: LaneGrowth;
  /** Messages that it may hold; as many as it has slots, if nothing is said. */
  readonly capacity?: number;
  /** Whether it carries replies to calls. */
  readonly isOfReplies?: boolean;
  /** Whether it notes when the oldest waiting message was sent: two stores more, once a group at most. */
  readonly isStamped?: boolean;
  /** Measures how long its messages wait. */
  readonly sampler?: QueueSampler;
}

/** Makes more room for a lane that is full. */
export interface LaneGrowth {
  /** The position at which no room is left, given the consumer's head. */
  limit(head: number): number;
  /** Makes room for a message that needs so many bytes beside its slot, and moves the lane there. @returns whether there is some. */
  open(lane: LaneWriter, head: number, bytes: number): boolean;
  /** Moves a lane that was made anew to where its memory is by now. */
  resume(lane: LaneWriter): void;
}

export class LaneWriter {
  /** Another one only where the lane has moved: see `moveTo`. */
  memory: Memory;
  /** Next slot to write; a position. */
  tail: number;
  /** The position at which no room is known of: the consumer's head, when we last looked, plus the capacity. */
  limit: number;
  /** Offset in bytes of slot 0. */
  slots: number;
  capacitySlots: number;
  /** Messages that it may hold. */
  capacity: number;
  readonly strideBytes: number;
  readonly ends: LaneEnds;
  /** The consumer's doorbell. */
  readonly consumer: Doorbell;
  /** Element of the memory's i32 that holds the consumer's head. */
  readonly headIndex: number;
  readonly isOfReplies: boolean;

  /** Why nothing can be sent any more, once it is so. */
  closed: Error | undefined;
  /** Messages that wait in front of this lane for space, in the order sent. While there are any, nothing may overtake. */
  queued = 0;
  /** Bytes of the last message with a tail, record and tail. */
  writtenBytes = 0;
  /** Whether the outbox has this lane on its list. Only the outbox clears it. */
  enlisted = false;
  /** Claims on this lane by their messages' tags, made when they are first asked for: see `claim.ts`. */
  readonly claims: object[] = [];
  /** Calls sent by this lane that were not answered yet, where calls are. */
  calls: PendingCalls | undefined;

  private i32: Int32Array<ArrayBufferLike>;
  /** Turns a position into its place in the ring. */
  private mask: number;
  /** Where a message is written that must be queued. */
  private readonly spareSlot: number;
  private readonly tailIndex: number;
  private readonly tailEpochIndex: number;
  private readonly cutIndex: number;
  private readonly stampIndex: number;
  private readonly spaceWantedIndex: number;
  private readonly consumerIndex: number;
  /** Replies wake a paused consumer too. */
  private readonly alsoWakes: typeof PARKED | typeof MUTED;
  private readonly outbox: Outbox;
  private readonly waiter: SpaceWaiter;
  /** Where messages with a tail lie. */
  private byteRing: ByteRing | undefined;
  readonly growth: LaneGrowth | undefined;
  /** Bytes that there must be room for beside a slot, while somebody waits for them. */
  private wantedBytes = 0;
  /** `advance` takes its slow way when the tail reaches this: at the first message of a group and at the last. */
  private publishAt: number;
  private published: number;
  private group: number;
  private readonly maxGroup: number;
  private groupStartedMs = 0;
  /** Position of the message whose time is in the stamp. */
  private stamped: number;
  private readonly sampler: QueueSampler | undefined;
  private lastId: number;
  /** For whoever has this place after this thread. */
  private readonly lastIds: Float64Array<ArrayBufferLike>;
  private readonly lastIdIndex: number;
  /** Whether a message is being written in place at `tail`; `limit` is kept in `heldLimit` then. */
  private isHeld = false;
  private heldLimit = 0;

  constructor(options: LaneWriterOptions) {
    const { memory, offsetBytes, capacitySlots } = options;
    this.memory = memory;
    this.i32 = memory.i32;
    this.slots = offsetBytes + SLOTS_OFFSET_BYTES;
    this.capacitySlots = capacitySlots;
    this.capacity = options.capacity ?? capacitySlots;
    this.mask = capacitySlots - 1;
    this.strideBytes = options.strideBytes;
    this.ends = options.ends;
    this.isOfReplies = options.isOfReplies === true;
    this.lastIds = memory.f64;
    this.lastIdIndex = (offsetBytes + LAST_ID_OFFSET_BYTES) >> 3;
    // Where a thread of the same place has ended before, its ids are taken.
    this.lastId = Math.max(options.ends.number * IDS_PER_LANE, memory.f64[this.lastIdIndex] as number);
    this.headIndex = (offsetBytes + HEAD_OFFSET_BYTES) >> 2;
    this.tailIndex = (offsetBytes + TAIL_OFFSET_BYTES) >> 2;
    this.tailEpochIndex = (offsetBytes + TAIL_EPOCH_OFFSET_BYTES) >> 2;
    this.cutIndex = (offsetBytes + CUT_OFFSET_BYTES) >> 2;
    this.stampIndex = options.isStamped === true ? (offsetBytes + STAMP_OFFSET_BYTES) >> 2 : NO_STAMP;
    this.spaceWantedIndex = (offsetBytes + SPACE_WANTED_OFFSET_BYTES) >> 2;
    this.consumer = options.consumer;
    this.consumerIndex = options.consumer.index;
    this.alsoWakes = this.isOfReplies ? MUTED : PARKED;
    this.outbox = options.outbox;
    this.waiter = options.waiter;
    this.growth = options.growth;
    this.spareSlot = options.waiter.spareSlot;
    const ringStart = offsetBytes + ringOffsetBytes(capacitySlots, options.strideBytes);
    this.byteRing =
      options.ringBytes === 0 ? undefined : new ByteRing(ringStart, options.ringBytes, capacitySlots);
    this.closed = undefined;
    this.calls = undefined;
    this.tail = Atomics.load(memory.i32, this.tailIndex);
    this.limit = (Atomics.load(memory.i32, this.headIndex) + this.capacity) | 0;
    this.published = this.tail;
    this.stamped = this.tail;
    this.sampler = options.sampler;
    this.publishAt = (this.tail + 1) | 0;
    // A quarter, so that the consumer works on one group while the next is written.
    this.maxGroup = Math.max(1, Math.min(MAX_GROUP, this.capacity >> 2));
    // Grows from one while messages come fast: a sender that works long on each message never has one held back.
    this.group = 1;
  }

  /**
   * Where to write the next message: offset in bytes of its slot. Waits for room where that is allowed; where it is not, the message is
   * written into a slot of its own and `commit` queues it. Nothing happens to the lane: an encoder may throw.
   *
   * @throws SnError `SN_TIMEOUT`, `SN_ABORTED`, `SN_DEADLOCK`, or the lane's reason when it is closed; nothing was sent then.
   */
  claim(options: SendOptions | undefined): number {
    return this.tail === this.limit && !this.makeRoom(options)
      ? this.spareSlot
      : this.slots + (this.tail & this.mask) * this.strideBytes;
  }

  /** As `claim`, and `NO_SLOT` when there is no room at once. @throws the lane's reason when it is closed. */
  tryClaim(): number {
    return this.tail === this.limit && !this.hasRoom()
      ? this.refuse()
      : this.slots + (this.tail & this.mask) * this.strideBytes;
  }

  /**
   * Sends the message written at `slot`: visible at once or when its group is published.
   *
   * @returns a promise when it had to be queued, which settles when it is in the ring, or given up.
   */
  commit(slot: number, tag: number, options?: SendOptions): Promise<void> | undefined {
    this.memory.i32[slot >> 2] = tag;
    if (slot === this.spareSlot) return this.waiter.queue(this, options);
    this.advance();
    return undefined;
  }

  /** As `commit`, of a slot that is nothing but a record: where all messages of a lane are of one kind. */
  commitRecord(slot: number, options?: SendOptions): Promise<void> | undefined {
    if (slot === this.spareSlot) return this.waiter.queue(this, options);
    this.advance();
    return undefined;
  }

  /**
   * As `claim`, for a message whose record and tail take up to `bytes` bytes: where to write them in the byte ring; `NO_SLOT` where
   * the message must be queued (`queueBytes`).
   */
  private claimBytes(bytes: number, options: SendOptions | undefined): number {
    const ring = this.byteRing as ByteRing;
    if (this.tail === this.limit || !ring.fits(bytes)) {
      this.wantedBytes = bytes;
      try {
        if (!this.makeRoom(options)) return NO_SLOT;
      } finally {
        this.wantedBytes = 0;
      }
    }
    // Not `ring`: the lane may have moved.
    return (this.byteRing as ByteRing).offsetFor(bytes);
  }

  /** As `claimBytes`, and `NO_SLOT` when there is no room at once. @throws the lane's reason when it is closed. */
  tryClaimBytes(bytes: number): number {
    const ring = this.byteRing as ByteRing;
    if (this.tail === this.limit || !ring.fits(bytes)) {
      this.wantedBytes = bytes;
      try {
        if (!this.hasRoom()) return this.refuse();
      } finally {
        this.wantedBytes = 0;
      }
    }
    // As above.
    return (this.byteRing as ByteRing).offsetFor(bytes);
  }

  /**
   * Claims a slot that is written over some time: until `letGo` everything else that is sent here is refused.
   *
   * @returns as `claim`; `NO_SLOT` where the message must be written elsewhere, and sent once it is whole.
   * @throws as `claim`.
   */
  hold(options: SendOptions | undefined): number {
    if (this.tail === this.limit && !this.makeRoom(options)) return NO_SLOT;
    this.keepOthersOut();
    return this.slots + (this.tail & this.mask) * this.strideBytes;
  }

  /** As `hold`, for so many bytes of the byte ring. */
  holdBytes(bytes: number, options: SendOptions | undefined): number {
    const offset = this.claimBytes(bytes, options);
    if (offset !== NO_SLOT) this.keepOthersOut();
    return offset;
  }

  /** Ends a `hold`: `commit` or `commitBytes` may follow at once. */
  letGo(): void {
    this.isHeld = false;
    if (this.closed === undefined) this.limit = this.heldLimit;
  }

  /** Others find no room on their fast path, and on their slow one the reason. */
  private keepOthersOut(): void {
    this.isHeld = true;
    this.heldLimit = this.limit;
    this.limit = this.tail;
  }

  /** Queues a message with a tail for which `claimBytes` found no room. @throws what `encode` throws. */
  private queueBytes<Value>(
    tag: number,
    encode: Encode<Value>,
    value: Value,
    bytes: number,
    options: SendOptions | undefined,
  ): Promise<void> {
    const memory = memoryOf(new ArrayBuffer(align(bytes)));
    encode(value, memory, 0, undefined, this, options);
    this.writtenBytes = endOfTail();
    return this.waiter.queueBytes(this, { tag, bytes: memory.u8.subarray(0, this.writtenBytes) }, options);
  }

  /** Messages that were sent and that the consumer cannot see yet. */
  get unpublished(): number {
    return (this.tail - this.published) | 0;
  }

  /** Sends a message made elsewhere. @returns false when there is no room for it. */
  sendBytes({ tag, bytes }: MessageBytes): boolean {
    const ring = this.byteRing as ByteRing;
    if (this.tail === this.limit || !ring.fits(bytes.length)) return false;
    const offset = ring.offsetFor(bytes.length);
    this.memory.u8.set(bytes, offset);
    this.commitBytes(offset, offset + bytes.length, tag);
    return true;
  }

  /** Sends one message with a tail: the general form of an emitted `send`. @throws as `claimBytes`, and what `encode` throws. */
  sendLong<Value>(
    tag: number,
    encode: Encode<Value>,
    value: Value,
    bytes: number,
    options: SendOptions | undefined,
  ): Promise<void> | undefined {
    const offset = this.claimBytes(bytes, options);
    if (offset === NO_SLOT) return this.queueBytes(tag, encode, value, bytes, options);
    encode(value, this.memory, offset, offset + bytes, this, options);
    this.commitBytes(offset, endOfTail(), tag);
    return undefined;
  }

  /** As `sendLong`, if there is room at once. @returns whether there was; if not, nothing was sent. */
  trySendLong<Value>(
    tag: number,
    encode: Encode<Value>,
    value: Value,
    bytes: number,
    options?: SendOptions & EnvelopeOptions,
  ): boolean {
    const offset = this.tryClaimBytes(bytes);
    if (offset === NO_SLOT) return false;
    encode(value, this.memory, offset, offset + bytes, this, options);
    this.commitBytes(offset, endOfTail(), tag);
    return true;
  }

  /** Sends one message: the general form of what generated code does inline. @throws as `claim`, and what `encode` throws. */
  send<Value>(
    tag: number,
    encode: Encode<Value>,
    value: Value,
    options: SendOptions | undefined,
  ): Promise<void> | undefined {
    const slot = this.claim(options);
    encode(value, this.memory, slot + SLOT_HEADER_BYTES, undefined, this, options);
    return this.commit(slot, tag, options);
  }

  /** As `send`, in a slot that is nothing but a record. */
  sendRecord<Value>(
    encode: Encode<Value>,
    value: Value,
    options: SendOptions | undefined,
  ): Promise<void> | undefined {
    const slot = this.claim(options);
    encode(value, this.memory, slot, undefined, this, options);
    return this.commitRecord(slot, options);
  }

  /** Sends a slot made elsewhere (header and record). The caller has seen that there is room. */
  sendSlot(bytes: Uint8Array): void {
    this.memory.u8.set(bytes, this.claim(undefined));
    this.advance();
  }

  /**
   * Looks at the consumer's head again. False when the ring is full, closed, or others wait in front of it.
   *
   * @throws SnError `SN_CLAIM_OPEN` while a message is written in place here.
   */
  hasRoom(): boolean {
    if (this.isHeld) throw claimOpen();
    if (this.queued > 0 || this.closed !== undefined) return false;
    return this.refreshLimit();
  }

  /** Messages that wait in the lane, committed or published, or are in the consumer's hands. */
  depth(): number {
    return (this.tail - Atomics.load(this.i32, this.headIndex)) | 0;
  }

  /** The consumer's head, when it was last looked at. */
  headSeen(): number {
    return (this.limit - this.capacity) | 0;
  }

  /** Wakes the consumer where it sleeps for space itself. What this thread has sent was published before. */
  wakeIfBlocked(): void {
    this.consumer.ringIfBlocked();
  }

  /** A number that no other message of the pool has. */
  nextId(): number {
    this.lastId += 1;
    this.lastIds[this.lastIdIndex] = this.lastId;
    return this.lastId;
  }

  /** Whether a message is being written in place, whose lane is chosen already. */
  get isClaimed(): boolean {
    return this.isHeld;
  }

  /** Says that what was sent up to here followed earlier routings, and that the next message follows the one with this number. */
  cut(routing: number): void {
    this.flush();
    Atomics.store(this.i32, this.cutIndex, this.tail);
    // Cut before its number. Pairs with the look in LaneReader.beforeCut.
    Atomics.store(this.i32, this.cutIndex + 1, routing);
  }

  /** Publishes what is committed. */
  flush(): void {
    if (this.tail !== this.published) this.publish();
  }

  /** Refuses everything from now on with `reason`. */
  close(reason: Error): void {
    this.closed ??= reason;
    this.limit = this.tail;
  }

  /** Takes messages again. */
  reopen(): void {
    this.closed = undefined;
    if (this.queued === 0) this.refreshLimit(0);
  }

  /** Queues the next messages in front of the ring instead of writing them: the fast path finds no room. */
  holdBack(): void {
    this.limit = this.tail;
  }

  /** Reads the consumer's head. @returns whether a slot is free, and so many bytes of the byte ring. */
  refreshLimit(bytes: number = this.wantedBytes): boolean {
    // acquire: the consumer's reads before our writes. Pairs with the release in LaneReader.
    const head = Atomics.load(this.i32, this.headIndex);
    const { growth } = this;
    this.limit = growth === undefined ? (head + this.capacity) | 0 : growth.limit(head);
    // Of a lane that grows the head may still be in an earlier ring: then nothing of this one is free.
    this.byteRing?.free((this.limit - this.capacity) | 0, this.tail);
    return this.isRoomFor(bytes) || growth?.open(this, head, bytes) === true;
  }

  /** Goes on where another producer was, whose messages may still wait: their bytes must not be written over. */
  resume(): void {
    const { growth } = this;
    growth?.resume(this);
    const ring = this.byteRing;
    if (ring === undefined) return;
    const head = Atomics.load(this.i32, this.headIndex);
    // Of a lane that grows, the ring that is written to holds the latest only.
    const first = growth === undefined ? head : (growth.limit(head) - this.capacity) | 0;
    const offsets: number[] = [];
    for (let at = first; at !== this.tail; at = (at + 1) | 0) {
      const slot = this.slots + (at & this.mask) * this.strideBytes;
      offsets.push(this.memory.u32[(slot + SLOT_PLACE_OFFSET_BYTES) >> 2] as number);
    }
    if (offsets.length > 0) ring.resume(first, offsets);
  }

  /** Goes on in another ring, which is empty, from the next message on. Who reads has been told. */
  moveTo(memory: Memory, slots: number, capacitySlots: number, ringBytes: number): void {
    this.memory = memory;
    this.i32 = memory.i32;
    this.slots = slots;
    this.capacitySlots = capacitySlots;
    this.capacity = capacitySlots;
    this.mask = capacitySlots - 1;
    this.limit = (this.tail + capacitySlots) | 0;
    const ringStart = slots + ringOffsetBytes(capacitySlots, this.strideBytes) - SLOTS_OFFSET_BYTES;
    this.byteRing = ringBytes === 0 ? undefined : new ByteRing(ringStart, ringBytes, capacitySlots);
  }

  private isRoomFor(bytes: number): boolean {
    return this.tail !== this.limit && (bytes === 0 || this.byteRing?.fits(bytes) === true);
  }

  /**
   * Asks the consumer for a ring of this thread's doorbell once no more than `depth` messages wait: half of the ring, if nothing is said.
   * The caller must have announced its sleep and flushed, and look once more afterwards. Pairs with the look in LaneReader.release.
   */
  askForSpace(depth: number = this.capacity >> 1): void {
    Atomics.exchange(this.i32, this.spaceWantedIndex, depth + 1);
  }

  /** What `tryClaim` answers when there is no room. @throws the reason, when the lane is closed. */
  private refuse(): typeof NO_SLOT {
    if (this.closed !== undefined) throw this.closed;
    return NO_SLOT;
  }

  /** Looks again and, where that is allowed, waits. @returns false when the message must be queued. */
  private makeRoom(options: SendOptions | undefined): boolean {
    return this.hasRoom() || this.waiter.makeRoom(this, options);
  }

  /** Sends the message that was written in the byte ring, from `offsetBytes` to `endBytes`. */
  commitBytes(offsetBytes: number, endBytes: number, tag: number): void {
    const slot = this.slots + (this.tail & this.mask) * this.strideBytes;
    this.memory.i32[slot >> 2] = tag;
    this.memory.i32[(slot + SLOT_PLACE_OFFSET_BYTES) >> 2] = offsetBytes;
    this.byteRing?.take(offsetBytes, endBytes);
    this.writtenBytes = endBytes - offsetBytes;
    this.advance();
  }

  /** Makes the slot at `tail` part of the ring. */
  private advance(): void {
    this.byteRing?.close(this.tail);
    const tail = (this.tail + 1) | 0;
    this.tail = tail;
    // The consumer's state is read plainly, as a hint: Atomics.load is a builtin call, 5 ns for each message. A stale value
    // delays nothing beyond the end of the turn, and `publish` looks again with Atomics before it decides about waking.
    if (tail === this.publishAt || (this.i32[this.consumerIndex] as number) > AWAKE) this.commitGroup();
  }

  /** The slow way of `advance`: the first message of a group, the last one, or a consumer that runs dry. */
  private commitGroup(): void {
    const isFirst = this.tail === ((this.published + 1) | 0);
    if (isFirst) {
      this.publishAt = (this.published + this.group) | 0;
      if (!this.enlisted) {
        this.enlisted = true;
        this.groupStartedMs = performance.now();
        this.stamp(this.groupStartedMs);
        this.outbox.enlist(this);
      }
    }
    if (this.tail === this.publishAt) {
      this.fitGroup();
      this.publish();
    } else if ((this.i32[this.consumerIndex] as number) > AWAKE) {
      this.publish();
    }
  }

  /** A full group took so and so long: halve or double the next one, so that its first message waits about 20 us at most. */
  private fitGroup(): void {
    const nowMs = performance.now();
    const heldMs = nowMs - this.groupStartedMs;
    this.groupStartedMs = nowMs;
    this.stamp(nowMs);
    if (heldMs > MAX_HOLD_MS) this.group = Math.max(1, this.group >> 1);
    else if (heldMs < MAX_HOLD_MS / 2) this.group = Math.min(this.maxGroup, this.group << 1);
  }

  /**
   * The last message committed was sent now, and is not published yet. A channel's lane notes when the oldest of those was sent, once the
   * consumer is past the one noted before.
   */
  private stamp(nowMs: number): void {
    this.sampler?.offer((this.tail - 1) | 0, nowMs);
    if (this.stampIndex === NO_STAMP || ((this.limit - this.capacity - this.stamped) | 0) < 0) return;
    this.stamped = this.published;
    Atomics.store(this.i32, this.stampIndex, wallClockMs(nowMs));
    Atomics.store(this.i32, this.stampIndex + 1, this.stamped);
  }

  private publish(): void {
    const { i32, tail } = this;
    // The sign changes where the position crosses 2^31; the epoch goes first (see totalAt).
    if ((tail ^ this.published) < 0) Atomics.add(i32, this.tailEpochIndex, 1);
    this.published = tail;
    this.publishAt = (tail + 1) | 0;
    // publish: payload before tail. Pairs with the acquire in LaneReader.available.
    Atomics.store(i32, this.tailIndex, tail);
    // Dekker: we wrote the tail and now look whether the consumer sleeps; it announces sleep and then looks at the tail.
    const state = Atomics.load(i32, this.consumerIndex);
    if (state === PARKED || state === this.alsoWakes) this.consumer.ring();
  }
}
