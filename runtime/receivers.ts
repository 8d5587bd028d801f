/**
 * Receivers: who gets the messages that workers send to `main`.
 *
 * A message nobody receives is not lost in silence: it is counted and reported as a dead letter.
 */
import { MessageStream, type StreamOptions } from './message-stream.js';

/** Gets one message, and its envelope where it has one; what it returns is ignored. */
export type Receive<Value, Envelope = undefined> = (message: Value, envelope: Envelope) => void;

export interface ReceiversHost {
  onDeadLetter(message: string): void;
  onHandlerError(message: string, cause: unknown): void;
  onRoom(): void;
  onWaiting(stream: object, isWaiting: boolean): void;
}

export class Receivers {
  private readonly names: readonly string[];
  private readonly host: ReceiversHost;
  private readonly handlers: Set<Receive<never, never>>[];
  private readonly streams: Set<MessageStream<never>>[];
  private isEnded = false;
  private failure: Error | undefined;

  /** @param names - the messages `main` gets, by tag. */
  constructor(names: readonly string[], host: ReceiversHost) {
    this.names = names;
    this.host = host;
    this.handlers = names.map(() => new Set());
    this.streams = names.map(() => new Set());
  }

  /** Whether an unread stream is so long that no more should be taken in. */
  get isHeldBack(): boolean {
    for (const streams of this.streams) for (const stream of streams) if (stream.isFull) return true;
    return false;
  }

  /** Whether anybody waits for the next message of a stream. */
  get hasReaders(): boolean {
    for (const streams of this.streams) for (const stream of streams) if (stream.isAwaited) return true;
    return false;
  }

  /** Hands one message to all its receivers. A handler that throws does not keep others from getting it. */
  deliver<Value, Envelope = undefined>(tag: number, value: Value, envelope?: Envelope): void {
    const name = this.names[tag] as string;
    const handlers = this.handlers[tag] as Set<Receive<Value, Envelope | undefined>>;
    const streams = this.streams[tag] as unknown as Set<MessageStream<Value>>;
    if (handlers.size === 0 && streams.size === 0) {
      this.host.onDeadLetter(name);
      return;
    }
    for (const handler of handlers) {
      try {
        handler(value, envelope);
      } catch (cause) {
        this.host.onHandlerError(name, cause);
      }
    }
    for (const stream of streams) stream.push(value);
  }

  /** Calls `handler` with every message of `tag` from now on, until disposed. */
  receive<Value, Envelope = undefined>(tag: number, handler: Receive<Value, Envelope>): Disposable {
    const handlers = this.handlers[tag] as Set<Receive<Value, Envelope>>;
    handlers.add(handler);
    return { [Symbol.dispose]: () => void handlers.delete(handler) };
  }

  /** All messages of `tag` from now on. */
  stream<Value>(tag: number, options: StreamOptions): MessageStream<Value> {
    const streams = this.streams[tag] as unknown as Set<MessageStream<Value>>;
    const stream = new MessageStream<Value>(
      {
        onEnd: (ended) => {
          streams.delete(ended);
          this.host.onRoom();
        },
        onRoom: () => this.host.onRoom(),
        onWaiting: (waiting, isWaiting) => this.host.onWaiting(waiting, isWaiting),
      },
      options,
    );
    if (this.isEnded) stream.end(this.failure);
    // Its signal may have been aborted before.
    if (!stream.isEnded) streams.add(stream);
    return stream;
  }

  /** Ends every stream, after what it holds, with `failure` if there is one. */
  end(failure?: Error): void {
    this.isEnded = true;
    this.failure = failure;
    for (const streams of this.streams) for (const stream of [...streams]) stream.end(failure);
  }
}
