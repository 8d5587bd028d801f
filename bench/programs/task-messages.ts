/**
 * `task-messages <InTurn|ByLoad|postMessage> <microseconds>`: so many messages from the host to two threads, which are busy for so long with each
 * and answer once, when a round ends. Thousand messages a second.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createPool } from '../topologies/tasks/generated/index.js';
import { rate, serve } from './serve.js';
import { work } from './work.js';

const THREADS = 2;

interface Task {
  readonly microseconds: number;
}

const [, , way = '', duration = ''] = process.argv;
const microseconds = Number(duration);

if (!isMainThread) answer();
else if (way === 'postMessage') await post();
else await send(way as 'InTurn' | 'ByLoad');

async function send(message: 'InTurn' | 'ByLoad'): Promise<void> {
  const pool = await createPool();
  const totals = pool.stream.Total();
  const { send } = pool.tasks;
  // A loop for each route, as a program has it.
  const sendAll = {
    InTurn: async (count: number) => {
      for (let i = 0; i < count; i++) {
        const waiting = send.InTurn({ microseconds });
        if (waiting !== undefined) await waiting;
      }
    },
    ByLoad: async (count: number) => {
      for (let i = 0; i < count; i++) {
        const waiting = send.ByLoad({ microseconds });
        if (waiting !== undefined) await waiting;
      }
    },
  }[message];
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      await sendAll(operations);
      await send.Finish({});
      let handled = 0;
      for (let ended = 0; ended < THREADS; ended++) handled += (await totals.next()).value?.messages ?? 0;
      if (handled !== operations) throw new Error(`sent ${operations}, handled ${handled}`);
      return { value: rate(operations, startedMs) * 1000 };
    },
    () => pool.close(),
  );
}

async function post(): Promise<void> {
  const workers = Array.from({ length: THREADS }, () => new Worker(new URL(import.meta.url)));
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      for (let i = 0; i < operations; i++)
        (workers[i % THREADS] as Worker).postMessage({ microseconds } satisfies Task);
      const ended = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage('finish');
      await Promise.all(ended);
      return { value: rate(operations, startedMs) * 1000 };
    },
    async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  );
}

function answer(): void {
  let handled = 0;
  parentPort?.on('message', (message: Task | 'finish') => {
    if (message === 'finish') parentPort?.postMessage(handled);
    else handled += work(message.microseconds) === message.microseconds ? 1 : 0;
  });
}
