/** FlatBuffers' side of a purchase: a table for each object, vectors of tables and of numbers, a union. */
import type { Builder, Offset } from 'flatbuffers';
import type { Purchase } from '../../topologies/orders/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { FlatTable, Plain } from '../kind.js';

type FlatPurchase = Plain<Purchase>;
type FlatLine = FlatPurchase['lines'][number];
type FlatPayment = FlatPurchase['payment'];
type PaymentFields = FlatPayment['fields'];
type FieldsWith<Name extends string> = Extract<PaymentFields, { readonly [Key in Name]: unknown }>;

class CustomerRecord extends FlatRecord<FlatPurchase['customer']> {
  get name(): string {
    return this.text(4);
  }
  get city(): string {
    return this.text(6);
  }
  get isMember(): boolean {
    return this.bool(8);
  }
  unpack(): FlatPurchase['customer'] {
    return { name: this.name, city: this.city, isMember: this.isMember };
  }
}

class LineRecord extends FlatRecord<FlatLine> {
  unpack(): FlatLine {
    return {
      sku: this.text(4),
      quantity: this.u16(6),
      price: this.f64(8),
      discount: this.f64OrNull(10),
    };
  }
}

class CardRecord extends FlatRecord<FieldsWith<'last4'>> {
  unpack(): FieldsWith<'last4'> {
    return { last4: this.text(4), tip: this.f64OrNull(6) };
  }
}

class TransferRecord extends FlatRecord<FieldsWith<'iban'>> {
  unpack(): FieldsWith<'iban'> {
    return { iban: this.text(4) };
  }
}

class CashRecord extends FlatRecord<FieldsWith<'received'>> {
  unpack(): FieldsWith<'received'> {
    return { received: this.f64(4) };
  }
}

/** Moved from one table to the next, as callers do who mind what is allocated. */
class PurchaseRecord extends FlatRecord<FlatPurchase> {
  private readonly customerRecord = new CustomerRecord();
  private readonly line = new LineRecord();
  private readonly options = [new CardRecord(), new TransferRecord(), new CashRecord()] as const;

  get number(): number {
    return this.u32(4);
  }
  get placed(): number {
    return this.f64(6);
  }
  get customer(): CustomerRecord {
    return this.table(8, this.customerRecord);
  }
  get lines(): FlatLine[] {
    const lines: FlatLine[] = [];
    const length = this.lengthOf(10);
    for (let i = 0; i < length; i++) lines.push(this.tableAt(10, i, this.line).unpack());
    return lines;
  }
  get payment(): FlatPayment {
    const option = this.u8(12) - 1;
    const record = this.options[option] as FlatRecord<PaymentFields>;
    return { option, fields: this.table(14, record).unpack() } as FlatPayment;
  }
  get parcels(): number[] {
    const parcels: number[] = [];
    const length = this.lengthOf(20);
    for (let i = 0; i < length; i++) parcels.push(this.f64At(20, i));
    return parcels;
  }
  unpack(): FlatPurchase {
    return {
      number: this.number,
      placed: this.placed,
      customer: this.customer.unpack(),
      lines: this.lines,
      payment: this.payment,
      note: this.textOrNull(16),
      coupon: this.textOrNull(18),
      parcels: this.parcels,
    };
  }
}

export const flatPurchase: FlatTable<Purchase> = {
  write(builder, { number, placed, customer, lines, payment, note, coupon, parcels }) {
    const customerAt = writeCustomer(builder, customer);
    const linesAt = writeLines(builder, lines);
    const paymentAt = writePayment(builder, payment);
    const noteAt = note === null ? 0 : builder.createString(note);
    const couponAt = coupon === null ? 0 : builder.createString(coupon);
    builder.startVector(8, parcels.length, 8);
    for (let i = parcels.length - 1; i >= 0; i--) builder.addFloat64(parcels[i] as number);
    const parcelsAt = builder.endVector();
    builder.startObject(9);
    builder.addFieldInt32(0, number, 0);
    builder.addFieldFloat64(1, placed, 0);
    builder.addFieldOffset(2, customerAt, 0);
    builder.addFieldOffset(3, linesAt, 0);
    builder.addFieldInt8(4, payment.option + 1, 0);
    builder.addFieldOffset(5, paymentAt, 0);
    builder.addFieldOffset(6, noteAt, 0);
    builder.addFieldOffset(7, couponAt, 0);
    builder.addFieldOffset(8, parcelsAt, 0);
    return builder.endObject();
  },
  Record: PurchaseRecord,
};

function writeCustomer(builder: Builder, { name, city, isMember }: FlatPurchase['customer']): Offset {
  const nameAt = builder.createString(name);
  const cityAt = builder.createString(city);
  builder.startObject(3);
  builder.addFieldOffset(0, nameAt, 0);
  builder.addFieldOffset(1, cityAt, 0);
  builder.addFieldInt8(2, +isMember, 0);
  return builder.endObject();
}

function writeLines(builder: Builder, lines: readonly FlatLine[]): Offset {
  const offsets = lines.map((line) => writeLine(builder, line));
  builder.startVector(4, offsets.length, 4);
  for (let i = offsets.length - 1; i >= 0; i--) builder.addOffset(offsets[i] as Offset);
  return builder.endVector();
}

function writeLine(builder: Builder, { sku, quantity, price, discount }: FlatLine): Offset {
  const skuAt = builder.createString(sku);
  builder.startObject(4);
  builder.addFieldOffset(0, skuAt, 0);
  builder.addFieldInt16(1, quantity, 0);
  builder.addFieldFloat64(2, price, 0);
  if (discount !== null) builder.addFieldFloat64(3, discount, null);
  return builder.endObject();
}

function writePayment(builder: Builder, { fields }: FlatPayment): Offset {
  if ('last4' in fields) {
    const last4At = builder.createString(fields.last4);
    builder.startObject(2);
    builder.addFieldOffset(0, last4At, 0);
    if (fields.tip !== null) builder.addFieldFloat64(1, fields.tip, null);
  } else if ('iban' in fields) {
    const ibanAt = builder.createString(fields.iban);
    builder.startObject(1);
    builder.addFieldOffset(0, ibanAt, 0);
  } else {
    builder.startObject(1);
    builder.addFieldFloat64(0, fields.received, 0);
  }
  return builder.endObject();
}
