/**
 * Ends: a sender and a receiver put together from the parts of their region.
 *
 * Nothing here is shared with other threads: the seat was taken before, and what came before them is taken up by `resume`.
 */
import type { Codec } from '../codec.js';
import { HIGH_WATER_OFFSET_BYTES } from './channel-layout.js';
import type { ChannelStats } from './channel-stats.js';
import { OrphanedRuns } from './orphans.js';
import { Receiver } from './receiver.js';
import { ReceiverCore } from './receiver-core.js';
import type { Region } from './region.js';
import { Sender } from './sender.js';
import { SenderWaiter } from './sender-waiter.js';
import type { SharedSource } from './sources.js';
import type { ThreadContext } from './thread-context.js';
import { type WaitStrategy, Waits } from './waits.js';

export interface EndParts<SomeCodec> {
  readonly thread: ThreadContext;
  readonly codec: SomeCodec;
  readonly wait: WaitStrategy;
  readonly stats: () => ChannelStats;
}

export function senderAt<Input>(
  region: Region,
  seat: number,
  { thread, codec, wait, stats }: EndParts<Codec<unknown, unknown, Input>>,
): Sender<Input> {
  const { shape } = region;
  const seatBytes = region.senderSeatBytes(seat);
  const waiter = new SenderWaiter({
    memory: region.memory.memory,
    spareSlot: region.spareSlot(seat),
    seatBytes,
    bell: region.senderBells[seat] as (typeof region.senderBells)[number],
    waits: new Waits(wait, region.i32, seatBytes),
    outbox: thread.outbox,
    receivers: region.receivers,
  });
  const lanes = eachPriority(region, (priority) => region.writer(seat, priority, thread.outbox, waiter));
  const claims =
    shape.onFull === 'drop-oldest'
      ? eachPriority(region, (priority) => region.senderClaims(seat, priority))
      : [];
  const ringBytes = shape.limitBytes > 0 ? shape.limitBytes >> 1 : shape.ringBytes;
  const parts = { thread, codec, region, seat, seatBytes, lanes, claims, waiter, ringBytes, stats };
  const { onFull, highWater, lowWater } = shape;
  const sender = new Sender<Input>({ ...parts, onFull, highWater, lowWater });
  waiter.serve(sender, lanes, thread.keepAlive);
  return sender;
}

export function receiverAt<Value, View>(
  region: Region,
  seat: number,
  { thread, codec, wait, stats }: EndParts<Codec<Value, View, never>>,
): Receiver<Value, View> {
  const { shape, places, i32 } = region;
  const seatBytes = region.receiverSeatBytes(seat);
  const sources = eachPriority(region, (priority) =>
    Array.from({ length: shape.senders }, (_, sender) =>
      region.source(seat, sender, priority, thread.outbox),
    ),
  );
  const handsOf = (claimant: number): readonly SharedSource[] =>
    eachPriority(region, (priority) =>
      Array.from({ length: shape.senders }, (_, sender) =>
        region.sharedSource(claimant, sender, priority, thread.outbox),
      ),
    ).flat();
  const orphans = places.isClaimed
    ? new OrphanedRuns(i32, region.receivers, thread.owner, seatBytes, handsOf)
    : undefined;
  const core = new ReceiverCore({
    sources,
    weights: shape.weights,
    senders: region.senders,
    bell: region.receiverBell(seat),
    orphans,
    i32,
    highWaterIndex: (seatBytes + HIGH_WATER_OFFSET_BYTES) >> 2,
  });
  return new Receiver<Value, View>({
    thread,
    codec,
    core,
    region,
    seat,
    orphans,
    board: region.board,
    waits: new Waits(wait, i32, seatBytes),
    crowd: shape.receivers > 1 ? region.crowd : undefined,
    stats,
  });
}

function eachPriority<T>({ places }: Region, make: (priority: number) => T): T[] {
  return Array.from({ length: places.lanesPerSender }, (_, priority) => make(priority));
}
