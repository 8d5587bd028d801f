/**
 * Inspect: what there is to say about how messages lie in memory, as plain data. `inspect-text.ts` shows it.
 */
import { type Budget, laneBytesOf } from '../schema/links.js';
import type { InboxPlan, TopologyPlan } from '../schema/plan.js';
import { envelopeBytesOf, SLOT_HEADER_BYTES } from '../schema/plan.js';
import { type LayoutRow, layoutRows } from './layout-rows.js';
import { type ByteOwners, type ByteRange, byteOwners, paddingOf, unpackedBytes } from './record-bytes.js';

export type MessagePlan = TopologyPlan['messages'][number];

export interface MessageInspection {
  readonly message: MessagePlan;
  readonly rows: readonly LayoutRow[];
  readonly owners: ByteOwners;
  readonly padding: readonly ByteRange[];
  /** What the record would take with its fields in the order written. */
  readonly unpackedBytes: number;
  readonly inboxes: readonly InboxInspection[];
}

/** A message's slot in one inbox. */
export interface InboxInspection {
  /** A worker's name, or `main`. */
  readonly inbox: string;
  readonly tag: number;
  readonly strideBytes: number;
  /** Bytes of each slot that this message leaves free, because the inbox has a larger one or it lies in the byte ring. */
  readonly unusedBytes: number;
  readonly capacitySlots: number;
  /** Bytes of one lane's byte ring; missing where the inbox has no message with a tail. */
  readonly ringBytes?: number;
  /** Memory of one lane: there is one from each sending thread to each instance. */
  readonly laneBytes: number;
}

export function inspectMessage(plan: TopologyPlan, message: MessagePlan): MessageInspection {
  const owners = byteOwners(message);
  const inboxes: readonly (readonly [string, InboxPlan])[] = [
    ...plan.workers.map(({ name, inbox }) => [name, inbox] as const),
    ['main', plan.main],
  ];
  return {
    message,
    rows: layoutRows(message),
    owners,
    padding: paddingOf(owners),
    unpackedBytes: unpackedBytes(message),
    inboxes: inboxes.flatMap(([name, inbox]) => inspectInbox(message, name, inbox)),
  };
}

/** The same as JSON: the plan's data, and what was found about it. @param budget - missing where it is not asked for. */
export function inspectionJson(
  plan: TopologyPlan,
  messages: readonly MessageInspection[],
  budget?: Budget,
): unknown {
  const { schema, version, fingerprint } = plan;
  return {
    schema,
    version,
    fingerprint,
    messages: messages.map(({ message, rows, padding, unpackedBytes: unpacked, inboxes }) => ({
      ...message,
      rows,
      padding,
      paddingBytes: totalBytes(padding),
      unpackedBytes: unpacked,
      inboxes,
    })),
    ...(budget === undefined ? {} : { memory: budget }),
  };
}

export function totalBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function inspectInbox(
  { name: message, byteLength, tailMaxBytes, envelope, isOfCall }: MessagePlan,
  name: string,
  inbox: InboxPlan,
): readonly InboxInspection[] {
  const { messages, strideBytes, capacitySlots, ringBytes } = inbox;
  const found = messages.find((candidate) => candidate.message === message);
  if (found === undefined) return [];
  const laneBytes = laneBytesOf(inbox);
  // A message with a tail lies in the byte ring whole: of its slot it needs the header.
  const wholeBytes = envelopeBytesOf({ envelope, isOfCall }) + byteLength;
  const unusedBytes = strideBytes - SLOT_HEADER_BYTES - (tailMaxBytes === undefined ? wholeBytes : 0);
  const ring = ringBytes === undefined ? {} : { ringBytes };
  return [{ inbox: name, tag: found.tag, strideBytes, unusedBytes, capacitySlots, ...ring, laneBytes }];
}
