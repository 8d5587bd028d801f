/**
 * Handover: an instance's side of a resize or a restart, from the order to hold its lanes to the moment when it goes on.
 *
 *     hold -> handle all before the cuts -> export what it gives -> import what it gets -> go on
 *
 * Each sender cuts its lanes where it goes over to the new routing. So at the cuts an instance has handled exactly what the old routing
 * sent it, and nothing of the new one, from whomever it came; that is the moment at which partitions change hands. Whoever gets none
 * goes on at once.
 *
 * Invariants:
 * I1. Nothing from beyond a cut is handled before what the instance gives is exported, and what it gets is imported.
 * I2. Nobody waits for a held instance for ever: what somebody waits to get rid of is taken in (`Backlog`), also while this thread
 *     itself blocks in a send.
 *
 * Called by the instance's thread only.
 */
import { HOST_PARTICIPANT } from '../arena-layout.js';
import type { InboxSource } from '../inbox.js';
import { HERE, type LaneReader } from '../lane-reader.js';
import type { LaneAddress } from '../wiring.js';
import type { Backlog } from './backlog.js';
import type { HoldOrder, PartitionState } from './orders.js';

/** A lane of the instance's inbox, and where it lies. */
export interface HeldLane {
  readonly lane: LaneReader;
  readonly address: LaneAddress;
}

/** The part of a handler object by which state moves with its partitions. */
export interface PartitionHandlers<State, Context> {
  exportPartition?(partition: number, state: State, ctx: Context): unknown;
  importPartition?(partition: number, exported: never, state: State, ctx: Context): void | Promise<void>;
}

export class Handover {
  /** What was ordered, until the instance goes on. */
  order: HoldOrder | undefined;
  private readonly lanes: readonly HeldLane[];
  private readonly backlog: Backlog;

  constructor(lanes: readonly HeldLane[], backlog: Backlog) {
    this.lanes = lanes;
    this.backlog = backlog;
  }

  hold(order: HoldOrder): void {
    this.order = order;
    for (const { lane } of this.lanes) lane.hold(order.routing);
  }

  letGo(): void {
    this.order = undefined;
    for (const { lane } of this.lanes) lane.letGo();
  }

  /** What is to be handled before anything in the lanes. */
  due(): readonly InboxSource[] {
    return this.backlog.due(this.order?.routing ?? 0);
  }

  /** Once what was handled is given back. @returns lanes that are read no more. */
  forgetHandled(): readonly LaneReader[] {
    return this.backlog.forgetHandled();
  }

  /** Whether all that came before the cuts was handled. */
  isReached(): boolean {
    return this.due().length === 0 && this.lanes.every(({ lane }) => lane.isAtCut());
  }

  /**
   * Held where it is, an instance still waits for replies to its calls, and whoever owes one may wait for room in a lane: lets what is
   * in those lanes through, until `closeLanes`.
   *
   * @returns whether there was one.
   */
  openLanes(): boolean {
    let isOpen = false;
    for (const { lane } of this.lanes) {
      if (!lane.isWaitedFor()) continue;
      lane.letGo();
      isOpen = true;
    }
    return isOpen;
  }

  closeLanes(): void {
    for (const { lane } of this.lanes) lane.hold(HERE);
  }

  /** Takes in what somebody waits to get rid of. @returns whether there was something. */
  takeIn(): boolean {
    const { order } = this;
    if (order === undefined || order.routing === HERE) return false;
    let isTaken = false;
    for (const { lane, address } of this.lanes) {
      // The host blocks nowhere, and has memory of its own for what waits. What this thread sends itself nobody else can wait for.
      if (address.producer === HOST_PARTICIPANT || !lane.isAtCut() || lane.waiting() === 0) continue;
      if (address.producer !== address.consumer && !lane.isWaitedFor()) continue;
      // Slots are given back in order: what was read before must be over.
      if (lane.released !== lane.head) continue;
      this.backlog.takeIn(lane, address, order.routing);
      isTaken = true;
    }
    return isTaken;
  }
}

/** Takes what the instance gives out of its state. */
export async function exportPartitions<State, Context>(
  { exportPartition }: PartitionHandlers<State, Context>,
  partitions: readonly number[],
  state: State,
  ctx: Context,
): Promise<readonly PartitionState[]> {
  if (exportPartition === undefined) return [];
  const exported: PartitionState[] = [];
  for (const partition of partitions) {
    const value = await exportPartition(partition, state, ctx);
    if (value !== undefined) exported.push([partition, value]);
  }
  return exported;
}

export async function importPartitions<State, Context>(
  { importPartition }: PartitionHandlers<State, Context>,
  partitions: readonly PartitionState[],
  state: State,
  ctx: Context,
): Promise<void> {
  for (const [partition, exported] of partitions)
    await importPartition?.(partition, exported as never, state, ctx);
}
