/**
 * Obey: carries out what the host orders an instance's thread while partitions change hands. Orders come on the event loop, so between
 * two batches.
 */
import { HERE } from '../lane-reader.js';
import type { Target } from '../target.js';
import { exportPartitions, type Handover, importPartitions, type PartitionHandlers } from './handover.js';
import type { HoldOrder, ResizeOrder, ResizeReport } from './orders.js';

/** The loop of an instance, sync or async. */
export interface HeldLoop {
  /** Handles only what the handover lets through, and calls `onReached` once that is done. */
  hold(onReached: () => void): void;
  /** Handles everything again. */
  goOn(): void;
}

export interface Obeying<State, Context> {
  readonly handover: Handover;
  readonly loop: HeldLoop;
  readonly handlers: PartitionHandlers<State, Context>;
  readonly state: State;
  readonly ctx: Context;
  /** The ways to workers, by name. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly report: (report: ResizeReport) => void;
  /** Called with what a handler threw. */
  readonly onFault: (error: unknown) => void;
}

/** @returns what takes orders. */
export function obeying<State, Context>(options: Obeying<State, Context>): (order: ResizeOrder) => void {
  const { handover, loop, handlers, state, ctx, targets, report, onFault } = options;

  const goOn = (): void => {
    handover.letGo();
    loop.goOn();
  };

  const give = async ({ gives, takes, routing }: HoldOrder): Promise<void> => {
    const partitions = await exportPartitions(handlers, gives, state, ctx);
    // Held where it is, it is to be shut down.
    if (!takes && routing !== HERE) goOn();
    report({ kind: 'exported', partitions });
  };

  return (order) => {
    switch (order.kind) {
      case 'hold':
        handover.hold(order);
        loop.hold(() => void give(order).catch(onFault));
        report({ kind: 'held' });
        return;
      case 'reroute':
        targets.get(order.worker)?.reroute(order.routing);
        return;
      case 'import':
        importPartitions(handlers, order.partitions, state, ctx)
          .then(goOn)
          .then(() => report({ kind: 'imported' }))
          .catch(onFault);
    }
  };
}
