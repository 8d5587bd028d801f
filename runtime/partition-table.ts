/**
 * Partition table: which instance owns each partition of the key space.
 *
 *     key --hash, range--> partition --owners--> instance
 *
 * A keyed route gives a partition, the table gives the instance. There are always as many partitions, so that a key stays in its own
 * whatever the number of instances, and what moves between instances are whole partitions.
 *
 * Invariants:
 * I1. Every owner is the number of an instance.
 * I2. When the number of instances changes, partitions move to new instances or from those that leave, and never between others.
 * I3. Dealt evenly, and dealt anew any number of times, no instance owns two partitions more than another.
 */
import { HashRing } from './hash-ring.js';

/** Keys fall into this many partitions. */
export const PARTITIONS = 256;

/** Turns the hash of a key into its partition: by its top bits, which are the best mixed ones. */
export const PARTITION_SHIFT = 24;

/** The owner of each partition, for so many instances; by a ring where a number of virtual nodes is given. */
export function deal(instances: number, virtualNodes: number | undefined): Uint8Array {
  return virtualNodes === undefined ? dealEvenly(instances) : dealByRing(instances, virtualNodes);
}

/** The same when the number of instances changes: moves as few partitions as possible. */
export function redeal(owners: Uint8Array, instances: number, virtualNodes: number | undefined): Uint8Array {
  return virtualNodes === undefined
    ? redealEvenly(owners, instances)
    : // Whatever the table was: a ring says where each partition belongs.
      dealByRing(instances, virtualNodes);
}

/** Equal runs: the owner of each partition, for so many instances. */
export function dealEvenly(instances: number): Uint8Array {
  return Uint8Array.from({ length: PARTITIONS }, (_, partition) => (partition * instances) >>> 8);
}

/**
 * By a consistent-hash ring with so many points for each instance: each partition belongs to the first point at or behind its place.
 * With few points an instance may own much more than another, or nothing.
 */
export function dealByRing(instances: number, virtualNodes: number): Uint8Array {
  const ring = new HashRing<number>(virtualNodes);
  for (let instance = 0; instance < instances; instance++) ring.add(instance);
  return Uint8Array.from({ length: PARTITIONS }, (_, partition) =>
    ring.ownerOf(partition << PARTITION_SHIFT),
  );
}

/**
 * Equal shares again, for another number of instances: only the surplus of each moves, its last partitions first, and all of those
 * whose owners leave.
 */
export function redealEvenly(owners: Uint8Array, instances: number): Uint8Array {
  const quotas = quotasOf(owners, instances);
  const dealt = Uint8Array.from(owners);
  const moving: number[] = [];
  for (const [partition, owner] of owners.entries()) {
    if (owner < instances && (quotas[owner] as number) > 0) (quotas[owner] as number) -= 1;
    else moving.push(partition);
  }
  // What is left of the quotas is what each may still take. Neighbours stay together as far as they can: ranges lie next to each other.
  let taker = 0;
  for (const partition of moving) {
    while (quotas[taker] === 0) taker++;
    dealt[partition] = taker;
    (quotas[taker] as number) -= 1;
  }
  return dealt;
}

/** How many partitions each instance is to own: one more for those that own the most by now, where they cannot be equal. */
function quotasOf(owners: Uint8Array, instances: number): number[] {
  const owned = new Array<number>(instances).fill(0);
  for (const owner of owners) if (owner < instances) (owned[owner] as number) += 1;
  const quotas = new Array<number>(instances).fill(Math.floor(PARTITIONS / instances));
  const byOwned = [...owned.keys()].sort((a, b) => (owned[b] as number) - (owned[a] as number) || a - b);
  for (const instance of byOwned.slice(0, PARTITIONS % instances)) (quotas[instance] as number) += 1;
  return quotas;
}
