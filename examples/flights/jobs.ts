/**
 * One job, done three times over: through the generated topology, in one plain loop, and through `postMessage`.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Flights } from './flights.js';
import { createPool } from './generated/index.js';
import { addFlight, type RankedAirport, type TotalsByAirport, worstAirports } from './worst-airports.js';

export interface JobOptions {
  readonly flights: Flights;
  /** How many airports to tell, of those with at least `minFlights` flights. */
  readonly count: number;
  readonly minFlights: number;
  /** Threads that add up. */
  readonly instances: number;
  /** Told now and then how many flights are on their way. */
  readonly onProgress: (flights: number) => void;
}

export interface JobResult {
  readonly name: string;
  readonly rows: readonly RankedAirport[];
  readonly seconds: number;
  readonly messages: number;
}

export interface TopologyResult extends JobResult {
  /** Messages that waited for `delays` when we looked: the most, and the slots that there are. */
  readonly deepestQueue: number;
  readonly slots: number;
}

/** Flights between two looks at the queues. */
const LOOK_EVERY = 1 << 16;

/** host -> delays (by origin) -> ranking -> host. */
export async function runTopology(options: JobOptions): Promise<TopologyResult> {
  const { flights, instances, count, minFlights, onProgress } = options;
  await using pool = await createPool({ instances: { delays: instances } });
  const rows: RankedAirport[] = [];
  pool.receive.RankedAirport((row) => rows.push(row));

  const startedMs = performance.now();
  let deepestQueue = 0;
  for (let index = 0; index < flights.count; index++) {
    const waiting = pool.delays.send.Flight(flights.at(index));
    if (waiting !== undefined) await waiting;
    if (index % LOOK_EVERY === 0) {
      deepestQueue = Math.max(deepestQueue, pool.delays.stats().depth);
      onProgress(index);
    }
  }
  await pool.delays.send.Report({});
  await pool.drain();
  await pool.ranking.send.Rank({ count, minFlights });
  await pool.drain();
  const seconds = (performance.now() - startedMs) / 1000;

  const { workers, main } = pool.stats();
  const messages = main.handled + Object.values(workers).reduce((sum, { handled }) => sum + handled, 0);
  const slots = pool.delays.stats().capacity * instances;
  return { name: 'sn-gen topology', rows, seconds, messages, deepestQueue, slots };
}

/** Everything on this thread. */
export function runPlainLoop({ flights, count, minFlights }: JobOptions): JobResult {
  const startedMs = performance.now();
  const totals: TotalsByAirport = new Map();
  for (let index = 0; index < flights.count; index++) {
    const flight = flights.at(index);
    addFlight(totals, flight.origin, flight.delayMinutes, flight.distanceMiles);
  }
  const rows = worstAirports(totals, count, minFlights);
  return {
    name: 'plain loop',
    rows,
    seconds: (performance.now() - startedMs) / 1000,
    messages: flights.count,
  };
}

/** host -> as many workers, by `postMessage`; an airport's flights all go to one of them. */
export async function runPostMessage(options: JobOptions): Promise<JobResult> {
  const { flights, instances, count, minFlights, onProgress } = options;
  const file = new URL('./post-message-worker.js', import.meta.url);
  const workers = Array.from({ length: instances }, () => new Worker(file));
  await Promise.all(workers.map((worker) => once(worker, 'online')));

  const startedMs = performance.now();
  for (let index = 0; index < flights.count; index++) {
    const flight = flights.at(index);
    const key = flight.origin.charCodeAt(0) + flight.origin.charCodeAt(1) + flight.origin.charCodeAt(2);
    (workers[key % instances] as Worker).postMessage(flight);
    if (index % LOOK_EVERY === 0) {
      onProgress(index);
      // postMessage knows no full queue; without a turn of the event loop now and then its memory grows without bound.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const totals: TotalsByAirport = new Map();
  await Promise.all(
    workers.map(async (worker) => {
      worker.postMessage('report');
      const [part] = (await once(worker, 'message')) as [TotalsByAirport];
      for (const [airport, sum] of part) totals.set(airport, sum);
    }),
  );
  const rows = worstAirports(totals, count, minFlights);
  return {
    name: 'postMessage',
    rows,
    seconds: (performance.now() - startedMs) / 1000,
    messages: flights.count,
  };
}
