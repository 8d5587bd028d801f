/**
 * Channel handle: what goes to another thread so that it can take part in a channel.
 *
 * It may come from anywhere, and is checked before it is believed: its shape here, the memory by `readShape`.
 */
import { noHandle, show } from './channel-errors.js';
import type { ChannelShape } from './channel-layout.js';

/** What other threads of this process attach by; structured-cloneable. */
export interface ChannelHandle {
  readonly snGenChannel: SharedArrayBuffer;
  readonly board: SharedArrayBuffer;
  /** The seat that was reserved, for whoever attaches by this handle. */
  readonly seat?: ReservedSeat;
}

export interface ReservedSeat {
  readonly role: 'sender' | 'receiver';
  readonly number: number;
  readonly reservation: number;
}

/** @throws SnError `SN_CHANNEL_HANDLE`. */
export function checkHandle(handle: unknown): ChannelHandle {
  const { snGenChannel, board } = (handle ?? {}) as Partial<Record<keyof ChannelHandle, unknown>>;
  if (typeof SharedArrayBuffer === 'undefined' || !(snGenChannel instanceof SharedArrayBuffer))
    throw noHandle(
      `got ${show(handle)} without its shared memory, which does not go to other processes or through JSON`,
    );
  if (!(board instanceof SharedArrayBuffer) || board.byteLength < 8 || board.byteLength % 4 !== 0)
    throw noHandle('its board is missing');
  return handle as ChannelHandle;
}

/** @throws SnError `SN_CHANNEL_HANDLE`. */
export function checkSeat(seat: unknown, shape: ChannelShape): ReservedSeat | undefined {
  if (seat === undefined) return undefined;
  const { role, number, reservation } = (seat ?? {}) as Partial<Record<keyof ReservedSeat, unknown>>;
  const seats = role === 'sender' ? shape.senders : role === 'receiver' ? shape.receivers : 0;
  const isRight =
    Number.isInteger(number) &&
    (number as number) >= 0 &&
    (number as number) < seats &&
    Number.isInteger(reservation) &&
    (reservation as number) < 0;
  if (!isRight) throw noHandle('the seat that it names is none of this channel');
  return seat as ReservedSeat;
}
