/**
 * Target: the lanes from one thread to one worker, or to the host, and who owns which partition of its keys.
 *
 * Emitted senders keep `lanes`, `owners` and `only` themselves: a closure's constants cost nothing. So when the worker is resized the
 * same array and the same table get other contents, all at once between two sends.
 *
 * Called by its own thread only.
 */
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';
import { PARTITIONS } from './partition-table.js';

/** Who is there from some moment on, and who owns which partition; structured-cloneable. */
export interface Routing {
  /** Grows by one with each routing of a worker; the first one is 1. */
  readonly number: number;
  /** Instances that take messages: always those with the lowest numbers. */
  readonly live: number;
  readonly owners: Uint8Array;
}

/** Cuts a lane behind all that was sent by it, also what waits in front of it: see `LaneWriter.cut`. */
export interface LaneCutter {
  cut(lane: LaneWriter, routing: number): void;
}

/** A look whether a claim is over by now. */
const CLAIM_LOOK_MS = 1;

export class Target {
  /** As the schema calls it, or `main`. */
  readonly name: string;
  /** One lane for each instance. */
  readonly lanes: LaneWriter[];
  /** The instance that owns each partition. */
  readonly owners = new Uint8Array(PARTITIONS);
  /** The one lane, where there is never another: emitted code then takes it for a constant. */
  readonly only: LaneWriter | undefined;
  /** One lane for each instance that there can be. */
  readonly all: readonly LaneWriter[];
  /** Where all lanes into each instance lie: whoever asks how much waits there looks at those of others as well. */
  readonly inboxes: readonly (readonly number[])[];
  /** Instances that there are by now, also where no lane leads to them from here. */
  live: number;
  private readonly singles: Target[] = [];
  private ended: Error | undefined;

  private readonly cutter: LaneCutter | undefined;

  /**
   * @param routing - of a worker; the host has none, and is always there.
   * @param cutter - there where the worker may be resized.
   */
  constructor(
    name: string,
    all: readonly LaneWriter[],
    inboxes: readonly (readonly number[])[] = [],
    routing: Pick<Routing, 'live' | 'owners'> | undefined = undefined,
    cutter: LaneCutter | undefined = undefined,
  ) {
    this.name = name;
    this.all = all;
    this.cutter = cutter;
    this.inboxes = inboxes;
    this.live = routing?.live ?? all.length;
    this.lanes = all.slice(0, this.live);
    if (routing !== undefined) this.owners.set(routing.owners);
    this.only = all.length === 1 ? all[0] : undefined;
  }

  /**
   * Follows another routing from the next message on. Each lane is cut behind what was sent by the one before, so that whoever reads it
   * knows where that ends. Messages that are being written in place have their lanes already: it waits until they are sent.
   */
  reroute(routing: Routing): void {
    if (this.all.some((lane) => lane.isClaimed)) {
      setTimeout(() => this.reroute(routing), CLAIM_LOOK_MS);
      return;
    }
    const { all, lanes, owners } = this;
    const { number, live } = routing;
    for (const lane of all) this.cutter?.cut(lane, number);
    if (this.ended === undefined) for (const lane of all.slice(lanes.length, live)) lane.reopen();
    for (let instance = live; instance < lanes.length; instance++)
      (lanes[instance] as LaneWriter).close(this.retired(instance, live));
    lanes.splice(0, lanes.length, ...all.slice(0, live));
    owners.set(routing.owners);
    this.live = live;
  }

  /** Refuses everything from now on with `reason`, whoever comes. */
  close(reason: Error): void {
    this.ended = reason;
    for (const lane of this.all) lane.close(reason);
  }

  /** The way to one instance alone; the same object on every call. @throws SnError `SN_INSTANCE_RANGE`. */
  at(instance: number): Target {
    const { name, lanes, singles } = this;
    // Untyped code may come with the text '1', which would find a lane as well.
    const lane = typeof instance === 'number' ? lanes[instance] : undefined;
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

  private retired(instance: number, live: number): SnError {
    return new SnError(
      'SN_INSTANCE_RANGE',
      `${this.name}[${instance}] was retired when ${this.name} was resized to ${live}: nothing was sent; send to the others`,
      { details: { worker: this.name, instance, instances: live } },
    );
  }
}
