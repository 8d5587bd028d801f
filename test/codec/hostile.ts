/**
 * Hostile records: four families of bytes that no sender wrote, and the judge of what a generated codec makes of them.
 *
 * Whatever the bytes, `decode` gives either SN_BAD_RECORD or a value that can be sent and arrives as it was; every getter
 * of a view gives either SN_BAD_RECORD or a value of its type. Each record lies at the very end of its memory.
 * Shared by `hostile.test.ts` and `fuzz.ts`; the same seed gives the same layouts and records.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { memoryOf } from '../../runtime/memory.js';
import { anyMessage, valueFor } from './arbitraries.js';
import { type AnyCodec, compileCodec, type PlannedMessage } from './compile.js';
import { type Extreme, extremesOf } from './extremes.js';
import { isBadRecord, judgeView, UNKNOWN, WrongValue, weighFields } from './judge-value.js';
import { fillRandomly, type Random, randomBits } from './random.js';
import { decodeReference, encodeReference, NoRecord, type Value } from './reference.js';

/** Bytes before a record: where it begins is not where its memory does. */
const AT = 16;
const LAYOUTS_PER_ROUND = 20;
const VALID_RECORDS = 12;
/** One of so many records is compared with the reference codec. */
const EVERY_REFERENCE = 9;
/** One of so many is seen through its view and judged by its layout, and another one lies elsewhere too. */
const EVERY_VIEW = 4;
/** No record holds more than so many items, characters and bytes for each of its own bytes: lists nest three deep. */
const MOST_WEIGHT_PER_BYTE = 4;
/** Large records are fewer: about so many bytes a family and layout. */
const BYTES_PER_FAMILY = 600_000;
const MOST_RECORDS = 4_000;
const LEAST_RECORDS = 100;

export type FamilyName = keyof typeof FAMILIES;

export interface Count {
  records: number;
  values: number;
  errors: number;
  /** Compared with the reference codec. */
  referenced: number;
  /** Touched through every getter. */
  viewed: number;
}

export interface Tally {
  layouts: number;
  readonly families: Readonly<Record<FamilyName, Count>>;
}

/** What a family makes its records from. */
interface Subject {
  readonly layout: PlannedMessage;
  readonly valid: readonly Uint8Array[];
  readonly extremes: readonly Extreme[];
  readonly random: Random;
}

type Make = (record: Uint8Array, subject: Subject, index: number) => void;

export const FAMILIES = {
  /** Random bytes. */
  random: (record, { random }) => fillRandomly(record, random),
  /** A valid record with 1 to 8 flipped bits. */
  flipped: (record, { valid, random }) => {
    record.set(pick(valid, random));
    for (let left = 1 + (random() & 7); left > 0; left--) {
      const bit = random() % (record.length * 8);
      record[bit >> 3] = (record[bit >> 3] as number) ^ (1 << (bit & 7));
    }
  },
  /** A valid record with one after the other of all its extremes, later with up to three more. */
  extreme: (record, { valid, extremes, random }, index) => {
    record.set(valid[index % valid.length] as Uint8Array);
    if (extremes.length === 0) return;
    put(record, extremes[index % extremes.length] as Extreme);
    if (index >= extremes.length)
      for (let more = random() & 3; more > 0; more--) put(record, pick(extremes, random));
  },
  /** The beginning of a valid record, behind it what was there: nothing, all bits, another record, anything. */
  truncated: (record, { valid, random }) => {
    const style = random() & 3;
    if (style < 2) record.fill(style === 0 ? 0 : 0xff);
    else if (style === 2) record.set(pick(valid, random));
    else fillRandomly(record, random);
    record.set(pick(valid, random).subarray(0, random() % record.length));
  },
} as const satisfies { readonly [name: string]: Make };

export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly FamilyName[];

export function emptyTally(): Tally {
  const zero = (): Count => ({ records: 0, values: 0, errors: 0, referenced: 0, viewed: 0 });
  return {
    layouts: 0,
    families: { random: zero(), flipped: zero(), extreme: zero(), truncated: zero() },
  };
}

/** A record that a codec did not take as it must. */
export class HostileFailure extends Error {
  constructor(seed: number, family: FamilyName, layout: PlannedMessage, record: Uint8Array, cause: unknown) {
    const hex = Buffer.from(record).toString('hex');
    const words = `${String(cause)}\n  family ${family}\n  layout ${JSON.stringify(layout)}\n  record ${hex}`;
    super(`${words}\n  again: npm run fuzz -- --minutes 0 --seed ${seed}`, { cause });
  }
}

/** New layouts, and records of every family for each. @throws HostileFailure */
export async function hostileRound(seed: number, tally: Tally): Promise<void> {
  const random = randomBits(seed);
  for (const layout of fc.sample(anyMessage, { seed, numRuns: LAYOUTS_PER_ROUND })) {
    // Those with a tail reach beyond their record: hostile-tails.test.ts.
    if (layout.byteLength === 0 || layout.tailMaxBytes !== undefined) continue;
    const codec = await compileCodec(layout);
    const valid = fc
      .sample(valueFor(layout.fields), { seed, numRuns: VALID_RECORDS })
      .map((value) => recordOf(layout, value));
    const subject = { layout, valid, extremes: extremesOf(layout), random };
    tally.layouts++;
    for (const family of FAMILY_NAMES) hostileRecords(seed, family, subject, codec, tally.families[family]);
  }
}

function hostileRecords(
  seed: number,
  family: FamilyName,
  subject: Subject,
  codec: AnyCodec,
  count: Count,
): void {
  const { layout } = subject;
  const judge = new Judge(layout, codec, count);
  const fair = Math.floor(BYTES_PER_FAMILY / layout.byteLength);
  const least = family === 'extreme' ? subject.extremes.length : LEAST_RECORDS;
  const records = Math.max(least, Math.min(MOST_RECORDS, fair));
  for (let index = 0; index < records; index++) {
    FAMILIES[family](judge.record, subject, index);
    try {
      judge.judge(index, family === 'truncated');
    } catch (error) {
      throw new HostileFailure(seed, family, layout, judge.record, error);
    }
  }
}

/** Decodes one record after the other, and knows what must come of it. */
class Judge {
  /** Where the record's bytes go: the end of its memory. */
  readonly record: Uint8Array;
  readonly #layout: PlannedMessage;
  readonly #codec: AnyCodec;
  readonly #count: Count;
  readonly #memory;
  readonly #data: DataView;
  readonly #elsewhere;
  readonly #sent;
  readonly #sentAgain;
  readonly #view;

  constructor(layout: PlannedMessage, codec: AnyCodec, count: Count) {
    const { byteLength } = layout;
    this.#layout = layout;
    this.#codec = codec;
    this.#count = count;
    this.#memory = memoryOf(new SharedArrayBuffer(AT + byteLength));
    this.record = this.#memory.u8.subarray(AT);
    this.#data = new DataView(this.#memory.buffer, AT);
    this.#elsewhere = memoryOf(new ArrayBuffer(2 * AT + byteLength + AT));
    this.#sent = memoryOf(new SharedArrayBuffer(byteLength));
    this.#sentAgain = memoryOf(new SharedArrayBuffer(byteLength));
    this.#view = codec.view(this.#memory, AT);
  }

  judge(index: number, isElsewhere: boolean): void {
    const count = this.#count;
    count.records++;
    const got = outcome(() => this.#codec.decode(this.#memory, AT));
    if (got.value === undefined) {
      if (!isBadRecord(got.error)) throw got.error;
      count.errors++;
    } else {
      count.values++;
      this.#arrives(got.value);
    }
    if (index % EVERY_REFERENCE === 0) this.#isAsReference(got);
    if (index % EVERY_VIEW === 0) this.#isSeen(got);
    if (isElsewhere || index % EVERY_VIEW === 1) this.#isSameElsewhere(got, index);
  }

  /** A value can be sent, and gives the same bytes when it is sent on. */
  #arrives(value: Value): void {
    const [sent, again] = [this.#sent, this.#sentAgain];
    sent.u8.fill(0);
    again.u8.fill(0);
    this.#codec.encode(value, sent, 0);
    this.#codec.encode(this.#codec.decode(sent, 0), again, 0);
    if (Buffer.compare(sent.u8, again.u8) !== 0) throw new WrongValue('the value changes on its way');
  }

  #isAsReference(got: Outcome): void {
    this.#count.referenced++;
    const expected = outcome(() => decodeReference(this.#layout, this.#data));
    if (expected.error !== undefined && !(expected.error instanceof NoRecord)) throw expected.error;
    if (!isDeepStrictEqual(got.value, expected.value))
      throw new WrongValue('the reference reads another value');
  }

  /** Every getter gives a value; nothing holds more than a small multiple of the record's bytes. */
  #isSeen({ value, error }: Outcome): void {
    this.#count.viewed++;
    const { fields, byteLength } = this.#layout;
    if (value !== undefined && weighFields(fields, value) > byteLength * MOST_WEIGHT_PER_BYTE)
      throw new WrongValue('the value is out of proportion to its record');
    judgeView(fields, this.#view, value ?? UNKNOWN, this.#memory);
    const copy = outcome(() => this.#view.toObject());
    if (String(copy.error) !== String(error)) throw new WrongValue(`toObject(): ${String(copy.error)}`);
  }

  /** Where it lies and what lies around it makes no difference: nothing outside the record is read. */
  #isSameElsewhere(got: Outcome, index: number): void {
    const { u8 } = this.#elsewhere;
    u8.fill(index);
    u8.set(this.record, 2 * AT);
    const there = outcome(() => this.#codec.decode(this.#elsewhere, 2 * AT));
    if (String(there.error) !== String(got.error)) throw new WrongValue(`elsewhere: ${String(there.error)}`);
    if (got.value === undefined) return;
    const sent = this.#sentAgain;
    sent.u8.fill(0);
    this.#codec.encode(there.value as Value, sent, 0);
    if (Buffer.compare(sent.u8, this.#sent.u8) !== 0) throw new WrongValue('another value elsewhere');
  }
}

interface Outcome<Result = Value> {
  readonly value?: Result;
  readonly error?: unknown;
}

export function outcome<Result = Value>(decode: () => Result): Outcome<Result> {
  try {
    return { value: decode() };
  } catch (error) {
    return { error };
  }
}

function recordOf(layout: PlannedMessage, value: Value): Uint8Array {
  const record = new Uint8Array(layout.byteLength);
  encodeReference(layout, value, new DataView(record.buffer));
  return record;
}

function put(record: Uint8Array, { offsetBytes, bytes }: Extreme): void {
  record.set(bytes, offsetBytes);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random() % items.length] as Item;
}
