/**
 * Repair: what a supervisor does after a thread has ended, so that its channels go on without it.
 *
 * Only after the thread's `exit`: then nothing of it moves any more, and all that it stored is seen.
 *
 * - A sender: what it published waits as ever; what it did not never existed. Its seat becomes free, its lane the next sender's. It may
 *   have died between publishing and ringing, so every receiver is rung.
 * - The only receiver of its lanes: what it handled is given back; the message that it was in, and all that it had not begun, wait as ever.
 * - One of several: each hand is known exactly (`Claims.leftBy`). What is left of it is taken over, or handed to the supervisor.
 *   It may have died between emptying a hand and moving the head, so heads are moved; it may have taken a wake-up with it, so all are rung.
 */
import type { Codec } from '../codec.js';
import type { Outbox } from '../outbox.js';
import { badOption } from './channel-errors.js';
import type { ChannelHandle } from './channel-handle.js';
import { DEAD_LETTERS_OFFSET_BYTES } from './channel-layout.js';
import { mark } from './orphans.js';
import type { Region } from './region.js';
import { ORPHANED } from './seats.js';
import type { ExclusiveSource, Source } from './sources.js';

export interface RepairOptions<View> {
  /**
   * What becomes of messages that the thread had taken and not handled; `redeliver` if not given. The one that it was in may have been
   * handled in part.
   */
  readonly inHand?: 'redeliver' | 'dead-letter';
  /** Gets each dead letter in place, in order; good during the call. */
  readonly onDeadLetter?: (view: View) => void;
  /** Keeps the thread's seats for successors, who attach by the handles of the report: the channel does not end meanwhile. */
  readonly keepSeats?: boolean;
}

export interface RepairReport {
  /** Seats that the thread had. */
  readonly senders: number;
  readonly receivers: number;
  /** Messages that others will get. */
  readonly redelivered: number;
  /** Messages given to `onDeadLetter`. */
  readonly deadLetters: number;
  /** With `keepSeats`: one handle for each seat, for the successor. */
  readonly handles: readonly ChannelHandle[];
}

/** What a repair works on. */
export interface Repair<View> {
  readonly region: Region;
  /** Whose seats are repaired. */
  readonly owner: number;
  readonly outbox: Outbox;
  readonly codec: Codec<unknown, View, never>;
  readonly nextReservation: () => number;
  readonly handleOf: (role: 'sender' | 'receiver', seat: number, reservation: number) => ChannelHandle;
}

export function repairRegion<View>(repair: Repair<View>, options: RepairOptions<View>): RepairReport {
  const { region, owner } = repair;
  const { inHand = 'redeliver', onDeadLetter, keepSeats = false } = options;
  if (inHand !== 'redeliver' && inHand !== 'dead-letter')
    throw badOption('inHand', inHand, 'redeliver or dead-letter');
  if (inHand === 'dead-letter' && typeof onDeadLetter !== 'function')
    throw badOption(
      'onDeadLetter',
      onDeadLetter,
      'a function that takes the messages, where inHand is dead-letter',
    );
  const report = { senders: 0, receivers: 0, redelivered: 0, deadLetters: 0, handles: [] as ChannelHandle[] };

  for (let seat = 0; seat < region.shape.senders; seat++) {
    if (region.senders.ownerOf(seat) !== owner) continue;
    report.senders += 1;
    leaveSender(repair, seat, keepSeats, report.handles);
  }
  for (let seat = 0; seat < region.shape.receivers; seat++) {
    if (region.receivers.ownerOf(seat) !== owner) continue;
    report.receivers += 1;
    const letters = inHand === 'dead-letter' ? onDeadLetter : undefined;
    const { left, dead } = region.places.isClaimed
      ? leftInHands(repair, seat, letters)
      : leftInLanes(repair, seat, letters);
    report.redelivered += left;
    report.deadLetters += dead;
    leaveReceiver(repair, seat, region.places.isClaimed && left > 0, keepSeats, report.handles);
  }
  wakeEverybody(region);
  return report;
}

/** Gives up receivers' seats whose owner lives and has messages in hand: others take them over. */
export function orphanSeats(region: Region, seats: readonly number[], outbox: Outbox): void {
  for (const seat of seats) {
    let left = 0;
    for (const [sender, priority] of lanesOf(region))
      left += region.sharedSource(seat, sender, priority, outbox).takeOver(seat);
    if (left > 0) orphan(region, seat);
    else region.receivers.leave(seat);
  }
  wakeEverybody(region);
}

/** Where a thread that is gone was about to ring, somebody may sleep. All look at everything again, and say anew that they sleep. */
function wakeEverybody(region: Region): void {
  for (const bell of region.receiverBells) bell.wakeAnyway();
  for (const bell of region.senderBells) bell.wakeAnyway();
}

function orphan(region: Region, seat: number): void {
  region.receivers.leave(seat, ORPHANED);
  mark(region.i32, seat);
}

function leaveSender<View>(
  { region, nextReservation, handleOf }: Repair<View>,
  seat: number,
  keepSeats: boolean,
  handles: ChannelHandle[],
): void {
  // It may have died with a message of its own claimed, to be dropped.
  if (region.shape.onFull === 'drop-oldest')
    for (let priority = 0; priority < region.places.lanesPerSender; priority++)
      region.senderClaims(seat, priority).clear(region.shape.receivers);
  if (!keepSeats || !region.senders.isOpen(seat)) {
    region.senders.leave(seat);
    return;
  }
  const reservation = nextReservation();
  region.senders.reserveAgain(seat, reservation);
  handles.push(handleOf('sender', seat, reservation));
}

function leaveReceiver<View>(
  { region, nextReservation, handleOf }: Repair<View>,
  seat: number,
  isOrphaned: boolean,
  keepSeats: boolean,
  handles: ChannelHandle[],
): void {
  if (keepSeats && region.receivers.isOpen(seat)) {
    const reservation = nextReservation();
    region.receivers.reserveAgain(seat, reservation);
    handles.push(handleOf('receiver', seat, reservation));
  } else if (isOrphaned) {
    orphan(region, seat);
  } else {
    region.receivers.leave(seat);
  }
}

interface Left {
  /** Messages that others will get. */
  readonly left: number;
  readonly dead: number;
}

type Letters<View> = ((view: View) => void) | undefined;

/** The dead receiver was one of several. */
function leftInHands<View>(repair: Repair<View>, seat: number, letters: Letters<View>): Left {
  const { region, outbox } = repair;
  let left = 0;
  let dead = 0;
  for (const [sender, priority] of lanesOf(region)) {
    const source = region.sharedSource(seat, sender, priority, outbox);
    const count = source.takeOver(seat);
    if (count === 0) continue;
    if (letters === undefined) left += count;
    else {
      dead += count;
      handOver(repair, source, letters, count);
      source.release();
    }
  }
  countDead(repair, seat, dead);
  return { left, dead };
}

/** The dead receiver was the only one of its lanes: all that it had not given back is still there. */
function leftInLanes<View>(repair: Repair<View>, seat: number, letters: Letters<View>): Left {
  const { region, outbox } = repair;
  let left = 0;
  let dead = 0;
  for (const [sender, priority] of lanesOf(region)) {
    const source = region.source(seat, sender, priority, outbox) as ExclusiveSource;
    source.claim(0x7fff_ffff);
    const inHand = source.skipHandled();
    if (inHand && letters !== undefined) {
      dead += 1;
      handOver(repair, source, letters, 1);
    } else if (inHand) left += 1;
    source.release();
  }
  countDead(repair, seat, dead);
  return { left, dead };
}

function handOver<View>(
  { codec }: Repair<View>,
  source: Source,
  letters: (view: View) => void,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    source.reach();
    letters(codec.view(source.memory, source.recordAt()));
    source.advance();
  }
}

function countDead<View>({ region }: Repair<View>, seat: number, dead: number): void {
  Atomics.add(region.i32, (region.receiverSeatBytes(seat) + DEAD_LETTERS_OFFSET_BYTES) >> 2, dead);
}

function lanesOf({ shape, places }: Region): [sender: number, priority: number][] {
  const lanes: [number, number][] = [];
  for (let sender = 0; sender < shape.senders; sender++)
    for (let priority = 0; priority < places.lanesPerSender; priority++) lanes.push([sender, priority]);
  return lanes;
}
