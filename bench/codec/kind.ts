/** A kind of message: what is encoded, and what contestants that need a schema of their own are told about it. */
import type { Builder, Offset } from 'flatbuffers';
import type { Codec } from 'sn-gen/runtime';
import type { FlatRecord } from './flat-record.js';

/** What a field holds. */
export type FieldKind = 'bool' | 'u32' | 'i32' | 'f64' | 'text' | 'date' | EnumKind | NestedKind;
/** One of these texts. */
export type EnumKind = readonly string[];
export type Fields = Readonly<Record<string, FieldKind>>;

export type NestedKind =
  /** A value, or what stands for none. */
  | { readonly is: 'maybe'; readonly kind: FieldKind; readonly absent: null | undefined }
  | { readonly is: 'list'; readonly kind: FieldKind }
  /** Its fields, whose names no other object of the message has for another object. */
  | { readonly is: 'object'; readonly fields: Fields }
  | UnionKind;

/** One of several objects, whose field `by` says which; no other object has such a field. */
export interface UnionKind {
  readonly is: 'union';
  /** The fields beside `by`, by what it says. */
  readonly options: Readonly<Record<string, Fields>>;
}

export const nullable = (kind: FieldKind): NestedKind => ({ is: 'maybe', kind, absent: null });
export const optional = (kind: FieldKind): NestedKind => ({ is: 'maybe', kind, absent: undefined });
export const listOf = (kind: FieldKind): NestedKind => ({ is: 'list', kind });
export const objectOf = (fields: Fields): NestedKind => ({ is: 'object', fields });
export const unionOf = (options: UnionKind['options']): NestedKind => ({ is: 'union', options });

export function isEnum(kind: FieldKind): kind is EnumKind {
  return Array.isArray(kind);
}

/**
 * A value in formats that know neither dates nor names of enum values nor fields that are missing: milliseconds, indexes and null,
 * field by field. Of a union, the option's index and its fields.
 */
export type Plain<Value> = Value extends Date
  ? number
  : Value extends null | undefined
    ? null
    : Value extends string
      ? string extends Value
        ? string
        : number
      : Value extends number | boolean
        ? Value
        : Value extends readonly (infer Item)[]
          ? readonly Plain<Item>[]
          : Value extends { readonly by: string }
            ? { readonly option: number; readonly fields: PlainFields<Omit<Value, 'by'>> }
            : PlainFields<Value>;

type PlainFields<Value> = { readonly [Name in keyof Value]-?: Plain<Value[Name]> };

export interface Kind<Value, Viewed> {
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
