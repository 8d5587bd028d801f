/**
 * Wiring: from the plan's numbers to the arena and its lanes.
 *
 * The host alone computes where everything lies and hands each thread its part as an `Attachment`; nobody else does
 * arithmetic on the arena as a whole.
 */
import type { RunWishes, ThreadSettings } from './affinity/thread-plan.js';
import {
  ARENA_MAGIC,
  ARENA_VERSION,
  FINGERPRINT_OFFSET_BYTES,
  lanesOffsetBytes,
  MAGIC_OFFSET_BYTES,
  VERSION_OFFSET_BYTES,
} from './arena-layout.js';
import { CANCELS_BYTES } from './calls/call-layout.js';
import type { Peer } from './deadlock.js';
import { type Participant, participantWord } from './envelope.js';
import { SnError } from './errors.js';
import { readFingerprint, writeFingerprint } from './fingerprint.js';
import { LINE_BYTES, laneByteLength } from './lane-layout.js';
import type { LaneEnds } from './lane-writer.js';
import { checkSharedMemory } from './memory.js';
import { beginCommonClock } from './metrics/common-clock.js';
import type { HoldOrder } from './resizing/orders.js';
import type { Routing } from './target.js';

export interface InboxWiring {
  /** Slots of each lane into it. */
  readonly capacitySlots: number;
  readonly strideBytes: number;
  /** Bytes of each lane's byte ring; missing where no message has a tail. */
  readonly ringBytes?: number;
}

/** So many threads, one on each core, or by need between two numbers: see `WorkerOptions.instances` of the schema. */
export type Instances =
  | number
  | 'cores'
  | { readonly min?: number | 'cores'; readonly max: number | 'cores'; readonly idleMs?: number };

export interface WorkerWiring extends InboxWiring, RunWishes {
  readonly name: string;
  readonly instances: Instances;
  /** Points of each instance on the ring that deals the partitions; missing where each instance owns an equal share. */
  readonly virtualNodes?: number;
  readonly tickMs?: number;
  /** How many handlers run at a time; missing in sync workers. */
  readonly concurrency?: number;
  /** Names of workers, or `main`. */
  readonly sendsTo: readonly string[];
  /** Whom of them it calls too. */
  readonly callsTo?: readonly string[];
  /** The lanes by which it answers calls; missing where it answers none. */
  readonly replies?: { readonly strideBytes: number; readonly ringBytes: number };
}

/** What generated code tells the runtime about a topology. */
export interface Wiring {
  readonly fingerprint: string;
  readonly workers: readonly WorkerWiring[];
  readonly main: InboxWiring;
  /** Names of workers in the order of closing: senders before receivers. */
  readonly stages: readonly (readonly string[])[];
}

/** Where one lane lies and whose it is. */
export interface LaneAddress extends InboxWiring {
  readonly offsetBytes: number;
  /** Participant that writes. */
  readonly producer: number;
  /** Participant that reads. */
  readonly consumer: number;
  /** Bytes of the byte ring behind the slots; 0 where there is none. */
  readonly ringBytes: number;
  readonly ends: LaneEnds;
  /** Whether it carries replies to calls, and no messages. */
  readonly isOfReplies: boolean;
  /** Where calls that come by this lane are answered; missing where none do. */
  readonly way?: WayAddress;
}

/** The way back from an answerer to a caller. */
export interface WayAddress {
  readonly lane: LaneAddress;
  /** Where the caller's cancels lie: see `calls/call-layout.ts`. */
  readonly cancelsBytes: number;
}

export interface Arena {
  readonly buffer: SharedArrayBuffer;
  /** A place for each thread that there can be. */
  readonly participants: readonly Participant[];
  readonly lanes: readonly LaneAddress[];
  /** Where the lanes into each participant lie, replies not among them. */
  readonly inboxes: readonly (readonly number[])[];
  /** By participant that queues what finds no room, the host or of an async worker: the offset in bytes of its own slot for that. */
  readonly spareSlots: ReadonlyMap<number, number>;
}

/** By name of a worker, who is there by now. */
export type Routings = ReadonlyMap<string, Routing>;

/** What a thread needs to take its place; structured-cloneable. */
export interface Attachment extends ThreadSettings {
  readonly arena: SharedArrayBuffer;
  readonly participant: number;
  readonly worker: string;
  readonly instance: number;
  readonly tickMs: number | undefined;
  readonly spinMs: number;
  /** Whether views throw once their handler has returned. */
  readonly isDevelopment: boolean;
  /** What it begins with; missing where it goes to work at once. */
  readonly hold: HoldOrder | undefined;
  /** What an async worker needs beside; missing in sync ones. */
  readonly waits?: WaitsAttachment;
  readonly inbox: readonly LaneAddress[];
  /** All participants, by their numbers. */
  readonly peers: readonly Peer[];
  /** All lanes of the arena, by offset: whoever runs out of work looks whether everybody has. */
  readonly laneOffsets: readonly number[];
  /** By name of a worker, or `main`. */
  readonly targets: Readonly<Record<string, TargetAddress>>;
}

export interface WaitsAttachment {
  /** How many handlers run at a time. */
  readonly concurrency: number;
  /** See `Arena.spareSlots`. */
  readonly spareSlot: number;
}

export interface TargetAddress {
  /** One for each instance that there can be. */
  readonly lanes: readonly LaneAddress[];
  /** Where all lanes into each instance lie, those of other senders among them. */
  readonly inboxes: readonly (readonly number[])[];
  /** Who is there; the host has none. */
  readonly routing: Routing | undefined;
}

/** Lays out and allocates the arena for at most so many instances of each worker. */
export function buildArena(wiring: Wiring, maxInstances: ReadonlyMap<string, number>): Arena {
  const participants: Participant[] = [{ worker: 'main', instance: 0 }];
  for (const { name } of wiring.workers)
    for (let instance = 0; instance < (maxInstances.get(name) as number); instance++)
      participants.push({ worker: name, instance });

  const lanes: LaneAddress[] = [];
  let end = lanesOffsetBytes(participants.length);
  let number = 0;
  const layLane = (producer: number, consumer: number, inbox: InboxWiring): LaneAddress => {
    const { capacitySlots, strideBytes, ringBytes = 0 } = inbox;
    const [source, target] = [producer, consumer].map((one) =>
      wordOf(wiring, participants[one] as Participant),
    );
    const ends = { number, source: source as number, target: target as number };
    number += 1;
    const place = { offsetBytes: end, capacitySlots, strideBytes, ringBytes };
    end += laneByteLength(capacitySlots, strideBytes, ringBytes);
    return { ...place, producer, consumer, ends, isOfReplies: false };
  };
  for (const [consumer, { worker }] of participants.entries()) {
    const inbox = inboxOf(wiring, worker);
    for (const [producer, from] of participants.entries()) {
      if (!feeds(wiring, from.worker, worker)) continue;
      const lane = layLane(producer, consumer, inbox);
      const replies = repliesBetween(wiring, from.worker, worker);
      if (replies === undefined) lanes.push(lane);
      else {
        const back = { ...layLane(consumer, producer, replies), isOfReplies: true };
        lanes.push({ ...lane, way: { lane: back, cancelsBytes: end } }, back);
        end += CANCELS_BYTES;
      }
    }
  }
  const inboxes = participants.map((): number[] => []);
  for (const { isOfReplies, consumer, offsetBytes } of lanes)
    if (!isOfReplies) inboxes[consumer]?.push(offsetBytes);
  const spareSlots = new Map<number, number>();
  for (const [participant, { worker }] of participants.entries()) {
    if (worker !== 'main' && concurrencyOf(wiring, worker) === undefined) continue;
    // On lines of its own: its thread alone writes there.
    end = Math.ceil(end / LINE_BYTES) * LINE_BYTES;
    spareSlots.set(participant, end);
    const own = lanes.filter(({ producer }) => producer === participant);
    end += Math.max(0, ...own.map(({ strideBytes }) => strideBytes));
  }
  const buffer = stamped(allocate(end), wiring.fingerprint);
  return { buffer, participants, lanes, inboxes, spareSlots };
}

/** The part of the arena that one participant takes. */
export function attachmentOf(
  arena: Arena,
  wiring: Wiring,
  participant: number,
  routings: Routings,
  settings: Pick<Attachment, 'spinMs' | 'isDevelopment' | 'hold'> & ThreadSettings,
): Attachment {
  const { worker, instance } = arena.participants[participant] as Participant;
  const concurrency = concurrencyOf(wiring, worker);
  return {
    arena: arena.buffer,
    participant,
    worker,
    instance,
    tickMs: wiring.workers.find(({ name }) => name === worker)?.tickMs,
    ...(concurrency === undefined
      ? {}
      : { waits: { concurrency, spareSlot: arena.spareSlots.get(participant) as number } }),
    ...settings,
    inbox: inboxLanesOf(arena, participant),
    peers: arena.participants.map((peer) => ({
      ...peer,
      capacitySlots: inboxOf(wiring, peer.worker).capacitySlots,
    })),
    laneOffsets: arena.lanes.map(({ offsetBytes }) => offsetBytes),
    targets: Object.fromEntries(
      ['main', ...wiring.workers.map(({ name }) => name)].map((target) => [
        target,
        targetOf(arena, participant, target, routings),
      ]),
    ),
  };
}

/** The lanes by which messages come to `participant`. */
export function inboxLanesOf(arena: Arena, participant: number): readonly LaneAddress[] {
  return arena.lanes.filter((lane) => lane.consumer === participant && !lane.isOfReplies);
}

/** The way from `participant` to the worker `target`, or to `main`. */
export function targetOf(
  arena: Arena,
  participant: number,
  target: string,
  routings: Routings,
): TargetAddress {
  const lanes = arena.lanes.filter(
    (lane) =>
      lane.producer === participant &&
      arena.participants[lane.consumer]?.worker === target &&
      !lane.isOfReplies,
  );
  return {
    lanes,
    inboxes: lanes.map(({ consumer }) => arena.inboxes[consumer] as readonly number[]),
    routing: routings.get(target),
  };
}

/** @throws SnError `SN_SCHEMA_MISMATCH` unless the arena was made for the same plan. */
export function checkFingerprint(buffer: SharedArrayBuffer, fingerprint: string, who: string): void {
  const words = new DataView(buffer);
  const isArena =
    words.getUint32(MAGIC_OFFSET_BYTES, true) === ARENA_MAGIC &&
    words.getUint32(VERSION_OFFSET_BYTES, true) === ARENA_VERSION;
  const found = readFingerprint(words, FINGERPRINT_OFFSET_BYTES);
  if (isArena && found === fingerprint) return;
  throw new SnError(
    'SN_SCHEMA_MISMATCH',
    `${who} was generated from another schema than the pool: its fingerprint is ${fingerprint}, the pool's is ${found}; run sn-gen again, so that pool and bundles are of one make`,
    { details: { expected: found, actual: fingerprint } },
  );
}

/** Of an async worker. */
function concurrencyOf({ workers }: Wiring, worker: string): number | undefined {
  return workers.find(({ name }) => name === worker)?.concurrency;
}

function inboxOf(wiring: Wiring, worker: string): InboxWiring {
  return wiring.workers.find(({ name }) => name === worker) ?? wiring.main;
}

/** The host is number 0, the workers follow in the order of the plan. */
function wordOf({ workers }: Wiring, { worker, instance }: Participant): number {
  return participantWord(workers.findIndex(({ name }) => name === worker) + 1, instance);
}

/** The host feeds every worker; a worker feeds whom the schema says. */
function feeds(wiring: Wiring, from: string, to: string): boolean {
  if (from === 'main') return to !== 'main';
  return wiring.workers.some(({ name, sendsTo }) => name === from && sendsTo.includes(to));
}

/** The lane by which one worker answers another's calls, or the host's, which may call everybody. */
function repliesBetween(wiring: Wiring, caller: string, answerer: string): InboxWiring | undefined {
  const worker = wiring.workers.find(({ name }) => name === answerer);
  const isCaller =
    caller === 'main' ||
    wiring.workers.some(({ name, callsTo }) => name === caller && callsTo?.includes(answerer));
  if (worker?.replies === undefined || !isCaller) return undefined;
  return { ...worker.replies, capacitySlots: worker.capacitySlots };
}

function allocate(byteLength: number): SharedArrayBuffer {
  checkSharedMemory();
  // Offsets are shifted as signed 32-bit numbers on every path.
  if (byteLength > 0x7fff_ffff)
    throw new SnError(
      'SN_OPTION',
      `the lanes of this topology need ${byteLength} bytes, at most ${0x7fff_ffff} are possible: lower capacity, instances or message sizes`,
      { details: { byteLength } },
    );
  return new SharedArrayBuffer(byteLength);
}

function stamped(buffer: SharedArrayBuffer, fingerprint: string): SharedArrayBuffer {
  const words = new DataView(buffer);
  words.setUint32(MAGIC_OFFSET_BYTES, ARENA_MAGIC, true);
  words.setUint32(VERSION_OFFSET_BYTES, ARENA_VERSION, true);
  writeFingerprint(words, FINGERPRINT_OFFSET_BYTES, fingerprint);
  beginCommonClock(words);
  return buffer;
}
