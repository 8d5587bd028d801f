/** FlatBuffers' side of a record: what `flatc` emits for a table, with getters for its methods. */
import type { ByteBuffer } from 'flatbuffers';

export abstract class FlatRecord<Plain> {
  declare private bytes: ByteBuffer;
  declare private at: number;

  /** Moves it to the record whose bytes start at the position of `bytes`. */
  point(bytes: ByteBuffer): this {
    this.bytes = bytes;
    this.at = bytes.readInt32(bytes.position()) + bytes.position();
    return this;
  }

  abstract unpack(): Plain;

  protected u8(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readUint8(this.at + offset);
  }

  protected i32(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readInt32(this.at + offset);
  }

  protected u32(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readUint32(this.at + offset);
  }

  protected f64(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readFloat64(this.at + offset);
  }

  protected text(entry: number): string {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? '' : (this.bytes.__string(this.at + offset) as string);
  }
}
