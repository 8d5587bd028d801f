/** The `.proto` that a user would write for a kind. A date is a double, in milliseconds. */
import { type EnumKind, type FieldKind, type Fields, isEnum } from '../kind.js';

/** The message itself. */
export const MESSAGE = 'Benched';

const SCALARS = { bool: 'bool', u32: 'uint32', i32: 'sint32', f64: 'double', text: 'string', date: 'double' };

export function protoFile(fields: Fields): string {
  return ['syntax = "proto3";', ...messageOf(MESSAGE, fields)].join('\n');
}

/** A message, and before it all that its fields name. */
function messageOf(name: string, fields: Fields): readonly string[] {
  const entries = Object.entries(fields);
  return [
    ...entries.flatMap(([field, kind]) => definitionsOf(field, kind)),
    `message ${name} {`,
    ...entries.map(([field, kind], i) => `  ${typeOf(field, kind)} ${field} = ${i + 1};`),
    '}',
  ];
}

function definitionsOf(field: string, kind: FieldKind): readonly string[] {
  if (typeof kind === 'string') return [];
  if (isEnum(kind)) return enumOf(field, kind);
  switch (kind.is) {
    case 'maybe':
    case 'list':
      return definitionsOf(field, kind.kind);
    case 'object':
      return messageOf(nameOf(field), kind.fields);
    case 'union': {
      const options = Object.entries(kind.options);
      return [
        ...options.flatMap(([option, fields]) => messageOf(nameOf(option), fields)),
        `message ${nameOf(field)} {`,
        '  oneof by {',
        ...options.map(([option], i) => `    ${nameOf(option)} ${option} = ${i + 1};`),
        '  }',
        '}',
      ];
    }
  }
}

/** Its values' own names may be no identifiers; nobody reads them. */
function enumOf(field: string, values: EnumKind): readonly string[] {
  const name = nameOf(field);
  return [`enum ${name} {`, ...values.map((_, i) => `  ${name}_${i} = ${i};`), '}'];
}

function typeOf(field: string, kind: FieldKind): string {
  if (typeof kind === 'string') return SCALARS[kind];
  if (isEnum(kind)) return nameOf(field);
  if (kind.is === 'maybe') return `optional ${typeOf(field, kind.kind)}`;
  return kind.is === 'list' ? `repeated ${typeOf(field, kind.kind)}` : nameOf(field);
}

function nameOf(field: string): string {
  return `${field[0]?.toUpperCase()}${field.slice(1)}`;
}
