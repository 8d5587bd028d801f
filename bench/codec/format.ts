/** Format: how a contestant's users hold what their format does not know as it is; made from our values, and back. */
import { type EnumKind, type FieldKind, type Fields, isEnum, type UnionKind } from './kind.js';

export interface Format {
  /** What stands for a value that is absent. */
  readonly absent: null | undefined;
  readonly date: Ways<Date>;
  readonly enumValue: {
    readonly to: (value: string, values: EnumKind) => unknown;
    readonly from: (native: unknown, values: EnumKind) => string | undefined;
  };
  /** Of a union: the fields of one option, as the format has them. */
  readonly option: {
    readonly to: (option: string, fields: unknown, union: UnionKind) => unknown;
    readonly from: (native: unknown, union: UnionKind) => readonly [option: string, fields: unknown];
  };
}

interface Ways<Value> {
  readonly to: (value: Value) => unknown;
  readonly from: (native: unknown) => Value;
}

/** Dates are milliseconds, enum values are indexes; the rest is each format's own. */
export const PLAIN = {
  date: { to: (date) => date.getTime(), from: (ms) => new Date(ms as number) },
  enumValue: {
    to: (value, values) => values.indexOf(value),
    from: (index, values) => values[index as number],
  },
} as const satisfies Pick<Format, 'date' | 'enumValue'>;

export function toNative(format: Format, fields: Fields, value: unknown): unknown {
  return mapFields(fields, value, (kind, field) => to(format, kind, field));
}

export function fromNative(format: Format, fields: Fields, native: unknown): unknown {
  return mapFields(fields, native, (kind, field, isOwn) => {
    // protobufjs has a default in the prototype even for an enum value that may be absent: its users ask for what is own.
    const isMaybe = typeof kind === 'object' && 'is' in kind && kind.is === 'maybe';
    return from(format, kind, isMaybe && !isOwn ? undefined : field);
  });
}

function to(format: Format, kind: FieldKind, value: unknown): unknown {
  if (kind === 'date') return format.date.to(value as Date);
  if (typeof kind === 'string') return value;
  if (isEnum(kind)) return format.enumValue.to(value as string, kind);
  switch (kind.is) {
    case 'maybe':
      return value === null || value === undefined ? format.absent : to(format, kind.kind, value);
    case 'list':
      return (value as readonly unknown[]).map((item) => to(format, kind.kind, item));
    case 'object':
      return toNative(format, kind.fields, value);
    case 'union': {
      const { by } = value as { readonly by: string };
      return format.option.to(by, toNative(format, kind.options[by] as Fields, value), kind);
    }
  }
}

function from(format: Format, kind: FieldKind, native: unknown): unknown {
  if (kind === 'date') return format.date.from(native);
  if (typeof kind === 'string') return native;
  if (isEnum(kind)) return format.enumValue.from(native, kind);
  switch (kind.is) {
    case 'maybe':
      return native === null || native === undefined ? kind.absent : from(format, kind.kind, native);
    case 'list':
      return (native as readonly unknown[]).map((item) => from(format, kind.kind, item));
    case 'object':
      return fromNative(format, kind.fields, native);
    case 'union': {
      const [by, fields] = format.option.from(native, kind);
      return { by, ...(fromNative(format, kind.options[by] as Fields, fields) as object) };
    }
  }
}

function mapFields(
  fields: Fields,
  source: unknown,
  map: (kind: FieldKind, field: unknown, isOwn: boolean) => unknown,
): unknown {
  const record = source as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [
      name,
      map(kind, record[name], Object.hasOwn(record, name)),
    ]),
  );
}
