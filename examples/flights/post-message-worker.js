// The same job as `delays`, for `postMessage`: one structured clone and one event for each flight.
import { parentPort } from 'node:worker_threads';

const totals = new Map();

parentPort.on('message', (message) => {
  if (message === 'report') {
    parentPort.postMessage(totals);
    parentPort.close();
    return;
  }
  let airport = totals.get(message.origin);
  if (airport === undefined) {
    airport = { flights: 0, delayMinutes: 0, miles: 0 };
    totals.set(message.origin, airport);
  }
  airport.flights += 1;
  airport.delayMinutes += message.delayMinutes;
  airport.miles += message.distanceMiles;
});
