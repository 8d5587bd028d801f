/** sn-gen: encodes into the same place again and again, decodes and views records that lie one after the other. */
import { type Memory, memoryOf } from 'sn-gen/runtime';
import { type AnyContestant, anyContestant, same } from '../contestant.js';
import type { Kind } from '../kind.js';

/** A record in memory; its view is moved from one to the next, as a worker's inbox does it. */
interface Place {
  readonly memory: Memory;
  readonly offsetBytes: number;
}

export function snGen<Value, Viewed>({ codec, values }: Kind<Value, Viewed>): AnyContestant<Value> {
  const { encode, decode, byteLength } = codec;
  const slot: Place = { memory: memoryOf(new ArrayBuffer(byteLength)), offsetBytes: 0 };
  const kept = memoryOf(new ArrayBuffer(values.length * byteLength));
  const view = codec.view(kept, 0) as Viewed & { $offsetBytes: number };
  let endBytes = 0;
  return anyContestant<Value, Value, Place>({
    name: 'sn-gen',
    native: same,
    value: same,
    encode(value) {
      encode(value, slot.memory, 0);
      return slot;
    },
    keep({ memory }) {
      const offsetBytes = endBytes;
      kept.u8.set(memory.u8, offsetBytes);
      endBytes += byteLength;
      return { memory: kept, offsetBytes };
    },
    decode: ({ offsetBytes }) => decode(kept, offsetBytes),
    view({ offsetBytes }) {
      view.$offsetBytes = offsetBytes;
      return view;
    },
    weigh: ({ memory }) => memory.i32[0] as number,
  });
}
