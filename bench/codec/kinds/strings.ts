/** Strings: a customer, six texts of 4 to 40 characters, some of them not ASCII; 200 customers who return. */
import {
  type Customer,
  CustomerCodec,
  type CustomerView,
} from '../../topologies/orders/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { Kind } from '../kind.js';
import { type Random, randomOf } from '../random.js';

const COUNT = 1000;
const CUSTOMERS = 200;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const FIRST_NAMES = [
  'Anna',
  'Søren',
  'Charlotte',
  'Mohammed',
  'José',
  'Wei',
  'Elizabeth',
  'Zoë',
  'Friedrich',
];
const LAST_NAMES = ['Müller', 'Smith', 'Papadopoulos', 'Nguyen', 'Johansson', 'Featherstonehaugh', 'Li'];
const STREETS = ['Main Street', 'Lange Straße', 'Avenue des Champs-Élysées', 'Mill Lane', 'Kurfürstendamm'];
const CITIES = ['London', 'Zürich', 'San Francisco', 'København', 'Stratford-upon-Avon', 'Oslo'];

class FlatCustomer extends FlatRecord<Customer> {
  get symbol(): string {
    return this.text(4);
  }
  get account(): string {
    return this.text(6);
  }
  get name(): string {
    return this.text(8);
  }
  get street(): string {
    return this.text(10);
  }
  get city(): string {
    return this.text(12);
  }
  get reference(): string {
    return this.text(14);
  }
  unpack(): Customer {
    const { symbol, account, name, street, city, reference } = this;
    return { symbol, account, name, street, city, reference };
  }
}

export function strings(): Kind<Customer, CustomerView> {
  return {
    codec: CustomerCodec,
    fields: {
      symbol: 'text',
      account: 'text',
      name: 'text',
      street: 'text',
      city: 'text',
      reference: 'text',
    },
    values: customers(),
    weigh: ({ symbol, account }) => symbol.length + account.length,
    flat: {
      write(builder, { symbol, account, name, street, city, reference }) {
        const symbolAt = builder.createString(symbol);
        const accountAt = builder.createString(account);
        const nameAt = builder.createString(name);
        const streetAt = builder.createString(street);
        const cityAt = builder.createString(city);
        const referenceAt = builder.createString(reference);
        builder.startObject(6);
        builder.addFieldOffset(0, symbolAt, 0);
        builder.addFieldOffset(1, accountAt, 0);
        builder.addFieldOffset(2, nameAt, 0);
        builder.addFieldOffset(3, streetAt, 0);
        builder.addFieldOffset(4, cityAt, 0);
        builder.addFieldOffset(5, referenceAt, 0);
        return builder.endObject();
      },
      Record: FlatCustomer,
    },
  };
}

function customers(): readonly Customer[] {
  const random = randomOf(3);
  const known = Array.from({ length: CUSTOMERS }, () => customer(random));
  return Array.from({ length: COUNT }, () => {
    const { symbol, account, name, street, city, reference } = random.pick(known);
    return { symbol, account, name, street, city, reference };
  });
}

function customer(random: Random): Customer {
  return {
    symbol: random.text(4 + random.below(5), LETTERS),
    account: `${random.text(2, LETTERS)}${random.text(10, DIGITS)}`,
    name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    street: `${random.pick(STREETS)} ${1 + random.below(300)}, Apt ${1 + random.below(40)}`,
    city: random.pick(CITIES),
    reference: `${random.text(4, LETTERS)}-${random.text(11, DIGITS)}`,
  };
}
