import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnError } from '../../runtime/errors.js';
import { endOfTail } from '../../runtime/tail.js';
import type { TypeLayout } from '../../schema/layout.js';
import { messageWithValues, seed } from './arbitraries.js';
import {
  type AnyWriter,
  codecOf,
  compileMessage,
  dirtyMemory,
  emit,
  load,
  messageOf,
  objectOf,
  type PlannedMessage,
  wholeLength,
} from './compile.js';
import type { Value } from './reference.js';

console.info(`writers: SN_SEED=${seed}`);

/** A record that does not begin where its buffer does. */
const AT = 16;

const POINT = objectOf({ x: { kind: 'i32' }, isSet: { kind: 'bool' } });

function writerOf(message: PlannedMessage): AnyWriter {
  const Writer = load(emit([message]))[`${message.name}Writer`] as new () => AnyWriter;
  return new Writer();
}

/** Whether the value of a field is written whole or, where it is an object, field by field. */
type HowWritten = 'whole' | 'by field';

/** Sets what a value has, objects in it by their own writers. */
function setFields(
  writer: Record<string, unknown>,
  value: Value,
  fields: PlannedMessage['fields'],
  how: HowWritten,
): void {
  for (const { name, type } of fields) {
    const given = value[name];
    if (given === undefined) continue;
    const object = objectIn(type);
    if (how === 'by field' && object !== undefined && given !== null) {
      // What lies in the tail is written with all that stands around it.
      const inner = writer[name] as Record<string, unknown> | undefined;
      if (inner !== undefined) {
        setFields(inner, given as Value, object.fields, how);
        continue;
      }
    }
    writer[name] = given;
  }
}

function objectIn(type: TypeLayout): (TypeLayout & { readonly kind: 'object' }) | undefined {
  if (type.kind === 'maybe' || type.kind === 'default') return objectIn(type.type);
  return type.kind === 'object' ? type : undefined;
}

describe(`generated writers (SN_SEED=${seed})`, () => {
  it.each(['whole', 'by field'] as const)('write %s what the encoder writes', async (how) => {
    await fc.assert(
      fc.asyncProperty(messageWithValues, async ({ layout, values }) => {
        const { codec, writer } = await compileMessage(layout);
        const length = wholeLength(layout) + 2 * AT;
        const theirs = dirtyMemory(length);
        for (const value of values) {
          const memory = dirtyMemory(length);
          writer.$begin(memory, AT, length);
          setFields(writer, value, layout.fields, how);
          writer.$complete();
          codec.encode(value, theirs, AT, length);
          if (layout.tailMaxBytes !== undefined) expect(writer.$endBytes).toBe(endOfTail());
          else expect(writer.$endBytes).toBe(AT + layout.byteLength);
          expect(codec.decode(memory, AT)).toStrictEqual(codec.decode(theirs, AT));
          // Nothing before or behind was touched.
          const untouched = dirtyMemory(length).u8;
          for (const [start, end] of [
            [0, AT],
            [writer.$endBytes, length],
          ])
            expect(Buffer.from(memory.u8.subarray(start, end)).equals(untouched.subarray(start, end))).toBe(
              true,
            );
        }
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe('a writer', () => {
  const message = messageOf('Order', {
    id: { kind: 'u32' },
    price: { kind: 'f64' },
    note: { kind: 'maybe', absent: 'undefined', type: { kind: 'ascii', maxLength: 7 } },
    unit: { kind: 'default', type: { kind: 'enum', values: ['kg', 'lb'] }, value: 'lb' },
    version: { kind: 'enum', values: [1] },
    from: POINT,
    to: { kind: 'maybe', absent: 'either', type: POINT },
  });
  const codec = codecOf(message);

  function begun() {
    const memory = dirtyMemory(wholeLength(message));
    const writer = writerOf(message);
    writer.$begin(memory, 0, 0);
    return { memory, writer, read: () => codec.decode(memory, 0) };
  }
  const whole = { id: 1, price: 2.5, from: { x: 3, isSet: true } };

  it('fills in what may be left out', () => {
    const { writer, read } = begun();
    Object.assign(writer, whole);
    writer.$complete();
    expect(read()).toStrictEqual({ ...whole, note: undefined, unit: 'lb', version: 1, to: undefined });
  });

  it('names the field that was not set, and can go on from there', () => {
    const { writer, read } = begun();
    Object.assign(writer, { id: 1, from: whole.from });
    expect(() => writer.$complete()).toThrow('Order.price: it is missing, allowed is a finite number');
    writer.price = 2.5;
    writer.$complete();
    expect(read()).toMatchObject(whole);
  });

  it('names the field of an object inside that was not set', () => {
    const { writer } = begun();
    Object.assign(writer, { id: 1, price: 1 });
    (writer.from as AnyWriter).x = 3;
    expect(() => writer.$complete()).toThrow('Order.from.isSet: it is missing, allowed is true or false');
  });

  it('refuses what the encoder refuses, and keeps what was there before', () => {
    const { writer, read } = begun();
    Object.assign(writer, whole);
    const code = (set: () => void): string | undefined => {
      try {
        set();
        return undefined;
      } catch (error) {
        return (error as SnError).code;
      }
    };
    expect(code(() => (writer.id = -1))).toBe('SN_FIELD_RANGE');
    expect(code(() => (writer.unit = 'st'))).toBe('SN_FIELD_RANGE');
    writer.$complete();
    expect(read()).toMatchObject(whole);
  });

  it('writes an object inside whole, in part, or not at all, as often as one likes', () => {
    const { writer, read } = begun();
    Object.assign(writer, whole);
    const steps: readonly [set: () => void, expected: unknown][] = [
      [() => (writer.to = { x: 1, isSet: true }), { x: 1, isSet: true }],
      [() => ((writer.to as AnyWriter).x = 2), { x: 2, isSet: true }],
      [() => (writer.to = null), null],
      [() => Object.assign(writer.to as AnyWriter, { x: 5, isSet: false }), { x: 5, isSet: false }],
      [() => (writer.to = undefined), undefined],
      [() => (writer.to = { x: 7, isSet: true }), { x: 7, isSet: true }],
    ];
    for (const [set, expected] of steps) {
      set();
      writer.$complete();
      expect(read().to).toStrictEqual(expected);
    }
  });

  it('forgets an object that was begun and then written whole', () => {
    const { writer, read } = begun();
    Object.assign(writer, { id: 1, price: 1 });
    (writer.from as AnyWriter).x = 9;
    writer.from = { x: 4, isSet: false };
    writer.$complete();
    expect(read().from).toStrictEqual({ x: 4, isSet: false });
  });

  it('begins anew each time', () => {
    const { memory, writer } = begun();
    Object.assign(writer, whole);
    writer.$begin(memory, 0, 0);
    expect(() => writer.$complete()).toThrow('Order.id: it is missing');
  });

  it('throws where it was never begun', () => {
    expect(() => {
      writerOf(message).id = 1;
    }).toThrow(expect.objectContaining({ code: 'SN_CLAIM_CLOSED' }));
  });

  it('knows 40 fields apart', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 40 }, (_, k) => [`f${k}`, { kind: 'u8' } as const]),
    );
    const wide = messageOf('Wide', fields);
    const writer = writerOf(wide);
    const memory = dirtyMemory(wholeLength(wide));
    const value = Object.fromEntries(Object.keys(fields).map((name, k) => [name, k]));
    for (const missing of Object.keys(fields)) {
      writer.$begin(memory, 0, 0);
      Object.assign(writer, { ...value, [missing]: 0 });
      writer.$complete();
      writer.$begin(memory, 0, 0);
      for (const [name, given] of Object.entries(value)) if (name !== missing) writer[name] = given;
      expect(() => writer.$complete()).toThrow(`Wide.${missing}: it is missing`);
    }
  });
});
