import { defineRanking } from './generated/index.js';
import { type TotalsByAirport, worstAirports } from './worst-airports.js';

export default defineRanking({
  init: (): TotalsByAirport => new Map(),

  AirportDelay({ airport, flights, delayMinutes, miles }, totals) {
    totals.set(airport, { flights, delayMinutes, miles });
  },

  Rank({ count, minFlights }, totals, ctx) {
    for (const row of worstAirports(totals, count, minFlights)) ctx.main.send.RankedAirport(row);
  },
});
