/**
 * Pending calls: those of one thread to one instance that were not answered yet.
 *
 * Invariants:
 * I1. Each settles exactly once: answered, given up, never sent, or rejected with the pool's end.
 * I2. A place is free only when nothing of its call is under way: see `calling.ts`.
 */
import type { Memory } from '../memory.js';
import type { CallKind } from './call-kind.js';
import { REPLY_ERROR } from './call-layout.js';
import type { CancelWriter } from './cancels.js';
import { type Answerer, decodeError } from './remote-error.js';

export interface PendingCall {
  readonly resolve: (response: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly kind: Pick<CallKind<never, unknown>, 'name' | 'decode'>;
  /** Takes its timer and its listener away. */
  lift: (() => void) | undefined;
}

/** What stands in the place of a call whose caller has given up, until the reply has come. */
const GIVEN_UP = 'given up';

export class PendingCalls {
  private readonly places: (PendingCall | typeof GIVEN_UP | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly cancels: CancelWriter;
  private readonly answerer: Answerer;

  constructor(cancels: CancelWriter, answerer: Answerer) {
    this.cancels = cancels;
    this.answerer = answerer;
  }

  /** Calls that no reply has come to, given up or not. */
  get size(): number {
    return this.places.length - this.free.length;
  }

  /** How many callers wait. */
  get underWay(): number {
    return this.places.filter((call) => call !== undefined && call !== GIVEN_UP).length;
  }

  /** @returns the call's id. */
  add(call: PendingCall): number {
    const id = this.free.pop() ?? this.places.length;
    this.places[id] = call;
    return id;
  }

  /** Of a call that was started with a limit. */
  limit(id: number, lift: () => void): void {
    const call = this.places[id];
    if (call === undefined || call === GIVEN_UP) lift();
    else call.lift = lift;
  }

  /** A reply has come. @returns false when no call has that id. */
  settle(id: number, tag: number, memory: Memory, offsetBytes: number, endBytes: number): boolean {
    const call = this.places[id];
    if (call === undefined) return false;
    this.forget(id);
    if (call === GIVEN_UP) {
      this.cancels.remove(id);
      return true;
    }
    call.lift?.();
    const { kind } = call;
    try {
      if (tag === REPLY_ERROR)
        call.reject(decodeError(memory.u8.subarray(offsetBytes, endBytes), this.answerer, kind.name));
      else call.resolve(kind.decode(memory, offsetBytes));
    } catch (error) {
      // Bytes that are no response: this call's fault alone.
      call.reject(error);
    }
    return true;
  }

  /** Its caller waits no longer: the worker is told. */
  giveUp(id: number, reason: Error): void {
    const call = this.places[id];
    if (call === undefined || call === GIVEN_UP) return;
    this.places[id] = GIVEN_UP;
    this.cancels.add(id);
    call.lift?.();
    call.reject(reason);
  }

  /** It was never sent. */
  drop(id: number, reason: unknown): void {
    const call = this.places[id];
    this.forget(id);
    if (call === GIVEN_UP) this.cancels.remove(id);
    else if (call !== undefined) {
      call.lift?.();
      call.reject(reason);
    }
  }

  /** No reply will come any more. */
  rejectAll(reason: Error): void {
    for (const [id, call] of this.places.entries()) if (call !== undefined) this.drop(id, reason);
  }

  private forget(id: number): void {
    this.places[id] = undefined;
    this.free.push(id);
  }
}
