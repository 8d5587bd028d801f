/**
 * Op: one step of a thread on shared memory, described before it is done.
 */
export type OpKind =
  | 'load'
  | 'store'
  | 'add'
  | 'exchange'
  | 'compareExchange'
  /** A plain read of a word that others change: may see what was there before. */
  | 'hint'
  | 'wait'
  | 'waitAsync'
  | 'notify'
  /** The thread is back at its event loop; the scheduler picks its next task. */
  | 'loop';

export interface Op {
  readonly kind: OpKind;
  /** Element of the shared Int32Array. */
  readonly word: number;
  readonly a: number;
  readonly b: number;
}

/** Choices of the scheduler for one thread: 0 to 5 are the op's own (`hint`: which value, `loop`: which task). */
export const TIMEOUT = 6;
export const KILL = 7;
export const CHOICES = 8;

/** Reads leave memory as it is: two of them commute. */
const READS: ReadonlySet<OpKind> = new Set(['load', 'hint', 'wait', 'waitAsync']);

/**
 * Whether two steps of different threads may give another result in the other order.
 *
 * @param choiceA - a kill or a timeout meets others only through notifications, which it may forestall.
 */
export function isDependent(a: Op, choiceA: number, b: Op, choiceB: number): boolean {
  const isApartA = choiceA >= TIMEOUT || a.kind === 'loop';
  const isApartB = choiceB >= TIMEOUT || b.kind === 'loop';
  if (isApartA || isApartB)
    return (isApartA && !isApartB && b.kind === 'notify') || (isApartB && !isApartA && a.kind === 'notify');
  if (a.word !== b.word) return false;
  if (a.kind === 'notify' || b.kind === 'notify') return isWaiting(a) || isWaiting(b) || a.kind === b.kind;
  return !READS.has(a.kind) || !READS.has(b.kind);
}

function isWaiting({ kind }: Op): boolean {
  return kind === 'wait' || kind === 'waitAsync';
}
