/** Sends the same visits by each route, adds an instance to each worker, and shows where messages went and which keys moved. */
import Table from 'cli-table3';
import { createPool, type Kept } from './generated/index.js';
import { byRule, customerAt } from './rule.js';

const VISITS = 100_000;
const expected = new Map<number, number>();
for (let n = 0; n < VISITS; n++) expected.set(customerAt(n), (expected.get(customerAt(n)) ?? 0) + 1);

await using pool = await createPool();
const kept: Kept[] = [];
pool.receive.Kept((one) => kept.push(one));

const table = new Table({
  head: ['route', 'messages to instances 0 to 3', 'busiest / mean', 'customers moved by a 5th'],
  colAligns: ['left', 'left', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
let isRight = true;

/** Sends all visits; how many of them each instance has handled. */
async function spread(
  worker: Pick<typeof pool.byHash, 'stats'>,
  send: (visit: { customer: number }) => Promise<void> | undefined,
): Promise<readonly number[]> {
  const handled = () => worker.stats().instances.map((instance) => instance.handled);
  const before = handled();
  for (let n = 0; n < VISITS; n++) {
    const waiting = send({ customer: customerAt(n) });
    if (waiting !== undefined) await waiting;
  }
  await pool.drain();
  return handled().map((count, instance) => count - (before[instance] ?? 0));
}

/** Whom each instance has seen: the instance of each customer. Checks that none is missing, and that none is in two places. */
async function instanceOfEach(worker: Pick<typeof pool.byHash, 'send'>): Promise<Map<number, number>> {
  kept.length = 0;
  await worker.send.Tell({});
  await pool.drain();
  isRight &&= kept.length === expected.size;
  isRight &&= kept.every(({ customer, visits }) => visits === expected.get(customer));
  return new Map(kept.map(({ customer, instance }) => [customer, instance]));
}

function tell(route: string, counts: readonly number[], moved: number | string): void {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  table.push([route, counts.join('  '), (Math.max(...counts) / mean).toFixed(2), moved]);
}

for (const [route, worker] of [
  ['hash', pool.byHash],
  ['consistentHash', pool.byRing],
  ['range', pool.byRange],
] as const) {
  const counts = await spread(worker, worker.send.Visit);
  const before = await instanceOfEach(worker);
  // Whole partitions move, with their state, while senders may go on sending.
  await worker.resize(5);
  const after = await instanceOfEach(worker);
  tell(route, counts, [...before].filter(([customer, instance]) => after.get(customer) !== instance).length);
}

const { others } = pool;
const customers = [...expected.keys()];
const ruled = customers.filter((customer) => byRule({ customer }, 4) !== byRule({ customer }, 5)).length;
tell('custom', await spread(others, others.send.ByRule), `${ruled}, without their state`);
tell('roundRobin', await spread(others, others.send.InTurn), 'has no keys');
tell('leastLoaded', await spread(others, others.send.ToIdle), 'has no keys');
tell('broadcast', await spread(others, others.send.ToAll), 'has no keys');

kept.length = 0;
await others.send.Tell({});
await pool.drain();
// Three routes to one instance each, and one to all four.
isRight &&= kept.reduce((sum, { visits }) => sum + visits, 0) === VISITS * (3 + 4);

console.log(`${VISITS} visits of ${expected.size} customers by each route, to four instances:\n${table}`);
console.log(
  isRight
    ? 'Every visit was counted once, before and after customers moved.'
    : 'VISITS WERE LOST OR DOUBLED.',
);
if (!isRight) process.exitCode = 1;
