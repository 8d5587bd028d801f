/**
 * Pool events: what a pool tells about its threads, typed.
 */
import type { SnError } from './errors.js';

/** What each event carries. */
export interface PoolEventMap {
  /** An instance has taken its place. */
  'worker-start': { readonly worker: string; readonly instance: number; readonly threadId: number };
  /** An instance's thread is gone. */
  'worker-exit': { readonly worker: string; readonly instance: number; readonly exitCode: number };
  /** A new thread has taken the place of an instance's former one. */
  'worker-restart': { readonly worker: string; readonly instance: number; readonly threadId: number };
  /** Messages that nobody handled: nobody receives them at the host, or the pool closed before their turn. */
  'dead-letter': { readonly message: string; readonly count: number };
  /** The pool has ended, by whatever way, and all its threads are gone. */
  close: { readonly reason: Error };
  /** The pool has failed as a whole, or a receiver at the host threw. */
  error: SnError;
}

export type PoolEvent = keyof PoolEventMap;

type Listener<Event extends PoolEvent> = (detail: PoolEventMap[Event]) => void;

export class PoolEvents {
  private readonly listeners: { [Event in PoolEvent]: Set<Listener<Event>> } = {
    'worker-start': new Set(),
    'worker-exit': new Set(),
    'worker-restart': new Set(),
    'dead-letter': new Set(),
    close: new Set(),
    error: new Set(),
  };

  on<Event extends PoolEvent>(event: Event, listener: Listener<Event>): Disposable {
    this.listeners[event].add(listener);
    return { [Symbol.dispose]: () => void this.listeners[event].delete(listener) };
  }

  /** Whether anybody listens to `event`. */
  has(event: PoolEvent): boolean {
    return this.listeners[event].size > 0;
  }

  /** Calls the listeners of `event`. One that throws keeps neither the others nor the pool from going on. */
  emit<Event extends PoolEvent>(event: Event, detail: PoolEventMap[Event]): void {
    for (const listener of this.listeners[event]) {
      try {
        listener(detail);
      } catch (error) {
        throwLater(error);
      }
    }
  }
}

/** Throws where nobody is in between: the program's `uncaughtException` handler decides. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
