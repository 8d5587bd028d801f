/** Golden vectors: records are, byte for byte, what they were when the format was written down. */
import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../runtime/memory.js';
import { FIELD_KINDS } from '../../schema/field-kinds.js';
import { codecOf, messageOf } from './compile.js';
import { encodeRecord } from './reference.js';
import { VECTORS } from './vectors.js';

describe('golden vectors', () => {
  it.each(VECTORS)('$name', ({ fields, value, decoded = value, hex }) => {
    const message = messageOf('M', fields);
    const codec = codecOf(message);
    const golden = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const memory = memoryOf(new SharedArrayBuffer(golden.length));
    codec.encode(value, memory, 0);
    expect(wordsOf(memory.u8)).toBe(wordsOf(golden));
    expect(codec.decode(memory, 0)).toStrictEqual(decoded);
    expect(codec.view(memory, 0).toObject()).toStrictEqual(decoded);
    const reference = new Uint8Array(golden.length);
    encodeRecord(message, value, new DataView(reference.buffer));
    expect(wordsOf(reference)).toBe(wordsOf(memory.u8));
  });

  it('has a vector for every kind of type and of typed array', () => {
    const written = JSON.stringify(VECTORS.map(({ fields }) => fields));
    for (const kind of Object.keys(FIELD_KINDS)) expect(written).toContain(`"kind":"${kind}"`);
    for (const element of ['i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'])
      expect(written).toContain(`"element":"${element}"`);
  });
});

/** Eight bytes a word. */
function wordsOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(.{16})(?=.)/g, '$1 ');
}
