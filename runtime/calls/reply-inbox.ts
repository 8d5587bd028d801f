/**
 * Reply inbox: takes the replies of one instance and settles the calls that they answer.
 *
 * A reply is decoded at once, and its promise's callbacks run later: nothing of the user's runs in here, so that a thread may take
 * replies in also while it is blocked in a send.
 */
import { badRecord } from '../fields.js';
import type { Inbox } from '../inbox.js';
import { SLOT_HEADER_BYTES, SLOT_PLACE_OFFSET_BYTES } from '../lane-layout.js';
import type { LaneReader } from '../lane-reader.js';
import { CALL_HEADER_BYTES, REPLY_ERROR, REPLY_RECORD } from './call-layout.js';
import type { PendingCalls } from './pending-calls.js';

export class ReplyInbox implements Inbox {
  private readonly pending: PendingCalls;
  private readonly strideBytes: number;

  constructor(pending: PendingCalls, strideBytes: number) {
    this.pending = pending;
    this.strideBytes = strideBytes;
  }

  drain(lane: LaneReader, max: number): number {
    const { memory, slots, capacitySlots } = lane;
    const { i32 } = memory;
    const count = lane.available(max);
    for (let left = count; left > 0; left--) {
      const slot = slots + (lane.head & (capacitySlots - 1)) * this.strideBytes;
      const tag = i32[slot >> 2] as number;
      const place =
        tag === REPLY_RECORD
          ? slot + SLOT_HEADER_BYTES
          : (i32[(slot + SLOT_PLACE_OFFSET_BYTES) >> 2] as number);
      const id = i32[place >> 2] as number;
      const record = place + CALL_HEADER_BYTES;
      const endBytes = tag === REPLY_ERROR ? record + (i32[(place + 4) >> 2] as number) : 0;
      if (!this.pending.settle(id, tag, memory, record, endBytes))
        throw badRecord('reply', id, 'the number of a call that waits');
      lane.head = (lane.head + 1) | 0;
    }
    return count;
  }
}
