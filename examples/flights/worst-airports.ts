/**
 * The question, answered in the same way wherever the flights were added up: in workers, or in one loop.
 */

/** What one airport's flights add up to. */
export interface AirportTotals {
  flights: number;
  delayMinutes: number;
  miles: number;
}

export interface RankedAirport {
  rank: number;
  airport: string;
  flights: number;
  meanDelayMinutes: number;
  meanMiles: number;
}

export type TotalsByAirport = Map<string, AirportTotals>;

/** Adds one flight to the totals of the airport it left from. */
export function addFlight(
  totals: TotalsByAirport,
  origin: string,
  delayMinutes: number,
  miles: number,
): void {
  let airport = totals.get(origin);
  if (airport === undefined) {
    airport = { flights: 0, delayMinutes: 0, miles: 0 };
    totals.set(origin, airport);
  }
  airport.flights += 1;
  airport.delayMinutes += delayMinutes;
  airport.miles += miles;
}

/** The airports with the longest mean delay, the worst first; equal ones in the order of their codes. */
export function worstAirports(totals: TotalsByAirport, count: number, minFlights: number): RankedAirport[] {
  return [...totals]
    .filter(([, { flights }]) => flights >= minFlights)
    .map(([airport, { flights, delayMinutes, miles }]) => ({
      airport,
      flights,
      meanDelayMinutes: delayMinutes / flights,
      meanMiles: miles / flights,
    }))
    .sort((a, b) => b.meanDelayMinutes - a.meanDelayMinutes || (a.airport < b.airport ? -1 : 1))
    .slice(0, count)
    .map((row, index) => ({ rank: index + 1, ...row }));
}
