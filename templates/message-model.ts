/**
 * Message model: a message and the objects in it with every name that the emitted module gives them.
 *
 * All names are taken before anything is printed, those of messages first, so that other emitted files can rely on
 * them: what a nested object, an enum or a runtime helper is called yields to them.
 */
import type { FieldLayout, MessageLayout, TypeLayout } from '../schema/layout.js';
import type { TopologyPlan } from '../schema/plan.js';
import { type FieldPlace, type NameRole, RUNTIME_HELPERS, type RuntimeHelper } from './field-kinds.js';
import { capitalised, EMITTED_GLOBALS, NameScope, uncapitalised } from './names.js';
import { quote } from './text.js';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a view has beside its getters, and the one key that an object literal does not define. */
const TAKEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'toObject']);

/** Suffixes of what the other emitted files name after workers: `index.ts` exports those beside these. */
const WORKER_SUFFIXES = ['', 'Context', 'Handle', 'Handlers', 'Inbox', 'Pool', 'Send', 'TrySend'];

type ObjectLayout = TypeLayout & { readonly kind: 'object' };

/** A message or a nested object. */
export interface ObjectModel {
  readonly path: string;
  readonly isMessage: boolean;
  readonly layout: ObjectLayout;
  readonly byteLength: number;
  readonly named: (role: NameRole) => string;
  readonly fields: readonly FieldModel[];
}

export interface FieldModel extends FieldPlace {
  readonly type: TypeLayout;
  /** Of a nested object. */
  readonly object: ObjectModel | undefined;
}

export interface MessageModel {
  readonly message: TopologyPlan['messages'][number];
  /** The message itself, then the objects in it, outer before inner. */
  readonly objects: readonly ObjectModel[];
  readonly codec: string;
}

export interface ModuleModel {
  readonly messages: readonly MessageModel[];
  /** Every name at the top of the module. */
  readonly names: NameScope;
  readonly runtime: (helper: RuntimeHelper) => string;
  /** The helpers asked for so far, as they are imported. */
  readonly imported: () => readonly string[];
}

interface Naming {
  readonly names: NameScope;
  readonly runtime: (helper: RuntimeHelper) => string;
}

export function modelMessages(plan: TopologyPlan): ModuleModel {
  const workerNames = plan.workers.flatMap(({ name }) => [
    `define${capitalised(name)}`,
    ...WORKER_SUFFIXES.map((suffix) => capitalised(name) + suffix),
  ]);
  const messages = plan.messages.map((message) => ({ message, taken: namesOfMessage(message.name) }));
  const messageNames = messages.flatMap(({ taken }) => [...taken.names.values(), taken.codec]);
  const names = new NameScope([...EMITTED_GLOBALS, ...workerNames, ...messageNames]);
  const aliases = new Map(RUNTIME_HELPERS.map((helper) => [helper, names.claim(helper)]));
  const used = new Set<RuntimeHelper>();
  const runtime = (helper: RuntimeHelper) => {
    used.add(helper);
    return aliases.get(helper) ?? helper;
  };
  return {
    messages: messages.map(({ message, taken }) => {
      const root = modelMessage(message, taken.names, { names, runtime });
      return { message, objects: [root, ...nestedIn(root)], codec: taken.codec };
    }),
    names,
    runtime,
    imported: () => [...used].sort().map((helper) => importOf(helper, aliases.get(helper) ?? helper)),
  };
}

function importOf(helper: RuntimeHelper, alias: string): string {
  return alias === helper ? helper : `${helper} as ${alias}`;
}

/** By these names the other emitted files know a message. */
function namesOfMessage(name: string): { names: ReadonlyMap<NameRole, string>; codec: string } {
  if (!IDENTIFIER.test(name)) throw refused(name, 'a message');
  const suffix = capitalised(name);
  return {
    names: new Map<NameRole, string>([
      ['type', name],
      ['view', `${name}View`],
      ['encode', `encode${suffix}`],
      ['decode', `decode${suffix}`],
    ]),
    codec: `${name}Codec`,
  };
}

function modelMessage(
  message: MessageLayout,
  names: ReadonlyMap<NameRole, string>,
  naming: Naming,
): ObjectModel {
  const { name, fields, byteLength } = message;
  const about = { path: name, isMessage: true, byteLength, named: namedBy(names) };
  return modelObject({ kind: 'object', fields }, about, naming);
}

function modelObject(
  layout: ObjectLayout,
  about: Pick<ObjectModel, 'path' | 'isMessage' | 'byteLength' | 'named'>,
  naming: Naming,
): ObjectModel {
  return { ...about, layout, fields: layout.fields.map((field) => modelField(field, about, naming)) };
}

function modelField(
  field: FieldLayout,
  owner: Pick<ObjectModel, 'path' | 'named'>,
  naming: Naming,
): FieldModel {
  const { name, type, offsetBytes, byteLength } = field;
  if (!IDENTIFIER.test(name) || TAKEN_MEMBERS.has(name)) throw refused(name, `a field of ${owner.path}`);
  const path = `${owner.path}.${name}`;
  const named = namedBy(claimNames(field, owner.named('type'), naming.names));
  const object =
    type.kind === 'object'
      ? modelObject(type, { path, isMessage: false, byteLength, named }, naming)
      : undefined;
  return { path, name, type, offsetBytes, byteLength, named, object, runtime: naming.runtime };
}

/** Takes the names that the module gives to a field's own type. */
function claimNames({ name, type }: FieldLayout, owner: string, names: NameScope): Map<NameRole, string> {
  const base = owner + capitalised(name);
  if (type.kind === 'enum') {
    return new Map<NameRole, string>([
      ['type', `${owner}['${name}']`],
      ['values', names.claim(`${uncapitalised(base)}Values`)],
      ['indexOf', names.claim(`indexOf${capitalised(base)}`)],
    ]);
  }
  if (type.kind !== 'object') return new Map();
  const claimed = names.claim(base);
  return new Map<NameRole, string>([
    ['type', claimed],
    ['view', names.claim(`${claimed}View`)],
    ['encode', names.claim(`encode${capitalised(claimed)}`)],
    ['decode', names.claim(`decode${capitalised(claimed)}`)],
  ]);
}

function namedBy(names: ReadonlyMap<NameRole, string>): (role: NameRole) => string {
  return (role) => {
    const name = names.get(role);
    if (name === undefined) throw new Error(`no ${role} was named here`);
    return name;
  };
}

function nestedIn({ fields }: ObjectModel): readonly ObjectModel[] {
  return fields.flatMap(({ object }) => (object === undefined ? [] : [object, ...nestedIn(object)]));
}

/** The schema refuses such names with a place; here they would become code. */
function refused(name: string, of: string): Error {
  return new Error(`${quote(name)} cannot be the name of ${of}`);
}
