/**
 * Deadlock: finds workers that block in sends and wait for each other in a circle, and says so.
 *
 *     a[0] --full lane--> b[1] --full lane--> c[0] --full lane--> a[0]
 *
 * A worker that has blocked for some time in a send without a time limit shows in shared memory whom it waits for, and follows from
 * there whom that one waits for, and so on. Where this leads back to itself, and holds at one moment for all in the circle, nobody
 * there can ever go on. Resource-allocation graphs after Holt, "Some deadlock properties of computer systems" (1972): each waits for
 * one other at most, so that a circle is all there is to look for.
 *
 * Each worker's thread has its own watch and is the only one to write its own words (`arena-layout.ts`: waits, waitsFor, waitsLane,
 * waitsHead). Everybody reads all of them.
 *
 * Why there is no false alarm:
 * I1. `waits` is odd exactly while its owner is in such a send and shows it, and grows with each change: the same odd number, read
 *     twice, means that the owner was there all the time in between, and its `waitsFor` and `waitsLane` are of that very wait.
 * I2. Who shows a wait gives no slot of a message back: its thread is in a send, gave back what it could before (`BlockingWaiter`), and runs
 *     nobody's code until the send is over. So the heads of all lanes of messages into it stand still.
 * I3. `waitsHead` is a head at which its owner found no room, and whether it has room follows from the head alone: it is the lane's
 *     only producer, and has published all it has. As long as the head is that one, it has none.
 * The look reads `waits` of all in the circle, then compares all heads, then reads `waits` of all again. If those are the same, all
 * waited while the heads were compared (I1), so none of these heads moved meanwhile (I2): at one moment, nobody had room (I3),
 * and nobody was left who could make some. Compared earlier, a head might still have been moved by one who began to wait later.
 *
 * Why each is found: who shows a wait looks at its lane again and again, and at the circle each time; the last one to come into the
 * circle closes it, and from the next look of the lowest on nothing changes any more.
 *
 * Exactly one gives up, the one with the lowest number; the others go on waiting for what it does then. Who is not in the circle but
 * waits for somebody there waits likewise. A send to the own lane is a circle of one, and certain at the first look.
 *
 * Calls. A request is a message: a wait for room in its lane ends only by what the called worker gives back, and counts as any other. A
 * reply is none: whoever called takes it in whatever it does, in its loop, or at each look while it is in a send itself, for which who
 * answers wakes it (`calls/reply-intake.ts`). So a wait for room among replies comes to an end by itself. It is never shown (the parker
 * asks `isOfReplies`), and who waits for a worker in such a wait is in no deadlock by that. Nor do replies end one: taking them in moves
 * the heads of lanes of replies, and nobody shows a wait for those. I2 and I3 speak of lanes of messages alone, and so does a circle.
 *
 * While partitions change hands (`resizing/`) a thread whose lanes are held takes messages in as it waits, which moves their heads: it shows
 * nothing meanwhile.
 *
 * Not counted: sends with a time limit, which end by themselves; the host, which never blocks; who awaits a response, whose thread is free.
 * A lane from which others than its one reader take slots would break I2, and must not be followed. Of a thread that died in a wait the
 * host takes the wait away; until then the others may still find it there, and they would have waited for ever up to its death.
 *
 * Costs: nothing until a send has blocked for `LOOK_MS`, then a few loads each time.
 */
import {
  participantAt,
  participantOffsetBytes,
  WAITS_FOR_OFFSET_BYTES,
  WAITS_HEAD_OFFSET_BYTES,
  WAITS_LANE_OFFSET_BYTES,
  WAITS_OFFSET_BYTES,
} from './arena-layout.js';
import type { Participant } from './envelope.js';
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';

/** A send that has blocked for so long looks whether it waits for itself, and again after as long. */
export const LOOK_MS = 100;

/** A participant as the others name it. */
export interface Peer extends Participant {
  /** Slots of each lane into it. */
  readonly capacitySlots: number;
}

export class DeadlockWatch {
  private readonly i32: Int32Array<ArrayBufferLike>;
  private readonly participant: number;
  private readonly peers: readonly Peer[];
  private isShown = false;

  /** @param peers - all participants, by their numbers. */
  constructor(i32: Int32Array<ArrayBufferLike>, participant: number, peers: readonly Peer[]) {
    this.i32 = i32;
    this.participant = participant;
    this.peers = peers;
  }

  /** Before a wait for room in `lane`. @throws SnError `SN_DEADLOCK` when this thread itself would have to make it. */
  refuseOwn(lane: LaneWriter): void {
    if (participantAt(lane.consumer.index << 2) === this.participant) throw this.error([this.participant]);
  }

  /**
   * In a wait without a limit: shows that it found no room in `lane`, and looks whether it waits for itself.
   *
   * @throws SnError `SN_DEADLOCK` when it does and is the one to give up.
   */
  look(lane: LaneWriter): void {
    this.show(lane);
    const circle = this.follow();
    if (circle !== undefined && Math.min(...circle) === this.participant) throw this.error(circle);
  }

  /** The wait is over, in whatever way. */
  leave(): void {
    if (!this.isShown) return;
    this.isShown = false;
    Atomics.add(this.i32, wordOf(this.participant, WAITS_OFFSET_BYTES), 1);
  }

  private show(lane: LaneWriter): void {
    const { i32, participant } = this;
    // The head first: once the wait shows, all of it must be true.
    Atomics.store(i32, wordOf(participant, WAITS_HEAD_OFFSET_BYTES), lane.headSeen());
    if (this.isShown) return;
    this.isShown = true;
    Atomics.store(i32, wordOf(participant, WAITS_LANE_OFFSET_BYTES), lane.headIndex);
    Atomics.store(i32, wordOf(participant, WAITS_FOR_OFFSET_BYTES), participantAt(lane.consumer.index << 2));
    Atomics.add(i32, wordOf(participant, WAITS_OFFSET_BYTES), 1);
  }

  /** Who waits for whom, from this participant on until it comes back there; `undefined` when it does not, or somebody goes on. */
  private follow(): readonly number[] | undefined {
    const { i32, participant, peers } = this;
    const circle: number[] = [];
    const counts: number[] = [];
    let at = participant;
    do {
      const count = Atomics.load(i32, wordOf(at, WAITS_OFFSET_BYTES));
      // Longer than all participants: it leads into a circle of others.
      if (!isWaiting(count) || circle.length === peers.length) return undefined;
      circle.push(at);
      counts.push(count);
      at = Atomics.load(i32, wordOf(at, WAITS_FOR_OFFSET_BYTES));
    } while (at !== participant);
    for (const one of circle) if (!this.isFull(one)) return undefined;
    for (let k = 0; k < circle.length; k++)
      if (Atomics.load(i32, wordOf(circle[k] as number, WAITS_OFFSET_BYTES)) !== counts[k]) return undefined;
    return circle;
  }

  /** Whether the lane that a participant waits for is still where it found no room. */
  private isFull(participant: number): boolean {
    const { i32 } = this;
    const lane = Atomics.load(i32, wordOf(participant, WAITS_LANE_OFFSET_BYTES));
    const seen = Atomics.load(i32, wordOf(participant, WAITS_HEAD_OFFSET_BYTES));
    return Atomics.load(i32, lane) === seen;
  }

  private error(circle: readonly number[]): SnError {
    const peers = circle.map((one) => this.peers[one] as Peer);
    const lanes = peers.map((from, k) => {
      const to = peers[(k + 1) % peers.length] as Peer;
      return { from: nameOf(from), to: nameOf(to), capacitySlots: to.capacitySlots };
    });
    const chain = [...lanes.map(({ from }) => from), lanes[0]?.from].join(' -> ');
    const slots = lanes.map(({ to, capacitySlots }) => `${capacitySlots} into ${to}`).join(', ');
    return new SnError(
      'SN_DEADLOCK',
      `each of these waits for room in the inbox of the next, for ever: ${chain} (slots: ${slots}); ` +
        'nothing was enqueued: use trySend on one of these ways, give its send a timeoutMs, raise the capacity, or send in one direction only',
      { details: { chain, lanes } },
    );
  }
}

/** The participant that another one has been waiting for, for some time; `undefined` when it does not wait. */
export function waitsFor(i32: Int32Array<ArrayBufferLike>, participant: number): number | undefined {
  const count = Atomics.load(i32, wordOf(participant, WAITS_OFFSET_BYTES));
  if (!isWaiting(count)) return undefined;
  const other = Atomics.load(i32, wordOf(participant, WAITS_FOR_OFFSET_BYTES));
  return Atomics.load(i32, wordOf(participant, WAITS_OFFSET_BYTES)) === count ? other : undefined;
}

/** Host: ends the wait that a thread may have died in. */
export function endWait(i32: Int32Array<ArrayBufferLike>, participant: number): void {
  const index = wordOf(participant, WAITS_OFFSET_BYTES);
  if (isWaiting(Atomics.load(i32, index))) Atomics.add(i32, index, 1);
}

function isWaiting(count: number): boolean {
  return (count & 1) === 1;
}

function wordOf(participant: number, offsetBytes: number): number {
  return (participantOffsetBytes(participant) + offsetBytes) >> 2;
}

function nameOf({ worker, instance }: Participant): string {
  return `${worker}[${instance}]`;
}
