/** Avro by avsc, its type made at the start; dates by a logical type, as its manual has it. */
import avsc from 'avsc';
import { type AnyContestant, anyContestant } from '../contestant.js';
import { type Format, fromNative, toNative } from '../format.js';
import { type FieldKind, type Fields, isEnum, type Kind } from '../kind.js';

class DateType extends avsc.types.LogicalType {
  protected override _fromValue(ms: number): Date {
    return new Date(ms);
  }
  protected override _toValue(date: Date): number {
    return date.getTime();
  }
}

/** A value of a union of records is an object whose one key is the record's name. */
const AVRO: Format = {
  absent: null,
  date: { to: (date) => date, from: (date) => date as Date },
  enumValue: { to: symbolOf, from: (symbol, values) => values.find((value) => symbolOf(value) === symbol) },
  option: {
    to: (option, fields) => ({ [option]: fields }),
    from: (native) => Object.entries(native as object)[0] as [string, unknown],
  },
};

export function avro<Value, Viewed>({ fields }: Kind<Value, Viewed>): AnyContestant<Value> {
  const type = avsc.Type.forSchema(recordOf('Benched', fields), {
    logicalTypes: { 'timestamp-millis': DateType },
  });
  return anyContestant<Value, unknown, Buffer>({
    name: 'avsc',
    native: (value) => toNative(AVRO, fields, value),
    value: (native) => fromNative(AVRO, fields, native) as Value,
    encode: (native) => type.toBuffer(native),
    keep: (bytes) => bytes,
    decode: (bytes) => type.fromBuffer(bytes),
    weigh: ({ length }) => length,
  });
}

function recordOf(name: string, fields: Fields): avsc.Schema {
  const entries = Object.entries(fields);
  return {
    type: 'record',
    name,
    fields: entries.map(([field, kind]) => ({ name: field, type: avroType(field, kind) })),
  };
}

function avroType(name: string, kind: FieldKind): avsc.Schema {
  if (kind === 'date') return { type: 'long', logicalType: 'timestamp-millis' } as unknown as avsc.Schema;
  if (typeof kind === 'string') {
    return { bool: 'boolean', u32: 'long', i32: 'int', f64: 'double', text: 'string' }[kind] as avsc.Schema;
  }
  if (isEnum(kind)) return { type: 'enum', name: `${name}Values`, symbols: kind.map(symbolOf) };
  switch (kind.is) {
    case 'maybe':
      return unionOf(['null', avroType(name, kind.kind)]);
    case 'list':
      return { type: 'array', items: avroType(name, kind.kind) };
    case 'object':
      return recordOf(`${name}Fields`, kind.fields);
    case 'union':
      return unionOf(Object.entries(kind.options).map(([option, fields]) => recordOf(option, fields)));
  }
}

/** avsc's types know no union inside another type. */
function unionOf(types: readonly avsc.Schema[]): avsc.Schema {
  return types as unknown as avsc.Schema;
}

/** Avro's symbols are identifiers. */
function symbolOf(value: string): string {
  return value.replace(/\W/g, '_');
}
