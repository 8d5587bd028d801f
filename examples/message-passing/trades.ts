import type { Trade } from './generated/index.js';

const SYMBOLS = ['ACME', 'SHOE', 'BOLT', 'IRON'];

export const tradeAt = (n: number): Trade => ({
  symbol: SYMBOLS[n & 3] as string,
  price: 100 + (n & 255) / 4,
  quantity: n & 1023,
});

/** Of the first `count` trades. */
export function quantityOf(count: number): number {
  let quantity = 0;
  for (let n = 0; n < count; n++) quantity += n & 1023;
  return quantity;
}
