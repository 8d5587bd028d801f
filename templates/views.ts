/**
 * Views: classes that read what is made of structs in place.
 */

import {
  countLines,
  hasPlace,
  itemOffset,
  liesInTail,
  startLines,
  tagSwitch,
  typeOf,
} from './composite-parts.js';
import type { Docs } from './composite-types.js';
import { emitEnvelopeGetter } from './envelopes.js';
import { emitterOf, type FieldModel, offset, typedArrayOf } from './field-kinds.js';
import { readsVersion, returnMissing } from './later-fields.js';
import {
  type CompositeModel,
  compositeOf,
  innermost,
  type ListModel,
  type ObjectModel,
  type UnionModel,
} from './message-model.js';
import { getterType, reachInView, returnInView } from './struct.js';
import { assignment, call, docComment, line, typed } from './text.js';

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
  /** The message's version, where its records may be older ones. */
  readonly version?: number;
  /** Views inside, each with the name of the member that holds it. */
  readonly held: readonly { readonly member: string; readonly view: string; readonly offsetBytes: number }[];
  readonly members: readonly string[];
}

function emitViewClass({ about, view, type, decode, version, held, members }: ViewParts): string {
  const isVersioned = version !== undefined;
  const parameters = [
    'memory: Memory',
    'offsetBytes: number',
    ...(isVersioned ? [`version = ${version}`] : []),
  ];
  return [
    '/**',
    ...about.map((text) => ` * ${text}`.trimEnd()),
    ' */',
    `export class ${view} {`,
    '  /** Where it lies; moved by the runtime only. `declare`, since a field that starts undefined is slow. */',
    '  declare $memory: Memory;',
    '  declare $offsetBytes: number;',
    ...(isVersioned
      ? ['  /** The version of the build that wrote it. */', '  declare $version: number;']
      : []),
    ...held.map(({ member, view: name }) => `  declare private readonly ${member}: ${name};`),
    '',
    line(2, 'constructor', { open: '(', items: parameters, close: ')' }, ' {'),
    '    this.$memory = memory;',
    '    this.$offsetBytes = offsetBytes;',
    ...(isVersioned ? ['    this.$version = version;'] : []),
    ...held.map(({ member, view: name, offsetBytes }) =>
      assignment(4, `this.${member}`, `new ${name}(memory, ${offset('offsetBytes', offsetBytes)})`),
    ),
    '  }',
    ...members,
    '',
    '  /** A value of its own, which may be kept. @throws SnError `SN_BAD_RECORD` */',
    `  toObject(): ${type} {`,
    line(
      4,
      'return ',
      call(decode, 'this.$memory', 'this.$offsetBytes', ...(isVersioned ? ['this.$version'] : [])),
      ';',
    ),
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
    ...(readsVersion(object) ? { version: object.layout.versions?.length ?? 1 } : {}),
    held: [...heldBy(object.fields), ...heldEnvelope(object)],
    members: [
      ...object.fields.flatMap((field) => ['', emitGetter(object, field, docs)]),
      ...(object.envelope === undefined ? [] : emitEnvelopeGetter(type, object.envelope)),
    ],
  });
}

function heldEnvelope({ envelope, path }: ObjectModel): ViewParts['held'] {
  if (envelope === undefined) return [];
  return [{ member: '$$envelope', view: `${path}EnvelopeView`, offsetBytes: -envelope.byteLength }];
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
  const reach = reachInView(object.layout, field, 'this.$offsetBytes');
  return [
    ...comment,
    `  get ${field.name}(): ${getterType(field)} {`,
    ...returnMissing(field, reach.indent),
    ...returnInView(field, reach, `this.${memberOf(field)}`),
    '  }',
  ].join('\n');
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
    ...returnInView(field, reachInView(layout.item, field, 'at'), `this.${memberOf(field)}`),
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
