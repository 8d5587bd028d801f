/**
 * Partition table: which instance owns each partition of the key space.
 *
 * A keyed route gives a partition, the table gives the instance. There are always as many partitions, so that a key stays in its own
 * whatever the number of instances, and what moves between instances are whole partitions.
 */

/** Keys fall into this many partitions. */
export const PARTITIONS = 256;

/** Equal runs: the owner of each partition, for so many instances. */
export function dealEvenly(instances: number): Uint8Array {
  return Uint8Array.from({ length: PARTITIONS }, (_, partition) => (partition * instances) >>> 8);
}
