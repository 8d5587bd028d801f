/** Every route, and every type of key, to instances that tell what they got; from the host and from another worker. */
import {
  ascii,
  broadcast,
  bytes,
  call,
  consistentHash,
  custom,
  f32,
  hash,
  leastLoaded,
  range,
  roundRobin,
  topology,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

const id = z.uint32();

export const messages = {
  ByKey: z.object({ key: ascii(7), id }),
  ByTwoKeys: z.object({ key: ascii(7), half: z.boolean(), id }),
  InTurn: z.object({ id }),
  ToAll: z.object({ id }),
  ByNumber: z.object({ key: z.float64(), id }),
  BySingle: z.object({ key: f32(), id }),
  ByBigInt: z.object({ key: z.uint64(), id }),
  ByBool: z.object({ key: z.boolean(), id }),
  ByDate: z.object({ key: z.date(), id }),
  ByEnum: z.object({ key: z.enum(['red', 'green', 'blue']), id }),
  ByText: z.object({ key: utf8(60), id }),
  ByBytes: z.object({ key: bytes(20), id }),
  ByUuid: z.object({ key: z.uuid(), id }),
  /** Has a tail. */
  ByRange: z.object({ price: z.float64(), id, note: utf8(5000) }),
  BySingleRange: z.object({ price: f32(), id }),
  ByBigIntRange: z.object({ price: z.int64(), id }),
  ByDateRange: z.object({ at: z.date(), id }),
  ByTextRange: z.object({ name: ascii(7), id }),
  Balanced: z.object({ id, waits: z.boolean() }),
  ByRule: z.object({ name: ascii(7), id }),
  /** The same with a tail. */
  ByLongRule: z.object({ name: utf8(5000), id }),
  OnRing: z.object({ key: ascii(7), id }),
  Relay: z.object({ id }),
  Got: z.object({ route: ascii(16), key: ascii(8), id, instance: z.uint32() }),
};

const instance = z.object({ instance: z.uint32() });

export const calls = {
  whoHas: call(z.object({ key: ascii(7) }), instance),
  whoIsFree: call(z.object({}), instance),
  whoIsNamed: call(z.object({ name: ascii(7) }), instance),
};

export default topology({
  messages,
  calls,
  workers: {
    keeper: worker({
      handler: './keeper.ts',
      instances: 3,
      capacity: 16,
      receives: {
        ByKey: hash('key'),
        ByTwoKeys: hash(['key', 'half']),
        InTurn: roundRobin(),
        ToAll: broadcast(),
        ByNumber: hash('key'),
        BySingle: hash('key'),
        ByBigInt: hash('key'),
        ByBool: hash('key'),
        ByDate: hash('key'),
        ByEnum: hash('key'),
        ByText: hash('key'),
        ByBytes: hash('key'),
        ByUuid: hash('key'),
        ByRange: range('price', [-1.5, 1e6]),
        BySingleRange: range('price', [0.1, 0.7]),
        ByBigIntRange: range('price', [-(2n ** 60n), 2n ** 60n]),
        ByDateRange: range('at', [new Date(0), new Date(1e12)]),
        ByTextRange: range('name', ['h', 'p']),
        Balanced: leastLoaded(),
        ByRule: custom({ module: './rules.ts', export: 'byName' }),
        ByLongRule: custom({ module: './rules.ts', export: 'default' }),
      },
      answers: {
        whoHas: hash('key'),
        whoIsFree: leastLoaded(),
        whoIsNamed: custom({ module: './rules.ts', export: 'byName' }),
      },
      sends: { main: ['Got'] },
    }),
    ring: worker({
      handler: './ring.ts',
      instances: 4,
      receives: { OnRing: consistentHash('key', { virtualNodes: 64 }) },
      sends: { main: ['Got'] },
    }),
    relay: worker({
      handler: './relay.ts',
      receives: { Relay: roundRobin() },
      sends: { keeper: ['ByKey', 'ByRange', 'Balanced', 'ByRule', 'ByLongRule'], ring: ['OnRing'] },
    }),
  },
});
