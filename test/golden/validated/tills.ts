import { defineTills } from './generated/index.js';

export default defineTills({
  Order({ sku, price, quantity }, _, ctx) {
    ctx.main.send.Settled({ sku, total: price * quantity });
  },
  Scan(scan, _, ctx) {
    ctx.archive.send.Scan(scan.toObject());
  },
  Cancel(cancel, _, ctx) {
    ctx.main.send.Cancel(cancel.toObject());
  },
});
