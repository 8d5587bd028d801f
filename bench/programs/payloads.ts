/** What channels and their peers move: records of so many bytes, the same numbers in each. */
import type { Payload16, Payload64, Payload256 } from '../topologies/payloads/generated/index.js';

export type PayloadBytes = 16 | 64 | 256;
export type Payload = Payload16 | Payload64 | Payload256;

/** Slots of a channel, ours or a peer's. */
export const CAPACITY_SLOTS = 4096;
/** What stands in the numbers that nobody adds up. */
export const FILLER = 0.25;

/** Payload `i`, for peers that take objects. */
export const MAKERS: Readonly<Record<PayloadBytes, (i: number) => Payload>> = {
  16: (i) => ({ a: i, b: i * 0.5 }),
  64: (i) => ({ a: i, b: i * 0.5, c: FILLER, d: FILLER, e: FILLER, f: FILLER, g: FILLER, h: FILLER }),
  256: (i) => ({ values: [i, i * 0.5, ...REST] }),
};

const REST: readonly number[] = new Array<number>(30).fill(FILLER);

/** The two numbers that a receiver looks at. */
export function sumOf(payload: Payload): number {
  if (!('values' in payload)) return payload.a + payload.b;
  const [a = 0, b = 0] = payload.values;
  return a + b;
}

export function payloadBytesOf(argument: string | undefined): PayloadBytes {
  const bytes = Number(argument);
  if (bytes !== 16 && bytes !== 64 && bytes !== 256)
    throw new RangeError(`bytes must be 16, 64 or 256: got ${argument}`);
  return bytes;
}
