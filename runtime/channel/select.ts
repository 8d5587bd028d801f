/**
 * Select: waiting at several channels at once. Blocking, a thread sleeps on a word of the board that its receivers have in common
 * (`select-sleep.ts`); on the event loop it waits for all of the seats' bells.
 */
import { LONGEST_DELAY_MS, watchLimit } from '../watch-limit.js';
import { abortedChannel, badOption, mustNotBlock } from './channel-errors.js';
import type { ReceiveAsyncOptions, ReceiveOptions, Receiver } from './receiver.js';
import { type Awaited, passOn, sleepAtBoard } from './select-sleep.js';
import { boardWord, thisThread } from './thread-context.js';
import type { Ticks } from './timers.js';

/** Waits are looked through for so long before the thread sleeps. */
const LOOK_MS = 0.02;

/** What can be selected: a receiver, or a timer (`after`, `tick`). */
export type Selectable = Receiver<unknown, unknown> | Ticks;

/** What one of them gave. */
export type Selected<From extends Selectable> = From extends { tryReceive(): infer Value | undefined }
  ? { readonly from: From; readonly value: NonNullable<Value> }
  : never;

let nextFirst = 0;

/**
 * The next message of any of `sources`. Blocks the thread until there is one. Who is looked at first changes with every call, so that none
 * is passed over.
 *
 * @returns undefined when all are closed and empty, or the time is up.
 * @throws SnError `SN_MUST_NOT_BLOCK` on the main thread: use `selectAsync`; `SN_OPTION` when `sources` is empty, or holds receivers of
 *   channels that different threads made.
 */
export function select<const From extends Selectable>(
  sources: readonly From[],
  options: ReceiveOptions = {},
): Selected<From> | undefined {
  const thread = thisThread();
  if (!thread.mayBlock) throw mustNotBlock('select', 'selectAsync');
  checkSources(sources);
  const untilMs = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  const found = take(sources);
  if (found !== undefined) return found;
  thread.outbox.flush();
  const receivers = receiversIn(sources);
  const word = wordOf(receivers);
  const lookUntilMs = performance.now() + LOOK_MS;
  for (;;) {
    const late = take(sources);
    const nowMs = performance.now();
    if (late !== undefined || nowMs >= untilMs || sources.every((source) => source.isClosed())) {
      // A wake-up may have been for a message that we leave.
      passOn(receivers);
      return late;
    }
    if (nowMs < lookUntilMs) continue;
    const timeoutMs = Math.min(untilMs, dueMs(sources)) - nowMs;
    if (receivers.length > 0) sleepAtBoard(receivers, word, timeoutMs);
    else sleepFor(timeoutMs);
  }
}

/**
 * As `select`, waiting on the event loop; receivers of any channels.
 *
 * @throws SnError `SN_ABORTED`, `SN_OPTION`.
 */
export async function selectAsync<const From extends Selectable>(
  sources: readonly From[],
  options: ReceiveAsyncOptions = {},
): Promise<Selected<From> | undefined> {
  checkSources(sources);
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const untilMs = performance.now() + timeoutMs;
  const receivers = receiversIn(sources);
  const { keepAlive } = thisThread();
  const holder = {};
  keepAlive.hold(holder);
  try {
    for (;;) {
      if (signal?.aborted === true) throw abortedChannel('selectAsync', signal);
      const found = take(sources);
      if (found !== undefined) return found;
      if (sources.every((source) => source.isClosed())) return undefined;
      const nowMs = performance.now();
      if (nowMs >= untilMs) return undefined;
      await sleepAsync(receivers, Math.min(untilMs, dueMs(sources)) - nowMs, signal);
    }
  } finally {
    // A wake-up may have been for a message that we leave.
    passOn(receivers);
    keepAlive.letGo(holder);
  }
}

function checkSources(sources: readonly Selectable[]): void {
  if (!Array.isArray(sources) || sources.length === 0)
    throw badOption('sources', sources, 'a list of one or more receivers and timers');
}

/** The first message there is. */
function take<From extends Selectable>(sources: readonly From[]): Selected<From> | undefined {
  nextFirst = (nextFirst + 1) % sources.length;
  for (let k = 0; k < sources.length; k++) {
    const from = sources[(nextFirst + k) % sources.length] as From;
    if (from.isClosed()) continue;
    const value: unknown = from.tryReceive();
    if (value !== undefined) return { from, value } as Selected<From>;
  }
  return undefined;
}

/** Timers alone. */
function sleepFor(timeoutMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(timeoutMs, LONGEST_DELAY_MS));
}

async function sleepAsync(
  receivers: readonly AnyReceiver[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let lift = (): void => {};
  await new Promise<void>((resolve) => {
    const wake = (): void => resolve();
    const lifts = receivers.map((receiver) => receiver.onNews(wake));
    lifts.push(watchLimit({ timeoutMs: Math.max(0, timeoutMs), signal }, wake, wake));
    lift = () => {
      for (const one of lifts) one();
    };
  });
  lift();
}

type AnyReceiver = Receiver<unknown, unknown>;

function receiversIn(sources: readonly Selectable[]): readonly AnyReceiver[] {
  return sources.filter((source): source is AnyReceiver => 'announceAt' in source && !source.isClosed());
}

/** This thread's word of the board that they have in common. @throws SnError `SN_OPTION` when they have none. */
function wordOf(receivers: readonly Awaited[]): number {
  const [first] = receivers;
  if (first === undefined) return 0;
  for (const { board } of receivers)
    if (board.i32.buffer !== first.board.i32.buffer)
      throw badOption(
        'sources',
        'receivers of channels that different threads made',
        'receivers of channels made by one thread, which alone can be slept at together: use selectAsync, or create them in one thread',
      );
  return boardWord(first.board);
}

/** When the next timer fires. */
function dueMs(sources: readonly Selectable[]): number {
  let due = Number.POSITIVE_INFINITY;
  for (const source of sources) if ('dueMs' in source) due = Math.min(due, source.dueMs());
  return due;
}
