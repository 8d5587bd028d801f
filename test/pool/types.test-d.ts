/**
 * What the types of generated code refuse, checked by `tsc`: each `@ts-expect-error` is an error in the editor of a user of
 * examples/flights.
 */
import {
  type AirportDelay,
  createPool,
  type DelaysContext,
  defineDelays,
  defineRanking,
  type Flight,
  type FlightView,
  type Pool,
} from '../../examples/flights/generated/index.js';

declare const flight: Flight;
declare const airportDelay: AirportDelay;

// What is right compiles, and the state's type comes from `init`.
defineDelays({
  init: () => new Map<string, number>(),
  Flight(view, minutes, ctx) {
    const kept: Flight = view.toObject();
    minutes.set(view.origin, kept.delayMinutes + view.distanceMiles + view.date.getTime());
    const instance: number = ctx.instance;
    ctx.ranking.at(instance).send.AirportDelay(airportDelay);
  },
  Report(_message, minutes, ctx) {
    const isSent: boolean = ctx.ranking.trySend.AirportDelay({
      ...airportDelay,
      airport: [...minutes.keys()][0] ?? '',
    });
    void isSent;
  },
  async shutdown(minutes) {
    minutes.clear();
  },
});
defineDelays({ init: async () => 1, Flight: (_, state) => void state.toFixed(), Report() {} });
defineDelays({ Flight() {}, Report: (_, state) => state });

// @ts-expect-error a handler is missing: Report
defineDelays({ Flight() {} });

// @ts-expect-error `delays` receives no message of this name
defineDelays({ Flight() {}, Report() {}, Rank() {} });

defineDelays({
  Flight(view) {
    // @ts-expect-error there is no such field
    void view.airport;
    // @ts-expect-error a view is read only
    view.delayMinutes = 1;
  },
  Report() {},
});

defineDelays({
  // @ts-expect-error a handler returns nothing: a promise would not be waited for
  async Flight() {},
  Report() {},
});

defineDelays({
  Flight() {},
  Report(_message, _state, ctx: DelaysContext) {
    // @ts-expect-error the schema lets `delays` send AirportDelay to `ranking`, nothing else
    ctx.ranking.send.Rank({ count: 1, minFlights: 1 });
    // @ts-expect-error nor by trySend
    ctx.ranking.trySend.Rank({ count: 1, minFlights: 1 });
    // @ts-expect-error nor to one instance
    ctx.ranking.at(0).send.Rank({ count: 1, minFlights: 1 });
    // @ts-expect-error the schema lets it send nothing to the host
    void ctx.main;
  },
});

defineRanking({
  AirportDelay() {},
  Rank(_message, _state, ctx) {
    const { main } = ctx;
    const row = { rank: 1, airport: 'ATL', flights: 1, meanDelayMinutes: 1, meanMiles: 1 };
    main.send.RankedAirport(row);
    // @ts-expect-error a field has another type
    main.send.RankedAirport({ ...row, rank: '1' });
    // @ts-expect-error a field is missing
    main.send.RankedAirport({ rank: 1, airport: 'ATL' });
    // @ts-expect-error a field is too many
    main.send.RankedAirport({ ...row, miles: 1 });
  },
});

export async function main(pool: Pool): Promise<void> {
  const waiting: Promise<void> | undefined = pool.delays.send.Flight(flight, { timeoutMs: 1 });
  await waiting;
  const isSent: boolean = pool.delays.trySend.Report({});
  void isSent;
  using receiver = pool.receive.RankedAirport((row) => void (row.rank satisfies number));
  void receiver;
  for await (const { airport } of pool.stream.RankedAirport()) void (airport satisfies string);
  pool.on('worker-exit', ({ exitCode }) => void (exitCode satisfies number));
  void (pool.stats().workers.delays?.handled satisfies number | undefined);

  // @ts-expect-error `delays` takes no such message
  pool.delays.send.Rank({ count: 1, minFlights: 1 });
  // @ts-expect-error a date is no number
  pool.delays.send.Flight({ ...flight, date: 0 });
  // @ts-expect-error a value is missing
  pool.delays.send.Flight();
  // @ts-expect-error there is no such option
  pool.delays.send.Flight(flight, { timeout: 1 });
  // @ts-expect-error a view of a message is not sent on by itself: it has no such fields as its own
  pool.ranking.send.AirportDelay({} as FlightView);
  // @ts-expect-error the host gets no such message
  pool.receive.Flight(() => {});
  // @ts-expect-error nor as a stream
  pool.stream.Flight();
  // @ts-expect-error there is no such worker
  void pool.arrivals;
  // @ts-expect-error there is no such event
  pool.on('worker-died', () => {});
  // @ts-expect-error there is no worker of this name
  await createPool({ instances: { arrivals: 2 } });
  // @ts-expect-error nor is this a number of instances
  await createPool({ instances: { delays: 'many' } });
}

defineDelays({
  Flight() {},
  Report(_message, _state, ctx: DelaysContext) {
    const claim = ctx.ranking.claim.AirportDelay();
    claim.record.flights = 3;
    // @ts-expect-error flights is a number
    claim.record.flights = '3';
    // @ts-expect-error there is no such field
    claim.record.fligths = 3;
    claim.commit();
    // @ts-expect-error the schema lets `delays` claim AirportDelay at `ranking`, nothing else
    ctx.ranking.claim.Rank();
  },
});

declare const claiming: Pool;
claiming.delays.claim.Flight({ origin: 'JFK' }, { timeoutMs: 5 }).record.delayMinutes = 1;
// @ts-expect-error what routes a message is given when it is claimed
claiming.delays.claim.Flight();
// @ts-expect-error and is not set afterwards
claiming.delays.claim.Flight({ origin: 'JFK' }).record.origin = 'ATL';

// Control belongs to a worker as the host sees it, not to a part of it.
async function control(pool: Pool): Promise<void> {
  await pool.delays.pause({ timeoutMs: 5, signal: AbortSignal.timeout(5) });
  for (const { instance, latencyMs } of await pool.delays.ping()) void (instance + latencyMs);
  const { queueing, handling } = pool.delays.stats().latency;
  void (queueing.p99Ms + handling.maxMs);
  const listening: Disposable = pool.closeOnSignal({ signals: ['SIGTERM'], timeoutMs: 5 });
  void listening;
  // @ts-expect-error: an instance is not paused alone
  pool.delays.at(0).pause();
  // @ts-expect-error: milliseconds are a number
  void pool.delays.ping({ timeoutMs: '5' });
  // @ts-expect-error: not a signal
  pool.closeOnSignal({ signals: ['SIGNONE'] });
}
void control;
