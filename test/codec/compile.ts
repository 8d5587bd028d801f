/** Compiles emitted messages and loads them with the runtime's sources, as a user's bundle would. */
import { type TransformOptions, transform, transformSync } from 'esbuild';
import type { Codec } from '../../runtime/codec.js';
import * as defaultView from '../../runtime/default-view.js';
import * as errors from '../../runtime/errors.js';
import * as fields from '../../runtime/fields.js';
import { type Memory, memoryOf } from '../../runtime/memory.js';
import type { RecordWriter } from '../../runtime/record-writer.js';
import * as recordWriter from '../../runtime/record-writer.js';
import * as tail from '../../runtime/tail.js';
import * as text from '../../runtime/text.js';
import * as uuid from '../../runtime/uuid.js';
import type { FieldDescriptor, TypeDescriptor } from '../../schema/descriptor.js';
import { type MessagePlan, planMessage, type TopologyPlan } from '../../schema/plan.js';
import { asOfVersion } from '../../schema/versions.js';
import { emitMessages } from '../../templates/messages.js';
import type { Value } from './reference.js';

export type Fields = { readonly [name: string]: TypeDescriptor };
export type PlannedMessage = MessagePlan;

/** What each emitted view offers, its getters aside. */
export interface AnyView {
  $memory: Memory;
  $offsetBytes: number;
  toObject(): Value;
  readonly [getter: string]: unknown;
}

/** What each emitted writer offers, its setters aside. */
export type AnyWriter = RecordWriter & { [field: string]: unknown };

export type AnyCodec = Codec<Value, AnyView>;

type Exports = { readonly [name: string]: unknown };

const TO_JAVASCRIPT = { loader: 'ts', format: 'cjs', target: 'es2022' } as const satisfies TransformOptions;
const NO_DOCS: ReadonlyMap<string, string> = new Map();

export function objectOf(fields: Fields): TypeDescriptor {
  return { kind: 'object', fields: fieldsOf(fields) };
}

export function messageOf(name: string, fields: Fields): PlannedMessage {
  return planMessage({ name, fields: fieldsOf(fields) });
}

export function planOf(messages: readonly PlannedMessage[]): TopologyPlan {
  const main = { messages: [], capacitySlots: 1024, strideBytes: 8 };
  return {
    kind: 'topology',
    version: 1,
    fingerprint: 'fedcba9876543210',
    schema: '../schema.ts',
    messages,
    workers: [],
    main,
    stages: [],
  };
}

export function emit(messages: readonly PlannedMessage[], docs = NO_DOCS): string {
  return emitMessages(planOf(messages), docs);
}

/** The exports of an emitted module. */
export function load(source: string): Exports {
  return evaluate(transformSync(source, TO_JAVASCRIPT).code);
}

export function codecOf(message: PlannedMessage): AnyCodec {
  return load(emit([message]))[`${message.name}Codec`] as AnyCodec;
}

/** The same without starting esbuild anew: for properties, which compile hundreds. */
export async function compileCodec(message: PlannedMessage): Promise<AnyCodec> {
  return (await compileMessage(message)).codec;
}

/** A message's codec and a writer of it. */
export async function compileMessage(
  message: PlannedMessage,
): Promise<{ readonly codec: AnyCodec; readonly writer: AnyWriter }> {
  const { code } = await transform(emit([message]), TO_JAVASCRIPT);
  const { [`${message.name}Codec`]: codec, [`${message.name}Writer`]: Writer } = evaluate(code);
  return { codec: codec as AnyCodec, writer: new (Writer as new () => AnyWriter)() };
}

function evaluate(code: string): Exports {
  const module = { exports: {} };
  const runtime = {
    ...defaultView,
    ...errors,
    ...fields,
    ...recordWriter,
    ...tail,
    ...text,
    ...uuid,
    memoryOf,
  };
  new Function('module', 'exports', 'require', code)(module, module.exports, () => runtime);
  return module.exports;
}

/** Bytes that a record of the message may take, with its tail, as far as random values go. */
export function wholeLength(layout: PlannedMessage): number {
  return layout.byteLength + Math.min(layout.tailMaxBytes ?? 0, 1 << 20);
}

/** Memory with bytes that are not zero, so that what a codec leaves untouched shows. */
export function dirtyMemory(byteLength: number): Memory {
  const memory = memoryOf(new SharedArrayBuffer(byteLength));
  memory.u8.fill(0xa5);
  return memory;
}

export function fieldsOf(fields: Fields): readonly FieldDescriptor[] {
  return Object.entries(fields).map(([name, type]) => ({ name, type }));
}

/** One message as a build at each of its versions has it; each argument holds what came with a version. */
export function versionsOf(name: string, ...versions: readonly Fields[]): readonly PlannedMessage[] {
  const fields = versions.flatMap((came, index) =>
    fieldsOf(came).map((field) => (index === 0 ? field : { ...field, since: index + 1 })),
  );
  return versions.map((_, index) => planMessage(asOfVersion({ name, fields }, index + 1)));
}
