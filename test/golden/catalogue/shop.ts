import { defineShop } from './generated/index.js';

export default defineShop({
  Product(product, _, ctx) {
    ctx.main.send.Product(product.toObject());
  },

  Order(order, _, ctx) {
    ctx.main.send.Order(order.toObject());
  },
});
