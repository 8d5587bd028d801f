/**
 * Encoders: functions that write what is made of structs.
 */

import {
  hasPlace,
  IN_STRUCT,
  itemOffset,
  liesInTail,
  PLACE,
  startOf,
  times,
  typeOf,
  UNUSED_PLACE,
  usesPlace,
  visibilityOf,
} from './composite-parts.js';
import { countElement, guard, offset } from './field-kinds.js';
import {
  type CompositeModel,
  hasTail,
  type ListModel,
  type ModuleModel,
  type ObjectModel,
  type UnionModel,
} from './message-model.js';
import { checkedTogether, faults, localOf, MEMORY, writeFields } from './struct.js';
import { call, destructuring, docComment, ifAny, line, literal, quote } from './text.js';

const PARAMETERS = ['value', MEMORY, 'offsetBytes'];

export function emitEncoder(composite: CompositeModel, model: ModuleModel): string {
  const { named } = composite;
  const type = composite.kind === 'list' ? typeOf(composite.self, 'input') : named('input');
  const begins =
    composite.kind === 'object' && composite.isMessage && hasTail({ kind: 'object', ...composite.layout });
  const end = begins ? [`endBytes: number = ${MEMORY}.u8.length`] : [];
  const parameters = [`value: ${type}`, ...(usesPlace(composite) ? PLACE : UNUSED_PLACE), ...end];
  return [
    docComment(
      0,
      undefined,
      `Writes \`${composite.path}\`. @throws SnError \`SN_FIELD_RANGE\`; the bytes are then undefined.`,
    ),
    line(
      0,
      `${visibilityOf(composite)}function ${named('encode')}`,
      { open: '(', items: parameters, close: ')' },
      ': void {',
    ),
    ...(begins
      ? [
          line(
            2,
            '',
            call(model.runtime('beginTail'), offset('offsetBytes', composite.layout.byteLength), 'endBytes'),
            ';',
          ),
        ]
      : []),
    ...encoderBody(composite, model),
    '}',
  ].join('\n');
}

function encoderBody(composite: CompositeModel, model: ModuleModel): readonly string[] {
  if (composite.kind === 'list') return encodeList(composite, model);
  if (composite.kind === 'union') return encodeUnion(composite);
  return encodeObject(composite, model);
}

/** All fields are read once into locals, then checked, then stored. */
function encodeObject(object: ObjectModel, model: ModuleModel): readonly string[] {
  const { kind, path, layout, fields } = object;
  const type = { kind, ...layout };
  const place = { path, runtime: model.runtime, alsoAllowed: '' };
  const wrong =
    kind === 'tuple'
      ? ['!Array.isArray(value)', `value.length !== ${fields.length}`]
      : ['value === undefined', 'value === null'];
  const lines = guard(type, place, 2, 'value', ...wrong);
  if (fields.length === 0) return lines;
  const scope = model.names.inner(PARAMETERS);
  const locals = fields.map(({ name }) => scope.claim(localOf(name)));
  const taken =
    kind === 'tuple'
      ? locals.map((local, index) => `  const ${local} = value[${index}];`)
      : [
          destructuring(
            2,
            fields.map(({ name }, index) => (locals[index] === name ? name : `${name}: ${locals[index]}`)),
            'value',
          ),
        ];
  const refuse = (conditions: readonly string[]) => [
    ifAny(2, conditions),
    `    throw ${object.named('faultOf')}(value);`,
    '  }',
  ];
  const write = writeFields(fields, locals, layout, IN_STRUCT, scope, kind === 'tuple' ? undefined : refuse);
  return [...lines, ...taken, ...write];
}

/** What is wrong with numbers that an encoder checks together; nothing where it does not. */
export function emitFaultOf(composite: CompositeModel, model: ModuleModel): readonly string[] {
  if (composite.kind !== 'object') return [];
  const fields = checkedTogether(composite.fields);
  if (fields.length === 0) return [];
  const scope = model.names.inner(['value']);
  const locals = fields.map(({ name }) => scope.claim(localOf(name)));
  const members = fields.map(({ name }, index) =>
    locals[index] === name ? name : `${name}: ${locals[index]}`,
  );
  const all = faults(fields, locals, scope);
  const { named } = composite;
  const parameters = { open: '(', items: [`value: ${named('input')}`], close: ')' };
  return [
    [
      docComment(0, undefined, `What is wrong with the numbers of \`${composite.path}\`.`),
      line(0, `function ${named('faultOf')}`, parameters, ': Error {'),
      destructuring(2, members, 'value'),
      ...all.flatMap(({ refusedWhen, fault }, index) =>
        index === all.length - 1
          ? [line(2, 'return ', fault, ';')]
          : [ifAny(2, refusedWhen), line(4, 'return ', fault, ';'), '  }'],
      ),
      '}',
    ].join('\n'),
  ];
}

function encodeList(list: ListModel, model: ModuleModel): readonly string[] {
  const { layout, fields, self } = list;
  const scope = model.names.inner([...PARAMETERS, 'count', 'index', 'at', 'item', 'key', 'start']);
  const size = layout.as === 'array' ? 'length' : 'size';
  const isWrong =
    layout.as === 'array'
      ? '!Array.isArray(value)'
      : `!(value instanceof ${layout.as === 'set' ? 'Set' : 'Map'})`;
  const most = `value.${size} ${layout.isExact ? '!==' : '>'} ${layout.max}`;
  const place = { path: list.path, runtime: model.runtime, alsoAllowed: self.alsoAllowed };
  const locals = layout.as === 'map' ? ['key', 'item'] : ['item'];
  const isInTail = liesInTail(layout);
  const at = fields.some(hasPlace)
    ? [`    const at = ${itemOffset(layout.item.byteLength, isInTail ? 'start' : 'offsetBytes')};`]
    : [];
  const write = writeFields(fields, locals, layout.item, { base: 'at', indent: 4 }, scope);
  const loop =
    layout.as === 'array'
      ? [
          '  for (let index = 0; index < count; index++) {',
          '    const item = value[index] as (typeof value)[number];',
          ...at,
          ...write,
          '  }',
        ]
      : [
          '  let index = 0;',
          `  for (const ${layout.as === 'map' ? '[key, item]' : 'item'} of value) {`,
          '    // A getter of the one before may have added to it.',
          '    if (index === count) break;',
          ...at,
          ...write,
          '    index++;',
          '  }',
        ];
  const stored =
    layout.count === undefined || isInTail
      ? []
      : [`  ${countElement(MEMORY, 'offsetBytes', layout.count)} = count;`];
  const claim = isInTail
    ? [
        line(
          2,
          startOf(fields),
          call(
            self.runtime('claimTail'),
            MEMORY,
            'offsetBytes',
            times('count', layout.item.byteLength),
            'count',
          ),
          ';',
        ),
      ]
    : [];
  return [
    ...guard({ ...layout }, place, 2, 'value', isWrong, most),
    `  const count = value.${size};`,
    ...claim,
    ...loop,
    ...stored,
  ];
}

function encodeUnion({ path, layout, options, self }: UnionModel): readonly string[] {
  const { discriminator } = layout;
  const told = `value.${discriminator}`;
  const all = layout.options.flatMap(({ values }) => values).map((value) => JSON.stringify(value));
  const cases = options.flatMap((option, tag) => [
    ...(layout.options[tag]?.values ?? []).map((value) => `    case ${literal(value)}:`),
    `      ${option.named('encode')}(value, ${MEMORY}, offsetBytes);`,
    `      ${MEMORY}.u8[${offset('offsetBytes', layout.tagOffsetBytes)}] = ${tag};`,
    '      break;',
  ]);
  const fieldRange = call(
    self.runtime('fieldRange'),
    quote(`${path}.${discriminator}`),
    `(value as { readonly ${discriminator}: unknown }).${discriminator}`,
    quote(`one of ${all.slice(0, 8).join(', ')}${all.length > 8 ? ` and ${all.length - 8} more` : ''}`),
  );
  return [
    ...guard(layout, self, 2, 'value', 'value === undefined', 'value === null'),
    `  switch (${told}) {`,
    ...cases,
    '    default:',
    line(6, 'throw ', fieldRange, ';'),
    '  }',
  ];
}
