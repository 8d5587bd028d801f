/**
 * The sender alone: generated handles on two lanes whose consumers this thread plays, by giving all slots back now and then. First
 * argument: the route, or `key` or `partitioner` for the choice alone.
 */

import { hashPartitioner, hashText } from 'sn-gen/runtime';
import type { LaneWriter } from '../../runtime/lane-writer.js';
import { RingHandle } from '../topologies/routes/generated/ring.js';
import { ShardsHandle } from '../topologies/routes/generated/shards.js';
import { lanesAlone } from './lanes-alone.js';
import { serve } from './serve.js';

const INSTANCES = 2;
/** As in the schema. */
const CAPACITY_SLOTS = 65_536;
const STRIDE_BYTES = 24;
/** Messages between two times that all slots are given back. */
const BATCH = CAPACITY_SLOTS / 2;
const SYMBOLS = Array.from({ length: 1024 }, (_, i) => `SYM${String(i).padStart(5, '0')}`);

const ROUTES = {
  hash: () => sending((i) => void shards.send.ByHash({ symbol: symbolOf(i), price: i })),
  consistentHash: () => sending((i) => void ring.send.ByRing({ symbol: symbolOf(i), price: i })),
  range: () => sending((i) => void shards.send.ByRange({ symbol: symbolOf(i), price: i & 1023 })),
  roundRobin: () => sending((i) => void shards.send.InTurn({ symbol: symbolOf(i), price: i })),
  leastLoaded: () => sending((i) => void shards.send.ByLoad({ symbol: symbolOf(i), price: i })),
  custom: () => sending((i) => void shards.send.ByRule({ symbol: symbolOf(i), price: i })),
  key: () => picking((key) => owners[hashText(key, 0) >>> 24] as number),
  partitioner: () => picking(hashPartitioner({ instances: INSTANCES })),
} as const;

const { target, outbox, readers } = lanesAlone('shards', INSTANCES, CAPACITY_SLOTS, STRIDE_BYTES);
const { lanes, owners } = target;
const shards = new ShardsHandle(target);
const ring = new RingHandle(target);
const measure = ROUTES[process.argv[2] as keyof typeof ROUTES]();

await serve(
  async (operations) => {
    const startedMs = performance.now();
    measure(operations);
    return { value: ((performance.now() - startedMs) * 1e6) / operations };
  },
  async () => {},
);

/** Each route in a closure of its own: V8 sees one kind of message where a program sends one. */
function sending(send: (i: number) => void): (operations: number) => void {
  return (operations) => {
    for (let done = 0; done < operations; done += BATCH) {
      for (let i = done; i < done + BATCH; i++) send(i);
      outbox.flush();
      release();
    }
  };
}

/** Looks at the choice without a branch on it: half of those would be foretold wrongly, which a sender does not pay. */
function picking(instanceOf: (key: string) => number): (operations: number) => void {
  return (operations) => {
    let sum = 0;
    let lane = lanes[0] as LaneWriter;
    for (let i = 0; i < operations; i++) {
      const instance = instanceOf(symbolOf(i));
      lane = lanes[instance] as LaneWriter;
      sum += instance;
    }
    if (sum === 0 || sum === operations) throw new Error(`all ${operations} keys at one instance`);
    if (!lanes.includes(lane)) throw new Error('a key has led nowhere');
  };
}

function symbolOf(i: number): string {
  return SYMBOLS[i & (SYMBOLS.length - 1)] as string;
}

/** Gives all slots back, as instances would that had handled them. */
function release(): void {
  for (const [instance, reader] of readers.entries()) {
    reader.head = (lanes[instance] as LaneWriter).tail;
    reader.release();
  }
}
