/**
 * Byte ring: the producer's account of the bytes beside a lane in which messages with a tail lie, each in one piece.
 *
 * Nothing of it is shared. A message's slot says where its bytes begin, and is released when they are read: the slots that
 * the consumer has released say which bytes are free again, in the order in which they were taken.
 *
 * Positions only grow (exact up to 2^53); a byte lies at its position modulo the ring's length. A message that does not fit
 * before the end of the ring begins at the next round, and what is left of this one stays empty.
 *
 * I1  freed <= taken <= freed + byteLength.
 * I2  ends[slot] is where the bytes of all messages up to the one in this slot end.
 * I3  A message not longer than the ring always fits once the lane is empty: the ring then begins anew.
 */
export class ByteRing {
  private readonly startBytes: number;
  private readonly byteLength: number;
  private readonly mask: number;
  private readonly ends: Float64Array;
  private taken = 0;
  private freed = 0;

  /** @param startBytes - where it lies. @param capacitySlots - slots of its lane, a power of two. */
  constructor(startBytes: number, byteLength: number, capacitySlots: number) {
    this.startBytes = startBytes;
    this.byteLength = byteLength;
    this.mask = capacitySlots - 1;
    this.ends = new Float64Array(capacitySlots);
  }

  /**
   * Takes up a ring in which messages of another producer still wait. Where each ends is not known, only that it does before the next
   * one begins; the last one gets all there is behind it.
   *
   * @param head - position of the first. @param offsetsBytes - where each begins, the oldest first.
   */
  resume(head: number, offsetsBytes: readonly number[]): void {
    const { byteLength, startBytes } = this;
    const first = (offsetsBytes[0] as number) - startBytes;
    let position = first;
    for (const [k, offsetBytes] of offsetsBytes.entries()) {
      const at = offsetBytes - startBytes;
      if (at < position % byteLength) position += byteLength - (position % byteLength);
      position += at - (position % byteLength);
      this.ends[(head + k - 1) & this.mask] = position;
    }
    this.freed = first;
    this.taken = position < byteLength ? byteLength : first + byteLength;
    this.close((head + offsetsBytes.length - 1) | 0);
  }

  /** Whether so many bytes are free in one piece. */
  fits(bytes: number): boolean {
    return this.placeFor(bytes) + bytes - this.freed <= this.byteLength;
  }

  /** Where the next message begins, for which `fits` held. Nothing is taken yet. */
  offsetFor(bytes: number): number {
    return this.startBytes + (this.placeFor(bytes) % this.byteLength);
  }

  /** Takes the bytes of a message that begins at `offsetBytes` and ends at `endBytes`. */
  take(offsetBytes: number, endBytes: number): void {
    const at = offsetBytes - this.startBytes;
    const round = Math.floor(this.taken / this.byteLength) * this.byteLength;
    const position = round + at < this.taken ? round + this.byteLength + at : round + at;
    this.taken = position + (endBytes - offsetBytes);
  }

  /** Notes that the message in the slot at `tail`, with bytes or without, is the last by now. */
  close(tail: number): void {
    this.ends[tail & this.mask] = this.taken;
  }

  /** Frees what the consumer has released; `tail` is the producer's own position. */
  free(head: number, tail: number): void {
    if (head === tail) {
      // Empty: a message as long as the ring must fit, so it begins anew.
      this.taken = Math.ceil(this.taken / this.byteLength) * this.byteLength;
      this.freed = this.taken;
    } else {
      this.freed = this.ends[(head - 1) & this.mask] as number;
    }
  }

  /** The position at which a message of so many bytes would begin. */
  private placeFor(bytes: number): number {
    const left = this.byteLength - (this.taken % this.byteLength);
    return bytes <= left ? this.taken : this.taken + left;
  }
}
