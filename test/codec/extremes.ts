/**
 * Extremes: every place in a record that a reader decides by (lengths, counts, tags, enum indexes, bits, and numbers
 * that not all bits are right for), each with the bytes at and beyond its limits.
 */
import { enumIndexBytes, utf8LengthBytes } from '../../schema/field-kinds.js';
import type { BitsLayout, FieldLayout, StructLayout, TypeLayout } from '../../schema/layout.js';

export interface Extreme {
  readonly path: string;
  /** From the start of the record. */
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

/** Of a list the first two items and the last; the places inside the options of a union overlap. */
export function extremesOf(struct: StructLayout, path = '', base = 0): readonly Extreme[] {
  const inFields = struct.fields.flatMap((field) => extremesOfField(field, `${path}.${field.name}`, base));
  const later = struct.versions?.slice(1).map(({ bits }) => bits) ?? [];
  return [...inFields, ...[struct.bits, ...later].flatMap((bits) => extremesOfBits(bits, path, base))];
}

function extremesOfBits(bits: BitsLayout | undefined, path: string, base: number): readonly Extreme[] {
  const { offsetBytes = 0, count = 0 } = bits ?? {};
  const inBytes = Array.from({ length: Math.ceil(count / 8) }, (_, byte) => {
    const most = 2 ** Math.min(8, count - byte * 8) - 1;
    return unsigned(`${path}.bits${byte}`, base + offsetBytes + byte, 1, most);
  });
  return inBytes.flat();
}

function extremesOfField({ type, offsetBytes }: FieldLayout, path: string, base: number): readonly Extreme[] {
  return extremesOfType(type, path, base + offsetBytes);
}

function extremesOfType(type: TypeLayout, path: string, at: number): readonly Extreme[] {
  switch (type.kind) {
    case 'enum': {
      const width = enumIndexBytes(type.values.length);
      return width === 0 ? [] : unsigned(path, at, width, type.values.length - 1);
    }
    case 'ascii':
      return [...unsigned(path, at, 1, type.maxLength), ...highBytes(path, at + 1, type.maxLength)];
    case 'utf8': {
      const width = utf8LengthBytes(type.maxBytes);
      return [...unsigned(path, at, width, type.maxBytes), ...highBytes(path, at + width, type.maxBytes)];
    }
    case 'bytes':
      return unsigned(path, at, 4, type.maxBytes);
    case 'numbers':
      return unsigned(`${path}.count`, at + type.count.offsetBytes, type.count.byteLength, type.max);
    case 'object':
    case 'tuple':
      return extremesOf(type, path, at);
    case 'list': {
      const { max, item, count } = type;
      const indexes = [...new Set([0, Math.min(1, max - 1), max - 1])];
      const inItems = indexes.flatMap((index) =>
        extremesOf(item, `${path}[${index}]`, at + index * item.byteLength),
      );
      const ofCount =
        count === undefined ? [] : unsigned(`${path}.count`, at + count.offsetBytes, count.byteLength, max);
      return [...ofCount, ...inItems];
    }
    case 'union':
      return [
        ...unsigned(`${path}.tag`, at + type.tagOffsetBytes, 1, type.options.length - 1),
        ...type.options.flatMap((option, tag) => extremesOf(option, `${path}<${tag}>`, at)),
      ];
    case 'maybe':
    case 'default':
      return extremesOfType(type.type, path, at);
    case 'f32':
      return FLOATS.map((value) => ({ path, offsetBytes: at, bytes: bytesOf(new Float32Array([value])) }));
    case 'f64':
    case 'safeInt':
    case 'date':
      return FLOATS.map((value) => ({ path, offsetBytes: at, bytes: bytesOf(new Float64Array([value])) }));
    default:
      return [];
  }
}

const FLOATS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  -0,
  0.5,
  2 ** 53,
  -(2 ** 53),
  8.64e15,
  8.64e15 + 1,
  -8.64e15 - 1,
];

/** Zero, the most allowed and its neighbours, all bits, the sign bit alone, all bits but that. */
function unsigned(path: string, offsetBytes: number, width: 1 | 2 | 4, most: number): readonly Extreme[] {
  const all = 2 ** (width * 8) - 1;
  const sign = 2 ** (width * 8 - 1);
  const values = [0, 1, most - 1, most, most + 1, all, sign, sign - 1];
  return [...new Set(values)]
    .filter((value) => value >= 0 && value <= all)
    .map((value) => ({ path, offsetBytes, bytes: bytesOf(new Uint32Array([value])).slice(0, width) }));
}

/** The first and the last byte of a text as ones that cannot stand alone. */
function highBytes(path: string, offsetBytes: number, byteLength: number): readonly Extreme[] {
  return [0x80, 0xff, 0xed, 0xf4].flatMap((byte) =>
    [0, byteLength - 1].map((index) => ({
      path: `${path}[${index}]`,
      offsetBytes: offsetBytes + index,
      bytes: Uint8Array.of(byte),
    })),
  );
}

function bytesOf(numbers: Uint32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer);
}
