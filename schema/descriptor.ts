/**
 * Descriptors: what the user declared, as plain data.
 *
 * The first stage turns Zod types and the DSL's objects into these; nothing after it knows Zod. Everything
 * here is JSON-serialisable and tagged by `kind`.
 */

import type { EnvelopeField } from './envelope.js';

/** The type of one field, before it has a place in memory. */
export type TypeDescriptor =
  | { readonly kind: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' }
  | { readonly kind: 'f32' | 'f64' }
  /** A whole number of up to 53 bits, kept as f64: what `z.int()` means. */
  | { readonly kind: 'safeInt' }
  | { readonly kind: 'u64' | 'i64' }
  | { readonly kind: 'bool' }
  /** Milliseconds since 1970 as f64. */
  | { readonly kind: 'date' }
  /** One of several values; a single one takes no bytes. */
  | { readonly kind: 'enum'; readonly values: readonly EnumValue[] }
  /** Up to `maxLength` characters of 7 bits. */
  | { readonly kind: 'ascii'; readonly maxLength: number }
  /** Up to `maxBytes` bytes of UTF-8. */
  | { readonly kind: 'utf8'; readonly maxBytes: number }
  | { readonly kind: 'bytes'; readonly maxBytes: number }
  /** 128 bits, written as 36 characters in lower case. */
  | { readonly kind: 'uuid' }
  /** A typed array of up to `max` numbers. */
  | { readonly kind: 'numbers'; readonly element: NumberElement; readonly max: number }
  | { readonly kind: 'object'; readonly fields: readonly FieldDescriptor[] }
  | { readonly kind: 'tuple'; readonly items: readonly TypeDescriptor[] }
  | ListDescriptor
  | UnionDescriptor
  /** A type or nothing: `undefined`, `null`, or either of them. */
  | { readonly kind: 'maybe'; readonly type: TypeDescriptor; readonly absent: Absent }
  /** Text, bytes, numbers or a list too large for a slot: it lies behind the record, as long as it is. */
  | { readonly kind: 'tail'; readonly type: TailType }
  /** A type whose sender may leave it out. */
  | { readonly kind: 'default'; readonly type: TypeDescriptor; readonly value: JsonValue };

/** What may lie behind a record. */
export type TailType =
  | { readonly kind: 'utf8' | 'bytes'; readonly maxBytes: number }
  | { readonly kind: 'numbers'; readonly element: NumberElement; readonly max: number }
  | ListDescriptor;

export type EnumValue = string | number | boolean | null;
export type Absent = 'undefined' | 'null' | 'either';
export type JsonValue = EnumValue | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a typed array holds, by the name of its array in `Memory`. */
export type NumberElement = 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64' | 'i64';

/** Up to `max` items, or exactly so many. A map's items are pairs of key and value. */
export interface ListDescriptor {
  readonly kind: 'list';
  readonly as: 'array' | 'set' | 'map';
  /** The type of an item; for a map of its key and its value. */
  readonly items: readonly TypeDescriptor[];
  readonly max: number;
  readonly isExact: boolean;
}

/** One of several objects, told apart by the field `discriminator`, which each of them has. */
export interface UnionDescriptor {
  readonly kind: 'union';
  readonly discriminator: string;
  readonly options: readonly UnionOption[];
}

export interface UnionOption {
  /** What the discriminator may be in this option. */
  readonly values: readonly EnumValue[];
  readonly fields: readonly FieldDescriptor[];
}

export type TypeKind = TypeDescriptor['kind'];

export interface FieldDescriptor {
  readonly name: string;
  readonly type: TypeDescriptor;
  /** The version of the message with which the field came, from 2; missing in what was there from the first. */
  readonly since?: number;
}

export interface MessageDescriptor {
  readonly name: string;
  readonly fields: readonly FieldDescriptor[];
  /** There when senders run the whole Zod schema on a value first. */
  readonly validate?: true;
  /** What comes with each message beside its fields; missing where nothing does. */
  readonly envelope?: readonly EnvelopeField[];
  /** There when nobody is to send it in a pool. */
  readonly codecOnly?: true;
}

/** How a message picks the instance that gets it. */
export type RouteDescriptor =
  /** By the partition of its key: the values of these fields. */
  | { readonly kind: 'hash'; readonly fields: readonly string[] }
  /** The same, but the partitions are dealt by a ring on which each instance has so many points. */
  | { readonly kind: 'consistentHash'; readonly fields: readonly string[]; readonly virtualNodes: number }
  /** By the range in which a field lies: one range more than bounds, which ascend. */
  | { readonly kind: 'range'; readonly field: string; readonly bounds: readonly RangeBound[] }
  | { readonly kind: 'roundRobin' }
  | { readonly kind: 'leastLoaded' }
  | { readonly kind: 'broadcast' }
  /** By what a function of the user's returns. */
  | { readonly kind: 'custom'; readonly module: string; readonly export: string };

/** A number or text is itself, a bigint its decimal digits, a date its milliseconds since 1970: the field's type tells which. */
export type RangeBound = number | string;

export type RouteKind = RouteDescriptor['kind'];

/** Threads on cores of their own, side by side, or each on its CPU of a list. */
export type AffinityDescriptor = 'spread' | 'compact' | readonly number[];

/** So many threads, one on each core, or by need between two numbers. */
export type InstancesDescriptor =
  | number
  | 'cores'
  | { readonly min: number | 'cores'; readonly max: number | 'cores'; readonly idleMs?: number };

/** The fields by whose values a message is routed; none where they do not matter, or where a function looks at all of them. */
export function keyFieldsOf(route: RouteDescriptor): readonly string[] {
  if (route.kind === 'range') return [route.field];
  return route.kind === 'hash' || route.kind === 'consistentHash' ? route.fields : [];
}

export interface WorkerDescriptor {
  readonly name: string;
  /** As written in the schema, relative to the schema's file. */
  readonly handler: string;
  /** `'cores'`: one for each core, counted when the pool starts. */
  readonly instances: InstancesDescriptor;
  /** Slots of each lane into an instance; a power of two. */
  readonly capacitySlots: number;
  /** Time between calls of `tick`; absent when the worker has none. */
  readonly tickMs?: number;
  /** How many handlers run at a time; absent in sync workers, whose handlers never wait. */
  readonly concurrency?: number;
  /** Where its threads run; absent when that is left to the system. */
  readonly affinity?: AffinityDescriptor;
  /** From -20 (first) to 19 (last); absent when it is as the host's. */
  readonly priority?: number;
  readonly receives: readonly { readonly message: string; readonly route: RouteDescriptor }[];
  /** The calls that it answers, and how their requests are routed. */
  readonly answers: readonly { readonly call: string; readonly route: RouteDescriptor }[];
  /** There when its sends are not to be counted where cycles are looked for. */
  readonly cycles?: 'accepted';
  /** Whom this worker may send to (`'main'` or a worker's name), what, and which of the target's calls it makes. */
  readonly sends: readonly SendsDescriptor[];
}

export interface SendsDescriptor {
  readonly to: string;
  readonly messages: readonly string[];
  readonly calls: readonly string[];
}

/** A call: its request and response are among the messages, under these names. */
export interface CallDescriptor {
  readonly name: string;
  readonly request: string;
  readonly response: string;
}

export interface TopologyDescriptor {
  /** Those of calls are among them: see `CallDescriptor`. */
  readonly messages: readonly MessageDescriptor[];
  readonly calls: readonly CallDescriptor[];
  readonly workers: readonly WorkerDescriptor[];
}
