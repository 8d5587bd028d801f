/** One line for each thing that a call can do; each is checked. */
import { RemoteError, SnError } from 'sn-gen/runtime';
import { createPool } from './generated/index.js';

const PARTS = 10_000;

await using pool = await createPool();

function check(what: string, got: unknown, expected: unknown): void {
  const isRight = got === expected;
  console.log(`${what}: ${got}${isRight ? '' : `, WRONG, should be ${expected}`}`);
  if (!isRight) process.exitCode = 1;
}

/** Resolves to what a call rejects with. */
const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

for (let n = 0; n < PARTS; n++) await pool.stock.send.Price({ sku: `part-${n}`, cents: n });

// A call comes after what was sent before it: the price is there.
const { cents } = await pool.stock.call.priceOf({ sku: 'part-1250' });
check('one call', cents, 1250);

// Thousands: so many at a time, answers in the order of the requests.
const requests = Array.from({ length: PARTS }, (_, n) => ({ sku: `part-${n}` }));
let inOrder = 0;
for await (const answer of pool.stock.map.priceOf(requests, { concurrency: 64 }))
  if (answer.cents === inOrder) inOrder += 1;
check('answers in order', inOrder, PARTS);

// desk calls stock, and we know nothing of it.
const { cents: sum } = await pool.desk.call.total({ skus: ['part-100', 'part-20', 'part-3'] });
check('a call from worker to worker', sum, 123);

// What a handler throws comes with its code, its message, and its stack in the worker.
const missing = await errorOf(pool.stock.call.priceOf({ sku: 'nothing' }));
check(
  'an error of the handler',
  missing instanceof RemoteError && `${missing.code}, ${missing.message}`,
  'NO_SUCH_PART, there is no nothing',
);

// It crosses two threads as well.
const further = await errorOf(pool.desk.call.total({ skus: ['part-1', 'nothing'] }));
check('an error from further away', further instanceof RemoteError && further.code, 'NO_SUCH_PART');

// The promise rejects at once, and the handler sees it in `ctx.signal`.
const late = await errorOf(pool.stock.call.search({ sku: 'anything' }, { timeoutMs: 20 }));
check('a call with a timeout', late instanceof SnError && late.code, 'SN_TIMEOUT');

const controller = new AbortController();
const searching = errorOf(pool.stock.call.search({ sku: 'anything' }, { signal: controller.signal }));
// Any time will do; here, once the event loop has gone round, so that the call is under way.
setImmediate(() => controller.abort());
const aborted = await searching;
check('a call with a signal', aborted instanceof SnError && aborted.code, 'SN_ABORTED');

// The worker is free again.
const { cents: afterwards } = await pool.stock.call.priceOf({ sku: 'part-7' });
check('a call after that', afterwards, 7);
const { searches } = await pool.stock.call.givenUp({ sku: 'anything' });
check('searches that saw that they were given up', searches, 2);
