/** Every route, with bounds that fill their line and bounds that break it, and calls that are routed in the same ways. */
import {
  ascii,
  broadcast,
  bytes,
  call,
  consistentHash,
  custom,
  f32,
  leastLoaded,
  message,
  range,
  roundRobin,
  topology,
  u32,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** Belongs to a session, which belongs to an instance. */
const Click = z.object({ session: z.uuid(), token: bytes(16), page: utf8(200) });

/** Goes to whoever keeps its kind of price. */
const Quote = z.object({ symbol: ascii(8), price: z.float64() });
const Tick = z.object({ at: z.date(), price: f32() });
const Balance = z.object({ cents: z.int64() });
const Name = z.object({ name: utf8(40), note: utf8(4000) });

/** Goes to whoever is free. */
const Job = z.object({ id: u32() });

/** Goes where a function says, which sees defaults filled in only where it was written in place. */
const Order = message(z.object({ venue: ascii(4).default('XNYS'), symbol: ascii(8) }), {
  envelope: ['id'],
});
const Parcel = z.object({ weight: z.float64(), label: utf8(3000) });

/** Whose key takes more than a line. */
const LongKeys = z.object({ accountOfTheCustomer: utf8(20), countryOfTheCustomer: ascii(2) });

export default topology({
  messages: {
    LongKeys,
    Click,
    Quote,
    Tick,
    Balance,
    Name,
    Job,
    Order,
    Parcel,
    Stop: z.object({}),
  },
  calls: {
    whoHas: call(z.object({ session: z.uuid() }), z.object({ instance: u32() })),
    estimate: call(Job, z.object({ ms: z.float64() })),
    accept: call(Parcel, z.object({ isAccepted: z.boolean() })),
  },
  workers: {
    sessions: worker({
      handler: './sessions.ts',
      instances: 4,
      receives: {
        Click: consistentHash(['session', 'token'], { virtualNodes: 200 }),
        Stop: broadcast(),
        LongKeys: consistentHash(['accountOfTheCustomer', 'countryOfTheCustomer'], { virtualNodes: 200 }),
      },
      answers: { whoHas: consistentHash('session', { virtualNodes: 200 }) },
    }),
    books: worker({
      handler: './books.ts',
      instances: 2,
      receives: {
        Quote: range(
          'price',
          Array.from({ length: 40 }, (_, k) => (k - 20) * 12.5),
        ),
        Tick: range('price', [-0.5, 0.1]),
        Balance: range(
          'cents',
          Array.from({ length: 12 }, (_, k) => BigInt(k) * 10n ** 12n),
        ),
        Name: range('name', ['h', "it's", 'p']),
      },
    }),
    jobs: worker({
      handler: './jobs.ts',
      instances: 'cores',
      receives: {
        Job: leastLoaded(),
        Order: custom({ module: './routes.ts', export: 'byVenue' }),
        Parcel: custom({ module: './routes.ts', export: 'default' }),
        Tick: range('at', [new Date('2025-01-01'), new Date('2026-01-01')]),
        Quote: roundRobin(),
      },
      answers: {
        estimate: leastLoaded(),
        accept: custom({ module: './routes.ts', export: 'default' }),
      },
    }),
  },
});
