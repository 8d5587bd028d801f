/**
 * Partitioners: what routes messages inside generated pools, for people who start their own threads.
 *
 * A partitioner is a function from a key to whoever gets it. So a function of your own is one as well. Keys are hashed as pools
 * hash them (`hash.ts`), dealt by the same table (`partition-table.ts`), found on the same ring (`hash-ring.ts`) and in the same
 * ranges (`ranges.ts`): the number of an instance here is the number of the instance there, until that pool is resized (`redeal`).
 *
 * All of it is synchronous, blocks nowhere, and belongs to the thread that made it. Two threads that make the same partitioner get
 * the same answers, in every release.
 */
import { SnError } from './errors.js';
import { hashBigInt, hashBool, hashBytes, hashDate, hashNumber, hashText } from './hash.js';
import { HashRing } from './hash-ring.js';
import { dealEvenly, PARTITION_SHIFT, PARTITIONS } from './partition-table.js';
import { rangeOf } from './ranges.js';

/** Picks who gets a key: by default the number of an instance, from 0. */
export type Partitioner<Key = PartitionKey, Target = number> = (key: Key) => Target;

/** What can be hashed. Equal values are equal keys: text by its UTF-8, bytes by their content, dates by their milliseconds. */
export type PartitionKey = string | number | bigint | boolean | Date | Uint8Array;

/** What has an order: numbers and bigints by value, text by its UTF-16 code units, dates by time. */
export type RangePartitionKey = string | number | bigint | Date;

/** A partitioner whose nodes come and go. */
export interface ConsistentHashPartitioner<Node extends string | number>
  extends Partitioner<PartitionKey, Node> {
  /** In the order in which they came. */
  readonly nodes: readonly Node[];
  /**
   * Takes about an equal share of the keys from the others; between others nothing moves.
   *
   * @throws SnError `SN_OPTION` when it is there already.
   */
  addNode(node: Node): void;
  /**
   * Leaves its keys to the others; between others nothing moves.
   *
   * @throws SnError `SN_OPTION` when there is no such node, or no other.
   */
  removeNode(node: Node): void;
}

/** More points would make shares a little more even, and take milliseconds for each node. */
const MAX_VIRTUAL_NODES = 1024;
const DEFAULT_VIRTUAL_NODES = 128;

/**
 * Equal keys to the same instance, equal shares of the keys to each: what `hash` is in a schema.
 *
 * Another number of `instances` moves most keys; where it changes, see `consistentHashPartitioner`.
 *
 * @param options `instances`: 1 to 256.
 * @returns a function from a key to an instance, 0 to `instances - 1`. It throws `SN_ROUTE` for a key of another type.
 * @throws SnError `SN_OPTION` when `instances` is outside its limits.
 * @example
 * const instanceOf = hashPartitioner({ instances: 4 });
 * workers[instanceOf(flight.origin)].postMessage(flight);
 */
export function hashPartitioner(options: { readonly instances: number }): Partitioner {
  const owners = dealEvenly(wholeNumber('instances', options.instances, 1, PARTITIONS));
  return (key) => owners[hashKey(key) >>> PARTITION_SHIFT] as number;
}

/**
 * Equal keys to the same node, whatever other nodes come and go: a consistent-hash ring (Karger and others, 1997) on which each node
 * has `virtualNodes` points. Of n + 1 nodes the new one takes about 1 / (n + 1) of the keys.
 *
 * Shares differ by about 1 / sqrt(virtualNodes) of themselves: 9 percent for 128. A pool's `consistentHash` is the same ring with the
 * instances' numbers as nodes, asked once for each of its 256 partitions.
 *
 * @param options `nodes`: at least one, text or numbers, each once (1 and '1' are one). `virtualNodes`: 1 to 1024; 128 if nothing
 *   is said.
 * @returns a function from a key to a node. It throws `SN_ROUTE` for a key of another type.
 * @throws SnError `SN_OPTION` when an option is outside its limits.
 * @example
 * const nodeOf = consistentHashPartitioner({ nodes: ['a', 'b', 'c'], virtualNodes: 256 });
 * nodeOf('some key'); // 'b'
 * nodeOf.addNode('d'); // takes a quarter of the keys
 */
export function consistentHashPartitioner<Node extends string | number>(options: {
  readonly nodes: readonly Node[];
  readonly virtualNodes?: number;
}): ConsistentHashPartitioner<Widened<Node>> {
  const { virtualNodes = DEFAULT_VIRTUAL_NODES } = options;
  const ring = new HashRing<Node>(wholeNumber('virtualNodes', virtualNodes, 1, MAX_VIRTUAL_NODES));
  if (!Array.isArray(options.nodes) || options.nodes.length === 0) {
    throw optionError('nodes', options.nodes, 'must be a list of one node at least');
  }
  const addNode = (node: Node): void => {
    const isNode = typeof node === 'string' || (typeof node === 'number' && Number.isFinite(node));
    if (!isNode) throw optionError('node', node, 'must be text or a finite number');
    if (!ring.add(node)) throw optionError('node', node, 'is there already');
  };
  const removeNode = (node: Node): void => {
    const nodes = ring.list();
    if (nodes.length === 1 && nodes[0] === node) {
      throw optionError(
        'node',
        node,
        'is the last one, and its keys would belong to nobody: add another first',
      );
    }
    if (!ring.remove(node)) throw optionError('node', node, `is none of the nodes ${nodes.join(', ')}`);
  };
  for (const node of options.nodes) addNode(node);
  const partitioner = (key: PartitionKey): Node => ring.ownerOf(hashKey(key));
  Object.defineProperty(partitioner, 'nodes', { get: () => ring.list(), enumerable: true });
  const made: unknown = Object.assign(partitioner, { addNode, removeNode });
  // `nodes` was defined above; and the first nodes, whose literals are the type so far, are not all that there will be.
  return made as ConsistentHashPartitioner<Widened<Node>>;
}

/**
 * Keys in the same range to the same instance: what `range` is in a schema.
 *
 * @param options `bounds`: 1 to 255 values of one type, ascending, each once. A key below the first is in range 0; one from the
 *   last on is in the last range, of as many as there are bounds and one more. So is NaN, which is less than nothing.
 * @returns a function from a key to the number of its range. It throws `SN_ROUTE` for a key of another type than the bounds'.
 * @throws SnError `SN_OPTION` when the bounds are none.
 * @example
 * const sizeOf = rangePartitioner({ bounds: [10, 100] });
 * sizeOf(9.5); // 0
 * sizeOf(10); // 1
 * sizeOf(5000); // 2
 */
export function rangePartitioner<Bound extends RangePartitionKey>(options: {
  readonly bounds: readonly Bound[];
}): Partitioner<Widened<Bound>> {
  const { bounds } = options;
  if (!Array.isArray(bounds) || bounds.length === 0 || bounds.length >= PARTITIONS) {
    throw optionError('bounds', bounds, `must be a list of 1 to ${PARTITIONS - 1} values`);
  }
  const type = orderOf(bounds[0]);
  const values = bounds.map((bound, index): RangePartitionKey => {
    const value = comparable(bound);
    if (type === undefined || orderOf(bound) !== type || Number.isNaN(value)) {
      const rule = 'must be numbers, bigints, strings or valid dates, all of one type';
      throw optionError(`bounds[${index}]`, bound, rule);
    }
    return value;
  });
  const late = values.findIndex(
    (value, index) => index > 0 && !((values[index - 1] as typeof value) < value),
  );
  if (late > 0) throw optionError(`bounds[${late}]`, bounds[late], 'must be more than the one before it');
  return (key) => {
    if (orderOf(key) !== type) throw keyError(key, `a ${type}, as its bounds are`);
    return rangeOf(comparable(key), values);
  };
}

/**
 * Instances in turn, whatever the key: 0, 1, ... and again from 0.
 *
 * @param options `instances`: 1 to 2^31 - 1.
 * @throws SnError `SN_OPTION` when `instances` is outside its limits.
 * @example
 * const next = roundRobinPartitioner({ instances: 2 });
 * [next(), next(), next()]; // [0, 1, 0]
 */
export function roundRobinPartitioner(options: { readonly instances: number }): (key?: unknown) => number {
  const instances = wholeNumber('instances', options.instances, 1, 0x7fff_ffff);
  let next = 0;
  return () => {
    const instance = next;
    next = instance + 1 === instances ? 0 : instance + 1;
    return instance;
  };
}

/** The type of a literal: keys are other values of it than bounds, and nodes come that were not there at first. */
type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends bigint
      ? bigint
      : Value;

/** XXH32 of a key. @throws SnError `SN_ROUTE` when it is none. */
function hashKey(key: PartitionKey): number {
  // First and alone, so that it is inlined where keys are text, as they mostly are.
  return typeof key === 'string' ? hashText(key, 0) : hashOther(key);
}

function hashOther(key: Exclude<PartitionKey, string>): number {
  switch (typeof key) {
    case 'number':
      return hashNumber(key, 0);
    case 'bigint':
      return hashBigInt(key, 0);
    case 'boolean':
      return hashBool(key, 0);
    default:
      if (key instanceof Uint8Array) return hashBytes(key, 0);
      if (key instanceof Date) return hashDate(key, 0);
      throw keyError(key, 'text, a number, bigint or truth value, a Date or a Uint8Array');
  }
}

function orderOf(value: unknown): 'string' | 'number' | 'bigint' | 'Date' | undefined {
  if (value instanceof Date) return 'Date';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'bigint' ? type : undefined;
}

function comparable(value: RangePartitionKey): Exclude<RangePartitionKey, Date> {
  return value instanceof Date ? value.getTime() : value;
}

function wholeNumber(option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw optionError(option, value, `must be a whole number from ${least} to ${most}`);
}

function optionError(option: string, value: unknown, rule: string): SnError {
  return new SnError('SN_OPTION', `${option} ${rule}: got ${shown(value)}`, { details: { option, value } });
}

function keyError(key: unknown, wanted: string): SnError {
  return new SnError('SN_ROUTE', `a key must be ${wanted}: got ${shown(key)}`, { details: { key } });
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
