import { type DeskContext, defineDesk, type MakeView } from './generated/index.js';

export default defineDesk({
  Order(order, _, { main }) {
    main.send.Got({ what: 'Order', id: order.id, json: JSON.stringify(order.toObject()) });
  },
  Notice({ id }, _, { main, instance }) {
    main.send.Receipt({ id, instance });
  },
  Photo(photo, _, { main }) {
    main.send.Photo(photo.toObject());
  },
  Later() {},
  Make(wish, _, ctx) {
    try {
      make(wish, ctx);
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      ctx.main.send.Caught({ code, text: message });
    }
  },
});

function make({ what, id, tries }: MakeView, { main, plain, instance }: DeskContext): void {
  const receipt = { id, instance };
  const order = { id, lines: [{ sku: 'A' }], placed: new Date(1e12) };
  const photo = { id, pixels: Uint8Array.of(1, 2, 3) };
  if (what === 'receipt') void (tries ? main.trySend.Receipt(receipt) : main.send.Receipt(receipt));
  if (what === 'order') void (tries ? plain.at(0).trySend.Order(order) : plain.send.Order(order));
  if (what === 'photo') void (tries ? main.trySend.Photo(photo) : main.send.Photo(photo));
}
