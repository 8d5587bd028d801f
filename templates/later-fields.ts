/**
 * Later fields: what came with a later version of its message, and what stands in its place in a record that is older.
 *
 * Only what reads these fields looks at the record's version; all other code is what it would be without them.
 */
import { bitsAround, type StructLayout } from '../schema/layout.js';
import { hasPlace } from './composite-parts.js';
import type { FieldModel } from './field-kinds.js';
import { compositeOf, hasTail, innermost, type MessageModel, type ObjectModel } from './message-model.js';
import type { NameScope } from './names.js';
import { assignField, bitsPath, declare, localOf, type ReadPlace, readBits } from './struct.js';
import { assignment, call, docComment, ifThen, jsonCode, jsonLines, line } from './text.js';

type LaterField = FieldModel & { readonly since: number };

/** Whether an older record lacks the field: not what can have one value only, which takes no bytes of newer ones either. */
export function isLater(field: FieldModel): field is LaterField {
  return field.since !== undefined && hasPlace(field);
}

/** Whether what reads the message must know its version. */
export function readsVersion({ fields }: ObjectModel): boolean {
  return fields.some(isLater);
}

/** Statements that give each later field a local, and the names of these. */
export function readLater(
  fields: readonly FieldModel[],
  layout: StructLayout,
  place: ReadPlace,
  scope: NameScope,
): { readonly before: readonly string[]; readonly locals: ReadonlyMap<FieldModel, string> } {
  const later = fields.filter(isLater);
  const locals = new Map(later.map((field) => [field, scope.claim(localOf(field.name))]));
  const versions = [...new Set(later.map(({ since }) => since))].sort((a, b) => a - b);
  const before = versions.flatMap((version) => {
    const came = later.filter(({ since }) => since === version);
    return readVersion(version, came, locals, layout, place, scope);
  });
  return { before, locals };
}

/** All that came with one version, behind one look at the record's. */
function readVersion(
  version: number,
  came: readonly LaterField[],
  locals: ReadonlyMap<FieldModel, string>,
  layout: StructLayout,
  place: ReadPlace,
  scope: NameScope,
): readonly string[] {
  const { indent } = place;
  const pad = ' '.repeat(indent);
  const localFor = (field: FieldModel) => locals.get(field) as string;
  const inner = { ...place, indent: indent + 2, path: bitsPath(place.path, came) };
  const { lines, reach } = readBits(bitsAround(layout, came[0] as LaterField), inner, scope);
  const defaults = came.filter(({ type }) => type.kind === 'default' && !isDeclaredNull(type));
  return [
    ...came.map((field) => declare(field, indent, localFor(field))),
    `${pad}if (version >= ${version}) {`,
    ...lines,
    ...came.flatMap((field) => assignField(field, reach, localFor(field))),
    ...(defaults.length === 0 ? [] : [`${pad}} else {`]),
    ...defaults.map((field) => assignment(indent + 2, localFor(field), missingValue(field))),
    `${pad}}`,
  ];
}

/** Statements of a getter that return what an older record holds in the field's place; none where there is no such record. */
export function returnMissing(field: FieldModel, indent: number): readonly string[] {
  if (!isLater(field)) return [];
  const inView = `${field.missing}${compositeOf(field)?.type.kind === 'union' ? '.option' : ''}`;
  const value = field.missing === undefined ? missingValue(field) : inView;
  return [ifThen(indent, `this.$version < ${field.since}`, `return ${value};`)];
}

/** The constants that stand in for defaults made of structs: a view each, of a record that holds nothing but the default. */
export function emitDefaults({ composites }: MessageModel): readonly string[] {
  const [message] = composites as readonly [ObjectModel];
  return message.fields.flatMap((field) => {
    const composite = compositeOf(field);
    const { missing, path, runtime, type } = field;
    if (missing === undefined || composite === undefined || type.kind !== 'default') return [];
    const made = call(
      `/* @__PURE__ */ ${runtime('defaultView')}`,
      composite.named('view'),
      composite.named('encode'),
      jsonLines(type.value, 2),
      String(composite.byteLength),
      ...tailBytesFor(field, composite, jsonCode(type.value)),
    );
    const doc = docComment(0, undefined, `\`${path}\` of records that are older than it.`);
    return [`${doc}\n${line(0, `const ${missing} = `, made, ';')}`];
  });
}

/** Most bytes of the default's tail. */
function tailBytesFor(field: FieldModel, composite: FieldModel, value: string): readonly string[] {
  if (hasTail(composite.type)) return [`${composite.named('tailOf')}(${value})`];
  if (!hasTail(field.type) || field.type.kind !== 'default' || composite.type.kind !== 'list') return [];
  const items = Array.isArray(field.type.value) ? field.type.value.length : 0;
  return items === 0 ? [] : [String(items * composite.type.item.byteLength)];
}

/** What a decoder gives for an older record. */
function missingValue(field: FieldModel): string {
  const { type, missing } = field;
  if (missing !== undefined) return `${missing}.toObject()`;
  if (type.kind === 'maybe') return type.absent === 'null' ? 'null' : 'undefined';
  if (type.kind !== 'default') throw new Error(`${field.path} has no value for older records`);
  // What a sender leaves out is rounded as whatever it sends is.
  const isRounded = innermost(field).type.kind === 'f32' && typeof type.value === 'number';
  return jsonCode(isRounded ? Math.fround(type.value as number) : type.value);
}

/** Whether the local is `null` already where nothing else is assigned. */
function isDeclaredNull(type: FieldModel['type']): boolean {
  return type.kind === 'default' && type.type.kind === 'maybe' && type.value === null;
}
