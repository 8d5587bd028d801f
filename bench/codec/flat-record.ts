/** FlatBuffers' side of a record: what `flatc` emits for a table, with getters for its methods. */
import type { ByteBuffer } from 'flatbuffers';

export abstract class FlatRecord<Plain> {
  declare private bytes: ByteBuffer;
  declare private at: number;

  /** Moves it to a table inside another record. */
  init(bytes: ByteBuffer, at: number): this {
    this.bytes = bytes;
    this.at = at;
    return this;
  }

  /** Moves it to the record whose bytes start at the position of `bytes`. */
  point(bytes: ByteBuffer): this {
    this.bytes = bytes;
    this.at = bytes.readInt32(bytes.position()) + bytes.position();
    return this;
  }

  abstract unpack(): Plain;

  protected bool(entry: number): boolean {
    const offset = this.bytes.__offset(this.at, entry);
    return offset !== 0 && this.bytes.readInt8(this.at + offset) !== 0;
  }

  protected u8(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readUint8(this.at + offset);
  }

  protected u8OrNull(entry: number): number | null {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? null : this.bytes.readUint8(this.at + offset);
  }

  protected u16(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readUint16(this.at + offset);
  }

  protected i32(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readInt32(this.at + offset);
  }

  protected u32(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readUint32(this.at + offset);
  }

  protected u32OrNull(entry: number): number | null {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? null : this.bytes.readUint32(this.at + offset);
  }

  protected f64(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.readFloat64(this.at + offset);
  }

  protected f64OrNull(entry: number): number | null {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? null : this.bytes.readFloat64(this.at + offset);
  }

  protected text(entry: number): string {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? '' : (this.bytes.__string(this.at + offset) as string);
  }

  protected textOrNull(entry: number): string | null {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? null : (this.bytes.__string(this.at + offset) as string);
  }

  /** A table that is always there, and one of those in a union, too. */
  protected table<Table extends FlatRecord<unknown>>(entry: number, table: Table): Table {
    const offset = this.bytes.__offset(this.at, entry);
    return table.init(this.bytes, this.bytes.__indirect(this.at + offset));
  }

  protected lengthOf(entry: number): number {
    const offset = this.bytes.__offset(this.at, entry);
    return offset === 0 ? 0 : this.bytes.__vector_len(this.at + offset);
  }

  protected tableAt<Table extends FlatRecord<unknown>>(entry: number, index: number, table: Table): Table {
    const items = this.bytes.__vector(this.at + this.bytes.__offset(this.at, entry));
    return table.init(this.bytes, this.bytes.__indirect(items + index * 4));
  }

  protected f64At(entry: number, index: number): number {
    const items = this.bytes.__vector(this.at + this.bytes.__offset(this.at, entry));
    return this.bytes.readFloat64(items + index * 8);
  }
}
