/** What channels refuse: each with its code, and a message that says the rule, what was given, and what to do. */
import { describe, expect, it } from 'vitest';
import { AirportDelayCodec, FlightCodec } from '../../examples/flights/generated/messages.js';
import {
  attachChannel,
  type ChannelHandle,
  type ChannelOptions,
  createChannel,
  SnError,
  type SnErrorCode,
} from '../../runtime/index.js';
import { TradeCodec } from '../golden/growth/generated/messages.js';
import { snError } from '../pool/support/errors.js';
import { giveBack, runProgram, takeAgent } from './support/agent.js';
import './support/clean-up.js';
import { kits } from './support/messages.js';

type Options = Partial<Record<keyof ChannelOptions<unknown, unknown, unknown>, unknown>>;

/** @throws SnError for bad options, which types would not let through. */
function create(options: Options) {
  return createChannel({ kind: 'spsc', codec: AirportDelayCodec, ...options } as never);
}

/** What `act` throws, as `code: message`. */
function thrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SnError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

describe('createChannel refuses', () => {
  const long = { codec: TradeCodec };
  const cases: readonly (readonly [string, Options, string])[] = [
    ['a capacity of 0', { capacity: 0 }, 'capacity must be a whole number from 1 to 1073741824: got 0'],
    ['a negative one', { capacity: -4 }, 'capacity must be a whole number from 1 to 1073741824: got -4'],
    ['a fraction', { capacity: 1.5 }, 'capacity must be a whole number from 1 to 1073741824: got 1.5'],
    ['NaN', { capacity: Number.NaN }, 'capacity must be a whole number from 1 to 1073741824: got NaN'],
    [
      'an infinite one',
      { capacity: Infinity },
      'capacity must be a whole number from 1 to 1073741824: got Infinity',
    ],
    ['a text', { capacity: '8' }, 'capacity must be a whole number from 1 to 1073741824: got "8"'],
    [
      'one beyond memory',
      { capacity: 2 ** 28 },
      'the lanes of this channel need 6442452352 bytes, at most 2147483647 are possible: lower capacity, senders or ringBytes',
    ],
    [
      'one too large to be claimed',
      { kind: 'mpmc', capacity: 2 ** 20 + 1 },
      'capacity must be at most 1048576 where several may take a message: got 1048577',
    ],
    ['an unknown kind', { kind: 'spmc' }, 'kind must be one of spsc, mpsc, mpmc: got "spmc"'],
    ['no kind', { kind: undefined }, 'kind must be one of spsc, mpsc, mpmc: got undefined'],
    [
      'an unknown policy',
      { onFull: 'drop' },
      'onFull must be one of wait, fail, drop-newest, drop-oldest: got "drop"',
    ],
    [
      'no codec',
      { codec: undefined },
      'codec must be a generated codec, such as FlightCodec of generated/messages.ts: got undefined',
    ],
    [
      'a codec that is none',
      { codec: { name: 'X' } },
      'codec must be a generated codec, such as FlightCodec of generated/messages.ts: got an object',
    ],
    [
      'a second sender on spsc',
      { senders: 2 },
      'senders must be 1 in a channel of kind spsc: use mpsc or mpmc for several: got 2',
    ],
    [
      'a second receiver on mpsc',
      { kind: 'mpsc', receivers: 2 },
      'receivers must be 1 in a channel of kind mpsc: use mpmc for several: got 2',
    ],
    ['31 senders', { kind: 'mpsc', senders: 31 }, 'senders must be a whole number from 1 to 30: got 31'],
    [
      '31 receivers',
      { kind: 'mpmc', receivers: 31 },
      'receivers must be a whole number from 1 to 30: got 31',
    ],
    ['no senders', { kind: 'mpmc', senders: 0 }, 'senders must be a whole number from 1 to 30: got 0'],
    [
      'a weight of 0',
      { priorities: { high: 0, normal: 1, low: 1 } },
      'priorities.high must be a whole number from 1 to 255: got 0',
    ],
    [
      'a missing weight',
      { priorities: { high: 2, normal: 1 } },
      'priorities.low must be a whole number from 1 to 255: got undefined',
    ],
    [
      'weights that are none',
      { priorities: 'high' },
      'priorities must be true, or a weight for each of high, normal and low: got "high"',
    ],
    [
      'a limit of bounded memory',
      { limitBytes: 1000 },
      "limitBytes must be left out where capacity is not 'unbounded': got 1000",
    ],
    [
      'a limit below the first lanes',
      { capacity: 'unbounded', limitBytes: 100 },
      'limitBytes must leave room for the lanes as they begin, 7808 bytes: got 100; raise it, or lower senders',
    ],
    [
      'a limit of 0',
      { capacity: 'unbounded', limitBytes: 0 },
      'limitBytes must be a whole number from 1 to 2147483647: got 0',
    ],
    [
      'a limit beyond 2 GiB',
      { capacity: 'unbounded', limitBytes: 2 ** 31 },
      'limitBytes must be a whole number from 1 to 2147483647: got 2147483648',
    ],
    [
      'ring bytes for records',
      { ringBytes: 4096 },
      'ringBytes must be left out for AirportDelay, whose messages have no tail: got 4096',
    ],
    [
      'ring bytes below one record',
      { ...long, ringBytes: 100 },
      'ringBytes must be a whole number from 112 to 1073741824: got 100',
    ],
    [
      'a high water mark above the capacity',
      { capacity: 4, highWater: 5 },
      'highWater must be a whole number from 1 to 4: got 5',
    ],
    ['a high water mark of 0', { highWater: 0 }, 'highWater must be a whole number from 1 to 1024: got 0'],
    [
      'a low water mark alone',
      { lowWater: 1 },
      'lowWater must be left out where there is no highWater: got 1',
    ],
    [
      'a low water mark that is not lower',
      { highWater: 4, lowWater: 4 },
      'lowWater must be a whole number from 0 to 3: got 4',
    ],
  ];
  it.each(cases)('%s', (_, options, message) => {
    expect(thrownBy(() => create(options))).toBe(`SN_OPTION: ${message}`);
  });

  it.each([undefined, null, 5])('no options: %s', (options) => {
    expect(thrownBy(() => createChannel(options as never))).toBe(
      `SN_OPTION: options must be an object with a kind and a codec: got ${options}`,
    );
  });
});

describe('ends refuse', () => {
  const value = kits.records.make(1, 1) as never;

  it('an unknown wait', () => {
    const channel = create({});
    expect(thrownBy(() => channel.sender({ wait: 'sleep' as never }))).toBe(
      'SN_OPTION: wait must be one of adaptive, spin, yield, park: got "sleep"',
    );
    expect(thrownBy(() => channel.receiver({ wait: 1 as never }))).toMatch(/^SN_OPTION: wait must be/);
    // No seat was taken by that.
    expect(channel.stats()).toMatchObject({ senders: 0, receivers: 0 });
  });

  it.each([
    [
      'spsc',
      'sender',
      'this spsc channel has one sender, and all are open or reserved: close it first, or create a channel of kind mpsc or mpmc',
    ],
    [
      'spsc',
      'receiver',
      'this spsc channel has one receiver, and all are open or reserved: close it first, or create a channel of kind mpmc',
    ],
    [
      'mpsc',
      'receiver',
      'this mpsc channel has one receiver, and all are open or reserved: close it first, or create a channel of kind mpmc',
    ],
    [
      'mpsc',
      'sender',
      'this mpsc channel has 2 senders, and all are open or reserved: close one first, or create the channel with more senders',
    ],
    [
      'mpmc',
      'receiver',
      'this mpmc channel has 2 receivers, and all are open or reserved: close one first, or create the channel with more receivers',
    ],
  ] as const)('more than there are seats: %s, %s', (kind, role, message) => {
    const channel = create({
      kind,
      ...(kind === 'spsc' ? {} : { senders: 2 }),
      ...(kind === 'mpmc' ? { receivers: 2 } : {}),
    });
    const seats = kind === 'spsc' || (kind === 'mpsc' && role === 'receiver') ? 1 : 2;
    for (let k = 0; k < seats; k++) channel[role]();
    expect(thrownBy(() => channel[role]())).toBe(`SN_CHANNEL_ROLE: ${message}`);
    const reserve = role === 'sender' ? 'reserveSender' : 'reserveReceiver';
    expect(thrownBy(() => channel[reserve]())).toBe(`SN_CHANNEL_ROLE: ${message}`);
  });

  it('a seat that was reserved and is taken', () => {
    const channel = create({ kind: 'mpmc' });
    const handle = channel.reserveReceiver();
    attachChannel(handle, AirportDelayCodec).receiver();
    expect(thrownBy(() => attachChannel(handle, AirportDelayCodec).receiver())).toBe(
      'SN_CHANNEL_ROLE: the seat reserved for this receiver was taken by another thread that attached with the same handle: reserve one for each',
    );
  });

  it('a priority where there are none, and an unknown one', () => {
    expect(thrownBy(() => create({}).sender().trySend(value, { priority: 'high' }))).toBe(
      'SN_OPTION: priority must be left out: this channel has no priorities, see createChannel: got "high"',
    );
    expect(
      thrownBy(() =>
        create({ priorities: true })
          .sender()
          .trySend(value, { priority: 'urgent' as never }),
      ),
    ).toBe('SN_OPTION: priority must be one of high, normal, low: got "urgent"');
  });

  it('to block the main thread', () => {
    const channel = create({});
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    const rest = 'may stop its thread, and this is the main one, whose event loop must go on: use';
    for (const [act, call, instead] of [
      [() => sender.send(value), 'send', 'sendAsync'],
      [() => sender.sendMany([value]), 'send', 'sendAsync'],
      [() => receiver.receive(), 'receive', 'receiveAsync'],
      [() => receiver.waitFor(), 'waitFor', 'receiveAsync'],
    ] as const)
      expect(thrownBy(act)).toBe(`SN_MUST_NOT_BLOCK: ${call} ${rest} ${instead}, or call it in a worker`);
  });

  it('to be used after they have closed', () => {
    const channel = create({});
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    sender.close();
    receiver.close();
    for (const act of [() => sender.trySend(value), () => sender.sendAsync(value)])
      expect(thrownBy(act)).toBe('SN_CHANNEL_CLOSED: this sender was closed: take another from the channel');
    for (const act of [() => receiver.tryReceive(), () => receiver.drain(() => {})])
      expect(thrownBy(act)).toBe(
        'SN_CHANNEL_CLOSED: this receiver was closed: take another from the channel',
      );
    expect(thrownBy(() => channel.sender())).toBe(
      'SN_CHANNEL_CLOSED: the last sender of this channel has closed, which ended it: announce a sender that comes later by reserveSender() before the others close',
    );
    expect(thrownBy(() => channel.reserveReceiver())).toMatch(
      /^SN_CHANNEL_CLOSED: the last receiver .*reserveReceiver\(\)/,
    );
  });

  it('a message longer than its ring', () => {
    const sender = create({ codec: TradeCodec, ringBytes: 160 }).sender();
    expect(sender.trySend(kits.tails.make(1, 0) as never)).toBe(true);
    for (const act of [
      () => sender.trySend(kits.tails.make(1, 12) as never),
      () => sender.sendAsync(kits.tails.make(1, 12) as never),
    ])
      expect(thrownBy(act)).toMatch(
        /^SN_OPTION: ringBytes must be at least 3\d\d for this Trade, which takes so many bytes: give createChannel\(\{ ringBytes \}\) that much: got 160$/,
      );
  });

  it('a value that its codec cannot carry, and go on', () => {
    const channel = create({ capacity: 2 });
    const [sender, receiver] = [channel.sender(), channel.receiver()];
    for (const bad of [undefined, null, 5, { airport: 'SEATTLE' }])
      expect(() => sender.trySend(bad as never)).toThrow(snError('SN_FIELD_RANGE') as Error);
    expect(sender.trySend(value)).toBe(true);
    sender.flush();
    expect(receiver.tryReceive()).toEqual(value);
  });

  it.each([-1, 1.5, Number.NaN, undefined])('repair after a thread that is none: %s', (threadId) => {
    expect(thrownBy(() => create({}).repair(threadId as number))).toMatch(/^SN_OPTION: threadId must be/);
  });

  it.each([
    [{ inHand: 'lose' }, /inHand must be redeliver or dead-letter: got "lose"/],
    [{ inHand: 'dead-letter' }, /onDeadLetter must be a function that takes the messages/],
  ])('repair with options that are none: %s', (options, message) => {
    expect(thrownBy(() => create({}).repair(77, options as never))).toMatch(message);
  });
});

describe('attachChannel refuses', () => {
  it('another codec', () => {
    expect(thrownBy(() => attachChannel(create({}).handle, FlightCodec))).toBe(
      `SN_SCHEMA_MISMATCH: the channel carries messages with fingerprint ${AirportDelayCodec.fingerprint}, and Flight of this side has ${FlightCodec.fingerprint}: attach with the codec that it was created with, generated from the same schema`,
    );
  });

  it('what is no codec', () => {
    expect(thrownBy(() => attachChannel(create({}).handle, {} as never))).toMatch(
      /^SN_OPTION: codec must be/,
    );
  });

  const { snGenChannel, board } = create({}).handle;
  const seat = { role: 'sender', number: 0, reservation: -1 };
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an empty object', {}],
    ['one that went through JSON', JSON.parse(JSON.stringify({ snGenChannel, board }))],
    ['one without its board', { snGenChannel }],
    ['one whose board is too short', { snGenChannel, board: new SharedArrayBuffer(4) }],
    ['one with memory that is not shared', { snGenChannel: new ArrayBuffer(4096), board }],
    ['one with empty memory', { snGenChannel: new SharedArrayBuffer(0), board }],
    ['one with memory of something else', { snGenChannel: new SharedArrayBuffer(4096), board }],
    ['one whose memory is a board', { snGenChannel: board, board }],
    ['a seat that is none', { snGenChannel, board, seat: { ...seat, number: 1 } }],
    ['a seat of no role', { snGenChannel, board, seat: { ...seat, role: 'both' } }],
    ['a seat with an owner', { snGenChannel, board, seat: { ...seat, reservation: 3 } }],
    ['a seat that is null', { snGenChannel, board, seat: null }],
  ])('a handle that is none: %s', (_, handle) => {
    expect(thrownBy(() => attachChannel(handle as ChannelHandle, AirportDelayCodec))).toMatch(
      /^SN_CHANNEL_HANDLE: this is no handle of a channel: .*; pass channel\.handle, reserveSender\(\) or reserveReceiver\(\) of a channel of this process by postMessage or workerData, whole$/,
    );
  });

  it('a handle that went to another process', async () => {
    const { exitCode, stdout, stderr } = await runProgram(`
      import { fork } from 'node:child_process';
      const { codec } = api.kits.records;
      if (process.argv[2] === 'child') {
        process.once('message', (handle) => {
          try { api.attachChannel(handle, codec); console.log('attached'); }
          catch (error) { console.log(error.code); }
          process.disconnect();
        });
        process.send('ready');
      } else {
        const child = fork(process.argv[1], ['child'], { serialization: 'advanced' });
        child.once('message', () => {
          const { handle } = api.createChannel({ kind: 'spsc', codec });
          try { child.send(handle); } catch (error) { console.log(error.name); child.send({}); }
        });
      }
    `);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/SN_CHANNEL_HANDLE\n$/);
  });

  it.each(['spsc', 'mpsc', 'mpmc'] as const)(
    'memory of %s with any word of its head damaged, or works: no crash, no endless loop',
    async (kind) => {
      const agent = takeAgent();
      // In a thread of its own: a loop without end would fail this test by its time, not stop all others.
      const outcomes = await agent.run(({ attachChannel: attach, createChannel: make, kits: all }, given) => {
        const counts: Record<string, number> = {};
        for (const kitName of ['records', 'tails'] as const) {
          const { codec, make: makeOne } = all[kitName];
          for (const capacity of [4, 'unbounded'] as const) {
            const options = {
              kind: given,
              codec,
              capacity,
              priorities: true,
              limitBytes: 2 ** 20,
              ...(given === 'spsc' ? {} : { senders: 2 }),
              ...(kitName === 'tails' ? { ringBytes: 2 ** 10 } : {}),
            } as const;
            const { limitBytes: _, ...bounded } = options;
            for (let word = 0; word < 96; word++) {
              for (const flip of [1, 0x1_0000, -1]) {
                const { handle } = make(capacity === 4 ? bounded : options);
                const u32 = new Uint32Array(handle.snGenChannel, 0, 96);
                u32[word] = (u32[word] as number) ^ flip;
                let outcome = 'works';
                try {
                  const channel = attach(handle, codec);
                  const sender = channel.sender();
                  const receiver = channel.receiver();
                  for (let serial = 0; serial < 3; serial++) sender.trySend(makeOne(1, serial));
                  sender.flush();
                  receiver.drain(() => {}, 3);
                  receiver.receive({ timeoutMs: 0 });
                  channel.stats();
                  sender.close();
                  receiver.close();
                } catch (error) {
                  outcome = (error as { code?: string }).code ?? String(error);
                }
                counts[outcome] = (counts[outcome] ?? 0) + 1;
              }
            }
          }
        }
        return counts;
      }, kind);
      await giveBack(agent);
      const codes: readonly SnErrorCode[] = [
        'SN_CHANNEL_HANDLE',
        'SN_SCHEMA_MISMATCH',
        'SN_CHANNEL_CLOSED',
        'SN_CHANNEL_ROLE',
      ];
      expect(
        Object.keys(outcomes).filter((code) => code !== 'works' && !codes.includes(code as SnErrorCode)),
      ).toEqual([]);
      expect(outcomes.SN_CHANNEL_HANDLE).toBeGreaterThan(100);
    },
  );
});
