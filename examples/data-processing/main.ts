/** Sends a day of clicks through the pool, prints the busiest visitors, and checks all of them against a plain loop. */
import { isDeepStrictEqual } from 'node:util';
import Table from 'cli-table3';
import { clicksOfADay } from './clicks.js';
import { createPool, type Visitor } from './generated/index.js';
import { Visitors } from './visitors.js';

const CLICKS = 500_000;
const USERS = 20_000;
const SHOWN = 5;

await using pool = await createPool();
const visitors: Visitor[] = [];
pool.receive.Visitor((visitor) => visitors.push(visitor));

for (const click of clicksOfADay(CLICKS, USERS)) {
  const waiting = pool.visits.send.Click(click);
  // A promise only where the instance has fallen behind: awaited, it slows the sender down to what the worker can do.
  if (waiting !== undefined) await waiting;
}
await pool.visits.send.Report({});
await pool.drain();

const inOrder = (rows: Iterable<Visitor>) => [...rows].sort((a, b) => b.clicks - a.clicks || a.user - b.user);
const busiest = inOrder(visitors);

const table = new Table({
  head: ['user', 'clicks', 'visits', 'purchases', 'longest visit, min'],
  style: { head: [], border: [], compact: true },
});
for (const { user, clicks, visits, purchases, longestVisitMs } of busiest.slice(0, SHOWN))
  table.push([user, clicks, visits, purchases, (longestVisitMs / 60_000).toFixed(1)]);
console.log(`The busiest of ${busiest.length} visitors:\n${table}`);

const instances = pool.visits.stats().instances.map(({ handled }) => handled);
console.log(`Messages that each instance has handled: ${instances.join(' and ')}.`);

const expected = new Visitors();
for (const click of clicksOfADay(CLICKS, USERS)) expected.add(click);
const isEqual = isDeepStrictEqual(busiest, inOrder(expected.report()));
console.log(isEqual ? 'Equal to what a plain loop counts.' : 'NOT EQUAL to what a plain loop counts.');
if (!isEqual) process.exitCode = 1;
