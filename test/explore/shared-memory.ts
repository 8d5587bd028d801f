/**
 * Shared memory: the arena of an explored program, with vector clocks that find data races.
 *
 * Words with a name are atomic: only Atomics operations and hints may touch them. All others are payload, which is accessed
 * plainly: an access that is not ordered after every conflicting access of another thread is a race.
 *
 * What orders: program order, and a read of a head or tail after the write whose value it sees (ECMAScript's synchronizes-with: a
 * plain store hides earlier writers, a read-modify-write passes them on). All other words and notifications order nothing
 * here. That is less than the language promises and just what `lane-layout.ts` relies on: "ownership passes by the store of `tail` and of
 * `head` only". It also makes clocks a function of the positions that each thread has seen, since none has a value twice; so
 * states need not be told apart by their clocks.
 */
export interface WordNames {
  /** Element of the shared i32 -> name. */
  readonly atomic: ReadonlyMap<number, string>;
  /** Words that one thread alone ever touches: no scheduling point. */
  readonly owned: ReadonlySet<number>;
  /** Positions: the words that pass payload on. */
  readonly positions: ReadonlySet<number>;
}

/** Different old values kept for each word; choices of one step are numbered below 6. */
const MAX_PAST = 4;

export class RaceError extends Error {}

export class SharedMemory {
  readonly i32: Int32Array;
  readonly names: WordNames;
  private readonly threads: number;
  private readonly staleHints: boolean;
  private readonly atomicWords: readonly number[];
  /** For each atomic word the clocks of its last writer. */
  private readonly released: Int32Array;
  private readonly slotOf: Int32Array;
  private readonly past: readonly Int32Array[];
  private readonly pastLength: Int32Array;
  /** For each payload word: who wrote it last and when, and when each thread read it last. */
  private readonly writer: Int8Array;
  private readonly written: Int32Array;
  private readonly read: Int32Array;
  /** Clocks of all threads: row `t` holds what thread `t` knows. */
  readonly clocks: Int32Array;
  private readonly exactClocks: boolean;
  /** For each atomic word and thread the position that the thread saw last: with it, what orders its accesses. */
  private readonly known: Int32Array;
  private readonly image: Int32Array;
  /** Payload words accessed in this run. */
  private readonly touched = new Set<number>();

  /**
   * @param buffer - as all runs find it.
   * @param staleHints - whether plain reads of atomic words may see old values.
   * @param exactClocks - whether words that order accesses may have a value twice, as hands of claimants have: then states are told apart
   *   by their clocks, which go on with each release and with nothing else.
   */
  constructor(
    buffer: SharedArrayBuffer,
    names: WordNames,
    threads: number,
    staleHints: boolean,
    exactClocks = false,
  ) {
    this.staleHints = staleHints;
    this.exactClocks = exactClocks;
    this.i32 = new Int32Array(buffer);
    this.names = names;
    this.threads = threads;
    this.atomicWords = [...names.atomic.keys()];
    this.slotOf = new Int32Array(this.i32.length).fill(-1);
    this.atomicWords.forEach((word, slot) => {
      this.slotOf[word] = slot;
    });
    this.past = this.atomicWords.map(() => new Int32Array(MAX_PAST));
    this.pastLength = new Int32Array(this.atomicWords.length);
    this.released = new Int32Array(this.atomicWords.length * threads);
    this.known = new Int32Array(this.atomicWords.length * threads);
    this.clocks = new Int32Array(threads * threads);
    this.writer = new Int8Array(this.i32.length);
    this.written = new Int32Array(this.i32.length);
    this.read = new Int32Array(this.i32.length * threads);
    this.image = this.i32.slice();
  }

  /** Back to the state before the first step. */
  reset(): void {
    this.i32.set(this.image);
    this.released.fill(0);
    this.clocks.fill(0);
    this.known.fill(0);
    this.written.fill(0);
    this.read.fill(0);
    this.pastLength.fill(0);
    this.touched.clear();
    for (let t = 0; t < this.threads; t++) this.clocks[t * this.threads + t] = 1;
  }

  slot(word: number): number {
    const slot = this.slotOf[word] as number;
    if (slot < 0)
      throw new Error(`an Atomics operation on word ${word}, which the layout does not call atomic`);
    return slot;
  }

  tick(thread: number): void {
    if (!this.exactClocks) this.goOn(thread);
  }

  /** A thread that has ended has done all it did before `thread` begins. */
  join(ended: number, thread: number): void {
    const { clocks, threads } = this;
    for (let k = 0; k < threads; k++)
      clocks[thread * threads + k] = Math.max(
        clocks[thread * threads + k] as number,
        clocks[ended * threads + k] as number,
      );
  }

  private goOn(thread: number): void {
    (this.clocks[thread * this.threads + thread] as number) += 1;
  }

  /** `thread` learns what the last writer of the word knew. */
  acquire(thread: number, word: number): void {
    if (!this.names.positions.has(word)) return;
    const { clocks, released, threads } = this;
    const from = this.slot(word) * threads;
    this.known[from + thread] = this.i32[word] as number;
    const to = thread * threads;
    for (let k = 0; k < threads; k++)
      if ((released[from + k] as number) > (clocks[to + k] as number))
        clocks[to + k] = released[from + k] as number;
  }

  /** `thread` stores `value`, and with it what it knows. */
  release(thread: number, word: number, value: number): void {
    const slot = this.slot(word);
    if (this.staleHints) this.remember(slot, this.i32[word] as number);
    this.i32[word] = value;
    if (!this.names.positions.has(word)) return;
    const { clocks, released, threads } = this;
    for (let k = 0; k < threads; k++) released[slot * threads + k] = clocks[thread * threads + k] as number;
    // What follows is later than what was passed on.
    this.goOn(thread);
  }

  /** Values that a plain read may see: what is there, then what was there. */
  visible(word: number): readonly number[] {
    const slot = this.slot(word);
    const now = this.i32[word] as number;
    if (!this.staleHints) return [now];
    const past = (this.past[slot] as Int32Array).subarray(0, this.pastLength[slot]);
    return [now, ...past.filter((value) => value !== now)];
  }

  plainRead(thread: number, word: number): void {
    this.checkPlain(word);
    this.touched.add(word);
    const { threads, clocks } = this;
    this.checkWriter(thread, word, 'reads');
    this.read[word * threads + thread] = clocks[thread * threads + thread] as number;
  }

  plainWrite(thread: number, word: number): void {
    this.checkPlain(word);
    this.touched.add(word);
    const { threads, clocks } = this;
    this.checkWriter(thread, word, 'writes');
    for (let k = 0; k < threads; k++)
      if (
        k !== thread &&
        (this.read[word * threads + k] as number) > (clocks[thread * threads + k] as number)
      )
        throw new RaceError(
          `data race: thread ${thread} writes word ${word}, which thread ${k} may still be reading`,
        );
    this.writer[word] = thread;
    this.written[word] = clocks[thread * threads + thread] as number;
  }

  /** Mixes all that decides about the future, but the threads themselves. */
  mixInto(mix: (value: number) => void): void {
    for (const word of this.atomicWords) mix(this.i32[word] as number);
    if (this.exactClocks) this.mixClocks(mix);
    else for (const position of this.known) mix(position);
    if (!this.staleHints) return;
    this.past.forEach((values, slot) => {
      for (let k = 0; k < (this.pastLength[slot] as number); k++) mix(values[k] as number);
    });
  }

  private mixClocks(mix: (value: number) => void): void {
    const { threads, written, read, writer } = this;
    for (const clock of this.clocks) mix(clock);
    for (const clock of this.released) mix(clock);
    // In no order, so that only those that were touched cost anything.
    let sum = 0;
    for (const word of this.touched) {
      let one = Math.imul(word + 1, 0x9e3779b1);
      const add = (value: number): void => {
        one = Math.imul(one ^ value, 0x85ebca6b);
        one ^= one >>> 13;
      };
      if (written[word] !== 0) add((written[word] as number) * threads + (writer[word] as number));
      for (let k = 0; k < threads; k++) add(read[word * threads + k] as number);
      sum = (sum + one) | 0;
    }
    mix(sum);
  }

  private checkWriter(thread: number, word: number, does: string): void {
    const { threads, clocks } = this;
    const by = this.writer[word] as number;
    if ((this.written[word] as number) === 0 || by === thread) return;
    if ((this.written[word] as number) > (clocks[thread * threads + by] as number))
      throw new RaceError(
        `data race: thread ${thread} ${does} word ${word}, which thread ${by} wrote meanwhile`,
      );
  }

  private checkPlain(word: number): void {
    if ((this.slotOf[word] as number) >= 0)
      throw new RaceError(`plain access to the atomic word ${this.names.atomic.get(word)}`);
  }

  private remember(slot: number, value: number): void {
    const past = this.past[slot] as Int32Array;
    const length = this.pastLength[slot] as number;
    // Doorbells have four values, and only they are read as hints.
    if (length === past.length || past.subarray(0, length).includes(value)) return;
    past[length] = value;
    (this.pastLength[slot] as number) += 1;
  }
}
