/**
 * Decoders: functions that read what is made of structs into values of their own.
 */

import {
  countLines,
  hasPlace,
  IN_STRUCT,
  itemOffset,
  liesInTail,
  PLACE,
  startLines,
  tagSwitch,
  typeOf,
  UNUSED_PLACE,
  usesPlace,
  visibilityOf,
} from './composite-parts.js';
import { isLater, readLater, readsVersion } from './later-fields.js';
import type { CompositeModel, ListModel, ModuleModel, ObjectModel, UnionModel } from './message-model.js';
import { bitsPath, MEMORY, readFields } from './struct.js';
import { type Code, call, docComment, flat, line } from './text.js';

export function emitDecoder(composite: CompositeModel, model: ModuleModel): string {
  const { named, kind } = composite;
  const version =
    kind === 'object' && readsVersion(composite) ? [`version = ${composite.layout.versions?.length}`] : [];
  const parameters = [...(usesPlace(composite) ? PLACE : UNUSED_PLACE), ...version];
  const type = kind === 'list' ? typeOf(composite.self, 'output') : named('type');
  return [
    docComment(
      0,
      undefined,
      `Reads \`${composite.path}\` into a value of its own. @throws SnError \`SN_BAD_RECORD\``,
    ),
    line(
      0,
      `${visibilityOf(composite)}function ${named('decode')}`,
      { open: '(', items: parameters, close: ')' },
      `: ${type} {`,
    ),
    ...decoderBody(composite, model),
    '}',
  ].join('\n');
}

function decoderBody(composite: CompositeModel, model: ModuleModel): readonly string[] {
  if (composite.kind === 'list') return decodeList(composite, model);
  if (composite.kind === 'union') return decodeUnion(composite);
  const { kind, path, layout, fields } = composite;
  if (fields.length === 0) return [kind === 'tuple' ? '  return [];' : '  return {};'];
  const scope = model.names.inner([MEMORY, 'offsetBytes', 'version']);
  const place = { ...IN_STRUCT, path, runtime: model.runtime };
  const first = fields.filter((field) => !isLater(field));
  const read = readFields(first, layout, { ...place, path: bitsPath(path, first) }, scope);
  const later = readLater(fields, layout, place, scope);
  const before = [...read.before, ...later.before];
  const values = fields.map(
    (field): Code => later.locals.get(field) ?? (read.values[first.indexOf(field)] as Code),
  );
  if (kind === 'tuple') {
    return [...before, ...returnItems(values)];
  }
  const members = fields.map(({ name }, index) => {
    const value = values[index] as Code;
    return value === name ? `    ${name},` : line(4, `${name}: `, value, ',');
  });
  return [...before, '  return {', ...members, '  };'];
}

function returnItems(values: readonly Code[]): readonly string[] {
  const one = line(2, 'return ', { open: '[', items: values.map(flat), close: ']' }, ';');
  if (!one.includes('\n')) return [one];
  return ['  return [', ...values.map((value) => line(4, '', value, ',')), '  ];'];
}

function decodeList(list: ListModel, model: ModuleModel): readonly string[] {
  const { layout, fields, self, path } = list;
  const scope = model.names.inner([MEMORY, 'offsetBytes', 'count', 'index', 'at', 'items', 'start']);
  const place = { base: 'at', indent: 4, path: `${path}[]`, runtime: model.runtime };
  const { before, values } = readFields(fields, layout.item, place, scope);
  const type = typeOf(self, 'output');
  const add = layout.as === 'array' ? 'push' : layout.as === 'set' ? 'add' : 'set';
  return [
    `  const items: ${type} = ${layout.as === 'array' ? '[]' : `new ${layout.as === 'set' ? 'Set' : 'Map'}()`};`,
    ...countLines(list, MEMORY, 'offsetBytes', 2),
    ...startLines(list, MEMORY, 'offsetBytes', 'count', 2),
    '  for (let index = 0; index < count; index++) {',
    ...(fields.some(hasPlace)
      ? [
          `    const at = ${itemOffset(layout.item.byteLength, liesInTail(layout) ? 'start' : 'offsetBytes')};`,
        ]
      : []),
    ...before,
    ...addItem(`items.${add}`, values),
    '  }',
    '  return items;',
  ];
}

/** A call whose one argument may be a call that needs breaking itself. */
function addItem(add: string, values: readonly Code[]): readonly string[] {
  const one = line(4, '', call(add, ...values.map(flat)), ';');
  if (!one.includes('\n')) return [one];
  return [`    ${add}(`, ...values.map((value) => line(6, '', value, ',')), '    );'];
}

function decodeUnion({ path, layout, options, self }: UnionModel): readonly string[] {
  return tagSwitch(path, layout, self, MEMORY, 'offsetBytes', 2, (tag) => [
    line(6, 'return ', call((options[tag] as ObjectModel).named('decode'), MEMORY, 'offsetBytes'), ';'),
  ]);
}
