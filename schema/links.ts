/**
 * Links: who may send to whom, and the memory that this takes.
 *
 * A link from one worker to another (or to or from `main`) is a lane from each instance of the one to each instance of the other. What a lane
 * takes follows from the inbox that it leads into; the runtime's `lane-layout.ts` says why, and a test holds the two equal.
 */
import type { InboxPlan, TopologyPlan } from './plan.js';
import { roundUp } from './struct.js';

/** What a lane takes beside its slots, and what its length is a multiple of. */
export const LANE_HEADER_BYTES = 384;
export const LANE_ALIGN_BYTES = 128;
/** What all lanes of a pool may take together, with what else the arena holds: offsets are signed 32-bit numbers. */
export const ARENA_MAX_BYTES = 0x7fff_ffff;

export interface Link {
  /** A worker's name, or `main`. */
  readonly from: string;
  readonly to: string;
  readonly messages: readonly string[];
  readonly capacitySlots: number;
  /** Bytes of one of its lanes. */
  readonly laneBytes: number;
}

/** A link with a number of lanes: one from each sending thread to each receiving one. */
export interface LinkBudget extends Link {
  readonly fromInstances: number;
  readonly toInstances: number;
  readonly lanes: number;
  /** Bytes of all its lanes. */
  readonly byteLength: number;
}

export interface Budget {
  readonly links: readonly LinkBudget[];
  readonly lanes: number;
  /** Bytes of all lanes. */
  readonly byteLength: number;
}

/** All links: those of `main`, which may send to every worker, then those of each worker, in the order of the schema. */
export function linksOf(plan: TopologyPlan): readonly Link[] {
  const link = (from: string, to: string, messages: readonly string[]): Link => {
    const inbox = inboxOf(plan, to);
    return { from, to, messages, capacitySlots: inbox.capacitySlots, laneBytes: laneBytesOf(inbox) };
  };
  return [
    ...plan.workers.map(({ name, inbox }) =>
      link(
        'main',
        name,
        inbox.messages.map(({ message }) => message),
      ),
    ),
    ...plan.workers.flatMap(({ name, sends }) => sends.map(({ to, messages }) => link(name, to, messages))),
  ];
}

/** What the lanes take, where `'cores'` stands for so many instances. */
export function budgetOf(plan: TopologyPlan, cores: number): Budget {
  const instancesOf = (name: string) => instancesIn(plan, name, cores);
  const links = linksOf(plan).map((link): LinkBudget => {
    const [fromInstances, toInstances] = [instancesOf(link.from), instancesOf(link.to)];
    const lanes = fromInstances * toInstances;
    return { ...link, fromInstances, toInstances, lanes, byteLength: lanes * link.laneBytes };
  });
  const sum = (of: (link: LinkBudget) => number) => links.reduce((total, link) => total + of(link), 0);
  return { links, lanes: sum(({ lanes }) => lanes), byteLength: sum(({ byteLength }) => byteLength) };
}

/** Bytes of one lane into an inbox. */
export function laneBytesOf({ capacitySlots, strideBytes, ringBytes = 0 }: InboxPlan): number {
  const slotsBytes = roundUp(LANE_HEADER_BYTES + capacitySlots * strideBytes, LANE_ALIGN_BYTES);
  return slotsBytes + roundUp(ringBytes, LANE_ALIGN_BYTES);
}

function inboxOf({ workers, main }: TopologyPlan, name: string): InboxPlan {
  return workers.find((worker) => worker.name === name)?.inbox ?? main;
}

function instancesIn({ workers }: TopologyPlan, name: string, cores: number): number {
  const instances = workers.find((worker) => worker.name === name)?.instances ?? 1;
  return instances === 'cores' ? cores : instances;
}
