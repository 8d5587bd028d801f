import { defineSource, type SourceContext } from './generated/index.js';

export default defineSource({
  Start({ count, isInPlace }, _, ctx) {
    if (isInPlace) writeInPlace(count, ctx);
    else sendLiterals(count, ctx);
    ctx.sink.send.Finish({});
  },
});

function sendLiterals(count: number, { sink }: SourceContext): void {
  for (let i = 0; i < count; i++) sink.send.Quote({ id: i, quantity: 1, bid: i * 0.5, ask: i * 0.25 });
}

function writeInPlace(count: number, { sink }: SourceContext): void {
  for (let i = 0; i < count; i++) {
    const claim = sink.claim.Quote();
    const { record } = claim;
    record.id = i;
    record.quantity = 1;
    record.bid = i * 0.5;
    record.ask = i * 0.25;
    claim.commit();
  }
}
