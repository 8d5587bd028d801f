/** Worker thread of `agent.ts`: runs the functions that it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import * as api from './api.js';

interface Order {
  readonly id: number;
  readonly source: string;
  readonly args: unknown;
}

parentPort?.on('message', async ({ id, source, args }: Order) => {
  try {
    const run = new Function(`return ${source};`)() as (given: typeof api, args: unknown) => unknown;
    const value = await run(api, args);
    parentPort?.postMessage({ id, value });
  } catch (error) {
    const { name, message, code, details, stack } = error as Error & { code?: string; details?: unknown };
    parentPort?.postMessage({ id, error: { name, message, code, details, stack } });
  }
});
