import { defineDelays } from './generated/index.js';
import { addFlight, type TotalsByAirport } from './worst-airports.js';

export default defineDelays({
  init: (): TotalsByAirport => new Map(),

  Flight(flight, totals) {
    addFlight(totals, flight.origin, flight.delayMinutes, flight.distanceMiles);
  },

  Report(_, totals, ctx) {
    for (const [airport, { flights, delayMinutes, miles }] of totals) {
      ctx.ranking.send.AirportDelay({ airport, flights, delayMinutes, miles });
    }
  },
});
