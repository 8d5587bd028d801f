/**
 * Wiring: from the plan's numbers to the arena and its lanes.
 *
 * The host alone computes where everything lies and hands each thread its part as an `Attachment`; nobody else does
 * arithmetic on the arena as a whole.
 */
import {
  ARENA_MAGIC,
  ARENA_VERSION,
  FINGERPRINT_OFFSET_BYTES,
  lanesOffsetBytes,
  MAGIC_OFFSET_BYTES,
  VERSION_OFFSET_BYTES,
} from './arena-layout.js';
import type { Peer } from './deadlock.js';
import { type Participant, participantWord } from './envelope.js';
import { SnError } from './errors.js';
import { readFingerprint, writeFingerprint } from './fingerprint.js';
import { laneByteLength } from './lane-layout.js';
import type { LaneEnds } from './lane-writer.js';
import { checkSharedMemory } from './memory.js';

export interface InboxWiring {
  /** Slots of each lane into it. */
  readonly capacitySlots: number;
  readonly strideBytes: number;
  /** Bytes of each lane's byte ring; missing where no message has a tail. */
  readonly ringBytes?: number;
}

export interface WorkerWiring extends InboxWiring {
  readonly name: string;
  readonly instances: number | 'cores';
  readonly tickMs?: number;
  /** Names of workers, or `main`. */
  readonly sendsTo: readonly string[];
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
}

export interface Arena {
  readonly buffer: SharedArrayBuffer;
  readonly participants: readonly Participant[];
  readonly lanes: readonly LaneAddress[];
  /** Offset in bytes of a slot as large as any that the host writes: the host's own, for messages that it queues. */
  readonly spareSlot: number;
}

/** What a thread needs to take its place; structured-cloneable. */
export interface Attachment {
  readonly arena: SharedArrayBuffer;
  readonly participant: number;
  readonly worker: string;
  readonly instance: number;
  readonly instances: number;
  readonly tickMs: number | undefined;
  readonly spinMs: number;
  /** Whether views throw once their handler has returned. */
  readonly isDevelopment: boolean;
  readonly inbox: readonly LaneAddress[];
  /** All participants, by their numbers. */
  readonly peers: readonly Peer[];
  /** All lanes of the arena, by offset: whoever runs out of work looks whether everybody has. */
  readonly laneOffsets: readonly number[];
  /** For each target (a worker's name, or `main`) one lane an instance. */
  readonly targets: Readonly<Record<string, readonly LaneAddress[]>>;
}

/** Lays out and allocates the arena for so many instances of each worker. */
export function buildArena(wiring: Wiring, instances: ReadonlyMap<string, number>): Arena {
  const participants: Participant[] = [{ worker: 'main', instance: 0 }];
  for (const { name } of wiring.workers)
    for (let instance = 0; instance < (instances.get(name) as number); instance++)
      participants.push({ worker: name, instance });

  const lanes: LaneAddress[] = [];
  let end = lanesOffsetBytes(participants.length);
  for (const [consumer, to] of participants.entries()) {
    const { worker } = to;
    const { capacitySlots, strideBytes, ringBytes = 0 } = inboxOf(wiring, worker);
    for (const [producer, from] of participants.entries()) {
      if (!feeds(wiring, from.worker, worker)) continue;
      const ends = { number: lanes.length, source: wordOf(wiring, from), target: wordOf(wiring, to) };
      lanes.push({ offsetBytes: end, capacitySlots, strideBytes, ringBytes, producer, consumer, ends });
      end += laneByteLength(capacitySlots, strideBytes, ringBytes);
    }
  }
  const spareSlot = end;
  end += Math.max(...wiring.workers.map(({ strideBytes }) => strideBytes));
  return { buffer: stamped(allocate(end), wiring.fingerprint), participants, lanes, spareSlot };
}

/** The part of the arena that one participant takes. */
export function attachmentOf(
  arena: Arena,
  wiring: Wiring,
  participant: number,
  { spinMs, isDevelopment }: Pick<Attachment, 'spinMs' | 'isDevelopment'>,
): Attachment {
  const { worker, instance } = arena.participants[participant] as Participant;
  return {
    arena: arena.buffer,
    participant,
    worker,
    instance,
    instances: arena.participants.filter((other) => other.worker === worker).length,
    tickMs: wiring.workers.find(({ name }) => name === worker)?.tickMs,
    spinMs,
    isDevelopment,
    inbox: arena.lanes.filter((lane) => lane.consumer === participant),
    peers: arena.participants.map((peer) => ({
      ...peer,
      capacitySlots: inboxOf(wiring, peer.worker).capacitySlots,
    })),
    laneOffsets: arena.lanes.map(({ offsetBytes }) => offsetBytes),
    targets: Object.fromEntries(
      ['main', ...wiring.workers.map(({ name }) => name)].map((target) => [
        target,
        arena.lanes.filter(
          (lane) => lane.producer === participant && arena.participants[lane.consumer]?.worker === target,
        ),
      ]),
    ),
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
  return buffer;
}
