/**
 * Message stream: messages to `main` as an async iterable.
 *
 * Messages are kept from the moment the stream is made. When `HIGH_WATER` of them are unread the host stops taking messages
 * in, so that the lanes fill and the senders wait: memory stays bounded.
 */
import { SnError } from './errors.js';

/** Unread messages at which a stream asks for a pause. */
const HIGH_WATER = 1024;

export interface StreamOptions {
  /** Ends the stream: the pending and all later reads reject with `SN_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** What a stream needs of its pool. */
export interface StreamHost<Value> {
  /** Called once, when the stream wants no more. */
  onEnd(stream: MessageStream<Value>): void;
  /** Called when a full stream has room again. */
  onRoom(): void;
  /** A reader waits (true) or waits no more (false): the process must stay alive for it. */
  onWaiting(stream: MessageStream<Value>, isWaiting: boolean): void;
}

interface Reader<Value> {
  readonly resolve: (result: IteratorResult<Value, undefined>) => void;
  readonly reject: (reason: Error) => void;
}

export class MessageStream<Value> implements AsyncIterableIterator<Value, undefined> {
  private readonly host: StreamHost<Value>;
  private readonly signal: AbortSignal | undefined;
  private unread: Value[] = [];
  private first = 0;
  private readers: Reader<Value>[] = [];
  private hasEnded = false;
  private failure: Error | undefined;
  private readonly onAbort = (): void => {
    this.unread = [];
    this.first = 0;
    this.end(
      new SnError('SN_ABORTED', 'the stream was given up: its signal was aborted', {
        cause: this.signal?.reason,
      }),
    );
  };

  constructor(host: StreamHost<Value>, options: StreamOptions) {
    this.host = host;
    this.signal = options.signal;
    if (options.signal?.aborted) this.onAbort();
    else options.signal?.addEventListener('abort', this.onAbort);
  }

  get isFull(): boolean {
    return this.unread.length - this.first >= HIGH_WATER;
  }

  /** Whether it takes no more messages. */
  get isEnded(): boolean {
    return this.hasEnded;
  }

  /** Whether a reader waits for the next message. */
  get isAwaited(): boolean {
    return this.readers.length > 0;
  }

  /** Hands one message to whoever waits, or keeps it. */
  push(value: Value): void {
    const reader = this.readers.shift();
    if (reader === undefined) {
      this.unread.push(value);
      return;
    }
    if (this.readers.length === 0) this.host.onWaiting(this, false);
    reader.resolve({ done: false, value });
  }

  /** No more messages will come: readers get what is left, then `failure`, if any, or the end. */
  end(failure?: Error): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.failure = failure;
    this.signal?.removeEventListener('abort', this.onAbort);
    this.host.onEnd(this);
    const { readers } = this;
    this.readers = [];
    if (readers.length > 0) this.host.onWaiting(this, false);
    for (const { resolve, reject } of readers) {
      if (failure === undefined) resolve({ done: true, value: undefined });
      else reject(failure);
    }
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.first < this.unread.length) return Promise.resolve({ done: false, value: this.take() });
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.readers.push({ resolve, reject });
      if (this.readers.length === 1) this.host.onWaiting(this, true);
    });
  }

  /** Called by `break` in a `for await`: the stream is over, and unread messages are dropped. */
  return(): Promise<IteratorResult<Value, undefined>> {
    this.unread = [];
    this.first = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private take(): Value {
    const value = this.unread[this.first] as Value;
    this.first += 1;
    if (this.first * 2 >= this.unread.length) {
      const wasFull = this.unread.length >= HIGH_WATER;
      this.unread = this.unread.slice(this.first);
      this.first = 0;
      if (wasFull) this.host.onRoom();
    }
    return value;
  }
}
