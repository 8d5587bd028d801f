/**
 * Three million flights: which airports delay them most?
 *
 *     host --Flight--> delays (by origin) --AirportDelay--> ranking --RankedAirport--> host
 */
import { ascii, broadcast, hash, roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';

/** One scheduled flight. */
const Flight = z.object({
  /** IATA code of the airport it left from. */
  origin: ascii(3),
  /** IATA code of the airport it went to. */
  destination: ascii(3),
  /** When it was scheduled to leave. */
  date: z.date(),
  /** Minutes it arrived late; negative when it was early. */
  delayMinutes: z.int32(),
  distanceMiles: z.float64(),
});

/** Asks every instance of `delays` for what it has counted. */
const Report = z.object({});

/** What one airport's flights add up to. */
const AirportDelay = z.object({
  airport: ascii(3),
  flights: z.uint32(),
  delayMinutes: z.float64(),
  miles: z.float64(),
});

/** Asks `ranking` for the airports with the longest mean delay. */
const Rank = z.object({
  /** How many to tell. */
  count: z.uint32(),
  /** Airports with fewer flights are left out. */
  minFlights: z.uint32(),
});

/** One row of the answer. */
const RankedAirport = z.object({
  /** From 1, the worst. */
  rank: z.uint32(),
  airport: ascii(3),
  flights: z.uint32(),
  meanDelayMinutes: z.float64(),
  meanMiles: z.float64(),
});

export default topology({
  messages: { Flight, Report, AirportDelay, Rank, RankedAirport },
  workers: {
    /** Adds up the flights of each airport; an airport's flights all go to one instance. */
    delays: worker({
      handler: './delays.ts',
      instances: 2,
      capacity: 4096,
      receives: { Flight: hash('origin'), Report: broadcast() },
      sends: { ranking: ['AirportDelay'] },
    }),
    /** Puts the airports in order. */
    ranking: worker({
      handler: './ranking.ts',
      receives: { AirportDelay: roundRobin(), Rank: broadcast() },
      sends: { main: ['RankedAirport'] },
    }),
  },
});
