/** What senders do beside what every channel does: policies, water marks, priorities, and what ends a wait. */
import { describe, expect, it } from 'vitest';
import type { FullPolicy, Priority } from '../../runtime/index.js';
import { snError } from '../pool/support/errors.js';
import { turns, until } from '../pool/support/turns.js';
import { channelOf, type Flavor, Opener, worlds } from './support/flavors.js';
import { type KitName, kits } from './support/messages.js';

const kinds = ['spsc', 'mpsc', 'mpmc'] as const;

function flavor(kind: Flavor['kind'], capacity: Flavor['capacity'], kit: KitName = 'records'): Flavor {
  return { name: kind, kind, kit, capacity, priorities: false };
}

describe.each(worlds)('in the %s world', (world) => {
  describe.each(kinds)('%s', (kind) => {
    const open = async (onFull: FullPolicy, kit: KitName = 'records') => {
      const channel = channelOf(flavor(kind, 3, kit), { onFull });
      const opener = new Opener(channel, { kit }, world);
      return { channel, sender: await opener.sender(), receiver: await opener.receiver() };
    };
    const serialsOf = (marks: readonly { readonly serial: number }[]) => marks.map(({ serial }) => serial);

    it.each(['records', 'tails'] as const)('fail: refuses what finds it full (%s)', async (kit) => {
      const { channel, sender, receiver } = await open('fail', kit);
      const sent = [await sender.sendMany(0, 5), await sender.send(5), await sender.trySend(6)];
      expect(sent).toEqual([3, false, false]);
      await sender.flush();
      expect(serialsOf(await receiver.drain())).toEqual([0, 1, 2]);
      expect(channel.stats()).toMatchObject({ sent: 3, received: 3, refused: 4, dropped: 0, fullWaits: 0 });
    });

    it.each(['records', 'tails'] as const)('drop-newest: drops what finds it full (%s)', async (kit) => {
      const { channel, sender, receiver } = await open('drop-newest', kit);
      const sent = [await sender.sendMany(0, 5), await sender.send(5), await sender.trySend(6)];
      expect(sent).toEqual([3, false, false]);
      await sender.flush();
      expect(serialsOf(await receiver.drain())).toEqual([0, 1, 2]);
      expect(channel.stats()).toMatchObject({ sent: 3, received: 3, refused: 0, dropped: 4, fullWaits: 0 });
    });

    it.each(['records', 'tails'] as const)('drop-oldest: drops what waits longest (%s)', async (kit) => {
      const { channel, sender, receiver } = await open('drop-oldest', kit);
      const sent = [await sender.sendMany(0, 5), await sender.send(5), await sender.trySend(6)];
      expect(sent).toEqual([5, true, true]);
      await sender.flush();
      expect(channel.stats()).toMatchObject({ sent: 7, received: 0, depth: 3, dropped: 4 });
      expect(serialsOf(await receiver.drain())).toEqual([4, 5, 6]);
      expect(channel.stats()).toMatchObject({ sent: 7, received: 3, depth: 0, refused: 0, dropped: 4 });
    });

    it('wait: counts each wait for room', async () => {
      const { channel, sender, receiver } = await open('wait');
      const sent = sender.sendMany(0, 4);
      await until(() => channel.stats().fullWaits === 1);
      expect(await receiver.receive()).toEqual({ from: 1, serial: 0 });
      await receiver.drain();
      expect(await sent).toBe(4);
      expect(channel.stats()).toMatchObject({ refused: 0, dropped: 0 });
    });

    it('takes high ones first, and starves none', async () => {
      const weights = { high: 4, normal: 2, low: 1 };
      const channel = channelOf(flavor(kind, 512), { priorities: weights });
      const opener = new Opener(channel, { kit: 'records' }, world);
      const [sender, receiver] = [await opener.sender(), await opener.receiver()];
      const names: readonly Priority[] = ['low', 'normal', 'high'];
      for (const [k, priority] of names.entries()) await sender.sendMany(1000 * k, 400, { priority });
      await sender.flush();
      const first = serialsOf(await receiver.drain(7 * 16));
      // High, normal and low ones by weight, each in order.
      expect(names.map((_, k) => first.filter((serial) => Math.floor(serial / 1000) === k))).toEqual([
        range(0, 16),
        range(1000, 32),
        range(2000, 64),
      ]);
      expect(first[0]).toBe(2000);
      const rest = [...first, ...serialsOf(await receiver.drain(2000))];
      for (const k of [0, 1, 2])
        expect(rest.filter((serial) => Math.floor(serial / 1000) === k)).toEqual(range(1000 * k, 400));
    });

    it('says when it needs to drain, and when it has', async () => {
      const channel = channelOf(flavor(kind, 8), { highWater: 6, lowWater: 2 });
      const opener = new Opener(channel, { kit: 'records' }, world);
      const [sender, receiver] = [await opener.sender(), await opener.receiver()];
      await sender.sendMany(0, 5);
      expect(await sender.needsDrain()).toBe(false);
      await sender.trySend(5);
      expect(await sender.needsDrain()).toBe(true);
      await receiver.drain(3);
      expect(await sender.needsDrain()).toBe(true);
      const drained = sender.drained();
      await receiver.drain(1);
      await drained;
      expect(await sender.needsDrain()).toBe(false);
    });
  });
});

describe('a sender on the event loop', () => {
  const open = (options: Parameters<typeof channelOf>[1] = {}, capacity: Flavor['capacity'] = 1) => {
    const channel = channelOf(flavor('spsc', capacity), options);
    return { channel, sender: channel.sender(), receiver: channel.receiver() };
  };
  const make = (serial: number) => kits.records.make(1, serial);

  it('gives up when its signal is aborted, and what comes later is sent', async () => {
    const { sender, receiver } = open();
    const controller = new AbortController();
    sender.trySend(make(0));
    const given = sender.sendAsync(make(1), { signal: controller.signal });
    const later = sender.sendAsync(make(2));
    controller.abort(new Error('enough'));
    await expect(given).rejects.toEqual(
      snError('SN_ABORTED', { cause: expect.objectContaining({ message: 'enough' }) }),
    );
    expect(await receiver.receiveAsync()).toMatchObject({ flights: 0 });
    expect(await receiver.receiveAsync()).toMatchObject({ flights: 2 });
    expect(await later).toBe(true);
  });

  it('does not send what was given up before', () => {
    const { channel, sender } = open();
    expect(() => sender.sendAsync(make(0), { signal: AbortSignal.abort() })).toThrow(
      snError('SN_ABORTED') as Error,
    );
    expect(channel.stats().sent).toBe(0);
  });

  it('is closed once what waits in it is written', async () => {
    const { channel, sender, receiver } = open();
    const sent = [0, 1, 2].map((serial) => sender.sendAsync(make(serial)));
    sender.close();
    expect(channel.stats().senders).toBe(1);
    const received: unknown[] = [];
    for await (const value of receiver) received.push((value as { flights: number }).flights);
    expect(received).toEqual([0, 1, 2]);
    expect(await Promise.all(sent)).toEqual([true, true, true]);
    expect(channel.stats().senders).toBe(0);
  });

  it('closed, fails what waits in it with what could not be sent when the receivers leave', async () => {
    const { sender, receiver } = open();
    sender.trySend(make(0));
    const waits = sender.sendAsync(make(1));
    sender.close();
    receiver.close();
    await expect(waits).rejects.toEqual(
      snError('SN_CHANNEL_CLOSED', { details: { side: 'receivers', unsent: make(1) } }),
    );
  });

  it('encodes at once', async () => {
    const { sender, receiver } = open();
    const value = make(1) as { flights: number };
    sender.trySend(make(0));
    const sent = sender.sendAsync(value);
    value.flights = 99;
    expect(await receiver.receiveAsync()).toMatchObject({ flights: 0 });
    expect(await receiver.receiveAsync()).toMatchObject({ flights: 1 });
    expect(await sent).toBe(true);
  });

  it('says what is left of many when one of them cannot be encoded', async () => {
    const { sender } = open({}, 8);
    const bad = { ...(make(2) as object), flights: -1 };
    await expect(sender.sendManyAsync([make(0), make(1), bad, make(3)])).rejects.toEqual(
      snError('SN_FIELD_RANGE', { details: expect.objectContaining({ unsent: [bad, make(3)] }) }),
    );
    expect(sender.len()).toBe(2);
  });

  it('calls its listeners at the water marks', async () => {
    const { sender, receiver } = open({ highWater: 3, lowWater: 1 }, 4);
    const signals: string[] = [];
    const listening = sender.onWater((signal) => signals.push(signal));
    for (let serial = 0; serial < 4; serial++) sender.trySend(make(serial));
    expect(signals).toEqual(['full']);
    receiver.drain(() => {}, 2);
    await turns(3);
    expect(signals).toEqual(['full']);
    receiver.drain(() => {}, 1);
    await until(() => signals.length === 2);
    expect(signals).toEqual(['full', 'drained']);
    listening[Symbol.dispose]();
    for (let serial = 0; serial < 3; serial++) sender.trySend(make(serial));
    expect(signals).toHaveLength(2);
  });

  it('ends its listening when the receivers leave, or itself', async () => {
    for (const end of ['receiver', 'sender'] as const) {
      const ends = open({ highWater: 1 }, 4);
      ends.sender.onWater(() => {});
      ends.sender.trySend(make(0));
      ends.sender.trySend(make(1));
      await turns(2);
      const drained = ends.sender.drained();
      ends[end].close();
      await expect(drained).rejects.toEqual(snError('SN_CHANNEL_CLOSED'));
      await turns(2);
    }
  });

  it('leaves its seat alone once it has closed', async () => {
    const channel = channelOf(flavor('mpsc', 2), { senders: 2 });
    const [other, last, receiver] = [channel.sender(), channel.sender(), channel.receiver()];
    last.trySend(make(0));
    const drained = last.drained().catch(() => {});
    await turns(2);
    last.close();
    const next = channel.sender();
    next.trySend(make(1));
    const sent = [2, 3].map((serial) => next.sendAsync(make(serial)));
    await drained;
    await turns(2);
    const received = [];
    for (let k = 0; k < 4; k++) received.push((await receiver.receiveAsync()) as { flights: number });
    expect(received.map(({ flights }) => flights)).toEqual([0, 1, 2, 3]);
    expect(await Promise.all(sent)).toEqual([true, true]);
    other.close();
    next.close();
  });

  it('counts the bytes of records and tails', () => {
    for (const kit of ['records', 'tails'] as const) {
      const channel = channelOf(flavor('spsc', 32, kit));
      const { codec, make: makeOne } = kits[kit];
      const sender = channel.sender();
      let most = 0;
      for (let serial = 0; serial < 20; serial++) {
        const value = makeOne(1, serial);
        sender.trySend(value);
        most += codec.byteLengthOf?.(value) ?? codec.byteLength;
      }
      sender.flush();
      expect(channel.stats().bytes).toBeGreaterThan(most - 20 * 8);
      expect(channel.stats().bytes).toBeLessThanOrEqual(most);
    }
  });
});

describe('drop-oldest', () => {
  it('makes room for a message with a tail by dropping as many as that takes', () => {
    const channel = channelOf(flavor('spsc', 16, 'tails'), { onFull: 'drop-oldest', ringBytes: 640 });
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    for (const serial of [0, 13, 26, 39, 12]) expect(sender.trySend(kits.tails.make(1, serial))).toBe(true);
    sender.flush();
    const received: number[] = [];
    receiver.drain((view) => received.push(kits.tails.markOf(view).serial));
    expect(received.at(-1)).toBe(12);
    const { sent, received: handled, dropped, depth } = channel.stats();
    expect({ sent, depth, all: handled + dropped }).toEqual({ sent: 5, depth: 0, all: 5 });
  });

  it('takes nothing that a receiver has in hand', () => {
    const channel = channelOf(flavor('spsc', 2), { onFull: 'drop-oldest' });
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    const send = (serial: number) => sender.trySend(kits.records.make(1, serial));
    expect([send(0), send(1)]).toEqual([true, true]);
    sender.flush();
    const seen: number[] = [];
    receiver.drain((view) => {
      if (seen.length === 0) expect(send(2)).toBe(false);
      seen.push(kits.records.markOf(view).serial);
    }, 1);
    expect(send(3)).toBe(true);
    sender.flush();
    receiver.drain((view) => seen.push(kits.records.markOf(view).serial));
    expect(seen).toEqual([0, 1, 3]);
    expect(channel.stats()).toMatchObject({ sent: 3, received: 3, refused: 1, dropped: 0 });
  });
});

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + k);
}
