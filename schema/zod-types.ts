/**
 * Zod types to descriptors: a walk over `_zod.def`, one rule for each of Zod's type tags.
 *
 * Every tag of Zod is in the table, and what has no fixed layout says what to write instead; a tag that a later
 * Zod adds is a fault too. So no field is ever dropped in silence. Refinements are not run by the
 * encoders, which check ranges and lengths only (see `issues.ts` for what runs them where a message asks for it); what would change a value (`.trim()`, `z.coerce`,
 * transforms) is a fault, since nothing would do it.
 */
import type {
  EnumValue,
  FieldDescriptor,
  ListDescriptor,
  TypeDescriptor,
  UnionOption,
} from './descriptor.js';
import { type Fault, type FaultList, quote } from './faults.js';
import { LIST_NOUNS, limitFaultOf, placedType } from './field-kinds.js';
import { type LayoutMark, layoutMarkOf } from './fields.js';
import { constantOf } from './json-value.js';
import { fieldNameFault } from './names.js';
import { isNotedVersion } from './versions.js';
import { checksOf, type Described, describeBigint, describeNumber, type ZodDef } from './zod-numbers.js';
import { gapFault, markOf, sinceFault, strayMarkFault } from './zod-since.js';

/** Types nested deeper than this are taken for a schema that makes itself anew at every look. */
const MAX_DEPTH = 32;
/** Most types of one message: a type counts at every place where it stands, and each place gets code of its own. */
const MAX_TYPES = 16_384;
/** UTF-8 needs up to four bytes for one code point, which is what Zod's string checks count. */
const BYTES_PER_CODE_POINT = 4;

/** One walk: where it stands, which objects it is inside of, and where its faults go. */
interface Walk {
  readonly path: readonly string[];
  readonly inside: readonly object[];
  /** The definitions around the message's own field that it is inside of: where a version may be noted. */
  readonly wrappers: readonly ZodDef[];
  /** How many types it is inside of. */
  readonly depth: number;
  /** What all walks through one message share. */
  readonly message: { types: number; isTooDeep: boolean };
  readonly faults: FaultList;
}

type Rule = (def: ZodDef, walk: Walk) => Described | undefined;

/** By Zod's `def.type`. A rule returns nothing when it has reported the faults itself. */
const RULES: { readonly [zodType: string]: Rule } = {
  string: describeString,
  number: describeNumber,
  int: describeNumber,
  bigint: describeBigint,
  boolean: () => ({ kind: 'bool' }),
  date: () => ({ kind: 'date' }),
  enum: describeEnum,
  literal: describeLiteral,
  object: describeObject,
  readonly: describeInner,
  optional: (def, walk) => describeMaybe(def, walk, 'undefined'),
  nullable: (def, walk) => describeMaybe(def, walk, 'null'),
  nonoptional: (def, walk) => {
    const type = describeType(def.innerType, walk);
    return type?.kind === 'maybe' && type.absent !== 'null' ? withoutUndefined(type) : type;
  },
  default: describeDefault,
  prefault: describeDefault,
  catch: noLayout('z.catch', 'write the inner type itself; values are checked when they are sent'),
  success: noLayout('z.success', 'write z.boolean()'),
  array: (def, walk) => describeList('array', [def.element], sizeOf(def, 'length'), walk),
  set: (def, walk) => describeList('set', [def.valueType], sizeOf(def, 'size'), walk),
  map: (def, walk) => describeList('map', [def.keyType, def.valueType], sizeOf(def, 'size'), walk),
  tuple: describeTuple,
  record: describeRecord,
  union: describeUnion,
  intersection: noLayout('z.intersection', 'write one z.object with the fields of both'),
  any: noLayout('z.any', 'write the exact type'),
  unknown: noLayout('z.unknown', 'write the exact type'),
  never: noLayout('z.never', 'remove the field'),
  void: noLayout('z.void', 'remove the field'),
  undefined: noLayout('z.undefined', 'remove the field'),
  null: noLayout('z.null', 'remove the field'),
  nan: noLayout('z.nan', 'write f64()'),
  symbol: noLayout('z.symbol', 'write an enum: symbols do not cross threads'),
  function: noLayout('z.function', 'remove the field: functions do not cross threads'),
  promise: noLayout('z.promise', 'await it before sending, and write the inner type'),
  file: noLayout('z.file', 'write utf8(maxBytes) for its path, or bytes(max) for its content'),
  lazy: noLayout('z.lazy', 'write the inner type itself; a record cannot contain itself'),
  transform: noLayout('a transform', 'transform before sending, and write the type of the result'),
  pipe: describePipe,
  template_literal: noLayout('z.templateLiteral', 'write ascii(n) or utf8(maxBytes)'),
  custom: noLayout(
    'z.custom or z.instanceof',
    'write bytes(max) or f64Array(max) and its kin for typed arrays, or a z.object of its fields',
  ),
};

/**
 * Describes a message's fields.
 *
 * @returns the fields that could be described; the faults of the others are in `faults`.
 */
export function describeMessageFields(
  schema: unknown,
  path: readonly string[],
  faults: FaultList,
): readonly FieldDescriptor[] {
  const message = { types: 0, isTooDeep: false };
  const walk: Walk = { path, inside: [], wrappers: [], depth: 0, message, faults };
  let object = schema;
  for (let depth = 0; depth < MAX_DEPTH && defOf(object)?.type === 'readonly'; depth++) {
    const stray = strayMarkFault(defOf(object) as ZodDef, []);
    if (stray !== undefined) report(walk, stray);
    object = defOf(object)?.innerType;
  }
  if (defOf(object)?.type !== 'object') {
    faults.push({
      code: 'SN1016',
      path,
      problem: `a message must be a z.object: got ${nameOf(schema)}`,
      help: 'write z.object({ ... }); z.object({}) has no fields',
    });
    return [];
  }
  const faultsBefore = faults.length;
  const type = describeType(object, walk);
  if (message.types > MAX_TYPES) {
    faults.push({
      code: 'SN1017',
      path,
      problem: `a message holds at most ${MAX_TYPES} types, each counted wherever it stands: got more`,
      help: 'write list(type, max) in place of many fields, or send it in parts',
    });
  }
  const fields = type?.kind === 'object' ? type.fields : [];
  // A field that is left out for a fault of its own may be the one that seems to be missing.
  const gap = faults.length === faultsBefore ? gapFault(fields) : undefined;
  if (gap !== undefined) report({ ...walk, path: [...path, gap.field] }, gap.fault);
  return fields;
}

/** Describes one type; nothing when it has a fault, which is then in the walk's list. */
function describeType(schema: unknown, outer: Walk): TypeDescriptor | undefined {
  const walk = { ...outer, depth: outer.depth + 1 };
  if (isEndless(walk)) return undefined;
  const def = defOf(schema);
  const described = def === undefined ? notZod(schema) : describeDef(def, walk);
  if (described === undefined) return undefined;
  if ('code' in described) {
    report(walk, described);
    return undefined;
  }
  const fault = limitFaultOf(described);
  if (fault !== undefined) report(walk, { code: 'SN1013', ...fault });
  return fault === undefined ? placedType(described) : undefined;
}

/** Ends the walk through a message that has no end, or none in reasonable time, with one fault. */
function isEndless(walk: Walk): boolean {
  const { message, depth } = walk;
  if (message.isTooDeep || message.types > MAX_TYPES) return true;
  message.types++;
  if (depth <= MAX_DEPTH) return message.types > MAX_TYPES;
  message.isTooDeep = true;
  report(walk, {
    code: 'SN1018',
    problem: `types nest at most ${MAX_DEPTH} deep: an object that contains itself has no fixed size`,
    help: 'send one message for each level, and name the parent by a key',
  });
  return true;
}

function describeDef(def: ZodDef, walk: Walk): Described | undefined {
  const fault = strayMarkFault(def, walk.wrappers) ?? valueChange(def);
  if (fault !== undefined) return fault;
  const mark = layoutMarkOf(def);
  if (mark !== undefined) return describeMark(mark);
  const rule = Object.hasOwn(RULES, String(def.type)) ? RULES[String(def.type)] : undefined;
  if (rule !== undefined) return rule(def, walk);
  return {
    code: 'SN1012',
    problem: `the Zod type ${quote(def.type)} is not known and has no layout`,
    help: 'write one of the types that have one, such as z.int32(), ascii(n) or bytes(max)',
  };
}

/** A type of ours: what the user wrote, whatever was derived from it since. */
function describeMark(mark: LayoutMark): Described {
  // The limit is the user's and may be anything; the check of limits follows at once.
  switch (mark.kind) {
    case 'ascii':
      return { kind: mark.kind, maxLength: mark.limit as number };
    case 'utf8':
    case 'bytes':
      return { kind: mark.kind, maxBytes: mark.limit as number };
    case 'numbers':
      return { kind: mark.kind, element: mark.element, max: mark.limit as number };
    default:
      return { kind: mark.kind };
  }
}

/** Strings of Zod's own are bounded in code points by `.max()` or `.length()`. */
function describeString(def: ZodDef): Described {
  const formats = [def.format, ...checksOf(def).map((check) => check.format)];
  if (formats.includes('uuid') || formats.includes('guid')) return { kind: 'uuid' };
  const bounds = checksOf(def)
    .map(({ check, maximum, length }) =>
      check === 'max_length' ? maximum : check === 'length_equals' ? length : undefined,
    )
    .filter((bound) => typeof bound === 'number');
  if (bounds.length === 0) {
    return {
      code: 'SN1014',
      problem: 'a string needs a bound on its length',
      help: 'write ascii(n) or utf8(maxBytes)',
    };
  }
  return { kind: 'utf8', maxBytes: BYTES_PER_CODE_POINT * Math.min(...bounds) };
}

/** The values; a numeric enum of TypeScript also has a key for each number, which is no value. */
function describeEnum(def: ZodDef): Described {
  const entries = Object.entries(def.entries ?? {});
  const numbers = new Set(entries.map(([, value]) => value).filter((value) => typeof value === 'number'));
  const values = entries.filter(([key]) => !numbers.has(Number(key))).map(([, value]) => value);
  return enumOf(values, 'an enum');
}

function describeLiteral(def: ZodDef): Described {
  return enumOf(Array.isArray(def.values) ? def.values : [], 'a literal');
}

function enumOf(values: readonly unknown[], what: string): Described {
  const wrong = values.find((value) => !isEnumValue(value));
  if (wrong !== undefined || values.includes(undefined)) {
    return {
      code: 'SN1012',
      problem: `${what} holds strings, finite numbers, truth values and null: got ${quote(wrong)}`,
      help: 'write a string in its place, or remove the field',
    };
  }
  // JSON has no -0: adding 0 makes it 0, in the plan as in the emitted code.
  const plain = (values as readonly EnumValue[]).map((value) =>
    typeof value === 'number' ? value + 0 : value,
  );
  return { kind: 'enum', values: [...new Set(plain)] };
}

function isEnumValue(value: unknown): value is EnumValue {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
}

function describeInner(def: ZodDef, walk: Walk): TypeDescriptor | undefined {
  return describeType(def.innerType, walk);
}

function describeMaybe(def: ZodDef, walk: Walk, absent: 'undefined' | 'null'): TypeDescriptor | undefined {
  const type = describeType(def.innerType, walk);
  if (type?.kind !== 'default') return type && maybeOf(type, absent);
  // Zod fills in a default before it looks for `undefined`, which therefore never comes out.
  return absent === 'undefined' ? type : { ...type, type: maybeOf(type.type, absent) };
}

/** `optional` around `nullable`, or the other way round, is one type that may be absent in two ways. */
function maybeOf(type: TypeDescriptor, absent: 'undefined' | 'null'): TypeDescriptor {
  if (type.kind !== 'maybe') return { kind: 'maybe', type, absent };
  return { ...type, absent: type.absent === absent ? absent : 'either' };
}

function withoutUndefined(type: TypeDescriptor & { readonly kind: 'maybe' }): TypeDescriptor {
  return type.absent === 'either' ? { ...type, absent: 'null' } : type.type;
}

function describeDefault(def: ZodDef, walk: Walk): Described | undefined {
  const type = describeType(def.innerType, walk);
  if (type === undefined) return undefined;
  // Zod has a getter here that calls the user's function, if it is one.
  const value = constantOf(() => def.defaultValue);
  if (value === undefined) {
    return {
      code: 'SN1019',
      problem: 'a default must be a constant that JSON can hold',
      help: 'set the value before sending, and write the inner type here',
    };
  }
  // `undefined` never gets inside: there it needs no bit, and a default inside is never used.
  const inner =
    type.kind === 'default'
      ? type.type
      : type.kind === 'maybe' && type.absent !== 'null'
        ? withoutUndefined(type)
        : type;
  return { kind: 'default', type: inner, value };
}

/** How many items: at most, or exactly. */
interface Size {
  readonly max: number | undefined;
  readonly isExact: boolean;
}

/** From `.max(n)` and `.length(n)` of an array, `.max(n)` and `.size(n)` of a set or map. */
function sizeOf(def: ZodDef, unit: 'length' | 'size'): Size {
  const checks = checksOf(def);
  const numbers = (values: readonly unknown[]) => values.filter((value) => typeof value === 'number');
  const exact = numbers(checks.map((check) => (check.check === `${unit}_equals` ? check[unit] : undefined)));
  const most = numbers(checks.map((check) => (check.check === `max_${unit}` ? check.maximum : undefined)));
  if (exact.length > 0) return { max: Math.min(...exact), isExact: true };
  return { max: most.length > 0 ? Math.min(...most) : undefined, isExact: false };
}

function describeList(
  as: ListDescriptor['as'],
  schemas: readonly unknown[],
  { max, isExact }: Size,
  walk: Walk,
): Described | undefined {
  const names = as === 'map' ? ['key', 'value'] : ['item'];
  const items = schemas.map((schema, index) => describeType(schema, within(walk, names[index] as string)));
  if (max === undefined) {
    return {
      code: 'SN1014',
      problem: `${LIST_NOUNS[as]} needs a bound on its size`,
      help: as === 'array' ? 'write list(type, max), or add .max(n)' : 'add .max(n)',
    };
  }
  if (items.includes(undefined)) return undefined;
  return { kind: 'list', as, items: items as readonly TypeDescriptor[], max, isExact };
}

function describeTuple(def: ZodDef, walk: Walk): Described | undefined {
  const schemas: readonly unknown[] = Array.isArray(def.items) ? def.items : [];
  const items = schemas.map((schema, index) => describeType(schema, within(walk, String(index))));
  if (def.rest !== null && def.rest !== undefined) {
    return {
      code: 'SN1012',
      problem: 'a tuple with a rest has no fixed layout',
      help: 'write an object with a list(type, max) for the rest',
    };
  }
  return items.includes(undefined) ? undefined : { kind: 'tuple', items: items as readonly TypeDescriptor[] };
}

/** A record whose keys are known is an object with a field for each. */
function describeRecord(def: ZodDef, walk: Walk): Described | undefined {
  const keys = keysOf(def.keyType);
  if (keys === undefined || def.mode === 'loose') {
    return {
      code: 'SN1012',
      problem: 'a record with free keys has no fixed layout',
      help: 'write z.record(z.enum([...]), type), or z.map(key, type).max(n)',
    };
  }
  const described = describeShape(Object.fromEntries(keys.map((key) => [key, def.valueType])), walk);
  if (def.partial !== true || described === undefined || 'code' in described || described.kind !== 'object')
    return described;
  const fields = described.fields.map(
    ({ name, type }): FieldDescriptor => ({
      name,
      type: maybeOf(type, 'undefined'),
    }),
  );
  return { kind: 'object', fields };
}

function keysOf(schema: unknown): readonly string[] | undefined {
  const def = defOf(schema);
  const described =
    def?.type === 'enum' ? describeEnum(def) : def?.type === 'literal' ? describeLiteral(def) : undefined;
  if (described === undefined || 'code' in described || described.kind !== 'enum') return undefined;
  return described.values.every((value) => typeof value === 'string')
    ? (described.values as readonly string[])
    : undefined;
}

/** Only what a field tells apart: of other unions nobody could say which option a value is. */
function describeUnion(def: ZodDef, walk: Walk): Described | undefined {
  const discriminator = def.discriminator;
  if (typeof discriminator !== 'string') {
    return {
      code: 'SN1012',
      problem: 'a union whose options no field tells apart has no layout',
      help: "write z.discriminatedUnion('kind', [...]), z.enum([...]) for constants, or .nullable() for null",
    };
  }
  const schemas: readonly unknown[] = Array.isArray(def.options) ? def.options : [];
  const options = schemas.flatMap((schema) => describeOptions(schema, discriminator, walk));
  if (options.includes(undefined)) return undefined;
  const values = (options as readonly UnionOption[]).flatMap((option) => option.values);
  const seen = new Set<EnumValue>();
  const twice = values.find((value) => seen.size === seen.add(value).size);
  if (twice !== undefined) {
    return {
      code: 'SN1012',
      problem: `two options of a union have the same '${discriminator}': ${quote(twice)}`,
      help: 'give each option a value of its own',
    };
  }
  return { kind: 'union', discriminator, options: options as readonly UnionOption[] };
}

/** An option; a union by the same field counts as all of its options. */
function describeOptions(
  schema: unknown,
  discriminator: string,
  walk: Walk,
): readonly (UnionOption | undefined)[] {
  const type = describeType(schema, walk);
  if (type === undefined) return [undefined];
  if (type.kind === 'union' && type.discriminator === discriminator) return type.options;
  const told = type.kind === 'object' ? type.fields.find(({ name }) => name === discriminator) : undefined;
  if (type.kind === 'object' && told?.type.kind === 'enum') {
    return [{ values: told.type.values, fields: type.fields }];
  }
  report(walk, {
    code: 'SN1012',
    problem: `an option of a union must be an object whose '${discriminator}' is a literal or an enum`,
    help: `write z.object({ ${discriminator}: z.literal('...'), ... })`,
  });
  return [undefined];
}

/** A codec runs both ways, so that the side the program sees carries all: it is what is sent. */
function describePipe(def: ZodDef, walk: Walk): Described | undefined {
  return changeIn(def) ?? describeType(def.out, walk);
}

/** What changes values somewhere in a chain of pipes, whatever is wrapped around it. */
function changeIn(def: ZodDef, seen = new Set<ZodDef>()): Described | undefined {
  if (seen.has(def) || typeof def.reverseTransform === 'function') return undefined;
  seen.add(def);
  if (def.type === 'transform') {
    return {
      code: 'SN1012',
      problem: 'z.preprocess or .transform() has no fixed layout',
      help: 'transform before sending, and write the type of the result; or use z.codec, which runs both ways',
    };
  }
  const sides = [def.in, def.out, def.innerType].map(defOf).filter((side) => side !== undefined);
  for (const side of sides) {
    const change = valueChange(side) ?? changeIn(side, seen);
    if (change !== undefined) return change;
  }
  return undefined;
}

/** The definition of a type and of what it wraps, from the outermost in. */
function wrappersOf(schema: unknown): readonly ZodDef[] {
  const defs: ZodDef[] = [];
  let def = defOf(schema);
  while (def !== undefined && defs.length < MAX_DEPTH) {
    defs.push(def);
    def = defOf(def.innerType ?? def.out);
  }
  return defs;
}

function within(walk: Walk, name: string): Walk {
  return { ...walk, path: [...walk.path, name] };
}

/** Describes every field, so that each one's faults are found, and gives the object only if all have a layout. */
function describeObject(def: ZodDef, walk: Walk): Described | undefined {
  const shape = def.shape;
  if (typeof shape !== 'object' || shape === null) return notZod(shape);
  const catchall = defOf(def.catchall)?.type;
  if (catchall !== undefined && catchall !== 'never') {
    report(walk, {
      code: 'SN1012',
      problem: 'an object with free keys (z.looseObject, .catchall()) has no layout',
      help: 'write z.object or z.strictObject with the keys you need',
    });
  }
  return describeShape(shape, walk);
}

function describeShape(shape: object, walk: Walk): Described | undefined {
  const { path, inside } = walk;
  if (inside.includes(shape)) {
    return {
      code: 'SN1018',
      problem: 'an object that contains itself has no fixed size',
      help: 'send one message for each level, and name the parent by a key',
    };
  }
  const fields = Object.keys(shape).map((name): FieldDescriptor | undefined => {
    const schema = (shape as Record<string, unknown>)[name];
    const wrappers = inside.length === 0 ? wrappersOf(schema) : [];
    const at = { ...walk, path: [...path, name], inside: [...inside, shape], wrappers };
    const nameFault = fieldNameFault(name);
    if (nameFault !== undefined) report(at, nameFault);
    const type = describeType(schema, at);
    if (type === undefined || nameFault !== undefined) return undefined;
    const since = markOf(wrappers);
    if (since === undefined) return { name, type };
    const fault = sinceFault(since, type);
    if (fault !== undefined) report(at, fault);
    return fault === undefined && isNotedVersion(since) ? { name, type, since } : undefined;
  });
  const described = fields.filter((field) => field !== undefined);
  // The message itself keeps the fields that are right, so that its routes can still be checked against them.
  return described.length === fields.length || inside.length === 0
    ? { kind: 'object', fields: described }
    : undefined;
}

/** What in a definition would change values when Zod parses them. */
function valueChange(def: ZodDef): Described | undefined {
  const changes =
    def.coerce === true
      ? 'z.coerce'
      : checksOf(def).some(({ check }) => check === 'overwrite')
        ? '.trim(), .toLowerCase() or .overwrite()'
        : undefined;
  if (changes === undefined) return undefined;
  return {
    code: 'SN1019',
    problem: `${changes} changes values, and Zod does not run when messages are sent`,
    help: 'change the value before sending, and write the type of the result',
  };
}

function noLayout(what: string, help: string): Rule {
  return () => ({ code: 'SN1012', problem: `${what} has no fixed layout`, help });
}

function notZod(value: unknown): Pick<Fault, 'code' | 'problem' | 'help'> {
  return {
    code: 'SN1012',
    problem: `a field must be a Zod 4 type: got ${quote(value)}`,
    help:
      typeof value === 'function'
        ? 'call the function'
        : 'write a type such as z.int32(), ascii(n) or bytes(max)',
  };
}

function report(walk: Walk, fault: Pick<Fault, 'code' | 'problem' | 'help'>): void {
  walk.faults.push({ ...fault, path: walk.path });
}

/** The definition of a Zod 4 type; nothing for all else. */
function defOf(schema: unknown): ZodDef | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const internals = (schema as { readonly _zod?: { readonly def?: unknown } })._zod;
  const def = internals?.def;
  return typeof def === 'object' && def !== null ? (def as ZodDef) : undefined;
}

function nameOf(schema: unknown): string {
  const def = defOf(schema);
  return def === undefined ? quote(schema) : `z.${String(def.type)}`;
}
