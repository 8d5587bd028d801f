/** Avro by avsc, its type made at the start; dates by a logical type, as its manual has it. */
import avsc from 'avsc';
import { type AnyContestant, anyContestant, same } from '../contestant.js';
import type { FieldKind, Kind } from '../kind.js';

class DateType extends avsc.types.LogicalType {
  protected override _fromValue(ms: number): Date {
    return new Date(ms);
  }
  protected override _toValue(date: Date): number {
    return date.getTime();
  }
}

export function avro<Value, Viewed extends Partial<Value>>({
  fields,
}: Kind<Value, Viewed>): AnyContestant<Value> {
  const type = avsc.Type.forSchema(
    {
      type: 'record',
      name: 'Benched',
      fields: Object.entries<FieldKind>(fields).map(([name, kind]) => ({ name, type: avroType(name, kind) })),
    },
    { logicalTypes: { 'timestamp-millis': DateType } },
  );
  return anyContestant<Value, Value, Buffer>({
    name: 'avsc',
    native: same,
    value: same,
    encode: (value) => type.toBuffer(value),
    keep: same,
    decode: (bytes) => type.fromBuffer(bytes) as Value,
    weigh: ({ length }) => length,
  });
}

function avroType(name: string, kind: FieldKind): avsc.Schema {
  if (typeof kind !== 'string') return { type: 'enum', name: `${name}Values`, symbols: [...kind] };
  if (kind === 'date') return { type: 'long', logicalType: 'timestamp-millis' } as unknown as avsc.Schema;
  return { u32: 'long', i32: 'int', f64: 'double', text: 'string' }[kind] as avsc.Schema;
}
