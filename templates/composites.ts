/**
 * Composites: types, encoders, decoders and views of what is made of structs.
 */
import type { TypeLayout } from '../schema/layout.js';
import { countElement, emitterOf, type FieldModel, guard, offset, typedArrayOf } from './field-kinds.js';
import {
  type CompositeModel,
  compositeOf,
  hasTail,
  type ListModel,
  type ModuleModel,
  type ObjectModel,
  type UnionModel,
} from './message-model.js';
import { getterType, localOf, MEMORY, reachInView, readFields, returnInView, writeFields } from './struct.js';
import {
  assignment,
  type Code,
  call,
  docComment,
  flat,
  line,
  literal,
  plural,
  quote,
  typed,
} from './text.js';

/** The schema's doc comments by path: `messages.Flight`, `messages.Flight.position.x`. */
export type Docs = ReadonlyMap<string, string>;

const PARAMETERS = ['value', MEMORY, 'offsetBytes'];
const PLACE = [`${MEMORY}: Memory`, 'offsetBytes: number'];
const UNUSED_PLACE = [`_${MEMORY}: Memory`, '_offsetBytes: number'];
const IN_STRUCT = { base: 'offsetBytes', indent: 2 };

// --- types ---

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
function placeLabel(object: ObjectModel, { type, offsetBytes, bit, byteLength }: FieldModel): string {
  const place = byteLength === 0 ? '' : ` at byte ${offsetBytes}`;
  const bitAt = (index: number) =>
    `bit ${index & 7} of byte ${(object.layout.bits?.offsetBytes ?? 0) + (index >> 3)}`;
  if (type.kind === 'bool') return `: ${bitAt(bit)}`;
  if (type.kind !== 'maybe') return place;
  if (type.absent !== 'either') return `${place}, or ${type.absent} by ${bitAt(bit)}`;
  return `${place}, or undefined by ${bitAt(bit)}, or null by ${bitAt(bit + 1)}`;
}

function isOptional(type: TypeLayout, side: 'input' | 'output'): boolean {
  return type.kind === 'maybe' ? type.absent !== 'null' : type.kind === 'default' && side === 'input';
}

// --- encoders ---

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
          line(
            2,
            'const ',
            {
              open: '{',
              items: fields.map(({ name }, index) =>
                locals[index] === name ? name : `${name}: ${locals[index]}`,
              ),
              close: '}',
            },
            ' = value;',
          ),
        ];
  return [...lines, ...taken, ...writeFields(fields, locals, layout, IN_STRUCT, scope)];
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
          'const start = ',
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

// --- decoders ---

export function emitDecoder(composite: CompositeModel, model: ModuleModel): string {
  const { named, kind } = composite;
  const parameters = usesPlace(composite) ? PLACE : UNUSED_PLACE;
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
  const scope = model.names.inner([MEMORY, 'offsetBytes']);
  const place = { ...IN_STRUCT, path: bitsPath(path, fields), runtime: model.runtime };
  const { before, values } = readFields(fields, layout, place, scope);
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

/** What a wrong byte of bits is reported under: the one field that has bits, or all of the struct. */
function bitsPath(path: string, fields: readonly FieldModel[]): string {
  const withBits = fields.filter(({ type }) => type.kind === 'bool' || type.kind === 'maybe');
  return withBits.length === 1 ? (withBits[0] as FieldModel).path : path;
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

/** Declares `count`, read once and checked. */
function countLines(
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

/** Declares `start`, where the items of a list in the tail begin. */
function startLines(
  { layout, path, self }: ListModel,
  memory: string,
  base: string,
  count: string,
  indent: number,
): readonly string[] {
  if (!liesInTail(layout)) return [];
  const bytes = times(count, layout.item.byteLength);
  return [
    line(indent, 'const start = ', call(self.runtime('tailAt'), memory, base, bytes, quote(path)), ';'),
  ];
}

function liesInTail({ count }: ListModel['layout']): boolean {
  return count?.byteLength === 4;
}

function times(count: string, bytes: number): string {
  return bytes === 1 ? count : `${count} * ${bytes}`;
}

function decodeUnion({ path, layout, options, self }: UnionModel): readonly string[] {
  return tagSwitch(path, layout, self, MEMORY, 'offsetBytes', 2, (tag) => [
    line(6, 'return ', call((options[tag] as ObjectModel).named('decode'), MEMORY, 'offsetBytes'), ';'),
  ]);
}

function tagSwitch(
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

// --- views ---

export function emitView(composite: CompositeModel, docs: Docs): string {
  switch (composite.kind) {
    case 'list':
      return emitListView(composite);
    case 'union':
      return emitUnionView(composite);
    default:
      return emitStructView(composite, docs);
  }
}

interface ViewParts {
  readonly about: readonly string[];
  readonly path: string;
  readonly view: string;
  readonly type: string;
  readonly decode: string;
  /** Views inside, each with the name of the member that holds it. */
  readonly held: readonly { readonly member: string; readonly view: string; readonly offsetBytes: number }[];
  readonly members: readonly string[];
}

function emitViewClass({ about, view, type, decode, held, members }: ViewParts): string {
  return [
    '/**',
    ...about.map((text) => ` * ${text}`.trimEnd()),
    ' */',
    `export class ${view} {`,
    '  /** Where it lies; moved by the runtime only. `declare`, since a field that starts undefined is slow. */',
    '  declare $memory: Memory;',
    '  declare $offsetBytes: number;',
    ...held.map(({ member, view: name }) => `  declare private readonly ${member}: ${name};`),
    '',
    '  constructor(memory: Memory, offsetBytes: number) {',
    '    this.$memory = memory;',
    '    this.$offsetBytes = offsetBytes;',
    ...held.map(({ member, view: name, offsetBytes }) =>
      assignment(4, `this.${member}`, `new ${name}(memory, ${offset('offsetBytes', offsetBytes)})`),
    ),
    '  }',
    ...members,
    '',
    '  /** A value of its own, which may be kept. @throws SnError `SN_BAD_RECORD` */',
    `  toObject(): ${type} {`,
    line(4, 'return ', call(decode, 'this.$memory', 'this.$offsetBytes'), ';'),
    '  }',
    '}',
  ].join('\n');
}

function emitStructView(object: ObjectModel, docs: Docs): string {
  const type = object.named('type');
  return emitViewClass({
    about: [
      `Reads \`${object.path}\` in place.`,
      '',
      'Valid only until the handler that got it returns: the runtime then moves it to the next record. Keep the',
      'fields or `toObject()`, never the view.',
    ],
    path: object.path,
    view: object.named('view'),
    type,
    decode: object.named('decode'),
    held: heldBy(object.fields),
    members: object.fields.flatMap((field) => ['', emitGetter(object, field, docs)]),
  });
}

/** The views of the composites among the fields. */
function heldBy(fields: readonly FieldModel[]): ViewParts['held'] {
  return fields.flatMap((field) => {
    const composite = compositeOf(field);
    if (composite === undefined) return [];
    const { offsetBytes } = field;
    return [{ member: memberOf(field), view: composite.named('view'), offsetBytes }];
  });
}

function memberOf({ name }: FieldModel): string {
  return `$$${name}`;
}

function emitGetter(object: ObjectModel, field: FieldModel, docs: Docs): string {
  const emitter = emitterOf((compositeOf(field) ?? innermost(field)).type);
  const words = docs.get(`messages.${field.path}`);
  const doc = emitter.viewNote ?? '';
  const comment = words === undefined && doc === '' ? [] : [docComment(2, words, doc)];
  const reach = reachInView(object.layout, 'this.$offsetBytes');
  return [
    ...comment,
    `  get ${field.name}(): ${getterType(field)} {`,
    ...returnInView(field, reach, `this.${memberOf(field)}`),
    '  }',
  ].join('\n');
}

function innermost(field: FieldModel): FieldModel {
  const { type, inner } = field;
  return type.kind === 'maybe' || type.kind === 'default' ? innermost(inner[0] as FieldModel) : field;
}

function emitListView(list: ListModel): string {
  const { layout, fields, self } = list;
  const accessors = layout.as === 'map' ? ['keyAt', 'valueAt'] : ['at'];
  const base = liesInTail(layout) ? 'start' : 'this.$offsetBytes';
  const at = itemOffset(layout.item.byteLength, base);
  const start = startLines(list, 'this.$memory', 'this.$offsetBytes', 'length', 4);
  const members = fields.flatMap((field, which) => [
    '',
    docComment(2, undefined, accessorDoc(field, layout.as)),
    `  ${accessors[which]}(index: number): ${orUndefined(getterType(field))} {`,
    '    const { length } = this;',
    '    if (index >>> 0 !== index || index >= length) return undefined;',
    ...(hasPlace(field) ? [...start, `    const at = ${at};`] : []),
    ...returnInView(field, reachInView(layout.item, 'at'), `this.${memberOf(field)}`),
    '  }',
  ]);
  return emitViewClass({
    about: [
      `Reads \`${list.path}\` in place: nothing is allocated for an item.`,
      '',
      'Valid as long as the view around it.',
    ],
    path: list.path,
    view: list.named('view'),
    type: typeOf(self, 'output'),
    decode: list.named('decode'),
    held: heldBy(fields),
    members: [
      '',
      docComment(2, undefined, 'How many items there are. @throws SnError `SN_BAD_RECORD`'),
      '  get length(): number {',
      ...(layout.count === undefined
        ? [`    return ${layout.max};`]
        : [...countLines(list, 'this.$memory', 'this.$offsetBytes', 4), '    return count;']),
      '  }',
      ...members,
      ...typedArrayMember(list),
    ],
  });
}

/** Whether the functions of a type touch memory at all. */
function usesPlace(composite: CompositeModel): boolean {
  if (composite.kind === 'union') return true;
  const isCounted = composite.kind === 'list' && composite.layout.count !== undefined;
  return isCounted || composite.fields.some(hasPlace);
}

/** Whether what reads or writes a field asks where it lies: not where it can have one value only. */
function hasPlace(field: FieldModel): boolean {
  const { type, byteLength, inner } = field;
  if (type.kind === 'default') return hasPlace(inner[0] as FieldModel);
  return byteLength > 0 || type.kind === 'bool' || type.kind === 'maybe' || compositeOf(field) !== undefined;
}

function accessorDoc(field: FieldModel, as: ListModel['layout']['as']): string {
  const what = as === 'map' ? `The ${field.name} of an entry` : 'An item';
  const note = compositeOf(field) === undefined ? '' : ' The same view for each call.';
  return `${what}, or undefined where there is none.${note}`;
}

function orUndefined(type: string): string {
  return / undefined\b/.test(type) ? type : `${type} | undefined`;
}

/** Numbers that need no check are a typed array as they lie. */
function typedArrayMember(list: ListModel): readonly string[] {
  const { layout, fields } = list;
  const found = layout.as === 'array' ? typedArrayOf((fields[0] as FieldModel).type.kind) : undefined;
  if (found === undefined) return [];
  const { array, type } = found;
  const shift = Math.log2(layout.item.byteLength);
  const base = liesInTail(layout) ? 'start' : 'this.$offsetBytes';
  const first = shift === 0 ? base : `${base} >> ${shift}`;
  return [
    '',
    docComment(2, undefined, 'The numbers in place, as a typed array: valid as long as the view.'),
    `  get numbers(): ${type}<ArrayBufferLike> {`,
    '    const { length } = this;',
    ...startLines(list, 'this.$memory', 'this.$offsetBytes', 'length', 4),
    `    const first = ${first};`,
    `    return this.$memory.${array}.subarray(first, first + length);`,
    '  }',
  ];
}

function emitUnionView({ path, layout, options, named, self }: UnionModel): string {
  const views = options.map((option) => option.named('view'));
  return emitViewClass({
    about: [`Reads \`${path}\` in place.`, '', 'Valid as long as the view around it.'],
    path,
    view: named('view'),
    type: named('type'),
    decode: named('decode'),
    held: views.map((view, tag) => ({ member: `$$option${tag}`, view, offsetBytes: 0 })),
    members: [
      '',
      docComment(
        2,
        undefined,
        `The view of the option that is there: its \`${layout.discriminator}\` tells which. The same views for each call.`,
      ),
      typed(2, 'get option():', views, ' {'),
      ...tagSwitch(path, layout, self, 'this.$memory', 'this.$offsetBytes', 4, (tag) => [
        `        return this.$moved(this.$$option${tag});`,
      ]),
      '  }',
      '',
      '  private $moved<View extends { $memory: Memory; $offsetBytes: number }>(view: View): View {',
      '    view.$memory = this.$memory;',
      '    view.$offsetBytes = this.$offsetBytes;',
      '    return view;',
      '  }',
    ],
  });
}

function visibilityOf(composite: CompositeModel): string {
  return composite.kind === 'object' && composite.isMessage ? 'export ' : '';
}

function typeOf(field: FieldModel, side: 'input' | 'output'): string {
  return emitterOf(field.type).type(field.type, field, side).join(' | ');
}

function itemOffset(byteLength: number, base = 'offsetBytes'): string {
  return byteLength === 1 ? `${base} + index` : `${base} + index * ${byteLength}`;
}
