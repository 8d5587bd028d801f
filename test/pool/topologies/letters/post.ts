import { definePost } from './generated/index.js';

export default definePost({
  Letter(letter, _, ctx) {
    const { x, envelope } = letter;
    ctx.main.send.Seen({ x, instance: ctx.instance, envelope: JSON.stringify(envelope.toObject()) });
    const { trace } = envelope;
    ctx.main.send.Reply({ x }, { correlation: envelope.id, ...(trace === undefined ? {} : { trace }) });
  },
  Parcel({ x, content, envelope }, _, ctx) {
    const seen = { ...envelope.toObject(), bytes: content.length };
    ctx.main.send.Seen({ x, instance: ctx.instance, envelope: JSON.stringify(seen) });
  },
  Essay({ x, text }, _, ctx) {
    ctx.main.send.Essay({ x, text });
  },
  Notice({ x, envelope }, _, ctx) {
    ctx.main.send.Seen({ x, instance: ctx.instance, envelope: JSON.stringify(envelope.toObject()) });
  },
});
