/** What each thread of a stress round does: senders and receivers that open, work, close, and open again. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  attachChannel,
  type ChannelHandle,
  type Priority,
  type WaitStrategy,
} from '../../../runtime/index.js';
import type { World } from './ends.js';
import { type KitName, kits, type Mark } from './messages.js';

export interface PartSetup {
  readonly world: World;
  readonly kit: KitName;
  readonly wait: WaitStrategy;
  readonly seed: number;
  /** How often it opens an end. */
  readonly lives: number;
  /** Messages that a sender sends, or a receiver takes, before it closes; a receiver's last life has no limit. */
  readonly perLife: number;
}

export interface SenderSetup extends PartSetup {
  /** From 0: names the sender in its messages, with the number of its life. */
  readonly thread: number;
  readonly hasPriorities: boolean;
}

/** What went through one end, by sender and lane. */
export interface Tally {
  readonly counts: Record<string, number>;
  readonly sums: Record<string, number>;
  /** What was received out of order. */
  readonly disorder: string[];
}

const PRIORITIES: readonly Priority[] = ['high', 'normal', 'low'];

/** The lane that a message takes is known by its serial. */
function keyOf({ from, serial }: Mark, hasPriorities: boolean): string {
  return hasPriorities ? `${from}/${serial % 3}` : `${from}`;
}

export function emptyTally(): Tally {
  return { counts: {}, sums: {}, disorder: [] };
}

function add({ counts, sums }: Tally, key: string, serial: number): void {
  counts[key] = (counts[key] ?? 0) + 1;
  sums[key] = (sums[key] ?? 0) + serial * (serial + 7);
}

/** Sends, and counts what was taken. */
export async function sendLives(handle: ChannelHandle, setup: SenderSetup): Promise<Tally> {
  const { codec, make } = kits[setup.kit];
  const tally = emptyTally();
  const random = randomOf(setup.seed);
  let channel = attachChannel(handle, codec);
  for (let life = 0; life < setup.lives; life++) {
    const sender = channel.sender({ wait: setup.wait });
    const from = 1 + setup.thread * 10 + life;
    for (let serial = 0; serial < setup.perLife; serial++) {
      const options = setup.hasPriorities ? { priority: PRIORITIES[serial % 3] as Priority } : {};
      const value = make(from, serial);
      let isSent = random() < 0.3 && sender.trySend(value, options);
      if (!isSent)
        isSent =
          setup.world === 'blocking' ? sender.send(value, options) : await sender.sendAsync(value, options);
      if (isSent) add(tally, keyOf({ from, serial }, setup.hasPriorities), serial);
      if (setup.world === 'loop' && serial % 64 === 63) await nextTurn();
      if (random() < 0.02) sender.flush();
    }
    const next = life + 1 < setup.lives ? channel.reserveSender() : undefined;
    sender.close();
    if (next !== undefined) channel = attachChannel(next, codec);
  }
  return tally;
}

/** Receives in every way there is, until the channel is closed. */
export async function receiveLives(
  handle: ChannelHandle,
  setup: PartSetup & { readonly hasPriorities: boolean },
): Promise<Tally> {
  const { codec, markOf } = kits[setup.kit];
  const tally = emptyTally();
  const random = randomOf(setup.seed);
  const latest: Record<string, number> = {};
  const take = (given: unknown): void => {
    const mark = markOf(given);
    const key = keyOf(mark, setup.hasPriorities);
    add(tally, key, mark.serial);
    if (mark.serial <= (latest[key] ?? -1))
      tally.disorder.push(`${key}: ${mark.serial} after ${latest[key]}`);
    latest[key] = mark.serial;
  };
  let channel = attachChannel(handle, codec);
  for (let life = 0; life < setup.lives; life++) {
    const isLast = life + 1 === setup.lives;
    const receiver = channel.receiver({ wait: setup.wait });
    let next: ChannelHandle | undefined;
    let taken = 0;
    while (!receiver.isClosed() && (isLast || taken < setup.perLife)) {
      taken += 1;
      if (random() < 0.4) {
        const value = setup.world === 'blocking' ? receiver.receive() : await receiver.receiveAsync();
        if (value !== undefined) take(value);
        continue;
      }
      if (setup.world === 'blocking') receiver.waitFor({ timeoutMs: 5 });
      else await nextTurn();
      const throwsAt = random() < 0.05 ? 3 : -1;
      const closesAt = !isLast && random() < 0.1 ? 5 : -1;
      let k = 0;
      try {
        receiver.drain(
          (view) => {
            take(view);
            k += 1;
            taken += 1;
            if (k === throwsAt) throw new Error('handler');
            if (k !== closesAt) return;
            next = channel.reserveReceiver();
            receiver.close();
          },
          1 + Math.floor(random() * 100),
        );
      } catch (error) {
        if ((error as Error).message !== 'handler') throw error;
      }
    }
    if (isLast) receiver.close();
    else {
      next ??= channel.reserveReceiver();
      receiver.close();
      channel = attachChannel(next, codec);
    }
  }
  return tally;
}

/** Mulberry32: from 0 to 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
