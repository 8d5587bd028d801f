/**
 * Message model: a message and the types in it with every name that the emitted module gives them.
 *
 * All names are taken before anything is printed, those of messages first, so that other emitted files can rely on
 * them: what a nested type, an enum or a runtime helper is called yields to them.
 */

import type { EnvelopeLayout } from '../schema/envelope.js';
import type {
  FieldLayout,
  ListLayout,
  MessageLayout,
  StructLayout,
  TypeLayout,
  UnionLayout,
} from '../schema/layout.js';
import type { MessagePlan, TopologyPlan } from '../schema/plan.js';
import {
  ABSENT_WORDS,
  type FieldModel,
  hasAlias,
  type NameRole,
  only,
  RUNTIME_HELPERS,
  type RuntimeHelper,
} from './field-kinds.js';
import { capitalised, EMITTED_GLOBALS, NameScope, uncapitalised } from './names.js';
import { quote } from './text.js';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a view has beside its getters, and the one key that an object literal does not define. */
const TAKEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'toObject']);

/** Suffixes of what the other emitted files name after workers: `index.ts` exports those beside these. */
const WORKER_SUFFIXES = ['', 'Claim', 'Context', 'Handle', 'Handlers', 'Inbox', 'Pool', 'Send', 'TrySend'];

type Named = (role: NameRole) => string;

/** What the module defines for a type that is made of structs. */
export type CompositeModel = ObjectModel | ListModel | UnionModel;

/** A message, a nested object, a tuple or an option of a union. */
export interface ObjectModel {
  readonly kind: 'object' | 'tuple';
  readonly path: string;
  readonly isMessage: boolean;
  /** What lies in front of it, if it is a message with an envelope. */
  readonly envelope: EnvelopeLayout | undefined;
  readonly layout: StructLayout;
  readonly named: Named;
  readonly fields: readonly FieldModel[];
}

export interface ListModel {
  readonly kind: 'list';
  readonly path: string;
  readonly layout: ListLayout;
  readonly named: Named;
  /** Those of an item: `item`, or `key` and `value`. */
  readonly fields: readonly FieldModel[];
  /** The list itself, at the beginning of wherever it lies. */
  readonly self: FieldModel;
}

export interface UnionModel {
  readonly kind: 'union';
  readonly path: string;
  readonly layout: UnionLayout;
  readonly named: Named;
  readonly options: readonly ObjectModel[];
  readonly self: FieldModel;
}

export interface MessageModel {
  readonly message: TopologyPlan['messages'][number];
  /** The message itself, then the types in it, outer before inner. */
  readonly composites: readonly CompositeModel[];
  /** All fields in it, however deep, each type once. */
  readonly fields: readonly FieldModel[];
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

export function modelMessages(plan: TopologyPlan): ModuleModel {
  const workerNames = plan.workers.flatMap(({ name }) => [
    `define${capitalised(name)}`,
    ...WORKER_SUFFIXES.map((suffix) => capitalised(name) + suffix),
  ]);
  const messages = plan.messages.map((message) => ({ message, taken: namesOfMessage(message) }));
  const messageNames = messages.flatMap(({ message, taken }) => [
    ...taken.names.values(),
    taken.codec,
    ...envelopeNames(message),
  ]);
  const names = new NameScope([...EMITTED_GLOBALS, ...workerNames, ...messageNames]);
  const aliases = new Map(RUNTIME_HELPERS.map((helper) => [helper, names.claim(helper)]));
  const used = new Set<RuntimeHelper>();
  const runtime = (helper: RuntimeHelper) => {
    used.add(helper);
    return aliases.get(helper) ?? helper;
  };
  return {
    messages: messages.map(({ message, taken }) => {
      const builder = new Builder(names, runtime);
      builder.message(message, namedBy(taken.names));
      return { message, composites: builder.composites, fields: builder.fields, codec: taken.codec };
    }),
    names,
    runtime,
    imported: () => [...used].sort().map((helper) => importOf(helper, aliases.get(helper) ?? helper)),
  };
}

/** Whether a sender may leave something out of a value of this type. */
export function hasDefault(type: TypeLayout): boolean {
  switch (type.kind) {
    case 'default':
      return true;
    case 'maybe':
    case 'tail':
      return hasDefault(type.type);
    case 'object':
    case 'tuple':
      return type.fields.some((field) => hasDefault(field.type));
    case 'list':
      return type.item.fields.some((field) => hasDefault(field.type));
    case 'union':
      return type.options.some(({ fields }) => fields.some((field) => hasDefault(field.type)));
    default:
      return false;
  }
}

/** Whether a value of this type brings a tail with it. */
export function hasTail(type: TypeLayout): boolean {
  switch (type.kind) {
    case 'tail':
      return true;
    case 'maybe':
    case 'default':
      return hasTail(type.type);
    case 'object':
    case 'tuple':
      return type.fields.some((field) => hasTail(field.type));
    case 'list':
      return type.item.fields.some((field) => hasTail(field.type));
    case 'union':
      return type.options.some(({ fields }) => fields.some((field) => hasTail(field.type)));
    default:
      return false;
  }
}

/** The type that a sender gives: that of the message, or one in which what has a default may be left out. */
export function inputNameOf({ name, ...struct }: MessageLayout): string {
  return hasDefault({ kind: 'object', ...struct }) ? `${name}Input` : name;
}

/** Every type that the module exports for the messages, beside the classes of their views and writers and their codecs. */
export function typesIn({ composites, fields }: MessageModel): readonly string[] {
  const [message] = composites;
  return [
    ...composites.flatMap((composite) => {
      const { kind, named } = composite;
      const own = kind === 'list' ? [] : [named('type'), named('input')];
      return composite === message ? own : [...own, named('view')];
    }),
    ...fields.flatMap((field) =>
      field.type.kind === 'enum' && hasAlias(field.type, field) ? [field.named('type')] : [],
    ),
  ].filter((name, index, all) => all.indexOf(name) === index);
}

/** The composite that a field holds, however wrapped; nothing for all else. */
export function compositeOf(field: FieldModel): FieldModel | undefined {
  const { type, inner } = field;
  if (type.kind === 'maybe' || type.kind === 'default') return compositeOf(only(inner));
  if (type.kind === 'tail') return type.type.kind === 'list' ? only(inner) : undefined;
  return type.kind === 'object' || type.kind === 'tuple' || type.kind === 'list' || type.kind === 'union'
    ? field
    : undefined;
}

/** A field's type without what says that a value may be missing. */
export function innermost(field: FieldModel): FieldModel {
  const { type, inner } = field;
  return type.kind === 'maybe' || type.kind === 'default' ? innermost(only(inner)) : field;
}

function importOf(helper: RuntimeHelper, alias: string): string {
  return alias === helper ? helper : `${helper} as ${alias}`;
}

/** By these names the other emitted files know a message. */
function namesOfMessage(message: MessageLayout): {
  names: ReadonlyMap<NameRole, string>;
  codec: string;
} {
  const { name } = message;
  if (!IDENTIFIER.test(name)) throw refused(name, 'a message');
  const suffix = capitalised(name);
  return {
    names: new Map<NameRole, string>([
      ['type', name],
      ['input', inputNameOf(message)],
      ['view', `${name}View`],
      ['writer', `${name}Writer`],
      ['encode', `encode${suffix}`],
      ['decode', `decode${suffix}`],
      ['faultOf', `faultOf${suffix}`],
      ['tailOf', `tailOf${suffix}`],
    ]),
    codec: `${name}Codec`,
  };
}

function envelopeNames({ name, envelope }: MessagePlan): readonly string[] {
  if (envelope === undefined) return [];
  const functions = ['stamp', 'encodeEnveloped'].map((verb) => verb + capitalised(name));
  return [`${name}Envelope`, `${name}EnvelopeView`, ...functions];
}

/** What a type inside another is called after, and how its own type is written. */
interface Place {
  readonly path: string;
  /** The beginning of its names, such as `FlightPosition`. */
  readonly base: string;
  /** How the type of an enum here can be written, if it stands in an interface as it is. */
  readonly reference: string | undefined;
  readonly alsoAllowed: string;
}

const NESTED = { isMessage: false, envelope: undefined };

/** Names the types of one message, outer before inner. */
class Builder {
  readonly composites: CompositeModel[] = [];
  readonly fields: FieldModel[] = [];
  readonly #names: NameScope;
  readonly #runtime: (helper: RuntimeHelper) => string;

  constructor(names: NameScope, runtime: (helper: RuntimeHelper) => string) {
    this.#names = names;
    this.#runtime = runtime;
  }

  message({ name, envelope, ...layout }: MessagePlan, named: Named): void {
    this.#object(layout, 'object', { path: name, base: name }, named, { isMessage: true, envelope });
  }

  #object(
    layout: StructLayout,
    kind: 'object' | 'tuple',
    { path, base }: Pick<Place, 'path' | 'base'>,
    named: Named,
    { isMessage, envelope }: Pick<ObjectModel, 'isMessage' | 'envelope'> = NESTED,
  ): ObjectModel {
    const fields: FieldModel[] = [];
    const object: ObjectModel = { kind, path, isMessage, envelope, layout, named, fields };
    this.composites.push(object);
    for (const field of layout.fields) {
      if (kind === 'object' && (!IDENTIFIER.test(field.name) || TAKEN_MEMBERS.has(field.name))) {
        throw refused(field.name, `a field of ${path}`);
      }
      const reference = kind === 'object' ? `${named('type')}['${field.name}']` : undefined;
      fields.push(
        this.#field(field, {
          path: `${path}.${field.name}`,
          base: base + capitalised(field.name),
          reference,
          alsoAllowed: '',
        }),
      );
    }
    return object;
  }

  #field(field: FieldLayout, place: Place): FieldModel {
    const { name, type, offsetBytes, byteLength, bit = 0, since } = field;
    const about = {
      ...{ name, type, offsetBytes, byteLength, bit, path: place.path, runtime: this.#runtime },
      ...(since === undefined ? {} : { since }),
    };
    const { alsoAllowed } = place;
    if (type.kind === 'tail') {
      const inner = this.#field({ ...field, type: type.type }, { ...place, reference: undefined });
      return { ...about, alsoAllowed, inner: [inner], named: inner.named };
    }
    if (type.kind === 'maybe' || type.kind === 'default') {
      const isMaybe = type.kind === 'maybe';
      const bits = isMaybe ? (type.absent === 'either' ? 2 : 1) : 0;
      const inner = this.#field(
        { ...field, type: type.type, bit: bit + bits },
        {
          ...place,
          // What may also be absent has another type than its field.
          reference: undefined,
          alsoAllowed: isMaybe ? ABSENT_WORDS[type.absent] : ABSENT_WORDS.undefined,
        },
      );
      const hasView =
        since !== undefined && !isMaybe && type.value !== null && compositeOf(inner) !== undefined;
      const missing = hasView ? { missing: this.#names.claim(`${uncapitalised(place.base)}Default`) } : {};
      return { ...about, ...missing, alsoAllowed, inner: [inner], named: inner.named };
    }
    const inner: FieldModel[] = [];
    const named = this.#claim(type, place);
    const model: FieldModel = { ...about, alsoAllowed, inner, named };
    this.fields.push(model);
    this.#define(model, place, inner);
    return model;
  }

  /** Adds what the module defines for a type made of structs. */
  #define(model: FieldModel, { path, base }: Place, inner: FieldModel[]): void {
    const { type, named } = model;
    if (type.kind === 'object' || type.kind === 'tuple') {
      inner.push(...this.#object(type, type.kind, { path, base }, named).fields);
    } else if (type.kind === 'list') {
      this.composites.push({ kind: 'list', path, layout: type, named, fields: inner, self: model });
      for (const field of type.item.fields) {
        const name = capitalised(field.name);
        const itemPath = type.as === 'map' ? `${path}[].${field.name}` : `${path}[]`;
        inner.push(
          this.#field(field, { path: itemPath, base: base + name, reference: undefined, alsoAllowed: '' }),
        );
      }
    } else if (type.kind === 'union') {
      const options: ObjectModel[] = [];
      this.composites.push({ kind: 'union', path, layout: type, named, options, self: model });
      for (const option of type.options) {
        const place = { path, base: base + optionName(option.values, options.length) };
        const names = this.#compositeNames(place.base, { kind: 'object', ...option });
        options.push(this.#object(option, 'object', place, namedBy(names)));
      }
    }
  }

  /** Takes the names that the module gives to a type. */
  #claim(type: TypeLayout, { base, reference }: Place): Named {
    if (type.kind === 'enum' && type.values.length > 1) {
      return namedBy(
        new Map<NameRole, string>([
          ['type', reference ?? this.#names.claim(base)],
          ['values', this.#names.claim(`${uncapitalised(base)}Values`)],
          ['indexOf', this.#names.claim(`indexOf${capitalised(base)}`)],
        ]),
      );
    }
    if (type.kind === 'object' || type.kind === 'tuple' || type.kind === 'list' || type.kind === 'union') {
      return namedBy(this.#compositeNames(base, type));
    }
    return namedBy(new Map());
  }

  #compositeNames(base: string, type: TypeLayout): ReadonlyMap<NameRole, string> {
    const claimed = this.#names.claim(base);
    return new Map<NameRole, string>([
      ['type', claimed],
      ['input', hasDefault(type) ? this.#names.claim(`${claimed}Input`) : claimed],
      ['view', this.#names.claim(`${claimed}View`)],
      ['encode', this.#names.claim(`encode${capitalised(claimed)}`)],
      ['decode', this.#names.claim(`decode${capitalised(claimed)}`)],
      ['faultOf', this.#names.claim(`faultOf${capitalised(claimed)}`)],
      ...(type.kind === 'object' ? ([['writer', this.#names.claim(`${claimed}Writer`)]] as const) : []),
      ...(hasTail(type) ? ([['tailOf', this.#names.claim(`tailOf${capitalised(claimed)}`)]] as const) : []),
    ]);
  }
}

/** After what the discriminator says, where that can be a name. */
function optionName(values: readonly unknown[], index: number): string {
  const [value] = values;
  const words = typeof value === 'string' ? value.split(/[^A-Za-z0-9]+/).filter((word) => word !== '') : [];
  return values.length === 1 && words.length > 0 ? words.map(capitalised).join('') : `Option${index}`;
}

function namedBy(names: ReadonlyMap<NameRole, string>): Named {
  return (role) => {
    const name = names.get(role);
    if (name === undefined) throw new Error(`no ${role} was named here`);
    return name;
  };
}

/** The schema refuses such names with a place; here they would become code. */
function refused(name: string, of: string): Error {
  return new Error(`${quote(name)} cannot be the name of ${of}`);
}
