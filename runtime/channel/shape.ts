/**
 * Shape: what a channel is like, from the creator's options to the words at the head of its region, and back where another thread attaches.
 *
 * Options come from people and are answered with what is allowed. A region comes by a handle, which may be anything: every word is checked
 * before it is believed.
 */
import type { Codec } from '../codec.js';
import { SnError } from '../errors.js';
import { readFingerprint, writeFingerprint } from '../fingerprint.js';
import { SLOT_HEADER_BYTES } from '../lane-layout.js';
import { align } from '../tail.js';
import { badOption, noHandle } from './channel-errors.js';
import {
  CHANNEL_MAGIC,
  CHANNEL_VERSION,
  type ChannelKind,
  type ChannelShape,
  FINGERPRINT_OFFSET_BYTES,
  type FullPolicy,
  isClaimed,
  kinds,
  MAGIC_OFFSET_BYTES,
  MAX_SEATS,
  type Priority,
  placesOf,
  policies,
  priorities,
  SHAPE_OFFSET_BYTES,
  VERSION_OFFSET_BYTES,
} from './channel-layout.js';
import { MAX_CLAIMED_SLOTS } from './claims.js';

/** What `createChannel` takes. */
export interface ChannelOptions<Value, View, Input> {
  readonly kind: ChannelKind;
  /** Generated with the schema: `FlightCodec`. */
  readonly codec: Codec<Value, View, Input>;
  /** Messages of each sender that may wait, from 1; 1024 if not given. `unbounded` grows up to `limitBytes`. */
  readonly capacity?: number | 'unbounded';
  /** Most bytes of an unbounded channel; 64 MiB if not given. */
  readonly limitBytes?: number;
  /** Most senders at one time: 1 for spsc, else 8 if not given, at most 30. Each has a lane of its own. */
  readonly senders?: number;
  /** Most receivers at one time: 8 for mpmc if not given, at most 30; else 1. */
  readonly receivers?: number;
  /** What becomes of a message that finds the channel full; `wait` if not given. */
  readonly onFull?: FullPolicy;
  /** Lanes for high, normal and low messages, taken by these weights; `true`: 16, 4 and 1. */
  readonly priorities?: boolean | Readonly<Record<Priority, number>>;
  /** How many waiting messages of one sender are `full`, and how few are `drained` again; a quarter of it if not given. */
  readonly highWater?: number;
  readonly lowWater?: number;
  /** Bytes for messages with a tail that may wait, of each sender; 1 MiB if not given. None of them may be longer. */
  readonly ringBytes?: number;
}

const DEFAULT_CAPACITY = 1024;
const DEFAULT_SEATS = 8;
const DEFAULT_WEIGHTS = [16, 4, 1];
const DEFAULT_RING_BYTES = 2 ** 20;
const DEFAULT_LIMIT_BYTES = 64 * 2 ** 20;
/** An unbounded lane begins with so many slots. */
const FIRST_SLOTS = 256;
const MAX_WEIGHT = 255;
/** Of empty messages, too: slots are told apart by their places. */
const MIN_STRIDE_BYTES = 8;
/** Offsets are shifted as signed numbers on every path. */
const MAX_BYTES = 0x7fff_ffff;

type AnyCodec = Pick<Codec<unknown, unknown, never>, 'name' | 'fingerprint' | 'byteLength' | 'byteLengthOf'>;

/** @throws SnError `SN_OPTION`. */
export function shapeOf<Value, View, Input>(options: ChannelOptions<Value, View, Input>): ChannelShape {
  if (typeof options !== 'object' || options === null)
    throw badOption('options', options, 'an object with a kind and a codec');
  const { kind, codec, onFull = 'wait' } = options;
  if (!kinds.includes(kind)) throw badOption('kind', kind, `one of ${kinds.join(', ')}`);
  if (!policies.includes(onFull)) throw badOption('onFull', onFull, `one of ${policies.join(', ')}`);
  checkCodec(codec);
  const senders = seatsOf(
    'senders',
    options.senders,
    kind === 'spsc' ? 1 : DEFAULT_SEATS,
    kind === 'spsc',
    kind,
  );
  const receivers = seatsOf(
    'receivers',
    options.receivers,
    kind === 'mpmc' ? DEFAULT_SEATS : 1,
    kind !== 'mpmc',
    kind,
  );
  const isUnbounded = options.capacity === 'unbounded';
  const capacity = isUnbounded
    ? FIRST_SLOTS
    : wholeNumber('capacity', options.capacity ?? DEFAULT_CAPACITY, 1, 2 ** 30);
  const capacitySlots = 2 ** Math.ceil(Math.log2(capacity));
  if (isClaimed({ kind, onFull }) && capacitySlots > MAX_CLAIMED_SLOTS)
    throw badOption('capacity', capacity, `at most ${MAX_CLAIMED_SLOTS} where several may take a message`);
  if (options.limitBytes !== undefined && !isUnbounded)
    throw badOption('limitBytes', options.limitBytes, "left out where capacity is not 'unbounded'");
  const isLong = codec.byteLengthOf !== undefined;
  if (options.ringBytes !== undefined && !isLong)
    throw badOption(
      'ringBytes',
      options.ringBytes,
      `left out for ${codec.name}, whose messages have no tail`,
    );
  const strideBytes = strideOf(codec);
  const ringBytes = isLong
    ? align(wholeNumber('ringBytes', options.ringBytes ?? DEFAULT_RING_BYTES, codec.byteLength, 2 ** 30))
    : 0;
  const highWater =
    options.highWater === undefined
      ? 0
      : wholeNumber('highWater', options.highWater, 1, isUnbounded ? 2 ** 30 : capacity);
  if (options.lowWater !== undefined && highWater === 0)
    throw badOption('lowWater', options.lowWater, 'left out where there is no highWater');
  const lowWater = wholeNumber('lowWater', options.lowWater ?? highWater >> 2, 0, Math.max(0, highWater - 1));
  const shape: ChannelShape = {
    kind,
    onFull,
    capacitySlots,
    capacity,
    strideBytes,
    ringBytes,
    senders,
    receivers,
    weights: weightsOf(options.priorities),
    limitBytes: isUnbounded
      ? wholeNumber('limitBytes', options.limitBytes ?? DEFAULT_LIMIT_BYTES, 1, MAX_BYTES)
      : 0,
    highWater,
    lowWater,
  };
  checkSize(shape);
  return shape;
}

/** Writes what others must know at the head of a fresh region. */
export function stamp(buffer: SharedArrayBuffer, shape: ChannelShape, codec: AnyCodec): void {
  const words = new DataView(buffer, 0, SHAPE_OFFSET_BYTES + 64);
  words.setUint32(MAGIC_OFFSET_BYTES, CHANNEL_MAGIC, true);
  words.setUint32(VERSION_OFFSET_BYTES, CHANNEL_VERSION, true);
  writeFingerprint(words, FINGERPRINT_OFFSET_BYTES, codec.fingerprint);
  for (const [k, value] of wordsOf(shape).entries()) words.setUint32(SHAPE_OFFSET_BYTES + 4 * k, value, true);
}

/**
 * Reads what the creator wrote.
 *
 * @throws SnError `SN_CHANNEL_HANDLE` when the region is no channel's; `SN_SCHEMA_MISMATCH` when it carries other messages than `codec`.
 */
export function readShape(buffer: SharedArrayBuffer, codec: AnyCodec): ChannelShape {
  checkCodec(codec);
  if (buffer.byteLength < SHAPE_OFFSET_BYTES + 64) throw noHandle('its memory is too short to be a channel');
  const words = new DataView(buffer, 0, SHAPE_OFFSET_BYTES + 64);
  if (words.getUint32(MAGIC_OFFSET_BYTES, true) !== CHANNEL_MAGIC) throw noHandle('its memory is no channel');
  const version = words.getUint32(VERSION_OFFSET_BYTES, true);
  if (version !== CHANNEL_VERSION)
    throw noHandle(
      `its memory is laid out by version ${version} of the runtime, and this one knows ${CHANNEL_VERSION}`,
    );
  const found = readFingerprint(words, FINGERPRINT_OFFSET_BYTES);
  if (found !== codec.fingerprint)
    throw new SnError(
      'SN_SCHEMA_MISMATCH',
      `the channel carries messages with fingerprint ${found}, and ${codec.name} of this side has ${codec.fingerprint}: attach with the codec that it was created with, generated from the same schema`,
      { details: { message: codec.name, expected: found, actual: codec.fingerprint } },
    );
  const shape = shapeFrom((k) => words.getUint32(SHAPE_OFFSET_BYTES + 4 * k, true));
  if (shape === undefined || !fits(shape, buffer, codec)) throw noHandle('its memory is damaged');
  return shape;
}

function wordsOf(shape: ChannelShape): readonly number[] {
  const { weights } = shape;
  return [
    kinds.indexOf(shape.kind),
    policies.indexOf(shape.onFull),
    shape.capacitySlots,
    shape.capacity,
    shape.strideBytes,
    shape.ringBytes,
    shape.senders,
    shape.receivers,
    weights.length,
    weights[0] ?? 0,
    weights[1] ?? 0,
    weights[2] ?? 0,
    shape.limitBytes,
    shape.highWater,
    shape.lowWater,
  ];
}

function shapeFrom(word: (k: number) => number): ChannelShape | undefined {
  const kind = kinds[word(0)];
  const onFull = policies[word(1)];
  const lanes = word(8);
  if (kind === undefined || onFull === undefined || (lanes !== 0 && lanes !== priorities.length))
    return undefined;
  return {
    kind,
    onFull,
    capacitySlots: word(2),
    capacity: word(3),
    strideBytes: word(4),
    ringBytes: word(5),
    senders: word(6),
    receivers: word(7),
    weights: Array.from({ length: lanes }, (_, k) => word(9 + k)),
    limitBytes: word(12),
    highWater: word(13),
    lowWater: word(14),
  };
}

/**
 * A slot is a record and nothing else: all messages are of one kind, so that no tag tells them apart, and more of them share a cache
 * line. One of a message with a tail says where that lies.
 */
function strideOf({ byteLength, byteLengthOf }: AnyCodec): number {
  return byteLengthOf === undefined ? Math.max(MIN_STRIDE_BYTES, byteLength) : SLOT_HEADER_BYTES;
}

/** Whether a creator can have written this: each word is what it says, or follows from the others. */
function fits(shape: ChannelShape, buffer: SharedArrayBuffer, codec: AnyCodec): boolean {
  const { kind, capacity, capacitySlots, senders, receivers, limitBytes, highWater, lowWater } = shape;
  const isLong = codec.byteLengthOf !== undefined;
  const isUnbounded = limitBytes > 0;
  return (
    isWithin(capacity, 1, capacitySlots) &&
    capacitySlots === 2 ** Math.ceil(Math.log2(capacity)) &&
    (!isClaimed(shape) || capacitySlots <= MAX_CLAIMED_SLOTS) &&
    shape.strideBytes === strideOf(codec) &&
    (isLong ? shape.ringBytes >= codec.byteLength && shape.ringBytes % 8 === 0 : shape.ringBytes === 0) &&
    isWithin(senders, 1, kind === 'spsc' ? 1 : MAX_SEATS) &&
    isWithin(receivers, 1, kind === 'mpmc' ? MAX_SEATS : 1) &&
    shape.weights.every((weight) => isWithin(weight, 1, MAX_WEIGHT)) &&
    lowWater <= Math.max(0, highWater - 1) &&
    highWater <= (isUnbounded ? 2 ** 30 : capacity) &&
    (isUnbounded
      ? placesOf(shape).end <= buffer.byteLength && (limitBytes & ~7) === buffer.maxByteLength
      : placesOf(shape).end === buffer.byteLength)
  );
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function checkCodec(codec: unknown): asserts codec is AnyCodec {
  const { name, fingerprint, byteLength, encode, decode, view } = (codec ?? {}) as Record<string, unknown>;
  const isCodec =
    typeof name === 'string' &&
    typeof fingerprint === 'string' &&
    /^[0-9a-f]{16}$/.test(fingerprint) &&
    typeof byteLength === 'number' &&
    [encode, decode, view].every((each) => typeof each === 'function');
  if (!isCodec)
    throw badOption('codec', codec, 'a generated codec, such as FlightCodec of generated/messages.ts');
}

function seatsOf(
  option: string,
  given: number | undefined,
  usual: number,
  isFixed: boolean,
  kind: ChannelKind,
): number {
  if (!isFixed) return wholeNumber(option, given ?? usual, 1, MAX_SEATS);
  if (given !== undefined && given !== 1)
    throw badOption(
      option,
      given,
      `1 in a channel of kind ${kind}: ${option === 'senders' ? 'use mpsc or mpmc' : 'use mpmc'} for several`,
    );
  return 1;
}

function weightsOf(given: boolean | Readonly<Record<Priority, number>> | undefined): readonly number[] {
  if (given === undefined || given === false) return [];
  if (given === true) return DEFAULT_WEIGHTS;
  if (typeof given !== 'object' || given === null)
    throw badOption('priorities', given, 'true, or a weight for each of high, normal and low');
  return priorities.map((priority) => wholeNumber(`priorities.${priority}`, given[priority], 1, MAX_WEIGHT));
}

function checkSize(shape: ChannelShape): void {
  const { end } = placesOf(shape);
  const limit = shape.limitBytes > 0 ? shape.limitBytes : MAX_BYTES;
  if (end <= limit) return;
  throw new SnError(
    'SN_OPTION',
    shape.limitBytes > 0
      ? `limitBytes must leave room for the lanes as they begin, ${end} bytes: got ${limit}; raise it, or lower senders`
      : `the lanes of this channel need ${end} bytes, at most ${limit} are possible: lower capacity, senders or ringBytes`,
    { details: { needed: end, limit } },
  );
}

function wholeNumber(option: string, given: unknown, min: number, max: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
  throw badOption(option, given, `a whole number from ${min} to ${max}`);
}
