/**
 * Links: who may send to whom, and the memory that this takes.
 *
 * A link from one worker to another (or to or from `main`) is a lane from each instance of the one to each instance of the other, and a lane
 * back beside each where the one calls the other. What a lane takes follows from the inbox that it leads into; the runtime's `lane-layout.ts`
 * and `wiring.ts` say why, and a test holds them equal.
 */
import type { InboxPlan, TopologyPlan, WorkerPlan } from './plan.js';
import { roundUp } from './struct.js';

/** What a lane takes beside its slots, and what its length is a multiple of. */
export const LANE_HEADER_BYTES = 384;
export const LANE_ALIGN_BYTES = 128;
/** What stands beside a lane of replies: the calls that were given up. */
const CANCELS_BYTES = 256;
/** What all lanes of a pool may take together, with what else the arena holds: offsets are signed 32-bit numbers. */
export const ARENA_MAX_BYTES = 0x7fff_ffff;

/** What `'cores'` counts as, whatever the machine at hand has: every machine is told the same. */
export const BUDGET_CORES = 16;

export interface Link {
  /** A worker's name, or `main`. */
  readonly from: string;
  readonly to: string;
  readonly messages: readonly string[];
  readonly calls: readonly string[];
  readonly capacitySlots: number;
  /** Bytes of one of its lanes. */
  readonly laneBytes: number;
  /** Bytes of the way back beside it; 0 where no call is made. */
  readonly replyBytes: number;
}

/** A link with a number of lanes: one from each sending thread to each receiving one. */
export interface LinkBudget extends Link {
  readonly fromInstances: number;
  readonly toInstances: number;
  /** Without those of replies. */
  readonly lanes: number;
  /** Bytes of all its lanes, those of replies included. */
  readonly byteLength: number;
}

export interface Budget {
  readonly links: readonly LinkBudget[];
  /** Bytes of all lanes. */
  readonly byteLength: number;
}

/** All links: those of `main`, which may send to every worker and call it, then those of each worker, in the order of the schema. */
export function linksOf(plan: TopologyPlan): readonly Link[] {
  const link = (
    from: string,
    to: string,
    messages: readonly string[],
    calls: readonly string[] = [],
  ): Link => {
    const worker = plan.workers.find(({ name }) => name === to);
    const inbox = worker?.inbox ?? plan.main;
    return {
      from,
      to,
      messages,
      calls,
      capacitySlots: inbox.capacitySlots,
      laneBytes: laneBytesOf(inbox),
      replyBytes: calls.length === 0 ? 0 : replyBytesOf(worker),
    };
  };
  return [
    ...plan.workers.map(({ name, inbox }) =>
      link(
        'main',
        name,
        inbox.messages.filter(({ call }) => call === undefined).map(({ message }) => message),
        inbox.messages.flatMap(({ call }) => call ?? []),
      ),
    ),
    ...plan.workers.flatMap(({ name, sends }) =>
      sends.map(({ to, messages, calls }) => link(name, to, messages, calls)),
    ),
  ];
}

/** What the lanes take, where `'cores'` stands for so many instances. */
export function budgetOf(plan: TopologyPlan, cores: number = BUDGET_CORES): Budget {
  const instancesOf = (name: string) => instancesIn(plan, name, cores);
  const links = linksOf(plan).map((link): LinkBudget => {
    const [fromInstances, toInstances] = [instancesOf(link.from), instancesOf(link.to)];
    const lanes = fromInstances * toInstances;
    const byteLength = lanes * (link.laneBytes + link.replyBytes);
    return { ...link, fromInstances, toInstances, lanes, byteLength };
  });
  return { links, byteLength: links.reduce((total, link) => total + link.byteLength, 0) };
}

/** Bytes of one lane into an inbox. */
export function laneBytesOf({
  capacitySlots,
  strideBytes,
  ringBytes = 0,
}: Pick<InboxPlan, 'capacitySlots' | 'strideBytes' | 'ringBytes'>): number {
  const slotsBytes = roundUp(LANE_HEADER_BYTES + capacitySlots * strideBytes, LANE_ALIGN_BYTES);
  return slotsBytes + roundUp(ringBytes, LANE_ALIGN_BYTES);
}

/** Bytes of one lane on which a worker answers, which has as many slots as its inbox. */
function replyBytesOf(worker: WorkerPlan | undefined): number {
  if (worker?.replies === undefined) return 0;
  return laneBytesOf({ ...worker.replies, capacitySlots: worker.inbox.capacitySlots }) + CANCELS_BYTES;
}

/** At most: there are lanes for each that there can be. */
function instancesIn({ workers }: TopologyPlan, name: string, cores: number): number {
  const instances = workers.find((worker) => worker.name === name)?.instances ?? 1;
  const most = typeof instances === 'object' ? instances.max : instances;
  return most === 'cores' ? cores : most;
}
