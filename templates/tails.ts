/**
 * Tails: functions that say how many bytes of the tail a value takes at most, before it is written.
 */
import type { TailLayout, TypeLayout } from '../schema/layout.js';
import { elementBytes, emitterOf, type FieldModel, only } from './field-kinds.js';
import { type CompositeModel, hasTail, type ListModel, type ObjectModel } from './message-model.js';
import { type Code, call, docComment, jsonCode, line, literal } from './text.js';

/** The function of one composite; nothing where it has no tail. */
export function emitTailOf(composite: CompositeModel): readonly string[] {
  const { kind, layout } = composite;
  const type = kind === 'object' || kind === 'tuple' ? { kind, ...layout } : layout;
  if (!hasTail(type as TypeLayout)) return [];
  const isMessage = kind === 'object' && composite.isMessage;
  const says = isMessage
    ? `Most bytes of a \`${composite.path}\` and its tail.`
    : `Most bytes that \`${composite.path}\` takes of the tail.`;
  const input = kind === 'list' ? typeOf(composite.self) : composite.named('input');
  const head = line(
    0,
    `${isMessage ? 'export ' : ''}function ${composite.named('tailOf')}`,
    { open: '(', items: [`value: ${input}`], close: ')' },
    ': number {',
  );
  return [[docComment(0, undefined, says), head, ...bodyOf(composite), '}'].join('\n')];
}

function bodyOf(composite: CompositeModel): readonly string[] {
  if (composite.kind === 'list') return listBody(composite);
  return composite.kind === 'union' ? unionBody(composite) : structBody(composite);
}

function structBody(object: ObjectModel): readonly string[] {
  return [
    `  let bytes = ${object.isMessage ? object.layout.byteLength : 0};`,
    ...object.fields.flatMap((field) =>
      add(2, field, object.kind === 'tuple' ? `value?.[${field.name}]` : `value?.${field.name}`),
    ),
    '  return bytes;',
  ];
}

/** The items themselves, where the list lies in the tail, and what each of them brings with it. */
function listBody({ layout, fields, self }: ListModel): readonly string[] {
  const { as, item } = layout;
  const isInTail = layout.count?.byteLength === 4;
  const own = call(
    self.runtime('tailBytes'),
    `value?.${as === 'array' ? 'length' : 'size'}`,
    String(item.byteLength),
    String(layout.max),
  );
  const isList = as === 'array' ? 'Array.isArray(value)' : `value instanceof ${as === 'set' ? 'Set' : 'Map'}`;
  const locals = as === 'map' ? ['key', 'item'] : ['item'];
  const names = fields.map((field, index) => (hasTail(field.type) ? '' : '_') + locals[index]);
  return [
    isInTail ? line(2, 'let bytes = ', own, ';') : '  let bytes = 0;',
    // The encoder refuses all else.
    `  if (!(${isList})) return bytes;`.replace('!(Array.isArray(value))', '!Array.isArray(value)'),
    `  for (const ${as === 'map' ? `[${names.join(', ')}]` : names[0]} of value) {`,
    ...fields.flatMap((field, index) => add(4, field, locals[index] as string)),
    '  }',
    '  return bytes;',
  ];
}

function unionBody({ layout, options }: CompositeModel & { readonly kind: 'union' }): readonly string[] {
  const cases = options.flatMap((option, tag) =>
    hasTail({ kind: 'object', ...option.layout })
      ? [
          ...(layout.options[tag]?.values ?? []).map((value) => `    case ${literal(value)}:`),
          line(6, 'return ', call(option.named('tailOf'), 'value'), ';'),
        ]
      : [],
  );
  return [`  switch (value?.${layout.discriminator}) {`, ...cases, '    default:', '      return 0;', '  }'];
}

/** Adds what a field brings with it. */
function add(indent: number, field: FieldModel, value: string): readonly string[] {
  if (!hasTail(field.type)) return [];
  return [line(indent, 'bytes += ', termOf(field, value), ';')];
}

function termOf(field: FieldModel, value: string): Code {
  const { type, inner } = field;
  switch (type.kind) {
    case 'tail':
      return tailTerm(field, type.type, value);
    case 'maybe':
      return termOf(only(inner), value);
    case 'default':
      return termOf(only(inner), `${value} ?? ${jsonCode(type.value)}`);
    default:
      return call(field.named('tailOf'), value);
  }
}

function tailTerm(field: FieldModel, type: TailLayout['type'], value: string): Code {
  const { runtime } = field;
  switch (type.kind) {
    case 'utf8':
      return call(runtime('tailBytesOfText'), value, String(type.maxBytes));
    case 'bytes':
      return call(runtime('tailBytes'), member(value, 'length'), '1', String(type.maxBytes));
    case 'numbers': {
      const each = String(elementBytes(type.element));
      return call(runtime('tailBytes'), member(value, 'length'), each, String(type.max));
    }
    case 'list': {
      if (hasTail(type)) return call(field.named('tailOf'), value);
      const size = type.as === 'array' ? 'length' : 'size';
      const each = String(type.item.byteLength);
      return call(runtime('tailBytes'), member(value, size), each, String(type.max));
    }
  }
}

/** A member of what may be no value at all, or be filled in. */
function member(value: string, name: string): string {
  return value.includes(' ') ? `(${value})?.${name}` : `${value}?.${name}`;
}

function typeOf(field: FieldModel): string {
  return emitterOf(field.type).type(field.type, field, 'input').join(' | ');
}
