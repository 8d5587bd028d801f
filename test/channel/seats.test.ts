/** Who takes part: attaching at run time, reserved seats, and when a side has ended. */
import { describe, expect, it } from 'vitest';
import { attachChannel } from '../../runtime/index.js';
import { snError } from '../pool/support/errors.js';
import { until } from '../pool/support/turns.js';
import { giveBack, takeAgent } from './support/agent.js';
import { channelOf, type Flavor } from './support/flavors.js';
import { kits } from './support/messages.js';

const { codec, make, markOf } = kits.records;
const flavor = (kind: Flavor['kind']): Flavor => ({
  name: '',
  kind,
  kit: 'records',
  capacity: 4,
  priorities: false,
});

describe('seats', () => {
  it('up to the stated maximum, each once, and again when given up', () => {
    const channel = channelOf(flavor('mpmc'), { senders: 30, receivers: 30 });
    const senders = Array.from({ length: 30 }, () => attachChannel(channel.handle, codec).sender());
    const receivers = Array.from({ length: 30 }, () => attachChannel(channel.handle, codec).receiver());
    expect(channel.stats()).toMatchObject({ senders: 30, receivers: 30 });
    expect(() => channel.sender()).toThrow(snError('SN_CHANNEL_ROLE') as Error);
    expect(() => channel.receiver()).toThrow(snError('SN_CHANNEL_ROLE') as Error);
    senders[17]?.close();
    receivers[29]?.close();
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    for (const [k, each] of senders.entries()) if (k !== 17) each.trySend(make(k, k));
    sender.trySend(make(17, 17));
    for (const each of [...senders, sender]) each.flush();
    const from: number[] = [];
    receiver.drain((view) => from.push(markOf(view).from));
    expect(from.sort((a, b) => a - b)).toEqual([...Array(30).keys()]);
  });

  it('by threads that attach while others send', async () => {
    const channel = channelOf(flavor('mpmc'), { senders: 4, receivers: 4 });
    const receiver = channel.receiver();
    const keeper = channel.sender();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of receiver) seen.push(markOf(value).from);
    })();
    for (let round = 0; round < 3; round++) {
      const agents = [takeAgent(), takeAgent()];
      await Promise.all(
        agents.map((agent, k) =>
          agent.run(
            (api, given) => {
              const { make: makeOne, codec: codecOf } = api.kits.records;
              const sender = api.attachChannel(given.handle, codecOf).sender();
              for (let serial = 0; serial < 20; serial++) sender.send(makeOne(given.from, serial));
              sender.close();
            },
            { handle: channel.handle, from: 2 * round + k },
          ),
        ),
      );
      await Promise.all(agents.map((agent) => giveBack(agent)));
    }
    keeper.close();
    await reading;
    expect([0, 1, 2, 3, 4, 5].map((from) => seen.filter((one) => one === from).length)).toEqual(
      Array(6).fill(20),
    );
  });

  it.each(['spsc', 'mpsc', 'mpmc'] as const)(
    'reserved, keep %s open until they are taken and given up',
    async (kind) => {
      const channel = channelOf(flavor(kind));
      const [toSend, toReceive] = [channel.reserveSender(), channel.reserveReceiver()];
      expect(channel.stats()).toMatchObject({ senders: 1, receivers: 1 });
      const receiver = attachChannel(toReceive, codec).receiver();
      expect(receiver.isClosed()).toBe(false);
      const agent = takeAgent();
      const sent = agent.run((api, handle) => {
        const sender = api.attachChannel(handle, api.kits.records.codec).sender();
        for (let serial = 0; serial < 9; serial++) sender.send(api.kits.records.make(1, serial));
        sender.close();
      }, toSend);
      const serials: number[] = [];
      for await (const value of receiver) serials.push(markOf(value).serial);
      await sent;
      expect(serials).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      await giveBack(agent);
      expect(() => channel.reserveSender()).toThrow(snError('SN_CHANNEL_CLOSED') as Error);
      expect(() => attachChannel(toSend, codec).sender()).toThrow(snError('SN_CHANNEL_ROLE') as Error);
    },
  );

  it('closed by `using`, at the end of its block', () => {
    const channel = channelOf(flavor('spsc'));
    {
      using sender = channel.sender();
      using receiver = channel.receiver();
      sender.trySend(make(1, 1));
      expect(receiver.isClosed()).toBe(false);
    }
    expect(channel.stats()).toMatchObject({ senders: 0, receivers: 0 });
  });

  it('told by the counts of any thread, also while their owners are blocked', async () => {
    const channel = channelOf(flavor('mpsc'));
    const agent = takeAgent();
    const done = agent.run((api, handle) => {
      const sender = api.attachChannel(handle, api.kits.records.codec).sender();
      sender.sendMany([1, 2, 3, 4, 5, 6].map((serial) => api.kits.records.make(1, serial)));
      sender.close();
    }, channel.handle);
    await until(() => channel.stats().parks > 0);
    await until(() => channel.stats().oldestWaitingMs > 0);
    expect(channel.stats()).toMatchObject({ sent: 4, depth: 4, fullWaits: 1, senders: 1, receivers: 0 });
    const receiver = channel.receiver();
    while (!receiver.isClosed()) await receiver.receiveAsync();
    await done;
    await until(() => channel.stats().depth === 0);
    expect(channel.stats()).toMatchObject({ sent: 6, received: 6, oldestWaitingMs: 0, senders: 0 });
    expect(channel.stats().wakes).toBeGreaterThan(0);
    await giveBack(agent);
  });
});
