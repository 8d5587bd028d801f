/**
 * Orders: a record with text in it, dealt from the host to two instances of `book` by its key.
 *
 *     host --Order (by symbol), Finish--> book --Total--> host
 */
import {
  ascii,
  bool,
  broadcast,
  hash,
  list,
  message,
  topology,
  u8,
  u16,
  u32,
  utf8,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

/** Two numbers and a key, 24 bytes. */
const Order = z.object({
  symbol: ascii(8),
  quantity: z.int32(),
  price: z.float64(),
});

/** What the codec suite takes: four numbers, an enum and a short text. */
const Trade = z.object({
  id: z.uint32(),
  symbol: ascii(4),
  side: z.enum(['buy', 'sell']),
  quantity: z.int32(),
  price: z.float64(),
  timeMs: z.float64(),
});

/** What the codec suite takes for text: six strings. No worker receives it or what stands below, so that they widen no slot. */
const Customer = z.object({
  symbol: ascii(8),
  account: ascii(12),
  name: utf8(40),
  street: utf8(64),
  city: utf8(32),
  reference: ascii(16),
});

/** What the codec suite takes for short text alone. */
const Code = z.object({ code: ascii(16), number: u32() });

const PurchaseLine = z.object({
  sku: ascii(12),
  quantity: u16(),
  price: z.float64(),
  discount: z.float64().optional(),
});

/** What the codec suite takes for nesting: objects in lists and in each other, one of several objects, what may be missing. */
const Purchase = z.object({
  number: u32(),
  placed: z.float64(),
  customer: z.object({ name: utf8(40), city: utf8(32), isMember: bool() }),
  lines: list(PurchaseLine, 8),
  payment: z.discriminatedUnion('by', [
    z.object({ by: z.literal('card'), last4: ascii(4), tip: z.float64().optional() }),
    z.object({ by: z.literal('transfer'), iban: ascii(34) }),
    z.object({ by: z.literal('cash'), received: z.float64() }),
  ]),
  note: utf8(60).optional(),
  coupon: ascii(10).optional(),
  /** In kilograms, one for each parcel. */
  parcels: list(z.float64(), 6),
});

/** What the codec suite takes for real rows with gaps: a row of movies.json. */
const Movie = z.object({
  title: utf8(80).nullable(),
  usGross: u32().nullable(),
  worldwideGross: u32().nullable(),
  usDvdSales: u32().nullable(),
  productionBudget: u32().nullable(),
  releaseDate: ascii(11),
  mpaaRating: z.enum(['G', 'PG', 'PG-13', 'R', 'NC-17', 'Not Rated', 'Open']).nullable(),
  runningTimeMin: u8().nullable(),
  distributor: utf8(40).nullable(),
  source: z
    .enum([
      'Based on Book/Short Story',
      'Based on Comic/Graphic Novel',
      'Based on Factual Book/Article',
      'Based on Game',
      'Based on Magazine Article',
      'Based on Musical/Opera',
      'Based on Play',
      'Based on Real Life Events',
      'Based on Short Film',
      'Based on TV',
      'Based on Toy',
      'Compilation',
      'Disney Ride',
      'Musical Group Movie',
      'Original Screenplay',
      'Remake',
      'Spin-Off',
      'Traditional/Legend/Fairytale',
    ])
    .nullable(),
  majorGenre: z
    .enum([
      'Action',
      'Adventure',
      'Black Comedy',
      'Comedy',
      'Concert/Performance',
      'Documentary',
      'Drama',
      'Horror',
      'Musical',
      'Romantic Comedy',
      'Thriller/Suspense',
      'Western',
    ])
    .nullable(),
  creativeType: z
    .enum([
      'Contemporary Fiction',
      'Dramatization',
      'Factual',
      'Fantasy',
      'Historical Fiction',
      'Kids Fiction',
      'Multiple Creative Types',
      'Science Fiction',
      'Super Hero',
    ])
    .nullable(),
  director: utf8(40).nullable(),
  rottenTomatoesRating: u8().nullable(),
  imdbRating: z.float64().nullable(),
  imdbVotes: u32().nullable(),
});

/** Ends a round: each instance answers with what it added up. */
const Finish = z.object({});

/** What one instance has added up since the last `Finish`. */
const Total = z.object({ messages: z.uint32(), sum: z.float64() });

export default topology({
  messages: {
    Order,
    Trade,
    Customer: message(Customer, { codecOnly: true }),
    Code: message(Code, { codecOnly: true }),
    Purchase: message(Purchase, { codecOnly: true }),
    Movie: message(Movie, { codecOnly: true }),
    Finish,
    Total,
  },
  workers: {
    book: worker({
      handler: './book.ts',
      instances: 2,
      capacity: 65_536,
      receives: { Order: hash('symbol'), Trade: hash('symbol'), Finish: broadcast() },
      sends: { main: ['Total'] },
    }),
  },
});
