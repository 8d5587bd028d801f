/**
 * Envelopes: what stands in `messages.ts` for a message with an envelope: its type, its view, and what fills it in.
 *
 * It lies in front of the record, so that encoders, decoders and views of the record know nothing of it.
 */
import type { EnvelopeField, EnvelopeLayout } from '../schema/envelope.js';
import type { TopologyPlan } from '../schema/plan.js';
import { offset, type RuntimeHelper } from './field-kinds.js';
import { inputNameOf, type MessageModel, type ModuleModel } from './message-model.js';
import { capitalised } from './names.js';
import { assignment, type Code, call, docComment, line, quote } from './text.js';

interface EnvelopeEmitter {
  readonly type: string;
  readonly says: string;
  /** The statement that fills it in, `at` its offset. */
  readonly stamp: (at: string, runtime: Runtime) => string;
  /** The expression that reads it. */
  readonly read: (at: string, path: string, names: Names) => Code;
  /** Types of the runtime that its code names. */
  readonly uses: readonly string[];
  /** What the sender may give for it. */
  readonly option?: string;
}

type Runtime = (helper: RuntimeHelper) => string;

interface Names {
  readonly runtime: Runtime;
  /** The table of the workers' names. */
  readonly workers: string;
}

const EMITTERS = {
  id: {
    type: 'number',
    says: 'Unique among all messages of the pool.',
    stamp: (at) => `memory.f64[${at} >> 3] = lane.nextId();`,
    read: (at) => `this.$memory.f64[${at} >> 3] as number`,
    uses: [],
  },
  timestamp: {
    type: 'number',
    says: 'When it was sent, in microseconds since 1970.',
    stamp: (at, runtime) => `memory.f64[${at} >> 3] = ${runtime('microseconds')}();`,
    read: (at) => `this.$memory.f64[${at} >> 3] as number`,
    uses: [],
  },
  correlation: {
    type: 'number',
    says: 'What the sender gave as `correlation`; 0 when it gave nothing.',
    stamp: (at, runtime) => `memory.f64[${at} >> 3] = ${runtime('correlationOf')}(options);`,
    read: (at) => `this.$memory.f64[${at} >> 3] as number`,
    uses: ['CorrelationOption', 'SendOptions'],
    option: 'CorrelationOption',
  },
  trace: {
    type: 'TraceContext | undefined',
    says: 'What the sender gave as `trace`.',
    stamp: (at, runtime) => `${runtime('writeTrace')}(memory, ${bare(at)}, options);`,
    read: (at, _, { runtime }) => `${runtime('readTrace')}(this.$memory, ${bare(at)})`,
    uses: ['SendOptions', 'TraceContext', 'TraceOption'],
    option: 'TraceOption',
  },
  source: participant('source', 'Who sent it.'),
  target: participant('target', 'Whom it was sent to.'),
} as const satisfies Record<EnvelopeField, EnvelopeEmitter>;

function participant(name: 'source' | 'target', says: string): EnvelopeEmitter {
  return {
    type: 'Participant',
    says,
    stamp: (at) => `memory.u32[${at} >> 2] = lane.ends.${name};`,
    read: (at, path, { runtime, workers }) =>
      call(runtime('participantOf'), `this.$memory.u32[${at} >> 2] as number`, workers, quote(path)),
    uses: ['Participant'],
  };
}

/** Types that the module imports for the envelopes of its messages. */
export function envelopeTypes({ messages }: TopologyPlan): readonly string[] {
  const fields = messages.flatMap(({ envelope }) => envelope?.fields ?? []);
  if (fields.length === 0) return [];
  const types = fields.flatMap(({ name }) => (EMITTERS[name] as EnvelopeEmitter).uses);
  return ['LaneWriter', ...new Set(types)];
}

/** The types of what a sender of a message may give for its envelope, beside what every send takes. */
export function envelopeOptions(envelope: EnvelopeLayout | undefined): readonly string[] {
  return (envelope?.fields ?? []).flatMap(({ name }) => (EMITTERS[name] as EnvelopeEmitter).option ?? []);
}

/** The table that source and target are read by; nothing where no envelope has them. */
export function emitWorkerNames({ messages, workers }: TopologyPlan, name: string): readonly string[] {
  const isRead = messages.some(({ envelope }) =>
    envelope?.fields.some((field) => field.name === 'source' || field.name === 'target'),
  );
  if (!isRead) return [];
  const names = ['main', ...workers.map((worker) => worker.name)].map(quote);
  const doc = docComment(0, undefined, 'By their numbers in envelopes.');
  return [
    `${doc}\n${line(0, `const ${name}: readonly string[] = `, { open: '[', items: names, close: ']' }, ';')}`,
  ];
}

/** Type, view and stamp of one message's envelope; nothing where it has none. */
export function emitEnvelope(
  { message }: MessageModel,
  model: ModuleModel,
  workers: string,
): readonly string[] {
  const { envelope, name } = message;
  if (envelope === undefined) return [];
  return [
    emitType(name, envelope),
    emitView(name, envelope, { runtime: model.runtime, workers }),
    emitStamp(name, envelope, model.runtime),
    emitEncode(message, envelope),
  ];
}

function emitType(name: string, { fields, byteLength }: EnvelopeLayout): string {
  return [
    docComment(0, undefined, `What comes with each \`${name}\`: ${byteLength} bytes in front of its record.`),
    `export interface ${name}Envelope {`,
    ...fields.flatMap((field) => [
      docComment(2, undefined, EMITTERS[field.name].says),
      `  ${field.name}: ${EMITTERS[field.name].type};`,
    ]),
    '}',
  ].join('\n');
}

function emitView(name: string, { fields }: EnvelopeLayout, names: Names): string {
  return [
    '/**',
    ` * Reads the envelope of \`${name}\` in place.`,
    ' *',
    ' * Valid as long as the view of its message.',
    ' */',
    `export class ${name}EnvelopeView {`,
    '  declare $memory: Memory;',
    '  declare $offsetBytes: number;',
    '',
    '  constructor(memory: Memory, offsetBytes: number) {',
    '    this.$memory = memory;',
    '    this.$offsetBytes = offsetBytes;',
    '  }',
    ...fields.flatMap((field) => {
      const { type, says, read } = EMITTERS[field.name] as EnvelopeEmitter;
      const at = placeOf('this.$offsetBytes', field.offsetBytes);
      return [
        '',
        docComment(2, undefined, says),
        `  get ${field.name}(): ${type} {`,
        line(4, 'return ', read(at, `${name}.envelope.${field.name}`, names), ';'),
        '  }',
      ];
    }),
    '',
    '  /** A value of its own, which may be kept. */',
    `  toObject(): ${name}Envelope {`,
    line(
      4,
      'return ',
      { open: '{', items: fields.map((field) => `${field.name}: this.${field.name}`), close: '}' },
      ';',
    ),
    '  }',
    '}',
  ].join('\n');
}

function emitStamp(name: string, envelope: EnvelopeLayout, runtime: Runtime): string {
  const stores = envelope.fields.map((field) => {
    const { stamp } = EMITTERS[field.name] as EnvelopeEmitter;
    return `  ${stamp(placeOf('offsetBytes', field.offsetBytes), runtime)}`;
  });
  const isOfLane = stores.some((store) => store.includes('lane.'));
  const parameters = [
    'memory: Memory',
    'offsetBytes: number',
    `${isOfLane ? 'lane' : '_lane'}: LaneWriter`,
    ...optionsParameter(envelope),
  ];
  const throws = envelopeOptions(envelope).length > 0 ? ' @throws SnError `SN_OPTION`' : '';
  return [
    docComment(0, undefined, `Fills in the envelope of a \`${name}\`.${throws}`),
    line(
      0,
      `export function stamp${capitalised(name)}`,
      { open: '(', items: parameters, close: ')' },
      ': void {',
    ),
    ...stores,
    '}',
  ].join('\n');
}

/** The parameter of what fills an envelope in; none where the sender gives nothing for it. */
function optionsParameter(envelope: EnvelopeLayout): readonly string[] {
  const asks = envelopeOptions(envelope);
  return asks.length === 0 ? [] : [`options: (${['SendOptions', ...asks].join(' & ')}) | undefined`];
}

/** Where senders of all kinds meet, envelope and record are written by one function. */
function emitEncode(message: MessageModel['message'], envelope: EnvelopeLayout): string {
  const { name, tailMaxBytes } = message;
  const type = capitalised(name);
  const end = tailMaxBytes === undefined ? '_endBytes' : 'endBytes';
  const stamped = ['memory', 'offsetBytes', ...stampArguments(envelope)];
  const parameters = [
    `value: ${inputNameOf(message)}`,
    'memory: Memory',
    'offsetBytes: number',
    `${end}: number | undefined`,
    'lane: LaneWriter',
    ...optionsParameter(envelope),
  ];
  const record = ['value', 'memory', offset('offsetBytes', envelope.byteLength)];
  return [
    docComment(
      0,
      undefined,
      `Writes a \`${name}\` behind its envelope. @throws as \`encode${type}\` and \`stamp${type}\`.`,
    ),
    line(
      0,
      `export function encodeEnveloped${type}`,
      { open: '(', items: parameters, close: ')' },
      ': void {',
    ),
    line(2, '', call(`encode${type}`, ...record, ...(tailMaxBytes === undefined ? [] : ['endBytes'])), ';'),
    line(2, '', call(`stamp${type}`, ...stamped), ';'),
    '}',
  ].join('\n');
}

/** What a stamp is given beside its place. */
export function stampArguments(envelope: EnvelopeLayout): readonly string[] {
  return envelopeOptions(envelope).length > 0 ? ['lane', 'options'] : ['lane'];
}

/** The getter in the message's view. */
export function emitEnvelopeGetter(name: string, { byteLength }: EnvelopeLayout): readonly string[] {
  return [
    '',
    docComment(2, undefined, 'What came with it. The same view for each call.'),
    `  get envelope(): ${name}EnvelopeView {`,
    '    const view = this.$$envelope;',
    '    view.$memory = this.$memory;',
    assignment(4, 'view.$offsetBytes', `this.$offsetBytes - ${byteLength}`),
    '    return view;',
    '  }',
  ];
}

/** An offset that stands before an operator. */
function placeOf(base: string, bytes: number): string {
  return bytes === 0 ? base : `(${base} + ${bytes})`;
}

/** The same as an argument. */
function bare(at: string): string {
  return at.replace(/^\((.*)\)$/, '$1');
}
