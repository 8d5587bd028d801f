/**
 * Target: the lanes from one thread to one worker, or to the host.
 *
 * There is a lane to each instance that there can ever be; `lanes` holds those of the instances that are there by now. Emitted
 * senders keep `lanes` and `owners` themselves, which change in place when the worker is resized: a send pays nothing for it.
 *
 * Called by its own thread only.
 */
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';
import { PARTITIONS } from './partition-table.js';
import type { Routing } from './routing.js';

export class Target {
  /** As the schema calls it, or `main`. */
  readonly name: string;
  /** One lane for each live instance. */
  readonly lanes: LaneWriter[];
  /** The instance that owns each partition. */
  readonly owners = new Uint8Array(PARTITIONS);
  /** The one lane, where there can never be another: emitted code then takes it for a constant. */
  readonly only: LaneWriter | undefined;
  /** The routing that `lanes` and `owners` were last read from. */
  generation = 0;
  /** All lanes that there can be, by instance. */
  readonly all: readonly LaneWriter[];
  /** Where all lanes into each instance lie: whoever asks how much waits there looks at those of others as well. */
  readonly inboxes: readonly (readonly number[])[];
  private readonly routing: Routing | undefined;
  private readonly singles: Target[] = [];

  /** @param routing - of a worker; the host has none, and is always there. */
  constructor(
    name: string,
    all: readonly LaneWriter[],
    inboxes: readonly (readonly number[])[] = [],
    routing: Routing | undefined = undefined,
  ) {
    this.name = name;
    this.all = all;
    this.inboxes = inboxes;
    this.only = all.length === 1 ? all[0] : undefined;
    this.routing = routing;
    this.lanes = [...all];
    this.reroute();
  }

  /** Takes over who is there by now. */
  reroute(): void {
    const { routing, lanes, all } = this;
    if (routing === undefined) return;
    // Before the table: see Routing.write.
    this.generation = routing.generation;
    lanes.splice(0, lanes.length, ...all.slice(0, routing.live));
    routing.readOwners(this.owners);
  }

  /** The way to one instance alone; the same object on every call. @throws SnError `SN_INSTANCE_RANGE`. */
  at(instance: number): Target {
    const { name, lanes, singles } = this;
    const lane = lanes[instance];
    if (lane !== undefined) {
      singles[instance] ??= new Target(name, [lane]);
      return singles[instance];
    }
    throw new SnError(
      'SN_INSTANCE_RANGE',
      `${name} has ${lanes.length} instances, so at() takes a whole number from 0 to ${lanes.length - 1}: got ${instance}`,
      { details: { worker: name, instance, instances: lanes.length } },
    );
  }
}
