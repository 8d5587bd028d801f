/** Every field type, every route, a cycle, a tick, and a worker that nobody but the host feeds. */
import {
  ascii,
  bool,
  broadcast,
  bytes,
  call,
  f32,
  f64,
  hash,
  i8,
  i16,
  i32,
  i64,
  roundRobin,
  topology,
  u8,
  u16,
  u32,
  u64,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** What one sensor measured. */
const Sample = z.object({
  /** Which sensor; keys the route. */
  sensor: u32(),
  kind: z.enum(['temperature', 'pressure', "wind's speed", 'line\nbreak']),
  /** Where it stands. */
  place: z.object({
    /** Degrees, positive to the north. */
    latitude: f64(),
    longitude: f64(),
    /** Above the sea. */
    height: z.object({ metres: f32(), isMeasured: bool() }),
  }),
  takenAt: z.date(),
  value: z.number(),
  unit: ascii(8),
  note: utf8(300),
  raw: bytes(64),
});

/** All whole numbers there are. */
const Numbers = z.object({
  tiny: i8(),
  small: i16(),
  medium: i32(),
  large: i64(),
  byte: u8(),
  word: u16(),
  count: u32(),
  total: u64(),
  safe: z.int(),
  narrow: z.int().min(-10).max(10),
  float: z.float32(),
  level: z.enum({ Low: 1, High: 2 }),
});

/** Empties all windows. */
const Flush = z.object({});

const Alarm = z.object({ sensor: u32(), text: utf8(120), isUrgent: bool() });

export default topology({
  messages: { Sample, Numbers, Flush, Alarm },
  calls: {
    /** What a sensor has measured of late. */
    history: call(
      z.object({
        sensor: u32(),
        /** Samples, at most. */
        count: u16(),
      }),
      z.object({ values: z.array(z.float64()).max(1000) }),
    ),
    ping: call(z.object({}), z.object({ instance: u8() })),
  },
  workers: {
    /** Smooths each sensor's samples. */
    windows: worker({
      handler: './windows.ts',
      instances: 'cores',
      capacity: 256,
      tickMs: 250,
      affinity: 'spread',
      receives: { Sample: hash(['sensor', 'kind']), Flush: broadcast() },
      cycles: 'accepted',
      answers: { history: hash('sensor'), ping: roundRobin() },
      sends: { judges: ['Numbers', 'Sample'], main: ['Alarm'] },
    }),
    judges: worker({
      handler: './judges.ts',
      instances: 3,
      // So many that they take more than a line.
      affinity: [
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56,
        57,
      ],
      priority: -5,
      cycles: 'accepted',
      receives: { Numbers: roundRobin(), Sample: hash('unit'), Alarm: hash('isUrgent') },
      sends: { judges: ['Alarm'], windows: ['Flush', 'history'], main: ['Alarm'] },
    }),
  },
});
