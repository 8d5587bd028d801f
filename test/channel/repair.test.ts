/**
 * After the death of a thread: its supervisor repairs the channel, others go on, and the ledger closes exactly.
 *
 * Threads are ended where a handler holds them, or in mid stream, wherever that is: whichever it was, each message is handled once, or,
 * if it was in the dead thread's hands, perhaps twice.
 */
import { describe, expect, it } from 'vitest';
import { attachChannel, type RepairReport } from '../../runtime/index.js';
import { until } from '../pool/support/turns.js';
import { Agent } from './support/agent.js';
import { type AnyChannel, channelOf, type Flavor } from './support/flavors.js';
import { type KitName, kits, type Mark } from './support/messages.js';

const flavors: readonly (readonly [string, Flavor])[] = [
  ['spsc', { name: '', kind: 'spsc', kit: 'records', capacity: 16, priorities: false }],
  [
    'mpsc, unbounded, with tails',
    { name: '', kind: 'mpsc', kit: 'tails', capacity: 'unbounded', priorities: false },
  ],
  ['mpmc', { name: '', kind: 'mpmc', kit: 'records', capacity: 16, priorities: false }],
  [
    'mpmc, unbounded, with tails',
    { name: '', kind: 'mpmc', kit: 'tails', capacity: 'unbounded', priorities: false },
  ],
];

/** A thread that drains until its handler has this many messages, writes each down in `seen`, and then stays in the handler. */
async function holdAt(
  channel: AnyChannel,
  kit: KitName,
  count: number,
  handle = channel.handle,
): Promise<Held> {
  const agent = new Agent();
  const seen = new Int32Array(new SharedArrayBuffer(4 + 4 * 4096));
  void agent
    .run(
      (api, given) => {
        const { codec, markOf } = api.kits[given.kit];
        const receiver = api.attachChannel(given.handle, codec).receiver();
        const words = new Int32Array(given.seen);
        for (;;) {
          receiver.waitFor();
          receiver.drain((view) => {
            const at = Atomics.load(words, 0);
            Atomics.store(words, at + 1, markOf(view).serial);
            Atomics.store(words, 0, at + 1);
            if (at + 1 === given.count) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          });
        }
      },
      { handle, kit, seen: seen.buffer as SharedArrayBuffer, count },
    )
    .catch(() => {});
  return {
    agent,
    seen: () => Array.from(seen.subarray(1, 1 + Atomics.load(seen, 0))),
  };
}

interface Held {
  readonly agent: Agent;
  seen(): number[];
}

async function end({ agent }: { agent: Agent }): Promise<number> {
  const { threadId } = agent;
  await agent.terminate();
  return threadId;
}

describe.each(flavors)('%s', (_, flavor) => {
  const { kind, kit } = flavor;
  const isClaimed = kind === 'mpmc';
  const { make, markOf } = kits[kit];
  const open = () =>
    channelOf(flavor, {
      ...(kind === 'spsc' ? {} : { senders: 3 }),
      ...(kind === 'mpmc' ? { receivers: 3 } : {}),
      ...(flavor.capacity === 'unbounded' ? { limitBytes: 2 ** 22 } : {}),
      ...(kit === 'tails' ? { ringBytes: 2 ** 14 } : {}),
    });

  it('a sender that ends in mid stream leaves what it published, and its seat', async () => {
    const channel = open();
    const others = kind === 'spsc' ? [] : [channel.sender()];
    const receiver = channel.receiver();
    const agent = new Agent();
    void agent
      .run(
        (api, given) => {
          const { codec, make: makeOne } = api.kits[given.kit];
          const sender = api.attachChannel(given.handle, codec).sender();
          for (let serial = 0; ; serial++) sender.send(makeOne(1, serial));
        },
        { handle: channel.handle, kit },
      )
      .catch(() => {});
    const serials: number[] = [];
    const take = () => receiver.drain((view) => serials.push(markOf(view).serial), 50);
    await until(() => {
      take();
      return serials.length > 500;
    });
    const threadId = await end({ agent });
    const report = channel.repair(threadId, { keepSeats: kind === 'spsc' });
    expect(report).toMatchObject({ senders: 1, receivers: 0, redelivered: 0, deadLetters: 0 });
    while (take() > 0);
    // All that it published, and nothing torn or left out.
    expect(serials).toEqual([...serials.keys()]);
    expect(channel.stats()).toMatchObject({ sent: serials.length, received: serials.length, depth: 0 });
    // Its seat is the next one's.
    const seats = kind === 'spsc' ? report.handles : Array.from({ length: 2 }, () => undefined);
    for (const handle of seats) {
      const next = (handle === undefined ? channel : attach(channel, handle)).sender();
      expect(next.trySend(make(1, 7))).toBe(true);
      next.close();
      const values: Mark[] = [];
      while (receiver.drain((view) => values.push(markOf(view))) > 0);
      expect(values).toEqual([{ from: 1, serial: 7 }]);
    }
    for (const other of others) other.close();
    expect(receiver.isClosed()).toBe(true);
  });

  it('a receiver that ends in its handler: all it had not handled is redelivered', async () => {
    const channel = open();
    const sender = channel.sender();
    const successor = isClaimed ? channel.receiver() : undefined;
    for (let serial = 0; serial < 15; serial++) sender.trySend(make(1, serial));
    sender.flush();
    const held = await holdAt(channel, kit, 6);
    await until(() => held.seen().length === 6);
    const report = channel.repair(await end(held), { keepSeats: !isClaimed });
    expect(report).toMatchObject({ senders: 0, receivers: 1, deadLetters: 0 });
    expect(report.redelivered).toBeGreaterThan(0);
    const next = successor ?? attach(channel, report.handles[0]).receiver();
    sender.trySend(make(1, 15));
    sender.close();
    const received: number[] = [];
    while (next.drain((view) => received.push(markOf(view).serial)) > 0);
    // The sixth, which was in hand, twice; each other once.
    expect([...held.seen(), ...received].sort((a, b) => a - b)).toEqual([
      0,
      1,
      2,
      3,
      4,
      5,
      5,
      ...range(6, 10),
    ]);
    expect(channel.stats()).toMatchObject({ sent: 16, received: 16, deadLetters: 0, depth: 0, orphans: 0 });
    expect(next.isClosed()).toBe(true);
  });

  it('a receiver that ends in its handler: what it had in hand is dead-lettered', async () => {
    const channel = open();
    const sender = channel.sender();
    const successor = isClaimed ? channel.receiver() : undefined;
    for (let serial = 0; serial < 15; serial++) sender.trySend(make(1, serial));
    sender.flush();
    const held = await holdAt(channel, kit, 6);
    await until(() => held.seen().length === 6);
    const letters: number[] = [];
    const report = channel.repair(await end(held), {
      inHand: 'dead-letter',
      onDeadLetter: (view) => letters.push(markOf(view).serial),
      keepSeats: !isClaimed,
    });
    expect(report).toMatchObject({ receivers: 1, redelivered: 0, deadLetters: letters.length });
    // The one that it was in, and where several take messages what it had claimed with it.
    expect(letters[0]).toBe(5);
    if (!isClaimed) expect(letters).toEqual([5]);
    const next = successor ?? attach(channel, report.handles[0]).receiver();
    sender.close();
    const received: number[] = [];
    while (next.drain((view) => received.push(markOf(view).serial)) > 0);
    expect([...held.seen().slice(0, 5), ...letters, ...received]).toEqual(range(0, 15));
    expect(channel.stats()).toMatchObject({
      sent: 15,
      received: 15 - letters.length,
      deadLetters: letters.length,
      depth: 0,
    });
  });

  it('a receiver that ends in mid stream: the ledger closes', async () => {
    const channel = open();
    const sender = channel.sender();
    const others = isClaimed ? [channel.receiver()] : [];
    const held = await holdAt(channel, kit, 4096);
    let sent = 0;
    const received: number[] = [];
    await until(() => {
      for (let k = 0; k < 20; k++) if (sender.trySend(make(1, sent))) sent += 1;
      sender.flush();
      for (const other of others) other.drain((view) => received.push(markOf(view).serial), 2);
      return held.seen().length > 300;
    });
    const report = channel.repair(await end(held), { keepSeats: !isClaimed });
    const next = others[0] ?? attach(channel, report.handles[0]).receiver();
    sender.close();
    while (next.drain((view) => received.push(markOf(view).serial)) > 0);
    expectOnce([...held.seen(), ...received], sent, held.seen().at(-1));
    expect(channel.stats()).toMatchObject({ sent, received: sent, depth: 0, orphans: 0, senders: 0 });
  });

  it('a successor that ends as well leaves all that neither had handled', async () => {
    const channel = open();
    const sender = channel.sender();
    for (let serial = 0; serial < 15; serial++) sender.trySend(make(1, serial));
    sender.flush();
    const seen: number[][] = [];
    let report: RepairReport | undefined;
    for (let life = 0; life < 2; life++) {
      const held = await holdAt(channel, kit, 4, report?.handles[0]);
      await until(() => held.seen().length === 4);
      report = channel.repair(await end(held), { keepSeats: true });
      expect(report.handles).toHaveLength(1);
      seen.push(held.seen());
    }
    expect(seen).toEqual([range(0, 4), range(3, 4)]);
    const last = attach(channel, report?.handles[0]).receiver();
    const received: number[] = [];
    last.drain((view) => received.push(markOf(view).serial));
    expect(received).toEqual(range(6, 9));
    last.stats();
    expect(channel.stats()).toMatchObject({ sent: 15, received: 15, depth: 0 });
  });

  it('wakes a sender that waits for the room that a dead receiver held', async () => {
    if (flavor.capacity === 'unbounded') return;
    const channel = open();
    const sender = channel.sender();
    const successor = isClaimed ? channel.receiver() : undefined;
    for (let serial = 0; serial < 16; serial++) sender.trySend(make(1, serial));
    const sent = sender.sendAsync(make(1, 16));
    sender.flush();
    const held = await holdAt(channel, kit, 1);
    await until(() => held.seen().length === 1);
    const report = channel.repair(await end(held), { keepSeats: !isClaimed });
    const next = successor ?? attach(channel, report.handles[0]).receiver();
    const received: number[] = [];
    while (received.length < 17) {
      const value = await next.receiveAsync();
      received.push(markOf(value).serial);
    }
    expect(await sent).toBe(true);
    expect(received.sort((a, b) => a - b)).toEqual(range(0, 17));
  });

  it('the last receiver to die lets senders fail', async () => {
    const channel = open();
    const sender = channel.sender();
    const held = await holdAt(channel, kit, 1);
    sender.trySend(make(1, 0));
    sender.flush();
    await until(() => held.seen().length === 1);
    const threadId = await end(held);
    expect(sender.isClosed()).toBe(false);
    channel.repair(threadId);
    expect(sender.isClosed()).toBe(true);
    expect(channel.repair(threadId)).toMatchObject({ senders: 0, receivers: 0 });
  });

  it('the last sender to die closes the channel', async () => {
    const channel = open();
    const receiver = channel.receiver();
    const agent = new Agent();
    await agent.run(
      (api, given) => {
        const { codec, make: makeOne } = api.kits[given.kit];
        const sender = api.attachChannel(given.handle, codec).sender();
        api.kept.set('sender', sender);
        sender.trySend(makeOne(1, 0));
        sender.flush();
      },
      { handle: channel.handle, kit },
    );
    const waits = [receiver.receiveAsync(), receiver.receiveAsync()];
    channel.repair(await end({ agent }));
    expect(markOf(await waits[0]).serial).toBe(0);
    expect(await waits[1]).toBeUndefined();
  });
});

describe('mpmc', () => {
  it('wakes a receiver that sleeps for what a dead one left', async () => {
    const channel = channelOf({ name: '', kind: 'mpmc', kit: 'records', capacity: 16, priorities: false });
    const sender = channel.sender();
    for (let serial = 0; serial < 8; serial++) sender.trySend(kits.records.make(1, serial));
    sender.flush();
    const held = await holdAt(channel, 'records', 1);
    await until(() => held.seen().length === 1);
    const other = channel.receiver();
    const seen: number[] = [];
    for (;;) {
      const value = other.tryReceive();
      if (value === undefined) break;
      seen.push(kits.records.markOf(value).serial);
    }
    const waits = other.receiveAsync();
    channel.repair(await end(held));
    seen.push(kits.records.markOf(await waits).serial);
    sender.close();
    for await (const value of other) seen.push(kits.records.markOf(value).serial);
    expect(seen.sort((a, b) => a - b)).toEqual(range(0, 8));
    expect(channel.stats().redelivered).toBe(1);
  });

  it('drop-oldest goes on after the death of the sender that drops', async () => {
    const channel = channelOf(
      { name: '', kind: 'mpmc', kit: 'records', capacity: 4, priorities: false },
      { onFull: 'drop-oldest', senders: 2 },
    );
    const receiver = channel.receiver();
    const keeper = channel.sender();
    const agent = new Agent();
    void agent
      .run((api, handle) => {
        const { codec, make } = api.kits.records;
        const sender = api.attachChannel(handle, codec).sender();
        for (let serial = 0; ; serial++) sender.trySend(make(1, serial));
      }, channel.handle)
      .catch(() => {});
    await until(() => channel.stats().dropped > 1000);
    channel.repair(await end({ agent }));
    const serials: number[] = [];
    while (receiver.drain((view) => serials.push(kits.records.markOf(view).serial)) > 0);
    expect(serials).toEqual([...serials].sort((a, b) => a - b));
    const next = channel.sender();
    for (let serial = 0; serial < 6; serial++) expect(next.trySend(kits.records.make(2, serial))).toBe(true);
    next.close();
    keeper.close();
    const after: number[] = [];
    while (receiver.drain((view) => after.push(kits.records.markOf(view).serial)) > 0);
    expect(after).toEqual([2, 3, 4, 5]);
  });
});

function attach(channel: AnyChannel, handle: RepairReport['handles'][number] | undefined): AnyChannel {
  if (handle === undefined) throw new Error('no seat was kept');
  const { codec } = channel as unknown as { codec: Parameters<typeof attachChannel>[1] };
  return attachChannel(handle, codec) as AnyChannel;
}

/** Each once, and the one that was in hand twice at most. */
function expectOnce(serials: readonly number[], count: number, inHand: number | undefined): void {
  const times = Array.from({ length: count }, () => 0);
  for (const serial of serials) times[serial] = (times[serial] ?? 0) + 1;
  const odd = [...times.entries()].filter(([, often]) => often !== 1);
  expect(odd.filter(([serial, often]) => !(often === 2 && serial === inHand))).toEqual([]);
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + k);
}
