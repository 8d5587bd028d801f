/**
 * Claim: a message written in place, field by field, and sent by `commit` or given up by `abort`.
 *
 *     open:   lane.hold ---> slot at tail ---> record.$begin
 *     fields: setters check and store, straight into the ring
 *     commit: record.$complete ---> lane.letGo ---> lane.commit
 *
 * Invariants:
 * I1. A claim holds its lane: until it is over, whatever else is sent there throws `SN_CLAIM_OPEN`, for the slot at the lane's
 *     tail is taken. So a lane has one claim at most, and one object serves all claims of one kind of message.
 * I2. What is not committed is invisible: only `commit` moves the tail.
 * I3. A record whose claim is over has no memory: a field that is set then throws `SN_CLAIM_CLOSED` and writes nothing.
 * I4. Where there is no slot to write in, the record lies in memory of its own and `commit` copies it: on the host and in async
 *     workers when the lane is full, for a message to every instance, and for one whose lane is known only once it is whole.
 */
import { SnError } from './errors.js';
import { sendLongToAll, sendToAll } from './handle.js';
import { SLOT_HEADER_BYTES } from './lane-layout.js';
import { type Encode, type LaneWriter, NO_SLOT, type SendOptions } from './lane-writer.js';
import { type Memory, memoryOf } from './memory.js';
import { closedRecord, type LongRecordWriter, type RecordWriter } from './record-writer.js';
import { align, beginTail } from './tail.js';

/** A message to be written in place. Called by the thread that claimed it; finish it before control returns to the event loop. */
export interface Claim<Writer> extends Disposable {
  /** Set its fields, in any order; good until the claim is committed or aborted. */
  readonly record: Writer;
  /**
   * Sends it.
   *
   * @returns a promise when it has to wait for room (on the host and in async workers), else undefined.
   * @throws SnError `SN_FIELD_RANGE` when a field was not set that has no default: the claim stays open. `SN_OPTION` when an
   *   option for its envelope is out of range, `SN_CLAIM_CLOSED` when it was over before.
   */
  commit(): Promise<void> | undefined;
  /** Gives it up: nothing was sent. Does nothing when the claim is over; so does the end of its `using`. */
  abort(): void;
}

export interface ClaimOptions extends SendOptions {
  /** Bytes to reserve for what lies behind the record; without it as many as the message may take. */
  readonly tailBytes?: number;
}

/** One kind of message, as emitted code knows it. */
export interface ClaimKind<Writer> {
  readonly tag: number;
  readonly writer: new () => Writer;
  /** Looks at a message that is whole, before it is sent. @throws when it may not be. */
  readonly check?: (memory: Memory, offsetBytes: number) => void;
  readonly envelope?: {
    readonly byteLength: number;
    /** Fills it in. @throws SnError `SN_OPTION`. */
    readonly stamp: (
      memory: Memory,
      offsetBytes: number,
      lane: LaneWriter,
      options: SendOptions | undefined,
    ) => void;
  };
}

/** The claims of one kind of message on one lane. */
export class LaneClaim<Writer extends RecordWriter> implements Claim<Writer> {
  readonly record: Writer;
  protected readonly lane: LaneWriter;
  protected readonly kind: ClaimKind<Writer>;
  protected readonly envelopeBytes: number;
  /** Where the message that is being written begins: `NO_SLOT` when none is. */
  protected offsetBytes = NO_SLOT;
  protected options: ClaimOptions | undefined;

  constructor(lane: LaneWriter, kind: ClaimKind<Writer>) {
    this.lane = lane;
    this.kind = kind;
    this.envelopeBytes = kind.envelope?.byteLength ?? 0;
    this.record = new kind.writer();
    this.options = undefined;
  }

  /** Claims the lane's next slot. @throws as `LaneWriter.claim`. */
  open(options: ClaimOptions | undefined): Claim<Writer> {
    const { lane, record } = this;
    const slot = lane.hold(options);
    if (slot === NO_SLOT) return this.detached(options);
    this.offsetBytes = slot;
    this.options = options;
    record.$begin(lane.memory, slot + SLOT_HEADER_BYTES + this.envelopeBytes, 0);
    return this;
  }

  /** The same with the fields that route the message. @throws SnError `SN_FIELD_RANGE` when one of them is out of range. */
  openKeyed<Key>(
    setKey: (record: Writer, key: Key) => void,
    key: Key,
    options: ClaimOptions | undefined,
  ): Claim<Writer> {
    const claim = this.open(options);
    try {
      setKey(claim.record, key);
    } catch (error) {
      claim.abort();
      throw error;
    }
    return claim;
  }

  commit(): undefined {
    const { lane, record, kind, offsetBytes } = this;
    if (offsetBytes === NO_SLOT) throw closedClaim();
    record.$complete();
    kind.check?.(lane.memory, record.$offsetBytes);
    this.abort();
    if (lane.closed !== undefined) throw lane.closed;
    kind.envelope?.stamp(lane.memory, record.$offsetBytes - this.envelopeBytes, lane, this.options);
    this.publish(offsetBytes);
  }

  abort(): void {
    if (this.offsetBytes === NO_SLOT) return;
    this.offsetBytes = NO_SLOT;
    this.record.$memory = closedRecord;
    this.lane.letGo();
  }

  [Symbol.dispose](): void {
    this.abort();
  }

  protected publish(slot: number): void {
    this.lane.commit(slot, this.kind.tag);
  }

  protected detached(options: ClaimOptions | undefined): Claim<Writer> {
    const { lane, kind } = this;
    const copy = copyOf(kind);
    return new DetachedClaim(kind, lane.strideBytes, (record) => lane.send(kind.tag, copy, record, options));
  }
}

/** The same for a message with a tail, which lies in the lane's byte ring. */
export class LongLaneClaim<Writer extends LongRecordWriter> extends LaneClaim<Writer> {
  override open(options: ClaimOptions | undefined): Claim<Writer> {
    const { lane, record, envelopeBytes } = this;
    const bytes = envelopeBytes + reserved(record, options);
    const offset = lane.holdBytes(bytes, options);
    if (offset === NO_SLOT) return this.detached(options);
    this.offsetBytes = offset;
    this.options = options;
    record.$begin(lane.memory, offset + envelopeBytes, offset + bytes);
    return this;
  }

  protected override publish(offsetBytes: number): void {
    this.lane.commitBytes(offsetBytes, this.record.$endBytes, this.kind.tag);
  }

  protected override detached(options: ClaimOptions | undefined): Claim<Writer> {
    const { lane, kind, envelopeBytes } = this;
    const copy = copyOf(kind);
    return new DetachedClaim(kind, reserved(this.record, options), (record) =>
      lane.sendLong(kind.tag, copy, record, envelopeBytes + record.length, options),
    );
  }
}

/** The claims of a message on one of several lanes, made when they are first asked for. */
export function claimOn<Writer extends RecordWriter>(
  lane: LaneWriter,
  kind: ClaimKind<Writer>,
): LaneClaim<Writer> {
  lane.claims[kind.tag] ??= new LaneClaim(lane, kind);
  // The tag says which class of writers it is.
  return lane.claims[kind.tag] as LaneClaim<Writer>;
}

/** As `claimOn`, for a message with a tail. */
export function longClaimOn<Writer extends LongRecordWriter>(
  lane: LaneWriter,
  kind: ClaimKind<Writer>,
): LaneClaim<Writer> {
  lane.claims[kind.tag] ??= new LongLaneClaim(lane, kind);
  return lane.claims[kind.tag] as LaneClaim<Writer>;
}

/** Claims a message to every instance. */
export function claimToAll<Writer extends RecordWriter>(
  lanes: readonly LaneWriter[],
  kind: ClaimKind<Writer>,
  options: ClaimOptions | undefined,
): Claim<Writer> {
  const { strideBytes } = lanes[0] as LaneWriter;
  const copy = copyOf(kind);
  return new DetachedClaim(kind, strideBytes, (record) => sendToAll(lanes, kind.tag, copy, record, options));
}

/** As `claimToAll`, for a message with a tail. */
export function longClaimToAll<Writer extends LongRecordWriter>(
  lanes: readonly LaneWriter[],
  kind: ClaimKind<Writer>,
  options: ClaimOptions | undefined,
): Claim<Writer> {
  const copy = copyOf(kind);
  const envelopeBytes = kind.envelope?.byteLength ?? 0;
  return new DetachedClaim(kind, reserved(new kind.writer(), options), (record) =>
    sendLongToAll(lanes, kind.tag, copy, record, envelopeBytes + record.length, options),
  );
}

/** Claims a message whose lane is known only once it is whole: `laneOf` is asked when it is committed, and may throw. */
export function claimRouted<Writer extends RecordWriter>(
  lanes: readonly LaneWriter[],
  kind: ClaimKind<Writer>,
  laneOf: (memory: Memory, offsetBytes: number) => LaneWriter,
  options: ClaimOptions | undefined,
): Claim<Writer> {
  const { strideBytes } = lanes[0] as LaneWriter;
  const copy = copyOf(kind);
  return new DetachedClaim(kind, strideBytes, (record, memory) =>
    laneOf(memory, 0).send(kind.tag, copy, record, options),
  );
}

/** As `claimRouted`, for a message with a tail. */
export function longClaimRouted<Writer extends LongRecordWriter>(
  kind: ClaimKind<Writer>,
  laneOf: (memory: Memory, offsetBytes: number) => LaneWriter,
  options: ClaimOptions | undefined,
): Claim<Writer> {
  const copy = copyOf(kind);
  const envelopeBytes = kind.envelope?.byteLength ?? 0;
  return new DetachedClaim(kind, reserved(new kind.writer(), options), (record, memory) =>
    laneOf(memory, 0).sendLong(kind.tag, copy, record, envelopeBytes + record.length, options),
  );
}

function reserved(
  { $byteLength: byteLength, $tailMaxBytes: tailMaxBytes }: LongRecordWriter,
  options: ClaimOptions | undefined,
): number {
  const { tailBytes = tailMaxBytes } = options ?? {};
  if (Number.isSafeInteger(tailBytes) && tailBytes >= 0 && tailBytes <= tailMaxBytes) {
    return byteLength + align(tailBytes);
  }
  throw new SnError(
    'SN_OPTION',
    `tailBytes takes a whole number from 0 to ${tailMaxBytes}, the most that this message may need: got ${tailBytes}`,
    { details: { tailBytes, tailMaxBytes } },
  );
}

type Bytes = Uint8Array<ArrayBufferLike>;
/** Sends a record that lies at the beginning of `memory`. */
type SendRecord = (record: Bytes, memory: Memory) => Promise<void> | undefined;

/** A claim on no lane at all: the record lies in memory of its own. */
class DetachedClaim<Writer extends RecordWriter> implements Claim<Writer> {
  readonly record: Writer;
  private readonly kind: ClaimKind<Writer>;
  private readonly memory: Memory;
  private readonly send: SendRecord;
  private isOpen = true;

  constructor(kind: ClaimKind<Writer>, byteLength: number, send: SendRecord) {
    this.kind = kind;
    this.record = new kind.writer();
    this.memory = memoryOf(new ArrayBuffer(byteLength));
    this.send = send;
    this.record.$begin(this.memory, 0, byteLength);
  }

  commit(): Promise<void> | undefined {
    if (!this.isOpen) throw closedClaim();
    const { record, memory } = this;
    record.$complete();
    this.kind.check?.(memory, 0);
    this.abort();
    return this.send(memory.u8.subarray(0, record.$endBytes), memory);
  }

  abort(): void {
    this.isOpen = false;
    this.record.$memory = closedRecord;
  }

  [Symbol.dispose](): void {
    this.abort();
  }
}

/** The encoder of a record, and its tail, that lie elsewhere. */
function copyOf({ envelope }: ClaimKind<unknown>): Encode<Bytes> {
  const envelopeBytes = envelope?.byteLength ?? 0;
  return (record, memory, offsetBytes, endBytes = 0, lane, options) => {
    memory.u8.set(record, offsetBytes + envelopeBytes);
    envelope?.stamp(memory, offsetBytes, lane, options);
    beginTail(offsetBytes + envelopeBytes + record.length, endBytes);
  };
}

function closedClaim(): SnError {
  return new SnError('SN_CLAIM_CLOSED', 'this claim was committed or aborted before: claim again');
}
