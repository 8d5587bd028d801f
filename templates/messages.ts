/**
 * The text of `generated/messages.ts`: each message's type, encoder, decoder, view and codec.
 *
 * A nested object gets an interface, an encoder, a decoder and a view of its own, which take the record's offset
 * like those of the message: the places of its fields count from the record's start. Emitted functions stay small
 * so that V8 inlines them into the caller's loop, where the object that is sent then need not be allocated.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { emitterOf, guard, IN_DECODE, IN_VIEW, SWITCH_MAX_VALUES } from './field-kinds.js';
import {
  type FieldModel,
  type MessageModel,
  type ModuleModel,
  modelMessages,
  type ObjectModel,
} from './message-model.js';
import {
  assignment,
  call,
  docComment,
  line,
  literal,
  literals,
  quote,
  typeArguments,
  typed,
} from './text.js';

const PARAMETERS = ['value', 'memory', 'offsetBytes'];
const PLACE = ['memory: Memory', 'offsetBytes: number'];
const UNUSED_PLACE = ['_memory: Memory', '_offsetBytes: number'];
/** A longer name of a field becomes a shorter local, so that the lines that use it need no breaking. */
const LOCAL_MAX_LENGTH = 32;

/** The schema's doc comments by path: `messages.Flight`, `messages.Flight.position.x`. */
type Docs = ReadonlyMap<string, string>;

/** The module's text. */
export function emitMessages(plan: TopologyPlan, docs: Docs): string {
  const model = modelMessages(plan);
  const bodies = model.messages.flatMap((message) => emitMessage(message, model, docs));
  const imports = ["import type { Codec, Memory } from 'sn-gen/runtime';"];
  const helpers = { open: '{', items: model.imported(), close: '}' };
  if (helpers.items.length > 0) imports.push(line(0, 'import ', helpers, " from 'sn-gen/runtime';"));
  const header = docComment(0, undefined, `The messages of ${plan.schema}: types, codecs and views.`);
  return `${[[header, ...imports].join('\n'), ...bodies].join('\n\n')}\n`;
}

function emitMessage(message: MessageModel, model: ModuleModel, docs: Docs): readonly string[] {
  const { objects } = message;
  return [
    ...objects.map((object) => emitType(object, docs)),
    ...objects.flatMap((object) => object.fields.flatMap(emitEnum)),
    ...objects.map((object) => emitEncoder(object, model)),
    ...objects.map((object) => emitDecoder(object)),
    ...objects.map((object) => emitView(object, docs)),
    ...objects.slice(0, 1).map((object) => emitCodec(message, object)),
  ];
}

function emitType(object: ObjectModel, docs: Docs): string {
  const type = object.named('type');
  const doc = docComment(0, docs.get(`messages.${object.path}`), `${object.byteLength} bytes.`);
  if (object.fields.length === 0) return `${doc}\nexport type ${type} = Record<string, never>;`;
  const members = object.fields.map((field) => {
    const label = `${emitterOf(field.type).label(field.type, field)} at byte ${field.offsetBytes}.`;
    const ours = docComment(2, docs.get(`messages.${field.path}`), label);
    const union = emitterOf(field.type).type(field.type, field);
    return `${ours}\n${typed(2, `${field.name}:`, union)}`;
  });
  return `${doc}\nexport interface ${type} {\n${members.join('\n')}\n}`;
}

/** The values of an enum field and the way from a value to its index. */
function emitEnum(field: FieldModel): readonly string[] {
  if (field.type.kind !== 'enum') return [];
  const [type, values, indexOf] = [field.named('type'), field.named('values'), field.named('indexOf')];
  const table = literals(`const ${values}: readonly ${type}[] = `, field.type.values);
  if (field.type.values.length > SWITCH_MAX_VALUES) {
    const make = call(`/* @__PURE__ */ ${field.runtime('indexesOf')}`, values);
    return [`${table}\n\n${line(0, `const ${indexOf} = `, make, ';')}`];
  }
  const cases = field.type.values.map(
    (value, index) => `    case ${literal(value)}:\n      return ${index};\n`,
  );
  const head = line(
    0,
    `function ${indexOf}`,
    { open: '(', items: [`value: ${type}`], close: ')' },
    ': number {',
  );
  return [table, `${head}\n  switch (value) {\n${cases.join('')}    default:\n      return -1;\n  }\n}`];
}

function emitEncoder(object: ObjectModel, model: ModuleModel): string {
  const [type, encode] = [object.named('type'), object.named('encode')];
  const isEmpty = object.fields.length === 0;
  const parameters = [`value: ${type}`, ...(isEmpty ? UNUSED_PLACE : PLACE)];
  const visibility = object.isMessage ? 'export ' : '';
  const place = { path: object.path, runtime: model.runtime };
  return [
    docComment(
      0,
      undefined,
      `Writes one \`${type}\`. @throws SnError \`SN_FIELD_RANGE\`; the bytes are then undefined.`,
    ),
    line(0, `${visibility}function ${encode}`, { open: '(', items: parameters, close: ')' }, ': void {'),
    ...guard(object.layout, place, 'value', 'value === undefined', 'value === null'),
    ...(isEmpty ? [] : encodeFields(object, model)),
    '}',
  ].join('\n');
}

/** All fields are read once into locals, then checked, then stored. */
function encodeFields({ fields }: ObjectModel, model: ModuleModel): readonly string[] {
  const inner = model.names.inner(PARAMETERS);
  const locals = fields.map(({ name }) => inner.claim(name.slice(0, LOCAL_MAX_LENGTH)));
  const items = fields.map(({ name }, index) =>
    locals[index] === name ? name : `${name}: ${locals[index]}`,
  );
  const encodings = fields.map((field, index) => {
    const value = locals[index] as string;
    const made = (suffix: string) => inner.claim(value + suffix);
    return emitterOf(field.type).encode(field.type, field, { value, made });
  });
  return [
    line(2, 'const ', { open: '{', items, close: '}' }, ' = value;'),
    ...encodings.flatMap(({ checks }) => checks),
    ...encodings.flatMap(({ stores }) => stores),
  ];
}

function emitDecoder(object: ObjectModel): string {
  const [type, decode] = [object.named('type'), object.named('decode')];
  const isEmpty = object.fields.length === 0;
  const members = object.fields.map((field) =>
    line(4, `${field.name}: `, emitterOf(field.type).read(field.type, field, IN_DECODE), ','),
  );
  const visibility = object.isMessage ? 'export ' : '';
  const parameters = isEmpty ? UNUSED_PLACE : PLACE;
  return [
    docComment(
      0,
      undefined,
      `Reads one \`${type}\` into an object of its own. @throws SnError \`SN_BAD_RECORD\``,
    ),
    line(0, `${visibility}function ${decode}`, { open: '(', items: parameters, close: ')' }, `: ${type} {`),
    ...(isEmpty ? ['  return {};'] : ['  return {', ...members, '  };']),
    '}',
  ].join('\n');
}

function emitView(object: ObjectModel, docs: Docs): string {
  const [type, view] = [object.named('type'), object.named('view')];
  const nested = object.fields.filter((field) => field.object !== undefined);
  const lines = [
    '/**',
    ` * Reads one \`${type}\` in place.`,
    ' *',
    ' * Valid only until the handler that got it returns: the runtime then moves it to the next record. Keep the',
    ' * fields or `toObject()`, never the view.',
    ' */',
    `export class ${view} {`,
    '  /** Where the record lies; moved by the runtime only. `declare`, since a field that starts undefined is slow. */',
    '  declare $memory: Memory;',
    '  declare $offsetBytes: number;',
    ...nested.map((field) => `  declare private readonly $$${field.name}: ${field.named('view')};`),
    '',
    '  constructor(memory: Memory, offsetBytes: number) {',
    '    this.$memory = memory;',
    '    this.$offsetBytes = offsetBytes;',
    ...nested.map((field) =>
      assignment(4, `this.$$${field.name}`, `new ${field.named('view')}(memory, offsetBytes)`),
    ),
    '  }',
    ...object.fields.flatMap((field) => ['', emitGetter(field, docs)]),
    '',
    '  /** The fields in an object of their own, which may be kept. @throws SnError `SN_BAD_RECORD` */',
    `  toObject(): ${type} {`,
    line(4, 'return ', call(object.named('decode'), 'this.$memory', 'this.$offsetBytes'), ';'),
    '  }',
    '}',
  ];
  return lines.join('\n');
}

function emitGetter(field: FieldModel, docs: Docs): string {
  const emitter = emitterOf(field.type);
  const type = emitter.viewType?.(field.type, field) ?? emitter.type(field.type, field).join(' | ');
  const words = docs.get(`messages.${field.path}`);
  const doc = emitter.viewNote ?? '';
  const comment = words === undefined && doc === '' ? [] : [docComment(2, words, doc)];
  const body =
    field.object === undefined
      ? [line(4, 'return ', (emitter.view ?? emitter.read)(field.type, field, IN_VIEW), ';')]
      : [
          `    const view = this.$$${field.name};`,
          '    view.$memory = this.$memory;',
          '    view.$offsetBytes = this.$offsetBytes;',
          '    return view;',
        ];
  return [...comment, `  get ${field.name}(): ${type} {`, ...body, '  }'].join('\n');
}

function emitCodec({ message, codec }: MessageModel, object: ObjectModel): string {
  const [type, view] = [object.named('type'), object.named('view')];
  return [
    docComment(0, undefined, `What a channel needs to carry \`${type}\`.`),
    typeArguments(`export const ${codec}: Codec`, [type, view], ' = {'),
    `  name: ${quote(message.name)},`,
    `  fingerprint: ${quote(message.fingerprint)},`,
    `  byteLength: ${message.byteLength},`,
    `  encode: ${object.named('encode')},`,
    `  decode: ${object.named('decode')},`,
    `  view: (memory, offsetBytes) => new ${view}(memory, offsetBytes),`,
    '};',
  ].join('\n');
}
