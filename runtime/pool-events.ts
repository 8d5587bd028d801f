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
  /** Messages that nobody handled: nobody receives them at the host, or the pool closed before their turn. */
  'dead-letter': { readonly message: string; readonly count: number };
  /** The pool has failed as a whole, or a receiver at the host threw. */
  error: SnError;
}

export type PoolEvent = keyof PoolEventMap;

type Listener<Event extends PoolEvent> = (detail: PoolEventMap[Event]) => void;

export class PoolEvents {
  private readonly listeners: { [Event in PoolEvent]: Set<Listener<Event>> } = {
    'worker-start': new Set(),
    'worker-exit': new Set(),
    'dead-letter': new Set(),
    error: new Set(),
  };

  on<Event extends PoolEvent>(event: Event, listener: Listener<Event>): Disposable {
    this.listeners[event].add(listener);
    return { [Symbol.dispose]: () => void this.listeners[event].delete(listener) };
  }

  /** Calls the listeners of `event`. @returns whether there are any. */
  emit<Event extends PoolEvent>(event: Event, detail: PoolEventMap[Event]): boolean {
    for (const listener of this.listeners[event]) listener(detail);
    return this.listeners[event].size > 0;
  }
}
