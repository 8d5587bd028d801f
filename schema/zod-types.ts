/**
 * Zod types to descriptors: a walk over `_zod.def`, one rule for each of Zod's type tags.
 *
 * Every tag of Zod is in the table, and what has no fixed layout says what to write instead; a tag that a later
 * Zod adds is a fault too. So no field is ever dropped in silence. Refinements are not run by the
 * emitted code, which checks ranges and lengths only; what would change a value (`.trim()`, `z.coerce`,
 * transforms) is a fault, since nothing would do it.
 */
import type { FieldDescriptor, TypeDescriptor } from './descriptor.js';
import { type Fault, type FaultList, quote } from './faults.js';
import { FIELD_KINDS, limitFaultOf } from './field-kinds.js';
import { type LayoutMark, layoutMarkOf } from './fields.js';
import { fieldNameFault } from './names.js';
import { checksOf, type Described, describeBigint, describeNumber, type ZodDef } from './zod-numbers.js';

/** Deeper nesting than this is taken for a schema that makes itself anew at every look. */
const MAX_DEPTH = 16;
/** UTF-8 needs up to four bytes for one code point, which is what Zod's string checks count. */
const BYTES_PER_CODE_POINT = 4;

/** One walk: where it stands, which objects it is inside of, and where its faults go. */
interface Walk {
  readonly path: readonly string[];
  readonly inside: readonly object[];
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
  readonly: (def, walk) => describeType(def.innerType, walk),
  optional: noLayout('z.optional', 'make it required, and give "absent" a value of its own'),
  nullable: noLayout('z.nullable', 'make it required, and give "null" a value of its own'),
  nonoptional: noLayout('z.nonoptional', 'write the inner type itself'),
  default: noLayout('z.default', 'set the default before sending, and write the inner type here'),
  prefault: noLayout('z.prefault', 'set the default before sending, and write the inner type here'),
  catch: noLayout('z.catch', 'write the inner type itself; values are checked when they are sent'),
  success: noLayout('z.success', 'write z.boolean()'),
  array: noLayout('z.array', 'send one message for each element, or write bytes(max) for raw data'),
  tuple: noLayout('z.tuple', 'write a z.object with one field for each element'),
  set: noLayout('z.set', 'send one message for each element'),
  map: noLayout('z.map', 'send one message for each entry'),
  record: noLayout('z.record', 'write a z.object with the keys you need, or send one message for each entry'),
  union: noLayout('z.union', 'declare one message for each option'),
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
  pipe: noLayout('z.pipe or .transform()', 'transform before sending, and write the type of the result'),
  template_literal: noLayout('z.templateLiteral', 'write ascii(n) or utf8(maxBytes)'),
  custom: noLayout('z.custom or z.instanceof', 'write bytes(max) for raw data, or a z.object of its fields'),
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
  let object = schema;
  while (defOf(object)?.type === 'readonly') object = defOf(object)?.innerType;
  if (defOf(object)?.type !== 'object') {
    faults.push({
      code: 'SN1016',
      path,
      problem: `a message must be a z.object: got ${nameOf(schema)}`,
      help: 'write z.object({ ... }); z.object({}) has no fields',
    });
    return [];
  }
  const type = describeType(object, { path, inside: [], faults });
  return type?.kind === 'object' ? type.fields : [];
}

/** Describes one type; nothing when it has a fault, which is then in the walk's list. */
function describeType(schema: unknown, walk: Walk): TypeDescriptor | undefined {
  const def = defOf(schema);
  const described = def === undefined ? notZod(schema) : describeDef(def, walk);
  if (described === undefined) return undefined;
  if ('code' in described) {
    report(walk, described);
    return undefined;
  }
  const fault = limitFaultOf(described);
  if (fault !== undefined) report(walk, { code: 'SN1013', ...fault });
  return fault === undefined ? described : undefined;
}

function describeDef(def: ZodDef, walk: Walk): Described | undefined {
  const change = valueChange(def);
  if (change !== undefined) return change;
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
function describeMark({ kind, limit }: LayoutMark): Described {
  // The limit is the user's and may be anything; the check of limits follows at once.
  if (kind === 'ascii') return { kind, maxLength: limit as number };
  if (kind === 'utf8' || kind === 'bytes') return { kind, maxBytes: limit as number };
  if (Object.hasOwn(FIELD_KINDS, kind) && kind !== 'enum' && kind !== 'object') return { kind };
  return notZod(kind);
}

/** Strings of Zod's own are bounded in code points by `.max()` or `.length()`. */
function describeString(def: ZodDef): Described {
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
  const wrong = values.find((value) => typeof value !== 'string' && !Number.isFinite(value));
  if (wrong !== undefined || values.includes(undefined)) {
    return {
      code: 'SN1012',
      problem: `${what} holds strings and finite numbers: got ${quote(wrong)}`,
      help:
        typeof wrong === 'boolean' ? 'write z.boolean()' : 'write a string in its place, or remove the field',
    };
  }
  // JSON has no -0: adding 0 makes it 0, in the plan as in the emitted code.
  const plain = (values as readonly (string | number)[]).map((value) =>
    typeof value === 'number' ? value + 0 : value,
  );
  return { kind: 'enum', values: [...new Set(plain)] };
}

/** Describes every field, so that each one's faults are found, and gives the object only if all have a layout. */
function describeObject(def: ZodDef, walk: Walk): Described | undefined {
  const shape = def.shape;
  if (typeof shape !== 'object' || shape === null) return notZod(shape);
  const { path, inside, faults } = walk;
  if (inside.includes(shape) || inside.length >= MAX_DEPTH) {
    return {
      code: 'SN1018',
      problem: 'an object that contains itself has no fixed size',
      help: 'send one message for each level, and name the parent by a key',
    };
  }
  const catchall = defOf(def.catchall)?.type;
  if (catchall !== undefined && catchall !== 'never') {
    report(walk, {
      code: 'SN1012',
      problem: 'an object with free keys (z.looseObject, .catchall()) has no layout',
      help: 'write z.object or z.strictObject with the keys you need',
    });
  }
  const fields = Object.keys(shape).map((name): FieldDescriptor | undefined => {
    const at = { path: [...path, name], inside: [...inside, shape], faults };
    const nameFault = fieldNameFault(name);
    if (nameFault !== undefined) report(at, nameFault);
    const type = describeType((shape as Record<string, unknown>)[name], at);
    return type === undefined || nameFault !== undefined ? undefined : { name, type };
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
