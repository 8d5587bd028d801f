/** What receivers do beside what every channel does: iteration, views, handlers, wait strategies. */
import { describe, expect, it } from 'vitest';
import { snError } from '../pool/support/errors.js';
import { turns, until } from '../pool/support/turns.js';
import { channelOf, type Flavor, Opener } from './support/flavors.js';
import { type KitName, kits } from './support/messages.js';

const kinds = ['spsc', 'mpsc', 'mpmc'] as const;
const kitNames = ['records', 'tails'] as const;

function open(kind: Flavor['kind'], kit: KitName = 'records', capacity: Flavor['capacity'] = 16) {
  const channel = channelOf({ name: kind, kind, kit, capacity, priorities: false });
  const sender = channel.sender();
  const send = (serial: number) => sender.trySend(kits[kit].make(1, serial));
  return { channel, sender, send, receiver: channel.receiver() };
}

const serialOf = (value: unknown): number => kits.records.markOf(value).serial;

describe.each(kinds)('%s', (kind) => {
  it.each(kitNames)('hands views over in place (%s)', (kit) => {
    const { sender, send, receiver } = open(kind, kit);
    for (let serial = 0; serial < 14; serial++) send(serial);
    sender.flush();
    const views = new Set<unknown>();
    const serials: number[] = [];
    receiver.drain((view) => {
      views.add(view);
      serials.push(kits[kit].markOf(view).serial);
    });
    // One view moves from record to record: nothing is made for a message.
    expect(views.size).toBe(1);
    expect(serials).toEqual([...Array(14).keys()]);
  });

  it('iterates until the channel is closed, and again after a break', async () => {
    const { sender, send, receiver } = open(kind);
    for (let serial = 0; serial < 4; serial++) send(serial);
    const seen: number[] = [];
    for await (const value of receiver) {
      seen.push(serialOf(value));
      if (seen.length === 2) break;
    }
    expect(receiver.isClosed()).toBe(false);
    sender.close();
    for await (const value of receiver) seen.push(serialOf(value));
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(receiver.isClosed()).toBe(true);
  });

  it('serves those who wait in their order', async () => {
    const { send, receiver } = open(kind);
    const waits = [0, 1, 2].map(() => receiver.receiveAsync());
    await turns(1);
    for (let serial = 0; serial < 3; serial++) send(serial);
    expect((await Promise.all(waits)).map(serialOf)).toEqual([0, 1, 2]);
  });

  it('gives up when its signal is aborted, and loses no message by that', async () => {
    const { send, receiver } = open(kind);
    const controller = new AbortController();
    const given = receiver.receiveAsync({ signal: controller.signal });
    const waits = receiver.receiveAsync();
    controller.abort();
    await expect(given).rejects.toEqual(snError('SN_ABORTED'));
    send(7);
    expect(serialOf(await waits)).toBe(7);
    await expect(receiver.receiveAsync({ signal: AbortSignal.abort() })).rejects.toEqual(
      snError('SN_ABORTED'),
    );
  });

  it('resolves what waits when it closes', async () => {
    const { channel, receiver } = open(kind);
    const waits = [receiver.receiveAsync(), receiver.receiveAsync()];
    await turns(2);
    receiver.close();
    expect(await Promise.all(waits)).toEqual([undefined, undefined]);
    await turns(2);
    expect(channel.stats().receivers).toBe(0);
  });

  it('closed by its own handler, hands over nothing more', () => {
    const { channel, sender, send, receiver } = open(kind);
    const other = kind === 'mpmc' ? channel.receiver() : undefined;
    for (let serial = 0; serial < 9; serial++) send(serial);
    sender.flush();
    const seen: number[] = [];
    const handled = receiver.drain((view) => {
      seen.push(serialOf(view));
      if (seen.length !== 5) return;
      receiver.close();
      // Its message may still be read.
      expect(serialOf(view)).toBe(4);
    });
    expect([handled, seen]).toEqual([5, [0, 1, 2, 3, 4]]);
    expect(() => receiver.drain(() => {})).toThrow(snError('SN_CHANNEL_CLOSED') as Error);
    // The rest is another's, or waits for ever.
    expect(other?.drain((view) => seen.push(serialOf(view)))).toBe(kind === 'mpmc' ? 4 : undefined);
    expect(seen).toEqual([...Array(seen.length).keys()]);
    expect(channel.stats()).toMatchObject({ received: seen.length, depth: 9 - seen.length });
  });

  it('refuses a handler that takes messages from it', async () => {
    const { sender, send, receiver } = open(kind);
    for (let serial = 0; serial < 3; serial++) send(serial);
    sender.flush();
    const asked: Promise<unknown>[] = [];
    const seen: number[] = [];
    receiver.drain((view) => {
      seen.push(serialOf(view));
      expect(() => receiver.tryReceive()).toThrow(snError('SN_DRAINING') as Error);
      expect(() => receiver.drain(() => {})).toThrow(snError('SN_DRAINING') as Error);
      asked.push(receiver.receiveAsync().catch((error: unknown) => error));
    });
    expect(seen).toEqual([0, 1, 2]);
    expect(await Promise.all(asked)).toEqual(seen.map(() => snError('SN_DRAINING')));
  });

  it.each(kitNames)('keeps the message of a handler that asks for its counts (%s)', (kit) => {
    const { channel, sender, send, receiver } = open(kind, kit, 2);
    let sent = 0;
    const seen: number[] = [];
    for (let round = 0; round < 20; round++) {
      while (send(sent)) sent += 1;
      sender.flush();
      receiver.drain((view) => {
        expect(receiver.len()).toBeGreaterThan(0);
        // Had the slot been given back, this would be written over it.
        if (send(sent)) sent += 1;
        seen.push(kits[kit].markOf(view).serial);
      });
    }
    expect(seen).toEqual([...seen.keys()]);
    expect(channel.stats().refused).toBeGreaterThan(0);
  });

  it('publishes what a handler sends before it gives the slots back', () => {
    const { sender, send, receiver } = open(kind);
    const echo = open('spsc');
    send(1);
    sender.flush();
    receiver.drain((view) => void echo.send(serialOf(view)));
    expect(serialOf(echo.receiver.tryReceive())).toBe(1);
  });

  it('lets timers run while there is always a message', async () => {
    const { send, receiver } = open(kind, 'records', 8);
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
    }, 1);
    for (let serial = 0; !isOver; serial++) {
      send(serial);
      expect(serialOf(await receiver.receiveAsync())).toBe(serial);
    }
    clearTimeout(timer);
  });

  it.each(['spin', 'yield', 'park', 'adaptive'] as const)(
    'delivers everything with wait: %s',
    async (wait) => {
      const channel = channelOf({ name: kind, kind, kit: 'records', capacity: 4, priorities: false });
      const opener = new Opener(channel, { kit: 'records' }, 'blocking', wait);
      const [sender, receiver] = [await opener.sender(), await opener.receiver()];
      const all = receiver.takeAll();
      await sender.sendMany(0, 60);
      await until(() => channel.stats().depth === 0);
      await sender.sendMany(60, 60);
      await sender.close();
      expect((await all).map(({ serial }) => serial)).toEqual([...Array(120).keys()]);
    },
  );
});

describe('mpmc', () => {
  it('gives what a receiver left in hand to others when it closes', () => {
    const { channel, sender, send, receiver } = open('mpmc');
    const other = channel.receiver();
    for (let serial = 0; serial < 16; serial++) send(serial);
    sender.flush();
    const seen: number[] = [];
    // Warm, so that it claims several at once.
    while (seen.length < 9)
      try {
        receiver.drain((view) => {
          seen.push(serialOf(view));
          if (seen.length === 9) throw new Error('handler');
        });
      } catch {}
    receiver.close();
    other.drain((view) => seen.push(serialOf(view)));
    expect(seen).toEqual([...Array(16).keys()]);
    expect(channel.stats()).toMatchObject({ sent: 16, received: 16, depth: 0, orphans: 0, receivers: 1 });
  });

  it('wakes another when the one that was woken has left', async () => {
    const { channel, send, receiver } = open('mpmc');
    const other = channel.receiver();
    for (let round = 0; round < 20; round++) {
      const leaving = channel.receiver();
      const waits = [leaving.receiveAsync(), receiver.receiveAsync(), other.receiveAsync()];
      await turns(1);
      send(2 * round);
      send(2 * round + 1);
      leaving.close();
      // The message of the one that left is another's.
      const [, first, second] = await Promise.all(waits);
      expect([first, second].map(serialOf).sort((a, b) => a - b)).toEqual([2 * round, 2 * round + 1]);
    }
  });

  it('leaves the bell of its seat to who sits there next', async () => {
    const channel = channelOf(
      { name: '', kind: 'mpmc', kit: 'records', capacity: 8, priorities: false },
      { receivers: 2 },
    );
    const sender = channel.sender();
    const stays = channel.receiver();
    for (let round = 0; round < 20; round++) {
      const leaving = channel.receiver();
      const left = leaving.receiveAsync();
      await turns(1);
      leaving.close();
      const next = channel.receiver();
      const waits = next.receiveAsync();
      await left;
      await turns(2);
      sender.trySend(kits.records.make(1, round));
      sender.flush();
      expect(serialOf(await waits)).toBe(round);
      next.close();
    }
    stays.close();
  });
});
