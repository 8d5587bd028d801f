/** Equality of values of a kind, field by field: a message of a peer's own class may hold more. */
import { type FieldKind, type Fields, isEnum } from './kind.js';

type Values = Readonly<Record<string, unknown>>;

export function areEqual(fields: Fields, one: unknown, other: unknown): boolean {
  return Object.entries(fields).every(([name, kind]) =>
    isEqual(kind, (one as Values)[name], (other as Values)[name]),
  );
}

function isEqual(kind: FieldKind, one: unknown, other: unknown): boolean {
  if (kind === 'date') return Number(one) === Number(other);
  if (typeof kind === 'string' || isEnum(kind)) return Object.is(one, other);
  switch (kind.is) {
    case 'maybe':
      return one === kind.absent || other === kind.absent ? one === other : isEqual(kind.kind, one, other);
    case 'list': {
      const [a, b] = [one, other] as readonly (readonly unknown[])[];
      return a?.length === b?.length && a?.every((item, i) => isEqual(kind.kind, item, b?.[i])) === true;
    }
    case 'object':
      return areEqual(kind.fields, one, other);
    case 'union': {
      const [a, b] = [one, other] as readonly { readonly by: string }[];
      return a?.by === b?.by && areEqual(kind.options[a?.by as string] as Fields, a, b);
    }
  }
}
