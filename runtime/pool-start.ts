/**
 * Pool start: options checked, arena allocated, threads running and ready, or nothing left behind.
 */
import { availableParallelism } from 'node:os';
import { planThreads, type RunOptions } from './affinity/thread-plan.js';
import type { Participant } from './envelope.js';
import { SnError } from './errors.js';
import { PARTITIONS } from './partition-table.js';
import { type StartThread, Thread, type ThreadEnd, type ThreadOptions } from './thread.js';
import { type Arena, type Attachment, attachmentOf, buildArena, type Wiring } from './wiring.js';

/** How long a thread looks for work before it sleeps, where every thread can have a core of its own … */
const SPIN_MS = 0.05;
/** … and where it cannot: there a spinner only delays whom it waits for. */
const SPIN_CROWDED_MS = 0.005;

export interface PoolBaseOptions<WorkerName extends string = string> extends RunOptions<WorkerName> {
  /** Threads for each worker, in place of what the schema says. */
  readonly instances?: Partial<Record<WorkerName, number | 'cores'>>;
  /** What Node's `Worker` takes for each worker's threads: `resourceLimits`, `env`, `argv`, `execArgv`, `name`. */
  readonly threads?: Partial<Record<WorkerName, ThreadOptions>>;
  /** Destroys the pool when aborted, also while it starts. */
  readonly signal?: AbortSignal;
  /**
   * Makes a view that is read after its handler has returned throw `SN_STALE_VIEW`, at some microseconds a message. By default
   * where `NODE_ENV` is `development`.
   */
  readonly development?: boolean;
}

/** A topology whose threads have all taken their places. */
export interface Started {
  readonly arena: Arena;
  readonly threads: readonly Thread[];
  /** Destroys the pool when aborted. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Starts all threads and waits until each is ready.
 *
 * @throws SnError `SN_OPTION`, `SN_AFFINITY` for a CPU that there is not, before any thread starts; `SN_WORKER_START` with the cause,
 * `SN_SCHEMA_MISMATCH`, `SN_AFFINITY`, `SN_PRIORITY` or `SN_ABORTED`, when every thread that had started is gone again.
 */
export async function startThreads(
  wiring: Wiring,
  starts: Readonly<Record<string, StartThread>>,
  options: PoolBaseOptions,
): Promise<Started> {
  const instances = countInstances(wiring, options);
  const plan = await planThreads(wiring.workers, instances, options);
  const arena = buildArena(wiring, instances);
  // The host, number 0, waits on its event loop and spins nowhere: it does not count.
  const workers = arena.participants.slice(1);
  const isCrowded = workers.length > availableParallelism() || plan.sharesCpus(workers);
  const spinMs = isCrowded ? SPIN_CROWDED_MS : SPIN_MS;
  const isDevelopment = options.development ?? globalThis.process?.env.NODE_ENV === 'development';
  throwIfAborted(options.signal);

  const threads: Thread[] = [];
  try {
    for (const [index, who] of workers.entries()) {
      const settings = { spinMs, isDevelopment, ...plan.settingsOf(who) };
      const attachment = attachmentOf(arena, wiring, index + 1, settings);
      threads.push(startThread(starts[who.worker] as StartThread, who, attachment, options));
    }
    await unlessAborted(Promise.all(threads.map(waitReady)), options.signal);
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.terminate()));
    throw error;
  }
  for (const thread of threads) thread.unref();
  return { arena, threads, signal: options.signal };
}

function startThread(
  start: StartThread,
  who: Participant,
  attachment: Attachment,
  options: PoolBaseOptions,
): Thread {
  try {
    return new Thread(start, who, attachment, options.threads?.[who.worker] ?? {});
  } catch (cause) {
    // Node refuses options at once, such as an unknown `execArgv`.
    throw startError(who, { cause, exitCode: undefined });
  }
}

function countInstances(wiring: Wiring, options: PoolBaseOptions): ReadonlyMap<string, number> {
  const names = wiring.workers.map(({ name }) => name);
  for (const option of ['instances', 'threads', 'affinity', 'priority'] as const)
    for (const name of Object.keys(options[option] ?? {}))
      if (!names.includes(name))
        throw new SnError(
          'SN_OPTION',
          `${option}.${name}: there is no worker of that name; there are: ${names.join(', ')}`,
          { details: { option, name, allowed: names } },
        );
  return new Map(
    wiring.workers.map(({ name, instances }) => [
      name,
      instanceCount(name, options.instances?.[name] ?? instances),
    ]),
  );
}

function instanceCount(worker: string, asked: number | 'cores'): number {
  const count = asked === 'cores' ? Math.min(availableParallelism(), PARTITIONS) : asked;
  // Keys are dealt to so many partitions, so more instances of one worker would get none.
  if (Number.isInteger(count) && count >= 1 && count <= PARTITIONS) return count;
  throw new SnError(
    'SN_OPTION',
    `instances.${worker}: must be 'cores' or a whole number from 1 to ${PARTITIONS}: got ${String(asked)}`,
    { details: { option: 'instances', worker, value: asked, min: 1, max: PARTITIONS } },
  );
}

async function waitReady(thread: Thread): Promise<void> {
  try {
    await thread.ready;
  } catch (end) {
    throw startError(thread, end as ThreadEnd);
  }
}

/** @param end - of a thread; without an exit code when there never was one. */
function startError(
  { worker, instance }: Participant,
  { cause, exitCode }: { cause: unknown; exitCode: number | undefined },
): SnError {
  const details = { worker, instance, exitCode };
  const code = codeOf(cause);
  if (code === 'SN_SCHEMA_MISMATCH') return new SnError(code, (cause as Error).message, { cause, details });
  if (code === 'SN_AFFINITY' || code === 'SN_PRIORITY')
    return new SnError(code, `${worker}[${instance}]: ${(cause as Error).message}`, { cause, details });
  const why = cause === undefined ? `it left with exit code ${exitCode}` : describe(cause);
  return new SnError('SN_WORKER_START', `${worker}[${instance}] could not be started: ${why}`, {
    cause,
    details,
  });
}

/** One line about anything that can be thrown. */
export function describe(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/** Errors cross threads by `code`: their class does not survive the way. */
function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw startAborted(signal);
}

async function unlessAborted(starting: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await starting;
    return;
  }
  let onAbort: () => void = () => {};
  const abortion = new Promise<never>((_, reject) => {
    onAbort = () => reject(startAborted(signal));
    signal.addEventListener('abort', onAbort);
  });
  try {
    await Promise.race([abortion, starting]);
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function startAborted(signal: AbortSignal): SnError {
  return new SnError('SN_ABORTED', 'the pool was not started: its signal was aborted', {
    cause: signal.reason,
  });
}
