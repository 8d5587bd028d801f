/**
 * The text of `generated/messages.ts`: each message's type, encoder, decoder, view, writer and codec.
 *
 * What is made of structs (objects, tuples, lists, unions) gets a type, an encoder, a decoder and a view of its own, which take
 * the offset of where it lies. Emitted functions stay small so that V8 inlines them into the caller's loop,
 * where the object that is sent then need not be allocated.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { type Docs, emitTypes } from './composite-types.js';
import { emitDecoder } from './decoders.js';
import { emitEncoder, emitFaultOf } from './encoders.js';
import { emitEnvelope, emitWorkerNames, envelopeTypes } from './envelopes.js';
import { type FieldModel, hasAlias, SWITCH_MAX_VALUES } from './field-kinds.js';
import { emitDefaults, readsVersion } from './later-fields.js';
import { type MessageModel, type ModuleModel, modelMessages, type ObjectModel } from './message-model.js';
import { emitTailOf } from './tails.js';
import {
  call,
  docComment,
  line,
  literal,
  literals,
  literalsMember,
  quote,
  typeArguments,
  typed,
} from './text.js';
import { emitView } from './views.js';
import { emitWriters } from './writers.js';

/** The module's text. */
export function emitMessages(plan: TopologyPlan, docs: Docs): string {
  const model = modelMessages(plan);
  const workers = model.names.claim('workerNames');
  const bodies = [
    ...emitWorkerNames(plan, workers),
    ...model.messages.flatMap((message) => emitMessage(message, model, docs, workers)),
  ];
  const types = ['Codec', 'Memory', ...envelopeTypes(plan)].sort();
  const imports = [
    line(0, 'import type ', { open: '{', items: types, close: '}' }, " from 'sn-gen/runtime';"),
  ];
  const helpers = { open: '{', items: model.imported(), close: '}' };
  if (helpers.items.length > 0) imports.push(line(0, 'import ', helpers, " from 'sn-gen/runtime';"));
  const header = docComment(0, undefined, `The messages of ${plan.schema}: types, codecs and views.`);
  return `${[[header, ...imports].join('\n'), ...bodies].join('\n\n')}\n`;
}

function emitMessage(
  message: MessageModel,
  model: ModuleModel,
  docs: Docs,
  workers: string,
): readonly string[] {
  const { composites, fields } = message;
  return [
    ...composites.flatMap((composite) => emitTypes(composite, docs)),
    ...fields.flatMap(emitEnum),
    ...composites.flatMap(emitTailOf),
    ...composites.flatMap((composite) => emitFaultOf(composite, model)),
    ...composites.map((composite) => emitEncoder(composite, model)),
    ...composites.map((composite) => emitDecoder(composite, model)),
    ...composites.map((composite) => emitView(composite, docs)),
    ...emitWriters(composites[0] as ObjectModel, message.message.tailMaxBytes, model, docs),
    ...emitEnvelope(message, model, workers),
    ...emitDefaults(message),
    emitCodec(message),
  ];
}

/** The values of an enum field and the way from a value to its index. */
function emitEnum(field: FieldModel): readonly string[] {
  const { type } = field;
  if (type.kind !== 'enum' || type.values.length === 1) return [];
  const [name, values, indexOf] = [field.named('type'), field.named('values'), field.named('indexOf')];
  const alias = hasAlias(type, field) ? [typed(0, `export type ${name} =`, type.values.map(literal))] : [];
  const table = literals(`const ${values}: readonly ${name}[] = `, type.values);
  if (type.values.length > SWITCH_MAX_VALUES) {
    const make = call(`/* @__PURE__ */ ${field.runtime('indexesOf')}`, values);
    return [...alias, `${table}\n\n${line(0, `const ${indexOf} = `, make, ';')}`];
  }
  const cases = type.values.map((value, index) => `    case ${literal(value)}:\n      return ${index};\n`);
  const head = line(
    0,
    `function ${indexOf}`,
    { open: '(', items: [`value: ${name}`], close: ')' },
    ': number {',
  );
  return [
    ...alias,
    table,
    `${head}\n  switch (value) {\n${cases.join('')}    default:\n      return -1;\n  }\n}`,
  ];
}

function emitCodec({ message, codec, composites }: MessageModel): string {
  const object = composites[0] as ObjectModel;
  const { named } = object;
  const { versions, fingerprints = [] } = message;
  const place = ['memory', 'offsetBytes', ...(readsVersion(object) ? ['version'] : [])].join(', ');
  const [type, input, view] = [named('type'), named('input'), named('view')];
  return [
    docComment(0, undefined, `What a channel needs to carry \`${type}\`.`),
    typeArguments(
      0,
      `export const ${codec}: Codec`,
      input === type ? [type, view] : [type, view, input],
      ' = {',
    ),
    `  name: ${quote(message.name)},`,
    `  fingerprint: ${quote(message.fingerprint)},`,
    `  byteLength: ${message.byteLength},`,
    ...(versions === undefined
      ? []
      : [
          `  version: ${versions.length},`,
          literalsMember(2, 'fingerprints', fingerprints),
          literalsMember(
            2,
            'byteLengths',
            versions.map(({ byteLength }) => byteLength),
          ),
        ]),
    ...(message.tailMaxBytes === undefined ? [] : [`  byteLengthOf: ${named('tailOf')},`]),
    `  encode: ${named('encode')},`,
    `  decode: ${named('decode')},`,
    `  view: (${place}) => new ${view}(${place}),`,
    '};',
  ].join('\n');
}
