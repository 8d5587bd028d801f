/**
 * Resizer: the host's side when a worker is resized or restarted. One at a time; the others wait.
 *
 *     start who comes, held -> hold who gives or gets -> reroute all senders -> exports -> imports -> retire who goes
 *
 * A restart moves an instance's partitions to a new thread at the same place: its lanes stay, and no sender notices.
 *
 * Invariants:
 * I1. Everybody who gives or gets a partition holds its lanes before the first sender is rerouted: see `handover.ts`.
 * I2. A partition is imported only once its former owner has handled everything that earlier routings sent it.
 * I3. Nobody is retired before all senders have left it: its last cut is the last that it will ever be sent.
 *
 * Called on the host's thread only. Senders never wait for it.
 */
import { HOST_PARTICIPANT } from '../arena-layout.js';
import type { Participant } from '../envelope.js';
import { SnError } from '../errors.js';
import { CUT_OFFSET_BYTES, TAIL_OFFSET_BYTES } from '../lane-layout.js';
import { HERE } from '../lane-reader.js';
import { redeal } from '../partition-table.js';
import { type Started, waitReady } from '../pool-start.js';
import type { Routing, Target } from '../target.js';
import type { Thread, ThreadEnd } from '../thread.js';
import type { Wiring } from '../wiring.js';
import type { ResolvedRange } from './instance-range.js';
import type { HoldOrder, PartitionState, ResizeOrder, ResizeReport } from './orders.js';

/** What the resizer does to the pool. */
export interface ResizedPool {
  readonly i32: Int32Array<ArrayBufferLike>;
  readonly wiring: Wiring;
  readonly started: Pick<Started, 'arena' | 'ranges' | 'routings'>;
  /** Starts a thread at a place that has none. @throws when the pool has ended. */
  begin(who: Participant, hold: HoldOrder): Thread;
  /** The thread at each place where there is one. */
  readonly threads: ReadonlyMap<number, Thread>;
  /** The host's way to a worker. */
  target(worker: string): Target;
  /** A thread has started. */
  enter(thread: Thread): void;
  /** Shuts a thread down, and waits until it is gone. */
  retire(thread: Thread): Promise<void>;
  /** A new thread has taken the place of another. */
  restarted(thread: Thread): void;
  /** There is a place with messages, and no thread. */
  onStranded(cause: SnError): void;
}

export class Resizer {
  private readonly pool: ResizedPool;
  private last: Promise<unknown> = Promise.resolve();

  constructor(pool: ResizedPool) {
    this.pool = pool;
  }

  /** Settles when nothing is under way, and nothing waits. */
  async settled(): Promise<void> {
    let last: Promise<unknown> | undefined;
    while (last !== this.last) {
      last = this.last;
      await last.catch(() => {});
    }
  }

  /**
   * Makes a worker have so many instances.
   *
   * @throws SnError `SN_OPTION` at once, when there may not be so many; `SN_WORKER_START` (as rejection), when nothing has changed.
   */
  resize(worker: string, instances: number): Promise<void> {
    const { min, max } = this.pool.started.ranges.get(worker) as ResolvedRange;
    if (!Number.isInteger(instances) || instances < min || instances > max)
      throw new SnError(
        'SN_OPTION',
        `${worker} can be resized to a whole number from ${min} to ${max}: got ${String(instances)}; its declaration's instances: { min, max } says how far`,
        { details: { worker, value: instances, min, max } },
      );
    return this.inTurn(() => this.resizeNow(worker, instances));
  }

  /** Replaces each instance's thread by a new one, one after the other; state moves as in a resize. */
  restart(worker: string): Promise<void> {
    return this.inTurn(async () => {
      for (const thread of this.instancesOf(worker)) await this.restartNow(thread);
    });
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.last.then(act, act);
    this.last = done;
    return done;
  }

  private async resizeNow(worker: string, instances: number): Promise<void> {
    const { started, wiring } = this.pool;
    const before = started.routings.get(worker) as Routing;
    if (instances === before.live) return;
    const virtualNodes = wiring.workers.find(({ name }) => name === worker)?.virtualNodes;
    const after: Routing = {
      number: before.number + 1,
      live: instances,
      owners: redeal(before.owners, instances, virtualNodes),
    };
    const present = this.instancesOf(worker);
    const coming = await this.startHeld(worker, before.live, after);
    const movers = present.flatMap((thread) => {
      const order = holdOrder(thread.instance, before.owners, after);
      const stays = order.gives.length === 0 && !order.takes && thread.instance < instances;
      return stays ? [] : [{ thread, order }];
    });
    await Promise.all(movers.map(({ thread, order }) => ask(thread, order, 'held')));
    const exports = [...coming, ...movers.map(({ thread }) => thread)].map((thread) =>
      report(thread, 'exported'),
    );
    this.reroute(worker, after);
    const moved = (await Promise.all(exports)).flatMap(({ partitions }) => partitions);
    const takers = [...coming, ...movers.flatMap(({ thread, order }) => (order.takes ? [thread] : []))];
    await Promise.all(takers.map((thread) => handOver(thread, after.owners, moved)));
    await Promise.all(present.slice(instances).map((thread) => this.pool.retire(thread)));
  }

  /** Starts the threads that come, each holding its lanes. @throws SnError when one does not start: none is left then. */
  private async startHeld(worker: string, first: number, after: Routing): Promise<readonly Thread[]> {
    const { started } = this.pool;
    const coming: Thread[] = [];
    try {
      for (let instance = first; instance < after.live; instance++) {
        const who = started.arena.participants.find(
          (one) => one.worker === worker && one.instance === instance,
        ) as Participant;
        coming.push(this.pool.begin(who, { kind: 'hold', routing: after.number, gives: [], takes: true }));
      }
      await Promise.all(coming.map(waitReady));
    } catch (error) {
      await Promise.all(coming.map((thread) => thread.terminate()));
      throw error;
    }
    for (const thread of coming) this.pool.enter(thread);
    return coming;
  }

  /** Tells everybody who sends to a worker. Where no thread is, none will ever cut its lanes: then the host does. */
  private reroute(worker: string, routing: Routing): void {
    const { started, threads, i32 } = this.pool;
    const { lanes, participants } = started.arena;
    started.routings.set(worker, routing);
    this.pool.target(worker).reroute(routing);
    for (const thread of threads.values()) thread.order({ kind: 'reroute', worker, routing });
    for (const { offsetBytes, producer, consumer, isOfReplies } of lanes) {
      if (isOfReplies || participants[consumer]?.worker !== worker) continue;
      if (producer === HOST_PARTICIPANT || threads.has(producer)) continue;
      Atomics.store(
        i32,
        (offsetBytes + CUT_OFFSET_BYTES) >> 2,
        Atomics.load(i32, (offsetBytes + TAIL_OFFSET_BYTES) >> 2),
      );
      Atomics.store(i32, (offsetBytes + CUT_OFFSET_BYTES + 4) >> 2, routing.number);
    }
  }

  private async restartNow(old: Thread): Promise<void> {
    const { pool } = this;
    const { arena, routings } = pool.started;
    const { owners } = routings.get(old.worker) as Routing;
    const gives = [...owners.keys()].filter((partition) => owners[partition] === old.instance);
    const { partitions } = await ask(old, { kind: 'hold', routing: HERE, gives, takes: false }, 'exported');
    await pool.retire(old);
    const who = arena.participants[old.participant] as Participant;
    const thread = pool.begin(who, { kind: 'hold', routing: HERE, gives: [], takes: true });
    try {
      await waitReady(thread);
    } catch (cause) {
      pool.onStranded(cause as SnError);
      throw cause;
    }
    pool.enter(thread);
    await handOver(thread, owners, partitions);
    pool.restarted(thread);
  }

  private instancesOf(worker: string): readonly Thread[] {
    return [...this.pool.threads.values()]
      .filter((thread) => thread.worker === worker)
      .sort((a, b) => a.instance - b.instance);
  }
}

/** Gives an instance what it owns by now of what the others have exported; then it goes on. */
async function handOver(thread: Thread, owners: Uint8Array, moved: readonly PartitionState[]): Promise<void> {
  const partitions = moved.filter(([partition]) => owners[partition] === thread.instance);
  await ask(thread, { kind: 'import', partitions }, 'imported');
}

async function ask<Kind extends ResizeReport['kind']>(thread: Thread, order: ResizeOrder, kind: Kind) {
  thread.order(order);
  return await report(thread, kind);
}

/** The next report of a kind. @throws SnError (as rejection) `SN_WORKER_CRASHED` when the thread is gone before; so is the pool then. */
async function report<Kind extends ResizeReport['kind']>(thread: Thread, kind: Kind) {
  try {
    return await thread.next(kind);
  } catch (end) {
    const { cause, exitCode } = end as ThreadEnd;
    const { worker, instance } = thread;
    throw new SnError(
      'SN_WORKER_CRASHED',
      `${worker}[${instance}] went away while partitions changed hands`,
      {
        cause,
        details: { worker, instance, exitCode },
      },
    );
  }
}

/** What an instance gives and whether it gets something. */
function holdOrder(instance: number, before: Uint8Array, after: Routing): HoldOrder {
  const gives: number[] = [];
  let takes = false;
  for (const [partition, owner] of before.entries()) {
    const next = after.owners[partition];
    if (owner === next) continue;
    if (owner === instance) gives.push(partition);
    else if (next === instance) takes = true;
  }
  return { kind: 'hold', routing: after.number, gives, takes };
}
