/**
 * Routing: a worker's shared table of who is there and who owns which partition. See `arena-layout.ts` for its place.
 *
 * The host writes it, and writes it anew only after every sender has taken over what it wrote before: so nobody reads a table
 * that is being written.
 */
import { GENERATION_OFFSET_BYTES, LIVE_OFFSET_BYTES, OWNERS_OFFSET_BYTES } from './arena-layout.js';
import type { Memory } from './memory.js';
import { PARTITIONS } from './partition-table.js';

export class Routing {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly generationIndex: number;
  private readonly liveIndex: number;
  private readonly owners: Uint8Array<ArrayBufferLike>;

  constructor(memory: Memory, offsetBytes: number) {
    this.i32 = memory.i32;
    this.generationIndex = (offsetBytes + GENERATION_OFFSET_BYTES) >> 2;
    this.liveIndex = (offsetBytes + LIVE_OFFSET_BYTES) >> 2;
    const owners = offsetBytes + OWNERS_OFFSET_BYTES;
    this.owners = memory.u8.subarray(owners, owners + PARTITIONS);
  }

  /** How often the table was written. */
  get generation(): number {
    return Atomics.load(this.i32, this.generationIndex);
  }

  /** Instances that take messages. */
  get live(): number {
    return Atomics.load(this.i32, this.liveIndex);
  }

  /** Copies who owns which partition. */
  readOwners(into: Uint8Array): void {
    into.set(this.owners);
  }

  /** Host: says who is there from now on. */
  write(live: number, owners: Uint8Array): void {
    this.owners.set(owners);
    Atomics.store(this.i32, this.liveIndex, live);
    // release: the table before its generation. Pairs with the load in `generation`.
    Atomics.add(this.i32, this.generationIndex, 1);
  }
}
