/**
 * Dead letters: messages that nobody handled. They are counted, and told by an event; where nobody listens, by a warning, once for each message.
 */
import type { PoolEvents } from './pool-events.js';

/** Of any message: sent to instances that had shut down already. */
export const ANY_MESSAGE = '*';

export class DeadLetters {
  /** How many there have been. */
  total = 0;
  private readonly events: PoolEvents;
  /** Messages of which the program was warned. */
  private readonly warned = new Set<string>();

  constructor(events: PoolEvents) {
    this.events = events;
  }

  add(message: string, count: number): void {
    this.total += count;
    this.events.emit('dead-letter', { message, count });
    if (this.events.has('dead-letter') || this.warned.has(message)) return;
    this.warned.add(message);
    process.emitWarning(warning(message, count), { type: 'SnWarning', code: 'SN_DEAD_LETTER' });
  }
}

function warning(message: string, count: number): string {
  return message === ANY_MESSAGE
    ? `${count} messages were sent to instances that had shut down already; they are counted as dead letters`
    : `nobody receives ${message} at the host: call pool.receive.${message}() or pool.stream.${message}(); it is counted as a dead letter`;
}
