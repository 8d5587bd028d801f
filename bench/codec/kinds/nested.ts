/** Nested: a purchase, with a customer, up to 8 lines, one of three payments, a list of numbers, and fields that may be missing. */
import {
  type Purchase,
  PurchaseCodec,
  type PurchaseLinesItem,
  type PurchasePayment,
  type PurchaseView,
} from '../../topologies/orders/generated/messages.js';
import { type Kind, listOf, objectOf, optional, unionOf } from '../kind.js';
import { type Random, randomOf } from '../random.js';
import { flatPurchase } from './flat-purchase.js';

const COUNT = 1000;
const ARTICLES = 400;
const LINES_MAX = 8;
const PARCELS_MAX = 6;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const NAMES = ['Anna Müller', 'Søren Kjær', 'Mohammed Nguyen', 'Zoë Papadopoulos', 'Li Wei', 'José Smith'];
const CITIES = ['London', 'Zürich', 'San Francisco', 'København', 'Stratford-upon-Avon', 'Oslo'];
const NOTES = ['leave it at the door', 'bitte klingeln', 'a gift: no prices on the delivery note, please'];

export function nested(): Kind<Purchase, PurchaseView> {
  return {
    codec: PurchaseCodec,
    fields: {
      number: 'u32',
      placed: 'f64',
      customer: objectOf({ name: 'text', city: 'text', isMember: 'bool' }),
      lines: listOf(objectOf({ sku: 'text', quantity: 'u32', price: 'f64', discount: optional('f64') })),
      payment: unionOf({
        card: { last4: 'text', tip: optional('f64') },
        transfer: { iban: 'text' },
        cash: { received: 'f64' },
      }),
      note: optional('text'),
      coupon: optional('text'),
      parcels: listOf('f64'),
    },
    values: purchases(),
    weigh: ({ number, customer }) => number + customer.city.length,
    flat: flatPurchase,
  };
}

/** Its fractions are never whole: V8 would now and then store one anew, as another kind of number, and serialise it to other bytes. */
function purchases(): readonly Purchase[] {
  const random = randomOf(4);
  const skus = Array.from({ length: ARTICLES }, () => `${random.text(3, LETTERS)}-${random.text(5, DIGITS)}`);
  return Array.from({ length: COUNT }, (_, i): Purchase => {
    const note = random.below(4) === 0 ? { note: random.pick(NOTES) } : {};
    const coupon = random.below(3) === 0 ? { coupon: random.text(10, LETTERS) } : {};
    return {
      number: 1_000_000 + i * 7919,
      placed: 1.7e12 + i * 1000 + random.below(1000),
      customer: {
        name: random.pick(NAMES),
        city: random.pick(CITIES),
        isMember: random.below(2) === 1,
      },
      lines: Array.from({ length: random.below(LINES_MAX + 1) }, () => line(random, skus)),
      payment: payment(random),
      ...note,
      ...coupon,
      parcels: Array.from(
        { length: random.below(PARCELS_MAX + 1) },
        () => (random.below(30_000) + 0.5) / 1000,
      ),
    };
  });
}

function line(random: Random, skus: readonly string[]): PurchaseLinesItem {
  const discount = random.below(5) === 0 ? { discount: (1 + random.below(30)) / 100 } : {};
  return {
    sku: random.pick(skus),
    quantity: 1 + random.below(20),
    price: (100.5 + random.below(50_000)) / 100,
    ...discount,
  };
}

function payment(random: Random): PurchasePayment {
  switch (random.below(3)) {
    case 0: {
      const tip = random.below(2) === 0 ? { tip: (random.below(500) + 0.5) / 100 } : {};
      return { by: 'card', last4: random.text(4, DIGITS), ...tip };
    }
    case 1:
      return { by: 'transfer', iban: `${random.text(2, LETTERS)}${random.text(20, DIGITS)}` };
    default:
      return { by: 'cash', received: 10 * (1 + random.below(100)) };
  }
}
