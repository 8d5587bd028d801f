/**
 * Segments: how an unbounded lane grows in place.
 *
 * A lane is one sequence of positions; a segment is a ring of slots (and of bytes, where messages have a tail) that holds those from its
 * first position on. While messages fit, a lane is the ring that it began with. When that is full the sender opens a segment: the
 * largest of its own that is empty, or, while the channel's limit allows, a new one of twice the size at the end of the region. So a lane
 * comes to rest in one ring, as large as it ever had to be, and is as fast as a bounded one.
 *
 * ```
 *   positions:  ...  [ segment 1: 1024 slots )[ segment 2: 2048 slots, round and round ...
 *                     ^ start                  ^ start: where segment 1 was full
 * ```
 *
 * | offset in the lines  | bytes | field       | writer   | readers   | access                           |
 * |---------------------:|------:|-------------|----------|-----------|----------------------------------|
 * |                    0 |     4 | opened      | producer | consumers | Atomics: how many so far         |
 * | 4 + 12 * (n % 20)    |     4 | start       | producer | consumers | plain, before `opened`; Atomics later: G4 |
 * |                  + 4 |     4 | offsetBytes | producer | consumers | plain: of its slot 0             |
 * |                  + 8 |     4 | slots       | producer | consumers | plain: a power of two            |
 *
 * The region is a growable SharedArrayBuffer. Views over it have fixed lengths (V8 reads through tracking ones 40 times slower), so each thread
 * makes new ones when it meets a segment beyond those it has.
 *
 * Invariants:
 * G1. A segment is entered into the table before the tail that leads to it is published: whoever sees the tail finds it.
 * G2. An entry is overwritten only when the head has passed its segment: no consumer can want it.
 * G3. A segment's memory is used again only when the head has reached the start of the one after it.
 * G4. Positions are compared within half of their range: the start of a segment that goes round and round is moved up behind the head
 *     long before it is left so far behind. Any start not ahead of the head says the same.
 */
import { LINE_BYTES, ringOffsetBytes, SLOTS_OFFSET_BYTES } from '../lane-layout.js';
import type { LaneWriter } from '../lane-writer.js';
import { type Memory, memoryOf } from '../memory.js';
import { ALLOCATED_OFFSET_BYTES, wholeLines } from './channel-layout.js';

const ENTRIES = 20;
const ENTRY_WORDS = 3;
/** Live segments at most: one entry stays free for the next. */
const MAX_LIVE = ENTRIES - 1;
/** A start that lies so far behind is moved up (G4). */
const FAR_BEHIND = 2 ** 29;

/** Slots from `start` on lie from `offsetBytes` on. */
export interface Segment {
  readonly start: number;
  readonly offsetBytes: number;
  readonly slots: number;
}

/** The memory of a channel in one thread: grows with the region. */
export class ChannelMemory {
  memory: Memory;
  private readonly buffer: SharedArrayBuffer;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.memory = memoryOf(buffer);
  }

  /** Views that reach at least to `endBytes`, where the region does. */
  upTo(endBytes: number): Memory {
    if (this.memory.u8.length < endBytes) this.memory = memoryOf(this.buffer);
    return this.memory;
  }

  /**
   * Takes `bytes` at the end of the region for the caller alone.
   *
   * @returns their offset, or -1 where the limit does not allow it.
   */
  allocate(bytes: number, limitBytes: number): number {
    const { i32 } = this.memory;
    for (;;) {
      const from = Atomics.load(i32, ALLOCATED_OFFSET_BYTES >> 2);
      const end = from + bytes;
      if (end > limitBytes) return -1;
      if (Atomics.compareExchange(i32, ALLOCATED_OFFSET_BYTES >> 2, from, end) !== from) continue;
      this.reach(end);
      return from;
    }
  }

  /** Grows the region; another thread may do so at once. */
  private reach(endBytes: number): void {
    while (this.buffer.byteLength < endBytes) {
      try {
        this.buffer.grow(endBytes);
      } catch (cause) {
        // Another thread grew it further meanwhile; if not, there is no memory.
        if (this.buffer.byteLength < endBytes) throw cause;
      }
    }
  }
}

/** The producer's end: opens segments when its lane is full. */
export class LaneGrowth {
  private readonly channel: ChannelMemory;
  private readonly tableIndex: number;
  private readonly limitBytes: number;
  private readonly strideBytes: number;
  private readonly maxSlots: number;
  private readonly maxDepth: number;
  /** Bytes of a segment's byte ring for each of its slots. */
  private readonly ringBytesPerSlot: number;
  /** Segments that hold messages, oldest first; the last is written to. */
  private live: Segment[];
  /** Segments that hold none. */
  private empty: Segment[] = [];
  private opened: number;

  /**
   * @param tableBytes - offset of the lane's segment lines. @param maxSlots - most slots of one segment. @param maxDepth - where so many
   *   messages wait no segment is opened: who claims them tells positions apart by their low bits.
   */
  constructor(
    channel: ChannelMemory,
    tableBytes: number,
    options: {
      readonly limitBytes: number;
      readonly strideBytes: number;
      readonly maxSlots: number;
      readonly maxDepth: number;
      readonly ringBytesPerSlot: number;
    },
  ) {
    this.channel = channel;
    this.tableIndex = tableBytes >> 2;
    this.limitBytes = options.limitBytes;
    this.strideBytes = options.strideBytes;
    this.maxSlots = options.maxSlots;
    this.maxDepth = options.maxDepth;
    this.ringBytesPerSlot = options.ringBytesPerSlot;
    const { i32 } = channel.memory;
    this.opened = Atomics.load(i32, this.tableIndex);
    // A sender before us may have left several; those behind the head are found empty at the first look.
    const first = Math.max(0, this.opened - MAX_LIVE);
    const entries = Array.from({ length: this.opened - first }, (_, k) =>
      entryAt(i32, this.tableIndex, first + k),
    );
    this.live = withoutReused(entries);
  }

  /** A sender that comes after another goes on where that one was. */
  resume(lane: LaneWriter): void {
    if (this.opened === 1) return;
    const { offsetBytes, slots } = this.current;
    const memory = this.channel.upTo(offsetBytes + this.bytesOf(slots));
    lane.moveTo(memory, offsetBytes, slots, this.ringBytesPerSlot * slots);
    lane.refreshLimit();
  }

  /** The segment that is written to. */
  get current(): Segment {
    return this.live[this.live.length - 1] as Segment;
  }

  /** The position at which the current segment is full. */
  limit(head: number): number {
    const { start, slots } = this.current;
    const passed = (head - start) | 0;
    if (passed > FAR_BEHIND) this.moveStart(head);
    return ((passed < 0 ? start : head) + slots) | 0;
  }

  /** G4. */
  private moveStart(head: number): void {
    this.live[this.live.length - 1] = { ...this.current, start: head };
    const at = this.tableIndex + 1 + ((this.opened - 1) % ENTRIES) * ENTRY_WORDS;
    Atomics.store(this.channel.memory.i32, at, head);
  }

  /**
   * Opens a segment for the lane, which is full, and moves the lane there.
   *
   * @param bytes - of the byte ring that the next message needs. @returns false where there is none to be had.
   */
  open(lane: LaneWriter, head: number, bytes: number): boolean {
    this.retire(head);
    if (this.live.length === MAX_LIVE || ((lane.tail - head) | 0) > this.maxDepth) return false;
    const found = this.pick(bytes) ?? this.allocateFor(bytes);
    if (found === undefined) return false;
    const segment = { start: lane.tail, offsetBytes: found.offsetBytes, slots: found.slots };
    const memory = this.channel.upTo(segment.offsetBytes + this.bytesOf(segment.slots));
    const { u32, i32 } = memory;
    const at = this.tableIndex + 1 + (this.opened % ENTRIES) * ENTRY_WORDS;
    u32[at] = segment.start;
    u32[at + 1] = segment.offsetBytes;
    u32[at + 2] = segment.slots;
    this.opened += 1;
    this.live.push(segment);
    // publish: entry before count; the tail that leads here comes later still (G1). Pairs with the load in `SegmentReader`.
    Atomics.store(i32, this.tableIndex, this.opened);
    lane.moveTo(memory, segment.offsetBytes, segment.slots, this.ringBytesPerSlot * segment.slots);
    return true;
  }

  /** What the head has passed is empty (G3). */
  private retire(head: number): void {
    while (this.live.length > 1 && ((head - (this.live[1] as Segment).start) | 0) >= 0)
      this.empty.push(this.live.shift() as Segment);
  }

  /** An empty segment at least as large as the full one, or the largest where none can be made. */
  private pick(bytes: number): Segment | undefined {
    const wanted = this.current.slots;
    const canGrow = wanted < this.maxSlots && this.hasMemoryFor(this.sizeFor(bytes));
    let best = -1;
    this.empty.forEach(({ slots }, k) => {
      const isEnough = canGrow ? slots >= wanted : slots * this.ringBytesPerSlot >= bytes;
      if (isEnough && (best < 0 || slots > (this.empty[best] as Segment).slots)) best = k;
    });
    return best < 0 ? undefined : this.empty.splice(best, 1)[0];
  }

  private allocateFor(bytes: number): Segment | undefined {
    const slots = this.sizeFor(bytes);
    if (slots > this.maxSlots) return undefined;
    const offsetBytes = this.channel.allocate(this.bytesOf(slots), this.limitBytes);
    return offsetBytes < 0 ? undefined : { start: 0, offsetBytes, slots };
  }

  /** Twice as many slots as now, and more where one message's bytes want it. */
  private sizeFor(bytes: number): number {
    let slots = this.current.slots * 2;
    while (slots * this.ringBytesPerSlot < bytes) slots *= 2;
    return slots;
  }

  private hasMemoryFor(slots: number): boolean {
    const { i32 } = this.channel.memory;
    return (i32[ALLOCATED_OFFSET_BYTES >> 2] as number) + this.bytesOf(slots) <= this.limitBytes;
  }

  private bytesOf(slots: number): number {
    return segmentByteLength(slots, this.strideBytes, slots * this.ringBytesPerSlot);
  }
}

/** A consumer's look at the table. */
export class SegmentReader {
  private readonly channel: ChannelMemory;
  private readonly tableIndex: number;
  private readonly strideBytes: number;
  private opened = 0;
  private entries: Segment[] = [];

  constructor(channel: ChannelMemory, tableBytes: number, strideBytes: number) {
    this.channel = channel;
    this.tableIndex = tableBytes >> 2;
    this.strideBytes = strideBytes;
  }

  /** The segment of a position that was published. The caller has seen the tail behind it. */
  at(position: number): Segment {
    const { i32 } = this.channel.memory;
    // acquire: count before entries. Pairs with the store in `LaneGrowth.open`.
    const opened = Atomics.load(i32, this.tableIndex);
    if (opened !== this.opened || this.isFarBehind(position)) {
      this.opened = opened;
      this.entries = [];
      for (let n = Math.max(0, opened - MAX_LIVE); n < opened; n++)
        this.entries.push(entryAt(i32, this.tableIndex, n));
    }
    let k = this.entries.length - 1;
    while (k > 0 && ((position - (this.entries[k] as Segment).start) | 0) < 0) k -= 1;
    return this.entries[k] as Segment;
  }

  /** Whether the start of the last segment is about to be too far behind to be compared (G4): the producer has moved it up by now. */
  private isFarBehind(position: number): boolean {
    const last = this.entries[this.entries.length - 1];
    return last !== undefined && ((position - last.start) | 0) > 2 * FAR_BEHIND;
  }

  /** The position behind the last one of `segment`, as far as is known; undefined for the last segment. */
  endOf(segment: Segment): number | undefined {
    return this.entries[this.entries.indexOf(segment) + 1]?.start;
  }

  /** Views that reach over `segment`. */
  memoryOf({ offsetBytes, slots }: Segment): Memory {
    return this.channel.upTo(offsetBytes + slots * this.strideBytes);
  }
}

/** Enters the ring that a lane begins with; before the region is shared. */
export function enterFirstSegment(
  memory: Memory,
  tableBytes: number,
  laneBytes: number,
  slots: number,
): void {
  memory.u32.set([1, 0, laneBytes + SLOTS_OFFSET_BYTES, slots], tableBytes >> 2);
}

/** Bytes of slots and byte ring, in whole lines. */
function segmentByteLength(slots: number, strideBytes: number, ringBytes: number): number {
  return ringOffsetBytes(slots, strideBytes) - SLOTS_OFFSET_BYTES + wholeLines(ringBytes) + LINE_BYTES;
}

function entryAt(words: Int32Array<ArrayBufferLike>, tableIndex: number, n: number): Segment {
  const at = tableIndex + 1 + (n % ENTRIES) * ENTRY_WORDS;
  const u32 = new Uint32Array(words.buffer, 0, words.length);
  return { start: (u32[at] as number) | 0, offsetBytes: u32[at + 1] as number, slots: u32[at + 2] as number };
}

/** Memory that was used again is the later segment's (G3). */
function withoutReused(entries: readonly Segment[]): Segment[] {
  return entries.filter(
    ({ offsetBytes }, k) => !entries.slice(k + 1).some((later) => later.offsetBytes === offsetBytes),
  );
}
