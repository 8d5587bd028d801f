/** Codes: one text of 1 to 16 characters of ASCII, of 300 that return, and a number. */
import { type Code, CodeCodec, type CodeView } from '../../topologies/orders/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { Kind } from '../kind.js';
import { randomOf } from '../random.js';

const COUNT = 1000;
const CODES = 300;
const MAX_LENGTH = 16;

class FlatCode extends FlatRecord<Code> {
  get code(): string {
    return this.text(4);
  }
  get number(): number {
    return this.u32(6);
  }
  unpack(): Code {
    return { code: this.code, number: this.number };
  }
}

export function codes(): Kind<Code, CodeView> {
  return {
    codec: CodeCodec,
    fields: { code: 'text', number: 'u32' },
    values: values(),
    weigh: ({ code, number }) => code.length + number,
    flat: {
      write(builder, { code, number }) {
        const at = builder.createString(code);
        builder.startObject(2);
        builder.addFieldOffset(0, at, 0);
        builder.addFieldInt32(1, number, 0);
        return builder.endObject();
      },
      Record: FlatCode,
    },
  };
}

function values(): readonly Code[] {
  const random = randomOf(4);
  const texts = Array.from({ length: CODES }, () =>
    random.text(1 + random.below(MAX_LENGTH), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
  );
  return Array.from({ length: COUNT }, (_, number) => ({ code: random.pick(texts), number }));
}
