/**
 * Issues: what the user's whole schema, refinements included, has against a value that is about to be sent.
 *
 * The emitted `validators.ts` calls this in the thread that sends. The value is what the program sees, the schema's *output*
 * side. That is where Zod begins when it encodes: it checks a codec's `b`, takes it back to `a` and checks that. The result is thrown
 * away, since the record is written from the value as it was given. When it encodes Zod fills in no defaults, and
 * refinements of an object would miss them, so they are filled in before.
 */
import { z } from 'zod';
import { messagePartsOf } from './message.js';

type Issues = readonly z.core.$ZodIssue[];

/**
 * The issues of a value of a message; none when it may be sent. What a refinement throws comes through.
 *
 * @param declared what stands in the topology's `messages`.
 */
export function issuesIn(declared: unknown, value: unknown): Issues {
  const schema = messagePartsOf(declared).schema as z.core.$ZodType;
  try {
    return z.safeEncode(schema, completed(schema, value)).error?.issues ?? [];
  } catch (error) {
    if (!(error instanceof z.core.$ZodAsyncError)) throw error;
    const message = 'the schema has an async refinement or codec, and sending does not wait for one';
    return [{ code: 'custom', path: [], message, input: undefined }];
  }
}

/** The value with the defaults of what was left out. What is not of the type's shape stays as it is, for Zod to report. */
function completed(type: z.core.$ZodType, value: unknown): unknown {
  const { def } = (type as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'default':
    case 'prefault':
      return value === undefined ? def.defaultValue : completed(def.innerType, value);
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'readonly':
      return completed(def.innerType, value);
    case 'pipe':
      return completed(def.out, value);
    case 'object':
      return isObject(value) ? completedFields(value, def.shape) : value;
    case 'record':
      return isObject(value)
        ? completedFields(value, fieldsOfRecord(type as z.core.$ZodRecord, value))
        : value;
    case 'union':
      return isObject(value) ? completedOption(def as z.core.$ZodDiscriminatedUnionDef, value) : value;
    case 'array':
      return Array.isArray(value) ? value.map((item) => completed(def.element, item)) : value;
    case 'tuple':
      return Array.isArray(value) ? completedItems(value, def.items) : value;
    case 'set':
      return value instanceof Set ? new Set([...value].map((item) => completed(def.valueType, item))) : value;
    case 'map':
      return value instanceof Map
        ? new Map(
            [...value].map(([key, item]) => [completed(def.keyType, key), completed(def.valueType, item)]),
          )
        : value;
    default:
      return value;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function completedFields(value: Fields, types: Readonly<Record<string, z.core.$ZodType>>): Fields {
  const made: Record<string, unknown> = { ...value };
  for (const [name, type] of Object.entries(types)) {
    const field = completed(type, value[name]);
    // What stays absent must not become a key of its own: a strict object or a partial record would count it.
    if (field !== undefined) made[name] = field;
  }
  return made;
}

/** Those left out at the end are there as `undefined`; those too many stay, for Zod to report. */
function completedItems(value: readonly unknown[], types: readonly z.core.$ZodType[]): readonly unknown[] {
  return [...types.map((type, index) => completed(type, value[index])), ...value.slice(types.length)];
}

/** A record has a field for each of its keys; a partial one for those that are given. */
function fieldsOfRecord(
  { _zod: { def } }: z.core.$ZodRecord,
  value: Fields,
): Record<string, z.core.$ZodType> {
  const names = def.partial === true ? Object.keys(value) : [...(def.keyType._zod.values ?? [])].map(String);
  return Object.fromEntries(names.map((name) => [name, def.valueType]));
}

/** As the option that the value says it is. */
function completedOption(
  { options, discriminator }: z.core.$ZodDiscriminatedUnionDef,
  value: Fields,
): unknown {
  const given = value[discriminator] as z.core.util.Primitive;
  const option = options.find((one) => outOf(one)._zod.propValues?.[discriminator]?.has(given));
  return option === undefined ? value : completed(option, value);
}

function outOf(type: z.core.$ZodType): z.core.$ZodType {
  const { def } = (type as z.core.$ZodTypes)._zod;
  return def.type === 'pipe' ? outOf(def.out) : type;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
