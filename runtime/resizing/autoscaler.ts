/**
 * Autoscaler: resizes workers by need, between the numbers that their declarations allow.
 *
 * It looks at the shared counters of all lanes a few times a second, and asks nobody. How long a message waits follows from Little's
 * law: what waits, divided by what is handled in a second (Little, "A Proof for the Queuing Formula L = λW", 1961).
 *
 * Hysteresis, so that a worker does not go up and down:
 * - More instances, half as many again: when messages wait for longer than `SLOW_MS`, or fill half of their lanes, at `PRESSED_LOOKS` looks
 *   in a row.
 * - One less: when some instance had nothing to do at every look for `idleMs`.
 * - After each change both begin anew; after one that could not be made, some seconds later.
 *
 * Called on the host's thread only. Costs two loads for each lane and look; the timer keeps no process alive.
 */
import type { LaneCounts } from '../ledger.js';
import { type Arena, inboxLanesOf } from '../wiring.js';
import type { ResolvedRange } from './instance-range.js';

/** Between two looks. */
export const LOOK_EVERY_MS = 50;
/** Messages that wait longer are late. */
const SLOW_MS = 20;
const PRESSED_LOOKS = 3;
/** After a thread could not be started. */
const RETRY_MS = 5000;

/** A worker that is resized by need. */
export interface ScaledWorker {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** It has too many instances when one was idle for so long. */
  readonly idleMs: number;
  /** Slots of all lanes into one instance. */
  readonly slots: number;
}

/** Those that say how long an instance may be idle. */
export function scaledWorkers(
  arena: Arena,
  ranges: ReadonlyMap<string, ResolvedRange>,
): readonly ScaledWorker[] {
  return [...ranges].flatMap(([name, { min, max, idleMs }]) => {
    if (idleMs === undefined) return [];
    const place = arena.participants.findIndex(({ worker }) => worker === name);
    const slots = inboxLanesOf(arena, place).reduce((sum, { capacitySlots }) => sum + capacitySlots, 0);
    return [{ name, min, max, idleMs, slots }];
  });
}

export interface AutoscalerOptions {
  readonly workers: readonly ScaledWorker[];
  /** What was sent to, and handled by, each instance that there is. */
  readonly countsOf: (worker: string) => readonly LaneCounts[];
  /** Messages to a worker that wait before full lanes. */
  readonly queuedFor: (worker: string) => number;
  /** @returns a promise that settles when it is done, or cannot be. */
  readonly resize: (worker: string, instances: number) => Promise<void>;
  /** A change could not be made. */
  readonly onFault: (cause: unknown) => void;
}

/** What is known of one worker from earlier looks. */
interface Watched extends ScaledWorker {
  handled: number;
  lookedMs: number;
  pressedLooks: number;
  /** Since when some instance has had nothing to do. */
  idleSinceMs: number | undefined;
  isChanging: boolean;
  /** No change before. */
  waitsUntilMs: number;
}

export class Autoscaler {
  readonly #options: AutoscalerOptions;
  readonly #watched: readonly Watched[];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AutoscalerOptions) {
    this.#options = options;
    this.#watched = options.workers.map((worker) => ({
      ...worker,
      handled: 0,
      lookedMs: 0,
      pressedLooks: 0,
      idleSinceMs: undefined,
      isChanging: false,
      waitsUntilMs: 0,
    }));
  }

  start(): void {
    if (this.#watched.length === 0) return;
    this.#timer = setInterval(() => this.look(performance.now()), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks at all workers, and begins to resize those that need it. */
  look(nowMs: number): void {
    for (const worker of this.#watched)
      if (!worker.isChanging && nowMs >= worker.waitsUntilMs) this.#lookAt(worker, nowMs);
  }

  #lookAt(worker: Watched, nowMs: number): void {
    const instances = this.#options.countsOf(worker.name);
    const handled = instances.reduce((sum, one) => sum + one.handled, 0);
    const waiting =
      instances.reduce((sum, { depth }) => sum + depth, 0) + this.#options.queuedFor(worker.name);
    const perMs = (handled - worker.handled) / (nowMs - worker.lookedMs);
    worker.handled = handled;
    worker.lookedMs = nowMs;

    const isLate = waiting > instances.length && waiting > perMs * SLOW_MS;
    const isPressed = isLate || waiting > (worker.slots * instances.length) / 2;
    worker.pressedLooks = isPressed ? worker.pressedLooks + 1 : 0;
    if (!instances.some(({ depth }) => depth === 0)) worker.idleSinceMs = undefined;
    else worker.idleSinceMs ??= nowMs;

    if (worker.pressedLooks >= PRESSED_LOOKS && instances.length < worker.max)
      this.#change(worker, Math.min(worker.max, Math.ceil(instances.length * 1.5)), nowMs);
    else if (
      worker.idleSinceMs !== undefined &&
      nowMs - worker.idleSinceMs >= worker.idleMs &&
      instances.length > worker.min
    )
      this.#change(worker, instances.length - 1, nowMs);
  }

  #change(worker: Watched, instances: number, nowMs: number): void {
    worker.isChanging = true;
    const beginAnew = (): void => {
      worker.pressedLooks = 0;
      worker.idleSinceMs = undefined;
      worker.isChanging = false;
    };
    this.#options.resize(worker.name, instances).then(beginAnew, (cause: unknown) => {
      worker.waitsUntilMs = nowMs + RETRY_MS;
      beginAnew();
      this.#options.onFault(cause);
    });
  }
}
