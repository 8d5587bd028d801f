/** Waiting at several channels and timers at once, on the event loop and in threads that block. */
import { describe, expect, it } from 'vitest';
import { after as afterDelay, select, selectAsync, tick } from '../../runtime/index.js';
import { snError } from '../pool/support/errors.js';
import { turns, until } from '../pool/support/turns.js';
import { giveBack, takeAgent } from './support/agent.js';
import { channelOf, type Flavor } from './support/flavors.js';
import { kits } from './support/messages.js';

const kinds = ['spsc', 'mpsc', 'mpmc'] as const;
const channelOfKind = (kind: Flavor['kind']) =>
  channelOf({ name: kind, kind, kit: 'records', capacity: 8, priorities: false });
const make = (serial: number) => kits.records.make(1, serial);
const serialOf = (value: unknown): number => kits.records.markOf(value).serial;

describe.each(kinds)('selectAsync over %s', (kind) => {
  const open = () => {
    const channels = [channelOfKind(kind), channelOfKind(kind)] as const;
    const [first, second] = channels;
    return {
      senders: [first.sender(), second.sender()] as const,
      receivers: [first.receiver(), second.receiver()] as const,
    };
  };

  it('gives what is there, of all in turn', async () => {
    const { senders, receivers } = open();
    for (const sender of senders) for (let serial = 0; serial < 4; serial++) sender.trySend(make(serial));
    for (const sender of senders) sender.flush();
    const from = { 0: 0, 1: 0 };
    for (let k = 0; k < 4; k++) {
      const selected = await selectAsync(receivers);
      if (selected?.from === receivers[0]) from[0] += 1;
      else from[1] += 1;
    }
    expect(from).toEqual({ 0: 2, 1: 2 });
  });

  it('waits for any of them', async () => {
    const { senders, receivers } = open();
    for (const [k, sender] of [...senders, ...senders].entries()) {
      const waits = selectAsync(receivers);
      await turns(2);
      sender.trySend(make(k));
      const selected = await waits;
      expect(selected?.from).toBe(receivers[k % 2]);
      expect(serialOf(selected?.value)).toBe(k);
    }
  });

  it('goes on with the others when one is closed, and ends when all are', async () => {
    const { senders, receivers } = open();
    senders[0].close();
    const waits = selectAsync(receivers);
    await turns(2);
    senders[1].trySend(make(1));
    expect(serialOf((await waits)?.value)).toBe(1);
    const end = selectAsync(receivers);
    await turns(2);
    senders[1].close();
    expect(await end).toBeUndefined();
  });

  it('ends when its receivers are closed', async () => {
    const { receivers } = open();
    const end = selectAsync(receivers);
    await turns(2);
    for (const receiver of receivers) receiver.close();
    expect(await end).toBeUndefined();
  });

  it('gives up when the time is up, or its signal is aborted', async () => {
    const { senders, receivers } = open();
    expect(await selectAsync(receivers, { timeoutMs: 1 })).toBeUndefined();
    const controller = new AbortController();
    const given = selectAsync(receivers, { signal: controller.signal });
    await turns(1);
    controller.abort();
    await expect(given).rejects.toEqual(snError('SN_ABORTED'));
    senders[0].trySend(make(3));
    expect(serialOf((await selectAsync(receivers))?.value)).toBe(3);
  });

  it('takes no message from a receive that waits beside it', async () => {
    const { senders, receivers } = open();
    const waits = receivers[0].receiveAsync();
    const selected = selectAsync(receivers);
    await turns(2);
    senders[0].trySend(make(1));
    expect(serialOf(await waits)).toBe(1);
    senders[0].trySend(make(2));
    expect(serialOf((await selected)?.value)).toBe(2);
  });
});

describe.each(kinds)('select over %s, in a thread that blocks', (kind) => {
  it('waits for any of them, and for timers, until all are closed', async () => {
    const channels = [channelOfKind(kind), channelOfKind(kind)] as const;
    const senders = [channels[0].sender(), channels[1].sender()] as const;
    const agent = takeAgent();
    const parks = () => channels[0].stats().receivers + channels[1].stats().receivers;
    const done = agent.run(
      ({ attachChannel, kits: all, select: selectOf, after: afterMs }, handles) => {
        const receivers = handles.map((handle) =>
          attachChannel(handle, all.records.codec as never).receiver(),
        );
        const seen: string[] = [];
        const timer = afterMs(1);
        for (;;) {
          const selected = selectOf([...receivers, timer] as never[]) as
            | { from: unknown; value: unknown }
            | undefined;
          if (selected === undefined) return seen;
          const k = receivers.indexOf(selected.from as never);
          seen.push(k < 0 ? 'timer' : `${k}:${all.records.markOf(selected.value).serial}`);
        }
      },
      channels.map(({ handle }) => handle),
    );
    await until(() => parks() === 2);
    for (let serial = 0; serial < 40; serial++) {
      const k = serial % 2 === 0 ? 0 : 1;
      senders[k].trySend(make(serial));
      senders[k].flush();
      await until(() => channels[k].stats().depth === 0);
    }
    senders[0].close();
    senders[1].trySend(make(40));
    senders[1].close();
    const seen = await done;
    expect(seen.filter((one) => one === 'timer')).toHaveLength(1);
    expect(seen.filter((one) => one !== 'timer')).toEqual([
      ...Array.from({ length: 40 }, (_, serial) => `${serial % 2}:${serial}`),
      '1:40',
    ]);
    await giveBack(agent);
  });

  it('gives up when the time is up', async () => {
    const agent = takeAgent();
    const channel = channelOfKind(kind);
    const sender = channel.sender();
    const seen = await agent.run(({ attachChannel, kits: all, select: selectOf }, handle) => {
      const receiver = attachChannel(handle, all.records.codec as never).receiver();
      return [
        selectOf([receiver], { timeoutMs: 0 }),
        selectOf([receiver], { timeoutMs: 2 }),
        receiver.isClosed(),
      ];
    }, channel.handle);
    expect(seen).toEqual([undefined, undefined, false]);
    sender.close();
    await giveBack(agent);
  });

  it('refuses receivers of channels that different threads made', async () => {
    const agent = takeAgent();
    const channel = channelOfKind(kind);
    channel.sender();
    await expect(
      agent.run(
        ({ attachChannel, createChannel, kits: all, select: selectOf }, { handle, kind: ownKind }) => {
          const codec = all.records.codec as never;
          const own = createChannel({ kind: ownKind, codec });
          own.sender();
          selectOf([attachChannel(handle, codec).receiver(), own.receiver()], { timeoutMs: 0 });
        },
        { handle: channel.handle, kind },
      ),
    ).rejects.toEqual(snError('SN_OPTION'));
    await giveBack(agent);
  });
});

describe('timers', () => {
  it('after gives one time, and is closed then', async () => {
    const beforeMs = performance.now();
    const timer = afterDelay(2);
    expect(timer.tryReceive()).toBeUndefined();
    const due = await timer.receiveAsync();
    expect(due).toBeGreaterThanOrEqual(beforeMs + 2);
    expect(performance.now()).toBeGreaterThanOrEqual(due as number);
    expect(timer.isClosed()).toBe(true);
    expect(await timer.receiveAsync()).toBeUndefined();
  });

  it('tick gives times one interval apart, and leaves out those that nobody took', async () => {
    const timer = tick(2);
    const times: number[] = [];
    for await (const due of timer) {
      times.push(due);
      if (times.length === 4) timer.close();
    }
    for (const [k, due] of times.slice(1).entries()) {
      const intervals = (due - (times[k] as number)) / 2;
      expect(Math.abs(intervals - Math.round(intervals))).toBeLessThan(1e-6);
      expect(Math.round(intervals)).toBeGreaterThanOrEqual(1);
    }
  });

  it('take part in selectAsync', async () => {
    const channel = channelOfKind('spsc');
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    const timer = afterDelay(1);
    const selected = await selectAsync([receiver, timer]);
    expect(selected?.from).toBe(timer);
    sender.trySend(make(1));
    expect((await selectAsync([receiver, timer]))?.from).toBe(receiver);
    sender.close();
    expect(await selectAsync([receiver, timer])).toBeUndefined();
  });

  it('give up when their signal is aborted', async () => {
    const controller = new AbortController();
    const given = afterDelay(60_000).receiveAsync({ signal: controller.signal });
    controller.abort();
    await expect(given).rejects.toEqual(snError('SN_ABORTED'));
  });

  it.each([
    ['after', () => afterDelay(-1)],
    ['after', () => afterDelay(Number.NaN)],
    ['tick', () => tick(0)],
    ['tick', () => tick(Number.POSITIVE_INFINITY)],
    ['tick', () => tick('5' as unknown as number)],
  ])('%s refuses what is no time', (_, make_) => {
    expect(make_).toThrow(snError('SN_OPTION') as Error);
  });

  it('and receivers must be given to select, which may not block the main thread', async () => {
    expect(() => select([afterDelay(1)])).toThrow(snError('SN_MUST_NOT_BLOCK') as Error);
    await expect(selectAsync([])).rejects.toEqual(snError('SN_OPTION'));
    await expect(selectAsync(undefined as never)).rejects.toEqual(snError('SN_OPTION'));
  });
});
