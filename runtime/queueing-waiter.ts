/**
 * Queueing waiter: what the host and async workers do when a lane is full, since they must never block.
 *
 * The message is encoded at once (so a bad value throws now, and later changes of the object change nothing), queued in
 * front of its lane, and written when the consumer has made room. While anything is queued the lane reports itself full,
 * so that nothing overtakes.
 *
 * Called by its own thread only.
 */
import type { Doorbell } from './doorbell.js';
import { LaneQueue, type Waiting } from './lane-queue.js';
import type { LaneWriter, MessageBytes, SendOptions, SpaceWaiter } from './lane-writer.js';
import type { Memory } from './memory.js';
import { abortedError, ownLaneFull } from './send-errors.js';

export class QueueingWaiter implements SpaceWaiter {
  private readonly queues = new Map<LaneWriter, LaneQueue>();
  readonly spareSlot: number;
  /** Messages that were ever queued: the number of the last one. */
  pushed = 0;
  private readonly memory: Memory;
  private readonly own: Doorbell;
  private readonly onActivity: () => void;
  private readonly onRefused: () => void;

  /**
   * @param memory - of the arena.
   * @param spareSlot - offset in bytes of a slot in it as large as any lane's, which only this thread touches.
   * @param own - the thread's doorbell: rung so that its loop looks at what was queued.
   * @param onActivity - called when something is queued: the host must stay alive for it.
   * @param onRefused - called when a send is refused because its lane is closed: the sender learns the reason.
   */
  constructor(
    memory: Memory,
    spareSlot: number,
    own: Doorbell,
    onActivity: () => void,
    onRefused: () => void,
  ) {
    this.memory = memory;
    this.spareSlot = spareSlot;
    this.own = own;
    this.onActivity = onActivity;
    this.onRefused = onRefused;
  }

  /** Messages that wait for space, over all lanes. */
  get queued(): number {
    let total = 0;
    for (const lane of this.queues.keys()) total += lane.queued;
    return total;
  }

  /** The number up to which all that was queued is in its ring, or given up. */
  get writtenUpTo(): number {
    let first = this.pushed + 1;
    for (const queue of this.queues.values()) first = Math.min(first, queue.firstNumber);
    return first - 1;
  }

  /** Never waits: says false. @throws SnError `SN_ABORTED`, `SN_DEADLOCK`, or the lane's reason when it is closed. */
  makeRoom(lane: LaneWriter, options: SendOptions | undefined): false {
    if (lane.closed !== undefined) {
      this.onRefused();
      throw lane.closed;
    }
    if (options?.signal?.aborted) throw abortedError(options.signal);
    // What an instance queues for itself holds the slots back that it waits for. Replies hold none: whoever gets them takes them in.
    if (!lane.isOfReplies && lane.consumer.index === this.own.index) throw ownLaneFull(lane.capacitySlots);
    return false;
  }

  /** Queues a copy of the spare slot. @returns a promise that settles when it is in the ring, or given up. */
  queue(lane: LaneWriter, options: SendOptions | undefined): Promise<void> {
    const slot = this.memory.u8.slice(this.spareSlot, this.spareSlot + lane.strideBytes);
    return this.push(lane, slot, options);
  }

  /** Queues a message with a tail. @returns as `queue`. */
  queueBytes(lane: LaneWriter, message: MessageBytes, options: SendOptions | undefined): Promise<void> {
    return this.push(lane, message, options);
  }

  /** Cuts the lane once all that is queued is in its ring, or given up. */
  cut(lane: LaneWriter, routing: number): void {
    this.queueOf(lane).cut(routing);
  }

  private push(lane: LaneWriter, message: Waiting, options: SendOptions | undefined): Promise<void> {
    this.pushed += 1;
    const sent = this.queueOf(lane).push(message, options, this.pushed);
    this.onActivity();
    // The loop asks for space before it sleeps; if it sleeps already, it must look at this lane too.
    if (lane.queued === 1) this.own.ring();
    return sent;
  }

  /** Writes what now has room. Called by the loop on every turn, and before every sleep. */
  retry(): void {
    for (const queue of this.queues.values()) queue.writeWhatFits();
  }

  /**
   * Before the loop sleeps: asks the consumers of full lanes to ring. @returns whether room came up meanwhile.
   * No wake-up is lost: the doorbell was announced before, the wish is stored before the last look at the head.
   */
  askForSpace(): boolean {
    let isRoom = false;
    for (const [lane, queue] of this.queues) {
      if (lane.queued === 0) continue;
      lane.flush();
      lane.askForSpace();
      // Who should make room may be blocked itself: replies it takes in all the same.
      if (lane.isOfReplies) lane.wakeIfBlocked();
      if (lane.refreshLimit(queue.wantedBytes)) isRoom = true;
      lane.holdBack();
    }
    return isRoom;
  }

  /** Rejects all that waits. See `LaneQueue.rejectAll`. */
  rejectAll(reason: Error, isKnown: boolean): void {
    for (const queue of this.queues.values()) queue.rejectAll(reason, isKnown);
  }

  private queueOf(lane: LaneWriter): LaneQueue {
    let queue = this.queues.get(lane);
    if (queue === undefined) {
      queue = new LaneQueue(lane);
      this.queues.set(lane, queue);
    }
    return queue;
  }
}
