/**
 * Ends as the tests hold them: a sender or a receiver of marks, with the same methods in both wait worlds.
 *
 * In `loop` they wait on the event loop of the test's own thread; in `blocking` they live in a worker thread each, and stop it.
 */
import type { Channel, Priority, Receiver, Sender, WaitStrategy } from '../../../runtime/index.js';
import { type Kit, type KitName, kits, type Mark } from './messages.js';

export type World = 'loop' | 'blocking';

/** What an end is made with. */
export interface EndSetup {
  readonly world: World;
  readonly kit: KitName;
  /** Who the sender says it is. */
  readonly from: number;
  readonly wait?: WaitStrategy;
}

export interface SendSetup {
  readonly timeoutMs?: number;
  readonly priority?: Priority;
}

export class SenderEnd {
  readonly sender: Sender<unknown>;
  private readonly kit: Kit;
  private readonly setup: EndSetup;

  constructor(channel: Channel<unknown, unknown>, setup: EndSetup) {
    this.setup = setup;
    this.kit = kits[setup.kit];
    this.sender = channel.sender(setup.wait === undefined ? {} : { wait: setup.wait });
  }

  trySend(serial: number, options?: SendSetup): boolean {
    return this.sender.trySend(this.make(serial), options);
  }

  send(serial: number, options?: SendSetup): boolean | Promise<boolean> {
    const { world } = this.setup;
    return world === 'blocking'
      ? this.sender.send(this.make(serial), options)
      : this.sender.sendAsync(this.make(serial), options);
  }

  /** Sends serials from `first` on. */
  sendMany(first: number, count: number, options?: SendSetup): number | Promise<number> {
    const values = Array.from({ length: count }, (_, k) => this.make(first + k));
    return this.setup.world === 'blocking'
      ? this.sender.sendMany(values, options)
      : this.sender.sendManyAsync(values, options);
  }

  flush(): void {
    this.sender.flush();
  }

  len(): number {
    return this.sender.len();
  }

  isClosed(): boolean {
    return this.sender.isClosed();
  }

  needsDrain(): boolean {
    return this.sender.needsDrain();
  }

  drained(): Promise<void> {
    return this.sender.drained();
  }

  close(): void {
    this.sender.close();
  }

  private make(serial: number): unknown {
    return this.kit.make(this.setup.from, serial);
  }
}

export class ReceiverEnd {
  readonly receiver: Receiver<unknown, unknown>;
  private readonly kit: Kit;
  private readonly setup: EndSetup;

  constructor(channel: Channel<unknown, unknown>, setup: EndSetup) {
    this.setup = setup;
    this.kit = kits[setup.kit];
    this.receiver = channel.receiver(setup.wait === undefined ? {} : { wait: setup.wait });
  }

  tryReceive(): Mark | undefined {
    return this.markOf(this.receiver.tryReceive());
  }

  async receive(options?: { readonly timeoutMs?: number }): Promise<Mark | undefined> {
    const value =
      this.setup.world === 'blocking'
        ? this.receiver.receive(options)
        : await this.receiver.receiveAsync(options);
    return this.markOf(value);
  }

  /** All until the channel is closed: by iteration, or by waiting and draining. */
  async takeAll(): Promise<Mark[]> {
    const marks: Mark[] = [];
    if (this.setup.world === 'blocking') {
      while (this.receiver.waitFor()) this.receiver.drain((view) => marks.push(this.kit.markOf(view)));
    } else {
      for await (const value of this.receiver) marks.push(this.kit.markOf(value));
    }
    return marks;
  }

  drain(max?: number): Mark[] {
    const marks: Mark[] = [];
    this.receiver.drain((view) => marks.push(this.kit.markOf(view)), max);
    return marks;
  }

  /** Drains with a handler that throws at the message with this serial. @returns what it had handled before. */
  drainUntilThrow(serial: number): Mark[] {
    const marks: Mark[] = [];
    try {
      this.receiver.drain((view) => {
        const mark = this.kit.markOf(view);
        if (mark.serial === serial) throw new Error('handler');
        marks.push(mark);
      });
    } catch (error) {
      if ((error as Error).message === 'handler') return marks;
      throw error;
    }
    throw new Error('nothing was thrown');
  }

  len(): number {
    return this.receiver.len();
  }

  isEmpty(): boolean {
    return this.receiver.isEmpty();
  }

  isClosed(): boolean {
    return this.receiver.isClosed();
  }

  close(): void {
    this.receiver.close();
  }

  private markOf(value: unknown): Mark | undefined {
    return value === undefined ? undefined : this.kit.markOf(value);
  }
}

/** The same methods, wherever the end lives: each gives a promise. */
export type Remote<End> = {
  readonly [Method in keyof End as End[Method] extends (...args: never) => unknown
    ? Method
    : never]: End[Method] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};
