/**
 * Least loaded: sends each message to the one of two instances, drawn at random, for which fewer messages wait.
 *
 * Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (1996): two draws keep the longest queue almost as
 * short as a look at all of them would, and do not send everybody to the same instance at once.
 *
 * What waits for an instance is what the shared positions of all lanes into it say, so that senders see each other's load, and what
 * this thread has sent but not published or not enqueued yet. One object for each sender's target; called by its thread only.
 *
 * A choice is kept for a run of messages, an eighth of what waits there: so many more or less are no matter there, and a run costs
 * its look at other threads' memory once. Where nothing waits each message is looked at: then it counts who gets it, and the
 * sender is not what is short.
 */
import { HEAD_OFFSET_BYTES, TAIL_OFFSET_BYTES } from './lane-layout.js';
import type { LaneWriter } from './lane-writer.js';
import type { Target } from './target.js';

const RUN_SHIFT = 3;

export class LeastLoaded {
  private readonly lanes: readonly LaneWriter[];
  /** Where the lanes into each instance lie. */
  private readonly inboxes: readonly (readonly number[])[];
  /** The last choice. */
  private instance = 0;
  /** Messages that it still holds for. */
  private left = 0;
  /** Xorshift (Marsaglia, 2003); never 0. Math.random costs as much and allocates now and then. */
  private random = (Math.random() * 0x7fff_ffff) | 1;

  constructor({ lanes, inboxes }: Target) {
    this.lanes = lanes;
    this.inboxes = inboxes;
  }

  /** The lane of the next message. */
  pick(): LaneWriter {
    const { left } = this;
    if (left > 0) {
      // The instance may be gone by now, and a lane that is full as far as we know is no choice to keep.
      const lane = this.lanes[this.instance];
      if (lane !== undefined && lane.tail !== lane.limit) {
        this.left = left - 1;
        return lane;
      }
    }
    return this.choose();
  }

  private choose(): LaneWriter {
    const { lanes } = this;
    const count = lanes.length;
    const first = this.below(count);
    // Another one: each of the others is as likely.
    const second = count === 1 ? first : (first + 1 + this.below(count - 1)) % count;
    const ofFirst = this.depthOf(first);
    const ofSecond = this.depthOf(second);
    this.instance = ofFirst <= ofSecond ? first : second;
    this.left = Math.min(ofFirst, ofSecond) >> RUN_SHIFT;
    return lanes[this.instance] as LaneWriter;
  }

  /** Messages that wait for an instance, as far as this thread can know. */
  private depthOf(instance: number): number {
    const lane = this.lanes[instance] as LaneWriter;
    const { i32 } = lane.memory;
    let depth = lane.queued + lane.unpublished;
    for (const offsetBytes of this.inboxes[instance] as readonly number[]) {
      // Plain reads, as hints: a stale position makes a choice a little worse, and nothing else. Head first: the other way round
      // a fast consumer could seem to be ahead of its sender.
      const head = i32[(offsetBytes + HEAD_OFFSET_BYTES) >> 2] as number;
      const tail = i32[(offsetBytes + TAIL_OFFSET_BYTES) >> 2] as number;
      depth += Math.max(0, (tail - head) | 0);
    }
    return depth;
  }

  /** A whole number from 0 to `count - 1`. */
  private below(count: number): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    // The upper half: its bits are the better ones, and the product fits 32 bits.
    return ((x >>> 16) * count) >>> 16;
  }
}
