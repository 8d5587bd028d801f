import { defineDesk } from './generated/index.js';

export default defineDesk({
  price: ({ id, quantity, bid }) => ({ id, price: quantity * bid }),
});
