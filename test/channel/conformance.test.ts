/**
 * What every channel does, of every kind and size, wherever its ends wait. The same names recur for each, as crossbeam's do.
 *
 * Nothing here waits for time: that a thread sleeps, or that a sender has met a full channel, is read from the channel's counts.
 */
import { describe, expect, it } from 'vitest';
import { snError } from '../pool/support/errors.js';
import { until } from '../pool/support/turns.js';
import type { ReceiverEnd, Remote, SenderEnd, World } from './support/ends.js';
import { type AnyChannel, channelOf, type Flavor, flavors, Opener, worlds } from './support/flavors.js';
import { kits, type Mark } from './support/messages.js';

interface Case {
  readonly channel: AnyChannel;
  readonly open: Opener;
  readonly sender: Remote<SenderEnd>;
  readonly receiver: Remote<ReceiverEnd>;
}

const LONG_MS = 60_000;

describe.each(worlds)('in the %s world', (world) => {
  describe.each(flavors.map((flavor) => [flavor.name, flavor] as const))('%s', (_, flavor) => {
    const { kind, capacity } = flavor;
    const isBounded = capacity !== 'unbounded';
    const slots = isBounded ? capacity : 40;

    it('gives what was sent, in order', async () => {
      const { sender, receiver } = await open(flavor, world);
      const all = receiver.takeAll();
      expect(await sender.sendMany(0, 3 * slots + 1)).toBe(3 * slots + 1);
      await sender.close();
      expect(await all).toEqual(marks(1, 0, 3 * slots + 1));
    });

    it('carries many more messages than it has slots', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      const all = receiver.takeAll();
      for (let serial = 0; serial < 400; serial += 100) await sender.sendMany(serial, 100);
      await sender.close();
      expect(await all).toEqual(marks(1, 0, 400));
      // Slots go back in groups, the last ones when the receiver's turn ends.
      await until(() => channel.stats().depth === 0);
      expect(channel.stats()).toMatchObject({ sent: 400, received: 400 });
    });

    it.runIf(isBounded)('holds exactly its capacity', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let round = 0; round < 3; round++) {
        for (let k = 0; k < slots; k++) expect(await sender.trySend(k)).toBe(true);
        expect(await sender.trySend(slots)).toBe(false);
        await sender.flush();
        expect(channel.stats().depth).toBe(slots);
        expect(await receiver.drain()).toEqual(marks(1, 0, slots));
      }
      expect(channel.stats()).toMatchObject({ sent: 3 * slots, refused: 3, dropped: 0 });
    });

    it('knows how many wait', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      expect(channel.capacity).toBe(isBounded ? capacity : Number.POSITIVE_INFINITY);
      expect(await receiver.isEmpty()).toBe(true);
      for (let k = 1; k <= slots; k++) {
        await sender.trySend(k);
        expect(await sender.len()).toBe(k);
        await sender.flush();
        expect(await receiver.len()).toBe(k);
        expect(await receiver.isEmpty()).toBe(false);
      }
      for (let k = 1; k <= slots; k++) {
        await receiver.tryReceive();
        expect(await receiver.len()).toBe(slots - k);
      }
      expect(await receiver.isEmpty()).toBe(true);
      expect(await receiver.isClosed()).toBe(false);
    });

    it('gives nothing while it is empty', async () => {
      const { receiver } = await open(flavor, world);
      expect(await receiver.tryReceive()).toBeUndefined();
      expect(await receiver.drain()).toEqual([]);
      expect(await receiver.receive({ timeoutMs: 0 })).toBeUndefined();
      expect(await receiver.receive({ timeoutMs: 1 })).toBeUndefined();
      expect(await receiver.isClosed()).toBe(false);
    });

    it('shows a message when the turn ends', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      await sender.trySend(7);
      await until(() => channel.stats().depth === 1);
      expect(await receiver.tryReceive()).toEqual({ from: 1, serial: 7 });
    });

    it('shows a message when it is flushed', async () => {
      const { sender, receiver } = await open(flavor, world);
      await sender.trySend(7);
      await sender.flush();
      expect(await receiver.tryReceive()).toEqual({ from: 1, serial: 7 });
    });

    it('wakes a receiver that waits', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let serial = 0; serial < 3; serial++) {
        const parks = channel.stats().parks;
        const received = receiver.receive();
        await until(() => channel.stats().parks > parks);
        await sender.trySend(serial);
        expect(await received).toEqual({ from: 1, serial });
      }
      expect(channel.stats().wakes).toBeGreaterThan(0);
    });

    it.runIf(isBounded)('wakes a sender that waits', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      const count = 3 * slots + 2;
      const sent = sender.sendMany(0, count);
      await until(() => channel.stats().fullWaits > 0);
      for (let serial = 0; serial < count; serial++)
        expect(await receiver.receive({ timeoutMs: LONG_MS })).toEqual({ from: 1, serial });
      expect(await sent).toBe(count);
    });

    it.runIf(isBounded)('does not send what there was no room for in time', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let k = 0; k < slots; k++) await sender.send(k);
      await expect(sender.send(99, { timeoutMs: 1 })).rejects.toEqual(snError('SN_TIMEOUT'));
      expect(await receiver.drain()).toEqual(marks(1, 0, slots));
      expect(await sender.send(100)).toBe(true);
      await sender.flush();
      expect(await receiver.tryReceive()).toEqual({ from: 1, serial: 100 });
      expect(channel.stats().sent).toBe(slots + 1);
    });

    it('is drained after its last sender has closed, and closed then', async () => {
      const { sender, receiver } = await open(flavor, world);
      for (let k = 0; k < slots; k++) await sender.trySend(k);
      await sender.close();
      expect(await receiver.isClosed()).toBe(false);
      for (let serial = 0; serial < slots; serial++)
        expect(await receiver.receive()).toEqual({ from: 1, serial });
      expect(await receiver.isClosed()).toBe(true);
      expect(await receiver.receive()).toBeUndefined();
      expect(await receiver.tryReceive()).toBeUndefined();
      expect(await receiver.drain()).toEqual([]);
    });

    it('wakes receivers that wait when the last sender closes', async () => {
      const { channel, open: opener, sender, receiver } = await open(flavor, world);
      const receivers = [receiver, ...(kind === 'mpmc' ? [await opener.receiver()] : [])];
      const ends = receivers.map((each) => each.receive());
      await until(() => channel.stats().parks >= receivers.length);
      await sender.close();
      expect(await Promise.all(ends)).toEqual(receivers.map(() => undefined));
      expect(await receiver.isClosed()).toBe(true);
    });

    it('lets senders fail with what they could not send once the last receiver has closed', async () => {
      const { sender, receiver } = await open(flavor, world);
      await sender.trySend(0);
      await receiver.close();
      expect(await sender.isClosed()).toBe(true);
      for (const call of [
        () => sender.trySend(1),
        () => sender.send(1),
        () => sender.send(1, { timeoutMs: 1 }),
      ])
        await expect(call()).rejects.toEqual(
          snError('SN_CHANNEL_CLOSED', { details: { side: 'receivers', unsent: message(flavor, 1) } }),
        );
      await expect(sender.sendMany(2, 2)).rejects.toEqual(
        snError('SN_CHANNEL_CLOSED', {
          details: { side: 'receivers', unsent: [message(flavor, 2), message(flavor, 3)] },
        }),
      );
    });

    it.runIf(isBounded)('lets a sender that waits fail when the last receiver closes', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let k = 0; k < slots; k++) await sender.send(k);
      const waits = sender.send(99).catch((error: unknown) => error);
      await until(() => channel.stats().fullWaits > 0 && channel.stats().parks > 0);
      await receiver.close();
      expect(await waits).toEqual(
        snError('SN_CHANNEL_CLOSED', { details: { side: 'receivers', unsent: message(flavor, 99) } }),
      );
    });

    it.runIf(isBounded)('tells what is left of many when the last receiver closes', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      const waits = sender.sendMany(0, slots + 2).catch((error: unknown) => error);
      await until(() => channel.stats().fullWaits > 0 && channel.stats().parks > 0);
      await receiver.close();
      expect(await waits).toEqual(
        snError('SN_CHANNEL_CLOSED', {
          details: { side: 'receivers', unsent: [message(flavor, slots), message(flavor, slots + 1)] },
        }),
      );
    });

    it('drains no more than it is told', async () => {
      const { sender, receiver } = await open(flavor, world);
      for (let k = 0; k < slots; k++) await sender.trySend(k);
      await sender.flush();
      expect(await receiver.drain(0)).toEqual([]);
      const first = Math.ceil(slots / 2);
      expect(await receiver.drain(first)).toEqual(marks(1, 0, first));
      expect(await receiver.drain()).toEqual(marks(1, first, slots - first));
    });

    it('keeps what comes after a message whose handler threw', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let k = 0; k < slots; k++) await sender.trySend(k);
      await sender.flush();
      const at = slots >> 1;
      expect(await receiver.drainUntilThrow(at)).toEqual(marks(1, 0, at));
      expect(await receiver.drain()).toEqual(marks(1, at + 1, slots - at - 1));
      expect(channel.stats()).toMatchObject({ sent: slots, received: slots, depth: 0 });
    });

    it('refuses closed ends', async () => {
      const { open: opener, sender, receiver } = await open(flavor, world);
      await sender.close();
      await receiver.close();
      for (const call of [
        () => sender.trySend(1),
        () => sender.send(1),
        () => receiver.tryReceive(),
        () => receiver.receive(),
        () => receiver.drain(),
        () => opener.sender(),
        () => opener.receiver(),
      ])
        await expect(call()).rejects.toEqual(snError('SN_CHANNEL_CLOSED'));
      expect([await sender.isClosed(), await receiver.isClosed()]).toEqual([true, true]);
    });

    it('counts as many received and waiting as were sent', async () => {
      const { channel, sender, receiver } = await open(flavor, world);
      for (let round = 1; round <= 3; round++) {
        for (let k = 0; k < slots; k++) await sender.trySend(k);
        await sender.flush();
        await receiver.drain(1);
        const { sent, received, depth, deadLetters, dropped } = channel.stats();
        expect({ sent, received, depth, deadLetters, dropped }).toEqual({
          sent: (round - 1) * slots + slots,
          received: (round - 1) * slots + 1,
          depth: slots - 1,
          deadLetters: 0,
          dropped: 0,
        });
        await receiver.drain();
      }
      expect(channel.stats().bytes).toBeGreaterThanOrEqual(3 * slots * 24);
      expect(channel.stats().highWater).toBe(slots);
    });

    it.runIf(kind !== 'spsc')('goes on with a sender that comes after another', async () => {
      const { open: opener, sender, receiver } = await open(flavor, world);
      const count = Math.max(1, slots >> 1);
      await sender.sendMany(0, count);
      const seat = opener.channel.reserveSender();
      await sender.close();
      const next = await opener.sender(seat);
      await next.sendMany(0, count);
      await next.close();
      const all = await receiver.takeAll();
      expect(all.filter(({ from }) => from === 1)).toEqual(marks(1, 0, count));
      expect(all.filter(({ from }) => from === 2)).toEqual(marks(2, 0, count));
    });

    it.runIf(kind !== 'spsc')('keeps the order of each of several senders', async () => {
      const { open: opener, sender, receiver } = await open(flavor, world);
      const senders = [sender, await opener.sender(), await opener.sender()];
      const all = receiver.takeAll();
      const count = 2 * slots + 1;
      await Promise.all(
        senders.map(async (each) => {
          await each.sendMany(0, count);
          await each.close();
        }),
      );
      const received = await all;
      for (const from of [1, 2, 3])
        expect(received.filter((mark) => mark.from === from)).toEqual(marks(from, 0, count));
      expect(received).toHaveLength(3 * count);
    });

    it.runIf(kind === 'mpmc')('gives each message to one of several receivers', async () => {
      const { channel, open: opener, sender, receiver } = await open(flavor, world);
      const senders = [sender, await opener.sender()];
      const receivers = [receiver, await opener.receiver()];
      const all = receivers.map((each) => each.takeAll());
      const count = 4 * slots + 3;
      await Promise.all(
        senders.map(async (each) => {
          await each.sendMany(0, count);
          await each.close();
        }),
      );
      const received = await Promise.all(all);
      for (const from of [1, 2]) {
        const serials = received.map((one) =>
          one.filter((mark) => mark.from === from).map(({ serial }) => serial),
        );
        for (const one of serials) expect(one).toEqual([...one].sort((a, b) => a - b));
        expect(serials.flat().sort((a, b) => a - b)).toEqual(
          marks(from, 0, count).map(({ serial }) => serial),
        );
      }
      await until(() => channel.stats().depth === 0);
      expect(channel.stats()).toMatchObject({ sent: 2 * count, received: 2 * count });
    });
  });
});

async function open(flavor: Flavor, world: World): Promise<Case> {
  const channel = channelOf(flavor);
  const opener = new Opener(channel, flavor, world);
  return { channel, open: opener, sender: await opener.sender(), receiver: await opener.receiver() };
}

function marks(from: number, first: number, count: number): Mark[] {
  return Array.from({ length: count }, (_, k) => ({ from, serial: first + k }));
}

/** What the sender was given. */
function message({ kit }: Flavor, serial: number): unknown {
  return kits[kit].make(1, serial);
}
