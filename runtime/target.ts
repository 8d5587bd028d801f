/**
 * Target: the lanes from one thread to one worker, or to the host, and who owns which partition of its keys.
 *
 * Emitted senders keep `lanes`, `owners` and `only` themselves: a closure's constants cost nothing.
 *
 * Called by its own thread only.
 */
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';
import { PARTITIONS } from './partition-table.js';

const ONE_OWNER = new Uint8Array(PARTITIONS);

export class Target {
  /** As the schema calls it, or `main`. */
  readonly name: string;
  /** One lane for each instance. */
  readonly lanes: readonly LaneWriter[];
  /** The instance that owns each partition. */
  readonly owners: Uint8Array;
  /** The one lane, where there is no other: emitted code then takes it for a constant. */
  readonly only: LaneWriter | undefined;
  /** Where all lanes into each instance lie: whoever asks how much waits there looks at those of others as well. */
  readonly inboxes: readonly (readonly number[])[];
  private readonly singles: Target[] = [];

  constructor(
    name: string,
    lanes: readonly LaneWriter[],
    inboxes: readonly (readonly number[])[] = [],
    owners: Uint8Array = ONE_OWNER,
  ) {
    this.name = name;
    this.lanes = lanes;
    this.inboxes = inboxes;
    this.owners = owners;
    this.only = lanes.length === 1 ? lanes[0] : undefined;
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
