/**
 * Composite types: the TypeScript types of what is made of structs.
 */
import { bitsAround, type TypeLayout } from '../schema/layout.js';
import { emitterOf, type FieldModel } from './field-kinds.js';
import type { CompositeModel, ObjectModel } from './message-model.js';
import { docComment, line, plural, typed } from './text.js';

/** The schema's doc comments by path: `messages.Flight`, `messages.Flight.position.x`. */
export type Docs = ReadonlyMap<string, string>;

export function emitTypes(composite: CompositeModel, docs: Docs): readonly string[] {
  const { named } = composite;
  const sides = named('input') === named('type') ? (['output'] as const) : (['output', 'input'] as const);
  switch (composite.kind) {
    case 'object':
      return sides.map((side) => emitInterface(composite, docs, side));
    case 'tuple':
      return sides.map((side) => {
        const items = composite.fields.map((field) =>
          emitterOf(field.type).type(field.type, field, side).join(' | '),
        );
        const name = named(side === 'input' ? 'input' : 'type');
        return `${docOf(composite, docs)}\n${line(0, `export type ${name} = `, { open: '[', items, close: ']' }, ';')}`;
      });
    case 'union':
      return sides.map((side) => {
        const options = composite.options.map((option) => option.named(side === 'input' ? 'input' : 'type'));
        return `${docOf(composite, docs)}\n${typed(0, `export type ${named(side === 'input' ? 'input' : 'type')} =`, options)}`;
      });
    case 'list':
      return [];
  }
}

function docOf({ path }: { readonly path: string }, docs: Docs): string {
  const words = docs.get(`messages.${path}`);
  return words === undefined ? `/** \`${path}\`. */` : docComment(0, words, '');
}

function emitInterface(object: ObjectModel, docs: Docs, side: 'input' | 'output'): string {
  const type = object.named(side === 'input' ? 'input' : 'type');
  const size = `${plural(object.layout.byteLength, 'byte')}.`;
  const says = side === 'input' ? 'What is sent: what has a default may be left out.' : size;
  const doc = docComment(0, docs.get(`messages.${object.path}`), says);
  if (object.fields.length === 0) return `${doc}\nexport type ${type} = Record<string, never>;`;
  const members = object.fields.map((field) => {
    const emitter = emitterOf(field.type);
    const ours = docComment(
      2,
      docs.get(`messages.${field.path}`),
      `${emitter.label(field.type, field)}${placeLabel(object, field)}.`,
    );
    const mark = isOptional(field.type, side) ? '?:' : ':';
    return `${ours}\n${typed(2, `${field.name}${mark}`, emitter.type(field.type, field, side))}`;
  });
  return `${doc}\nexport interface ${type} {\n${members.join('\n')}\n}`;
}

/** Where a field lies, and the bits that it has. */
function placeLabel(object: ObjectModel, field: FieldModel): string {
  const { type, offsetBytes, bit, byteLength, since } = field;
  const place = byteLength === 0 ? '' : ` at byte ${offsetBytes}`;
  const came = since === undefined ? '' : `, since version ${since}`;
  const bitsOffsetBytes = bitsAround(object.layout, field)?.offsetBytes ?? 0;
  const bitAt = (index: number) => `bit ${index & 7} of byte ${bitsOffsetBytes + (index >> 3)}`;
  if (type.kind === 'bool') return `: ${bitAt(bit)}`;
  if (type.kind !== 'maybe') return `${place}${came}`;
  if (type.absent !== 'either') return `${place}, or ${type.absent} by ${bitAt(bit)}${came}`;
  return `${place}, or undefined by ${bitAt(bit)}, or null by ${bitAt(bit + 1)}${came}`;
}

function isOptional(type: TypeLayout, side: 'input' | 'output'): boolean {
  return type.kind === 'maybe' ? type.absent !== 'null' : type.kind === 'default' && side === 'input';
}
