/**
 * Cancels: which of a caller's calls to one instance nobody waits for any more.
 *
 * A flag in the request would be written over once its slot is given back, so the caller keeps a small table: it enters a call's id
 * when its caller gives up, and takes it out when the reply has come.
 */
import { MAX_CANCELS } from './call-layout.js';

/** The caller's side. */
export class CancelWriter {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly idsIndex: number;
  /** By place: the id that stands there. */
  private readonly shown: (number | undefined)[] = new Array(MAX_CANCELS).fill(undefined);
  /** For whom there was no place. */
  private readonly waiting = new Set<number>();

  constructor(i32: Int32Array<ArrayBufferLike>, offsetBytes: number) {
    this.i32 = i32;
    this.idsIndex = offsetBytes >> 2;
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
}
