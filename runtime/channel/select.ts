/**
 * Select: waiting at several channels at once.
 *
 * Blocking, a thread says at each receiver's seat where it sleeps, announces its sleep there, looks at all once more, and sleeps on its
 * word of the board, which whoever rings one of the seats changes. On the event loop it waits for all of the seats' bells.
 *
 * Invariants:
 * L1. The board's word is read before the last look: a ring that comes after that look changes it, and the sleep ends at once.
 * L2. A wake-up at a receiver from which nothing was taken is passed on: another receiver of that channel may be asleep.
 */
import type { Board } from './bells.js';
import { abortedChannel, badOption, mustNotBlock } from './channel-errors.js';
import type { ReceiveAsyncOptions, ReceiveOptions, Receiver } from './receiver.js';
import { boardWord, thisThread } from './thread-context.js';
import type { Ticks } from './timers.js';

/** Waits are looked through for so long before the thread sleeps. */
const LOOK_MS = 0.02;
const LONGEST_WAIT_MS = 0x7fff_ffff;

/** What can be selected: a receiver, or a timer (`after`, `tick`). */
// biome-ignore lint/suspicious/noExplicitAny: receivers of any messages stand side by side.
export type Selectable = Receiver<any, any> | Ticks;

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
  const lookUntilMs = performance.now() + LOOK_MS;
  for (;;) {
    const late = take(sources);
    if (late !== undefined) return late;
    if (sources.every((source) => source.isClosed())) return undefined;
    const nowMs = performance.now();
    if (nowMs >= untilMs) return undefined;
    if (nowMs < lookUntilMs) continue;
    sleep(sources, Math.min(untilMs, dueMs(sources)) - nowMs);
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
      await sleepAsync(sources, Math.min(untilMs, dueMs(sources)) - nowMs, signal);
    }
  } finally {
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

/** One sleep on the board (L1). */
function sleep(sources: readonly Selectable[], timeoutMs: number): void {
  const receivers = receiversIn(sources);
  const board = boardOf(receivers);
  if (board === undefined) {
    // Timers alone.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(timeoutMs, LONGEST_WAIT_MS));
    return;
  }
  const word = boardWord(board);
  const before = Atomics.load(board.i32, word);
  for (const receiver of receivers) receiver.announceAt(word);
  if (!receivers.some((receiver) => receiver.isReady()))
    Atomics.wait(board.i32, word, before, Math.min(timeoutMs, LONGEST_WAIT_MS));
  for (const receiver of receivers) receiver.wakeUp();
  passOn(receivers);
}

async function sleepAsync(
  sources: readonly Selectable[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const receivers = receiversIn(sources);
  let lift = (): void => {};
  await new Promise<void>((resolve) => {
    const timer = timeoutMs > LONGEST_WAIT_MS ? undefined : setTimeout(resolve, Math.max(0, timeoutMs));
    signal?.addEventListener('abort', () => resolve());
    const lifts = receivers.map((receiver) => receiver.onNews(resolve));
    lift = () => {
      clearTimeout(timer);
      for (const one of lifts) one();
    };
  });
  lift();
  passOn(receivers);
}

/** Wake-ups at receivers that still have messages may have been meant for others, which sleep (L2). */
function passOn(receivers: readonly AnyReceiver[]): void {
  for (const receiver of receivers) receiver.passOn();
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
type AnyReceiver = Receiver<any, any>;

function receiversIn(sources: readonly Selectable[]): readonly AnyReceiver[] {
  return sources.filter((source): source is AnyReceiver => 'announceAt' in source && !source.isClosed());
}

/** @throws SnError `SN_OPTION` when they have not one board in common. */
function boardOf(receivers: readonly AnyReceiver[]): Board | undefined {
  const [first] = receivers;
  if (first === undefined) return undefined;
  for (const { board } of receivers)
    if (board.i32.buffer !== first.board.i32.buffer)
      throw badOption(
        'sources',
        'receivers of channels that different threads made',
        'receivers of channels made by one thread, which alone can be slept at together: use selectAsync, or create them in one thread',
      );
  return first.board;
}

/** When the next timer fires. */
function dueMs(sources: readonly Selectable[]): number {
  let due = Number.POSITIVE_INFINITY;
  for (const source of sources) if ('dueMs' in source) due = Math.min(due, source.dueMs());
  return due;
}
