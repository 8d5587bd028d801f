/**
 * What the editor refuses, and what it takes. `tsc -p .` checks this file; nothing runs it.
 *
 * Each expected error stands on the line of the wrong word, so this file also holds *where* an error lands.
 */
import {
  ascii,
  broadcast,
  bytes,
  call,
  consistentHash,
  custom,
  f64Array,
  flags,
  hash,
  leastLoaded,
  list,
  message,
  range,
  roundRobin,
  since,
  topology,
  u8,
  u64,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

const Flight = z.object({
  origin: ascii(3).describe('IATA code'),
  destination: utf8(3).brand('Airport'),
  delayMinutes: z.int32(),
  ordinal: u64(),
  late: z.boolean(),
  at: z.date(),
  side: z.enum(['buy', 'sell']),
  raw: bytes(16),
  place: z.object({ gate: ascii(3) }),
  id: z.uuid(),
  kind: z.literal(true),
  seats: list(u8(), 3),
  speeds: f64Array(9),
  doors: flags(['front', 'rear']),
  gate: ascii(3).optional(),
});
const Report = z.object({});
const AirportDelay = z.object({ airport: ascii(3), meanDelay: z.float64() });

export const right = topology({
  messages: { Flight, Report, AirportDelay, Frozen: Report.readonly() },
  workers: {
    delays: worker({
      handler: './delays.ts',
      instances: 'cores',
      capacity: 4096,
      tickMs: 10,
      affinity: 'spread',
      priority: -5,
      receives: { Flight: hash('origin'), Report: broadcast() },
      sends: { main: ['AirportDelay', 'Report'], ranking: ['AirportDelay'], delays: ['Flight'] },
    }),
    ranking: worker({
      handler: './ranking.ts',
      instances: 1,
      receives: {
        AirportDelay: hash(['airport', 'meanDelay']),
        Flight: hash(['destination', 'delayMinutes', 'ordinal', 'late', 'at', 'side', 'id', 'kind']),
        Report: roundRobin(),
      },
    }),
  },
});

/** Handlers that may wait, so many at a time. */
export const waiting = topology({
  messages: { Flight, Report },
  workers: {
    a: worker({ handler: './a.ts', async: true, receives: { Flight: hash('origin') } }),
    b: worker({
      handler: './b.ts',
      async: true,
      concurrency: 16,
      receives: { Flight: hash('id'), Report: broadcast() },
      sends: { main: ['Report'], a: ['Flight'] },
    }),
    c: worker({ handler: './c.ts', async: false, receives: { Report: roundRobin() } }),
  },
});

export const wrongWaits = topology({
  messages: { Flight, Report },
  workers: {
    // @ts-expect-error: a sync worker has no concurrency.
    a: worker({ handler: './a.ts', concurrency: 16, receives: { Report: roundRobin() } }),
    b: worker({
      handler: './b.ts',
      async: true,
      // @ts-expect-error: no number.
      concurrency: 'many',
      receives: { Report: roundRobin() },
    }),
    c: worker({
      handler: './c.ts',
      async: true,
      // @ts-expect-error: no such field, also where handlers wait.
      receives: { Flight: hash('orgin') },
    }),
  },
});

/** What our types hold. */
export const seats: number[] = {} as z.infer<typeof Flight>['seats'];
export const speeds: Float64Array = {} as z.infer<typeof Flight>['speeds'];
export const doors: { front: boolean; rear: boolean } = {} as z.infer<typeof Flight>['doors'];

/** The names of the messages stay known. */
export const names: 'Flight' | 'Report' | 'AirportDelay' | 'Frozen' = '' as keyof typeof right.messages;

/** A worker that is declared elsewhere fits; the generator checks it. */
const elsewhere = worker({
  handler: './w.ts',
  receives: { Flight: hash('origin') },
  sends: { main: ['Flight'] },
});
export const assembled = topology({ messages: { Flight }, workers: { elsewhere } });

export const wrongFields = topology({
  messages: { Flight, Report, AirportDelay },
  workers: {
    a: worker({
      handler: './a.ts',
      receives: {
        // @ts-expect-error: no such field.
        Flight: hash('orgin'),
        // @ts-expect-error: a message without fields has no key.
        Report: hash('origin'),
        // @ts-expect-error: a field of another message.
        AirportDelay: hash('origin'),
      },
    }),
    b: worker({
      handler: './b.ts',
      receives: {
        // @ts-expect-error: no such field among several.
        Flight: hash(['origin', 'delayMinute']),
        // @ts-expect-error: no number.
        AirportDelay: hash(3),
      },
    }),
    c: worker({
      handler: './c.ts',
      // Bytes are a key by their content.
      receives: { Flight: hash('raw') },
    }),
    d: worker({
      handler: './d.ts',
      // @ts-expect-error: a nested object cannot be a key.
      receives: { Flight: hash(['origin', 'place']) },
    }),
    e: worker({
      handler: './e.ts',
      // @ts-expect-error: a list cannot be a key.
      receives: { Flight: hash('seats') },
    }),
    f: worker({
      handler: './f.ts',
      // @ts-expect-error: a typed array cannot be a key.
      receives: { Flight: hash('speeds') },
    }),
    g: worker({
      handler: './g.ts',
      // @ts-expect-error: flags are an object.
      receives: { Flight: hash('doors') },
    }),
    h: worker({
      handler: './h.ts',
      // @ts-expect-error: what may be absent cannot be a key.
      receives: { Flight: hash('gate') },
    }),
  },
});

export const keyedRoutes = topology({
  messages: { Flight, Report, AirportDelay },
  workers: {
    a: worker({
      handler: './a.ts',
      receives: { Flight: consistentHash('origin'), Report: leastLoaded() },
    }),
    b: worker({
      handler: './b.ts',
      receives: {
        Flight: consistentHash(['origin', 'raw'], { virtualNodes: 64 }),
        Report: custom({ module: './routes.ts', export: 'pick' }),
      },
    }),
    c: worker({ handler: './c.ts', receives: { Flight: range('origin', ['h', 'p']) } }),
    d: worker({ handler: './d.ts', receives: { Flight: range('at', [new Date(0)]) } }),
    e: worker({
      handler: './e.ts',
      receives: {
        // @ts-expect-error: no such field.
        Flight: consistentHash('orgin'),
        // @ts-expect-error: a message without fields has no key.
        Report: range('origin', [1]),
      },
    }),
    f: worker({
      handler: './f.ts',
      receives: {
        // @ts-expect-error: bounds of two types.
        Flight: range('delayMinutes', [1, 'two']),
      },
    }),
    g: worker({
      handler: './g.ts',
      receives: {
        // @ts-expect-error: no such option.
        Flight: consistentHash('origin', { nodes: 3 }),
        // @ts-expect-error: a function's name is needed.
        Report: custom({ module: './routes.ts' }),
      },
    }),
  },
});

export const wrongMessages = topology({
  messages: { Flight, Report, AirportDelay },
  workers: {
    a: worker({
      handler: './a.ts',
      receives: {
        Flight: hash('origin'),
        // @ts-expect-error: no such message.
        Flihgt: roundRobin(),
        // @ts-expect-error: not a route.
        Report: 'broadcast',
      },
      sends: {
        main: [
          'Report',
          // @ts-expect-error: no such message.
          'Reprot',
        ],
        // @ts-expect-error: no such message, whoever it is sent to.
        b: ['Delay'],
      },
    }),
    b: worker({
      handler: './b.ts',
      receives: { AirportDelay: roundRobin() },
      sends: {
        // @ts-expect-error: no such worker.
        c: ['Report'],
      },
    }),
  },
});

export const notReceived = topology({
  messages: { Flight, Report, AirportDelay },
  workers: {
    // @ts-expect-error: b does not receive Report.
    a: worker({
      handler: './a.ts',
      receives: { Flight: hash('origin') },
      sends: { b: ['Report', 'AirportDelay'] },
    }),
    b: worker({
      handler: './b.ts',
      receives: { AirportDelay: roundRobin() },
      sends: { a: ['Flight'] },
    }),
  },
});

export const wrongOptions = topology({
  messages: { Report },
  workers: {
    a: worker({
      handler: './a.ts',
      // @ts-expect-error: a number or 'cores'.
      instances: 'core',
      receives: { Report: roundRobin() },
    }),
    b: worker({
      handler: './b.ts',
      // @ts-expect-error: no such option.
      instance: 2,
      receives: { Report: roundRobin() },
    }),
    // @ts-expect-error: a handler is needed.
    c: worker({ receives: { Report: roundRobin() } }),
    // @ts-expect-error: made by worker() only.
    d: { handler: './d.ts', receives: { Report: roundRobin() } },
  },
});

/** A message with options is to its routes, and to whoever names it, what its schema is. */
export const validated = topology({
  messages: {
    Flight: message(Flight, { validate: true }),
    Report: message(Report.readonly(), {}),
    Inline: message(z.object({ key: u8(), raw: bytes(3) }), { validate: false }),
  },
  workers: {
    a: worker({
      handler: './a.ts',
      receives: {
        Flight: hash(['origin', 'side']),
        Report: broadcast(),
        Inline: hash('raw'),
        // @ts-expect-error: no such message.
        Inlin: roundRobin(),
      },
    }),
    b: worker({
      handler: './b.ts',
      receives: {
        // @ts-expect-error: no such field.
        Flight: hash('orgin'),
        // @ts-expect-error: a message without fields has no key.
        Report: hash('origin'),
        Inline: hash('key'),
      },
      sends: {
        main: [
          'Flight',
          // @ts-expect-error: no such message.
          'Fligth',
        ],
      },
    }),
  },
});
export const validatedNames: 'Flight' | 'Report' | 'Inline' = '' as keyof typeof validated.messages;

export const wrongMessageOptions = [
  // @ts-expect-error: no such option.
  message(Flight, { validat: true }),
  // @ts-expect-error: true or false.
  message(Flight, { validate: 'yes' }),
  // @ts-expect-error: without options the schema stands alone.
  message(Flight),
  // @ts-expect-error: a message is a z.object.
  message(z.int32(), { validate: true }),
];

export const notAMessage = topology({
  messages: {
    Report,
    // @ts-expect-error: a message is a z.object.
    Count: z.int32(),
  },
  workers: { a: worker({ handler: './a.ts', receives: { Report: roundRobin() } }) },
});

/** What came later keeps its type, and the key that may be left out. */
const Grown = z.object({
  a: u8(),
  note: since(2, utf8(40).optional()),
  level: since(3, u8().default(1)),
  gate: since(3, ascii(3).nullable()),
});
export const grown: z.input<typeof Grown> = { a: 1, gate: null };
export const note: string | undefined = {} as z.infer<typeof Grown>['note'];
export const level: number = {} as z.infer<typeof Grown>['level'];
// @ts-expect-error: a reader of an older record needs a value.
export const required = since(2, u8());
// @ts-expect-error: a version is a number.
export const unnumbered = since('2', u8().optional());
// @ts-expect-error: a type is a Zod type.
export const untypedSince = since(2, 'u8');

/** Calls: their names, the fields that route their requests, and who may make them. */
export const called = topology({
  messages: { Flight },
  calls: { meanOf: call(z.object({ airport: ascii(3), at: z.object({}) }), z.object({ mean: z.float64() })) },
  workers: {
    delays: worker({
      handler: './delays.ts',
      receives: { Flight: hash('origin') },
      answers: { meanOf: hash('airport') },
    }),
    /** One that answers calls only. */
    clock: worker({
      handler: './clock.ts',
      answers: { meanOf: roundRobin() },
      sends: { delays: ['meanOf'] },
    }),
  },
});

export const wrongCalls = topology({
  messages: { Flight },
  calls: { meanOf: call(z.object({ airport: ascii(3) }), z.object({ mean: z.float64() })) },
  workers: {
    delays: worker({
      handler: './delays.ts',
      answers: {
        // @ts-expect-error: no such field of the request.
        meanOf: hash('airprt'),
      },
    }),
    clock: worker({
      handler: './clock.ts',
      answers: {
        // @ts-expect-error: no such call.
        meanOff: roundRobin(),
      },
      sends: {
        delays: [
          'meanOf',
          // @ts-expect-error: no such call.
          'meanOff',
        ],
      },
    }),
  },
});

export const notAnswered = topology({
  messages: { Flight },
  calls: { meanOf: call(z.object({ airport: ascii(3) }), z.object({ mean: z.float64() })) },
  workers: {
    // @ts-expect-error: b does not answer meanOf.
    a: worker({ handler: './a.ts', receives: { Flight: hash('origin') }, sends: { b: ['meanOf'] } }),
    b: worker({ handler: './b.ts', receives: { Flight: roundRobin() } }),
  },
});

// @ts-expect-error: a response is a Zod object.
call(z.object({}), z.int32());
