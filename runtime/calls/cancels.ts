/**
 * Cancels: which of a caller's calls to one instance nobody waits for any more.
 *
 * A flag in the request would be written over once its slot is given back, so the caller keeps a small table: it enters a call's id
 * when its caller gives up, and takes it out when the reply has come.
 *
 * A sync handler looks at the table when it wants to know. An async worker, which may sleep meanwhile, watches it for the calls that it
 * has in hand, and is woken. No wake-up is lost: the caller stores the id and then looks whether the answerer sleeps; the answerer
 * announces its sleep, and a watch begins, before the last look at the table.
 */
import type { Doorbell } from '../doorbell.js';
import { MAX_CANCELS } from './call-layout.js';

/** The caller's side. */
export class CancelWriter {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly idsIndex: number;
  /** By place: the id that stands there. */
  private readonly shown: (number | undefined)[] = new Array(MAX_CANCELS).fill(undefined);
  /** For whom there was no place. */
  private readonly waiting = new Set<number>();
  private readonly answerer: Doorbell;

  constructor(i32: Int32Array<ArrayBufferLike>, offsetBytes: number, answerer: Doorbell) {
    this.i32 = i32;
    this.idsIndex = offsetBytes >> 2;
    this.answerer = answerer;
  }

  /** Shows that the call is given up, now or once there is a place. */
  add(id: number): void {
    const place = this.shown.indexOf(undefined);
    if (place === -1) {
      this.waiting.add(id);
      return;
    }
    this.shown[place] = id;
    Atomics.store(this.i32, this.idsIndex + place, id + 1);
    this.answerer.ringIfParked();
  }

  /** Takes a call out that was answered. */
  remove(id: number): void {
    if (this.waiting.delete(id)) return;
    const place = this.shown.indexOf(id);
    if (place === -1) return;
    this.shown[place] = undefined;
    Atomics.store(this.i32, this.idsIndex + place, 0);
    for (const next of this.waiting) {
      this.waiting.delete(next);
      this.add(next);
      return;
    }
  }
}

/** The answerer's side. */
export class CancelReader {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly idsIndex: number;
  /** By id, how to tell the handlers that want to hear of it. */
  private readonly watched = new Map<number, () => void>();

  constructor(i32: Int32Array<ArrayBufferLike>, offsetBytes: number) {
    this.i32 = i32;
    this.idsIndex = offsetBytes >> 2;
  }

  /** Whether the call's caller has given it up. */
  has(id: number): boolean {
    for (let place = 0; place < MAX_CANCELS; place++)
      if (Atomics.load(this.i32, this.idsIndex + place) === id + 1) return true;
    return false;
  }

  /** Calls `tell` from `tellWatchers` once the call's caller has given it up. */
  watch(id: number, tell: () => void): void {
    this.watched.set(id, tell);
  }

  unwatch(id: number): void {
    this.watched.delete(id);
  }

  /** Whether there is somebody to be told. */
  hasNews(): boolean {
    return this.findWatched() !== undefined;
  }

  /** Tells all whose callers have given up. */
  tellWatchers(): void {
    for (let id = this.findWatched(); id !== undefined; id = this.findWatched()) {
      const tell = this.watched.get(id);
      this.watched.delete(id);
      tell?.();
    }
  }

  /** A watched call that was given up. */
  private findWatched(): number | undefined {
    if (this.watched.size === 0) return undefined;
    for (let place = 0; place < MAX_CANCELS; place++) {
      const id = Atomics.load(this.i32, this.idsIndex + place) - 1;
      if (this.watched.has(id)) return id;
    }
    return undefined;
  }
}
