/**
 * Composite parts: what encoders, decoders and views of composites have in common.
 */
import { countElement, emitterOf, type FieldModel, offset } from './field-kinds.js';
import { type CompositeModel, compositeOf, type ListModel, type UnionModel } from './message-model.js';
import { MEMORY } from './struct.js';
import { call, line, quote } from './text.js';

export const PLACE = [`${MEMORY}: Memory`, 'offsetBytes: number'];

export const UNUSED_PLACE = [`_${MEMORY}: Memory`, '_offsetBytes: number'];

export const IN_STRUCT = { base: 'offsetBytes', indent: 2 };

/** Whether the functions of a type touch memory at all. */
export function usesPlace(composite: CompositeModel): boolean {
  if (composite.kind === 'union') return true;
  const isCounted = composite.kind === 'list' && composite.layout.count !== undefined;
  return isCounted || composite.fields.some(hasPlace);
}

/** Whether what reads or writes a field asks where it lies: not where it can have one value only. */
export function hasPlace(field: FieldModel): boolean {
  const { type, byteLength, inner } = field;
  if (type.kind === 'default') return hasPlace(inner[0] as FieldModel);
  return byteLength > 0 || type.kind === 'bool' || type.kind === 'maybe' || compositeOf(field) !== undefined;
}

export function visibilityOf(composite: CompositeModel): string {
  return composite.kind === 'object' && composite.isMessage ? 'export ' : '';
}

export function typeOf(field: FieldModel, side: 'input' | 'output'): string {
  return emitterOf(field.type).type(field.type, field, side).join(' | ');
}

export function itemOffset(byteLength: number, base = 'offsetBytes'): string {
  return byteLength === 1 ? `${base} + index` : `${base} + index * ${byteLength}`;
}

export function liesInTail({ count }: ListModel['layout']): boolean {
  return count?.byteLength === 4;
}

export function times(count: string, bytes: number): string {
  return bytes === 1 ? count : `${count} * ${bytes}`;
}

/** Declares `count`, read once and checked. */
export function countLines(
  { layout, path, self }: ListModel,
  memory: string,
  base: string,
  indent: number,
): readonly string[] {
  const pad = ' '.repeat(indent);
  if (layout.count === undefined) return [`${pad}const count = ${layout.max};`];
  const read = liesInTail(layout)
    ? call(self.runtime('tailCount'), memory, base, String(layout.max), quote(path))
    : call(
        self.runtime('readCount'),
        `${countElement(memory, base, layout.count)} as number`,
        String(layout.max),
        quote(path),
      );
  const lines = [line(indent, 'const count = ', read, ';')];
  if (!layout.isExact) return lines;
  const wrong = call(self.runtime('badRecord'), quote(path), 'count', quote(`a count of ${layout.max}`));
  return [...lines, line(indent, `if (count !== ${layout.max}) throw `, wrong, ';')];
}

/** Declares `start`, where the items of a list in the tail begin; of items that can have one value only it is but checked. */
export function startLines(
  { layout, path, self, fields }: ListModel,
  memory: string,
  base: string,
  count: string,
  indent: number,
): readonly string[] {
  if (!liesInTail(layout)) return [];
  const bytes = times(count, layout.item.byteLength);
  return [line(indent, startOf(fields), call(self.runtime('tailAt'), memory, base, bytes, quote(path)), ';')];
}

/** How a statement begins that finds where items begin. */
export function startOf(fields: readonly FieldModel[]): string {
  return fields.some(hasPlace) ? 'const start = ' : '';
}

export function tagSwitch(
  path: string,
  { tagOffsetBytes, options, discriminator }: UnionModel['layout'],
  self: FieldModel,
  memory: string,
  base: string,
  indent: number,
  body: (tag: number) => readonly string[],
): readonly string[] {
  const pad = ' '.repeat(indent);
  const badRecord = call(
    self.runtime('badRecord'),
    quote(`${path}.${discriminator}`),
    'tag',
    quote(`an index up to ${options.length - 1}`),
  );
  return [
    `${pad}const tag = ${memory}.u8[${offset(base, tagOffsetBytes)}];`,
    `${pad}switch (tag) {`,
    ...options.flatMap((_, tag) => [`${pad}  case ${tag}:`, ...body(tag)]),
    `${pad}  default:`,
    line(indent + 4, 'throw ', badRecord, ';'),
    `${pad}}`,
  ];
}
