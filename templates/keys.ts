/**
 * Keys: the emitted functions that take a message, or the fields that route it, to a partition or to an instance.
 */
import { keyFieldsOf, type RangeBound, type TypeKind } from '../schema/descriptor.js';
import type { FieldLayout } from '../schema/layout.js';
import { type Imports, moduleOf } from './imports.js';
import { inputNameOf } from './message-model.js';
import { fieldList, type Sent } from './routes.js';
import { docComment, line, literals, quote } from './text.js';

/** The function that hashes a field of each kind; undefined where the kind is no key. */
const HASHES = {
  u8: 'hashNumber',
  i8: 'hashNumber',
  u16: 'hashNumber',
  i16: 'hashNumber',
  u32: 'hashNumber',
  i32: 'hashNumber',
  f32: 'hashF32',
  f64: 'hashNumber',
  safeInt: 'hashNumber',
  u64: 'hashBigInt',
  i64: 'hashBigInt',
  bool: 'hashBool',
  date: 'hashDate',
  enum: 'hashEnum',
  ascii: 'hashText',
  utf8: 'hashText',
  uuid: 'hashText',
  bytes: 'hashBytes',
  numbers: undefined,
  object: undefined,
  tuple: undefined,
  list: undefined,
  union: undefined,
  tail: undefined,
  maybe: undefined,
  default: undefined,
} as const satisfies Record<TypeKind, string | undefined>;

/** The fields by whose values a message is routed. */
export function keyOf({
  entry,
  layout,
}: Sent): { readonly fields: readonly string[]; readonly names: string; readonly type: string } | undefined {
  const fields = keyFieldsOf(entry.route);
  if (fields.length === 0) return undefined;
  const names = fields.map((name) => quote(name)).join(' | ');
  return { fields, names, type: `Pick<${inputNameOf(layout)}, ${names}>` };
}

/** What a message's methods need beside the lanes; nothing where its route looks at no field. */
export function emitKey(sent: Sent, imports: Imports): readonly string[] {
  switch (sent.entry.route.kind) {
    case 'hash':
    case 'consistentHash':
      return [emitHash(sent, imports)];
    case 'range':
      return emitRange(sent, sent.entry.route.bounds, imports);
    case 'custom':
      return [emitCustom(sent, sent.entry.route, imports)];
    case 'roundRobin':
    case 'leastLoaded':
    case 'broadcast':
      return [];
  }
}

function emitHash(sent: Sent, imports: Imports): string {
  const { name } = sent.layout;
  const [first, ...rest] = keyFields(sent).map(
    (field) => (seed: string) =>
      `${imports.runtime(HASHES[field.type.kind] as string)}(value.${field.name}, ${seed})`,
  ) as [Hash, ...Hash[]];
  const body =
    rest.length === 0
      ? [`  return ${first('0')};`]
      : [`  let hash = ${first('0')};`, ...rest.map((next) => `  hash = ${next('hash')};`), '  return hash;'];
  return [
    docComment(0, undefined, `XXH32 of what routes ${name}: its ${keyNames(sent)}.`),
    keyFunction(`hashOf${name}`, sent, imports),
    ...body,
    '}',
  ].join('\n');
}

/** The call that hashes one field, given its seed. */
type Hash = (seed: string) => string;

/** A search of its own: it sees keys of one type only, and runs several times as fast as one for all messages. */
function emitRange(sent: Sent, bounds: readonly RangeBound[], imports: Imports): readonly string[] {
  const { name } = sent.layout;
  const [{ name: field, type }] = keyFields(sent) as [FieldLayout];
  const isBigInt = type.kind === 'u64' || type.kind === 'i64';
  const element = isBigInt ? 'bigint' : typeof bounds[0];
  const before = `const boundsOf${name}: readonly ${element}[] = `;
  const keys: { readonly [Kind in TypeKind]?: string } = {
    date: `${type.kind === 'date' ? imports.runtime('timeOf') : ''}(value.${field})`,
    f32: `Math.fround(value.${field})`,
  };
  return [
    [
      docComment(0, undefined, `Where the ranges of what routes ${name} begin, but for the first.`),
      isBigInt
        ? line(0, before, { open: '[', items: bounds.map((bound) => `${bound}n`), close: ']' }, ';')
        : literals(before, bounds),
    ].join('\n'),
    [
      docComment(
        0,
        undefined,
        `The partition of what routes ${name}: of the range of its ${keyNames(sent)}.`,
      ),
      keyFunction(`partitionOf${name}`, sent, imports),
      `  const key = ${keys[type.kind] ?? `value.${field}`};`,
      '  let low = 0;',
      `  let high = ${bounds.length};`,
      '  while (low < high) {',
      '    const middle = (low + high) >>> 1;',
      `    if (key < (boundsOf${name}[middle] as ${element})) high = middle;`,
      '    else low = middle + 1;',
      '  }',
      `  return ${imports.runtime('partitionOfRange')}(low, ${bounds.length + 1});`,
      '}',
    ].join('\n'),
  ];
}

/** Gives the user's function the type that it must have. */
function emitCustom(
  { layout }: Sent,
  { module, export: name }: { readonly module: string; readonly export: string },
  imports: Imports,
): string {
  const own = `customOf${layout.name}`;
  imports.value(moduleOf(module), `${name} as ${own}`);
  const type = `${imports.runtimeType('CustomRoute')}<${imports.messageType(inputNameOf(layout))}>`;
  return [
    docComment(0, undefined, `Names the instance of each ${layout.name}.`),
    `const routeOf${layout.name}: ${type} = ${own};`,
  ].join('\n');
}

function keyFunction(name: string, sent: Sent, imports: Imports): string {
  imports.messageType(inputNameOf(sent.layout));
  const parameters = { open: '(', items: [`value: ${keyOf(sent)?.type}`], close: ')' };
  return line(0, `function ${name}`, parameters, ': number {');
}

function keyFields({ entry, layout }: Sent): readonly FieldLayout[] {
  return keyFieldsOf(entry.route).map(
    (name) => layout.fields.find((field) => field.name === name) as FieldLayout,
  );
}

function keyNames({ entry }: Sent): string {
  return fieldList(keyFieldsOf(entry.route));
}
