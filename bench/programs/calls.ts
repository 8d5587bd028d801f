/**
 * Requests from the host to one worker and responses back: `calls <way> <contestant>`. `pipelined`: so many under way at a time, a million calls a
 * second; `single`: one after the other, microseconds by percentiles. The contestants: `sn-gen` and `postMessage`, whose requests carry a
 * number by which their promises are found.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createPool } from '../topologies/calls/generated/index.js';
import { rate, serve } from './serve.js';
import { timedTripsAsync } from './trips.js';

const UNDER_WAY = 1024;

interface Request {
  readonly id: number;
  readonly quantity: number;
  readonly bid: number;
}

interface Response {
  readonly id: number;
  readonly price: number;
}

type Call = (request: Request) => Promise<Response>;

if (!isMainThread) answerPosts();
else if (process.argv[3] === 'postMessage') await measure(...post());
else {
  const pool = await createPool();
  await measure(
    (request) => pool.desk.call.price(request),
    () => pool.close(),
  );
}

async function measure(call: Call, end: () => Promise<void>): Promise<void> {
  const make = (id: number): Request => ({ id, quantity: id & 7, bid: 1.5 });
  await serve(
    process.argv[2] === 'single'
      ? (trips) => timedTripsAsync(trips, (id) => call(make(id)))
      : async (operations) => {
          const startedMs = performance.now();
          for (let sent = 0; sent < operations; sent += UNDER_WAY) {
            const calls: Promise<Response>[] = [];
            for (let id = sent; id < sent + UNDER_WAY; id++) calls.push(call(make(id)));
            const last = (await Promise.all(calls)).at(-1);
            if (last?.price !== ((sent + UNDER_WAY - 1) & 7) * 1.5) throw new Error('a wrong price');
          }
          return { value: rate(operations, startedMs) };
        },
    end,
  );
}

function answerPosts(): void {
  parentPort?.on('message', ({ id, quantity, bid }: Request) =>
    parentPort?.postMessage({ id, price: quantity * bid } satisfies Response),
  );
}

function post(): [Call, () => Promise<void>] {
  const worker = new Worker(new URL(import.meta.url));
  const waiting = new Map<number, (response: Response) => void>();
  worker.on('message', (response: Response) => {
    waiting.get(response.id)?.(response);
    waiting.delete(response.id);
  });
  return [
    (request) =>
      new Promise((resolve) => {
        waiting.set(request.id, resolve);
        worker.postMessage(request);
      }),
    async () => void (await worker.terminate()),
  ];
}
