/** What channels without a fixed capacity do beside what every channel does. */
import { describe, expect, it } from 'vitest';
import { snError } from '../pool/support/errors.js';
import { type AnyChannel, channelOf, type Flavor } from './support/flavors.js';
import { type KitName, kits } from './support/messages.js';

const LIMIT_BYTES = 2 ** 20;
const kinds = ['spsc', 'mpsc', 'mpmc'] as const;
const flavors: readonly (readonly [string, Flavor])[] = kinds.flatMap((kind) =>
  (['records', 'tails'] as const).map((kit) => {
    const name = `${kind} of ${kit}`;
    return [name, { name, kind, kit, capacity: 'unbounded', priorities: false }] as const;
  }),
);

describe.each(flavors)('%s, unbounded', (_, flavor) => {
  const { kit } = flavor;

  /** Few senders and small rings, so that most of the limit is left to grow into. */
  const open = (limitBytes = LIMIT_BYTES) =>
    channelOf(flavor, {
      limitBytes,
      ...(flavor.kind === 'spsc' ? {} : { senders: 2 }),
      ...(kit === 'tails' ? { ringBytes: 2 ** 16 } : {}),
    });

  it('grows until its limit, and stays below it', () => {
    const channel = open();
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    const sent = fill(kit, sender, 1, 0);
    expect(sent).toBeGreaterThan(256);
    expect(channel.handle.snGenChannel.byteLength).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(channel.capacity).toBe(Number.POSITIVE_INFINITY);
    sender.flush();
    expect(take(kit, receiver)).toEqual(serials(1, 0, sent));
    expect(fill(kit, sender, 1, 0)).toBeGreaterThanOrEqual(sent >> 1);
  });

  it('uses the same memory again and again', () => {
    const channel = open();
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    let bytes = 0;
    for (let round = 0; round < 12; round++) {
      const count = 600 + 97 * (round % 5);
      for (let serial = 0; serial < count; serial++)
        if (!sender.trySend(kits[kit].make(1, serial)))
          throw new Error(`full at ${serial} of round ${round}`);
      sender.flush();
      expect(take(kit, receiver)).toEqual(serials(1, 0, count));
      if (round === 6) bytes = channel.handle.snGenChannel.byteLength;
    }
    expect(channel.handle.snGenChannel.byteLength).toBe(bytes);
  });

  it('stays in order while it grows and is drained at once', () => {
    const channel = open();
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    const received: string[] = [];
    let sent = 0;
    for (let round = 0; round < 60; round++) {
      // Faster in, then faster out.
      for (let k = 0; k < (round % 20 < 10 ? 97 : 13); k++)
        if (sender.trySend(kits[kit].make(1, sent))) sent += 1;
      sender.flush();
      receiver.drain((view) => received.push(textOf(kit, view)), round % 20 < 10 ? 41 : 131);
    }
    received.push(...take(kit, receiver));
    expect(received).toEqual(serials(1, 0, sent));
  });

  it.runIf(flavor.kind !== 'spsc')('is taken over by the next sender as the last one left it', () => {
    const channel = open();
    const receiver = channel.receiver();
    const received: string[] = [];
    let sender = channel.sender();
    let sent = 0;
    for (let round = 0; round < 12; round++) {
      for (let k = 0; k < 500; k++) if (sender.trySend(kits[kit].make(1, sent))) sent += 1;
      sender.flush();
      receiver.drain((view) => received.push(textOf(kit, view)), 450);
      sender = succeed(channel, sender);
    }
    received.push(...take(kit, receiver));
    expect(received).toEqual(serials(1, 0, sent));
  });

  it('goes on beyond 2^31 messages, and beyond 2^32', () => {
    for (const [position, start] of [
      [2 ** 31 - 700, 0],
      [2 ** 32 - 700, 2 ** 31 + 5],
    ] as const) {
      const channel = open();
      startAt(channel, position, start);
      const [sender, receiver] = [channel.sender(), channel.receiver()];
      const received: string[] = [];
      for (let serial = 0; serial < 1500; serial++) {
        expect(sender.trySend(kits[kit].make(1, serial))).toBe(true);
        sender.flush();
        if (serial % 3 !== 0) receiver.drain((view) => received.push(textOf(kit, view)), 1);
      }
      received.push(...take(kit, receiver));
      expect(received).toEqual(serials(1, 0, 1500));
    }
  });
});

describe('a bounded channel with tails', () => {
  it.each(kinds.slice(1))('of kind %s keeps what waits when another sender takes the seat', (kind) => {
    const channel = channelOf(
      { name: '', kind, kit: 'tails', capacity: 16, priorities: false },
      { senders: 2, ringBytes: 1600 },
    );
    const receiver = channel.receiver();
    const received: string[] = [];
    let sent = 0;
    let sender = channel.sender();
    for (let round = 0; round < 40; round++) {
      for (let k = 0; k < 5; k++) if (sender.trySend(kits.tails.make(1, sent))) sent += 1;
      sender.flush();
      receiver.drain((view) => received.push(textOf('tails', view)), 2 + (round % 3));
      sender = succeed(channel, sender);
    }
    received.push(...take('tails', receiver));
    expect(received).toEqual(serials(1, 0, sent));
    expect(sent).toBeGreaterThan(40);
  });
});

describe('mpmc, unbounded', () => {
  it('refuses before positions could not be told apart any more', () => {
    const channel = channelOf(
      { name: '', kind: 'mpmc', kit: 'records', capacity: 'unbounded', priorities: false },
      { senders: 1, receivers: 1, limitBytes: 2 ** 27 },
    );
    const sender = channel.sender();
    expect(fill('records', sender, 1, 0)).toBeLessThan(2 ** 21);
    expect(() => channel.receiver().drain(() => {}, 2 ** 22)).not.toThrow();
    expect(channel.stats()).toMatchObject({ depth: 0 });
  });
});

describe('a limit', () => {
  it('that the first lanes exceed is refused', () => {
    expect(() => channelOf(flavors[0]?.[1] as Flavor, { limitBytes: 1000 })).toThrow(
      snError('SN_OPTION') as Error,
    );
  });
});

/** A sender on the seat of `last`, which closes; another keeps the channel open meanwhile. */
function succeed(channel: AnyChannel, last: AnySender): AnySender {
  const other = channel.sender();
  last.close();
  const next = channel.sender();
  other.close();
  return next;
}

type AnySender = ReturnType<AnyChannel['sender']>;

interface Tries {
  trySend(value: unknown): boolean;
}

function fill(kit: KitName, sender: Tries, from: number, first: number): number {
  const { make } = kits[kit];
  let count = 0;
  while (sender.trySend(make(from, first + count))) count += 1;
  return count;
}

function take(kit: KitName, receiver: { drain(onView: (view: unknown) => void): number }): string[] {
  const all: string[] = [];
  while (receiver.drain((view) => all.push(textOf(kit, view))) > 0);
  return all;
}

function textOf(kit: KitName, view: unknown): string {
  const { from, serial } = kits[kit].markOf(view);
  return `${from}/${serial}`;
}

function serials(from: number, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, k) => `${from}/${first + k}`);
}

/** Makes the first lane one that so many messages have gone through, in the ring that it has been in since `start`. */
function startAt(channel: AnyChannel, position: number, start: number): void {
  const region = (channel as unknown as { region: RegionParts }).region;
  const lane = region.laneBytes(0, 0);
  region.i32[lane >> 2] = position;
  region.i32[(lane + 128) >> 2] = position;
  if (region.places.isClaimed)
    region.i32[region.blockBytes(0, 0) >> 2] = ((position & 0xff_ffff) << 8) | 0xff;
  region.i32[(region.blockBytes(0, 0) + region.places.segments + 4) >> 2] = start;
}

interface RegionParts {
  readonly i32: Int32Array;
  readonly places: { readonly isClaimed: boolean; readonly segments: number };
  laneBytes(sender: number, priority: number): number;
  blockBytes(sender: number, priority: number): number;
}
