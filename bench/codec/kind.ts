/** A kind of message: what is encoded, and what contestants that need a schema of their own are told about it. */
import type { Builder, Offset } from 'flatbuffers';
import type { Codec } from 'sn-gen/runtime';
import type { FlatRecord } from './flat-record.js';

/** What a field holds; of an enum, its values. */
export type FieldKind = 'u32' | 'i32' | 'f64' | 'text' | 'date' | readonly string[];
export type Fields = Readonly<Record<string, FieldKind>>;

/**
 * A value in formats that know neither dates nor names of enum values: milliseconds and indexes, field by field.
 */
export type Plain<Value> = {
  [Name in keyof Value]: Value[Name] extends Date
    ? number
    : Value[Name] extends string
      ? string extends Value[Name]
        ? string
        : number
      : Value[Name];
};

export interface Kind<Value, Viewed extends Partial<Value>> {
  readonly codec: Codec<Value, Viewed>;
  /** Its fields, in the order in which the schema has them. */
  readonly fields: Readonly<Record<keyof Value & string, FieldKind>>;
  /** As many as fill whole passes. */
  readonly values: readonly Value[];
  /**
   * Of two fields, which are numbers and text in every format; what a view is asked for, too. It refers to nothing
   * outside: `ownCopy` compiles it anew.
   */
  readonly weigh: (value: Viewed) => number;
  readonly flat: FlatTable<Value>;
}

/** What `flatc` would emit for the message. */
export interface FlatTable<Value> {
  readonly write: (builder: Builder, value: Plain<Value>) => Offset;
  readonly Record: new () => FlatRecord<Plain<Value>>;
}

export function toPlain<Value>(fields: Fields, value: Value): Plain<Value> {
  return mapFields(fields, value, (kind, field) => {
    if (kind === 'date') return (field as Date).getTime();
    return Array.isArray(kind) ? kind.indexOf(field) : field;
  }) as Plain<Value>;
}

export function fromPlain<Value>(fields: Fields, plain: Plain<Value>): Value {
  return mapFields(fields, plain, (kind, field) => {
    if (kind === 'date') return new Date(field as number);
    return Array.isArray(kind) ? kind[field as number] : field;
  }) as Value;
}

function mapFields(
  fields: Fields,
  from: unknown,
  map: (kind: FieldKind, field: unknown) => unknown,
): unknown {
  const record = from as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, map(kind, record[name])]));
}
