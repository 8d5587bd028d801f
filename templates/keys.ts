/**
 * Keys: the emitted functions that take a message, or the fields that route it, to a partition or to an instance.
 */
import { keyFieldsOf, type RangeBound, type TypeKind } from '../schema/descriptor.js';
import type { FieldLayout } from '../schema/layout.js';
import { type Imports, moduleOf } from './imports.js';
import { inputNameOf } from './message-model.js';
import { fieldList, type Sent } from './routes.js';
import { arrow, docComment, line, literals, quote } from './text.js';

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

/** Emits what tells handlers the partition of a key, which `exportPartition` needs; nothing where no route looks at a key. */
export function emitPartitionOf(type: string, sent: readonly Sent[], imports: Imports): readonly string[] {
  const keyed = sent.filter((one) => keyOf(one) !== undefined);
  if (keyed.length === 0) return [];
  const signatures = keyed.map((one) => {
    imports.messageType(inputNameOf(one.layout));
    return line(
      2,
      nameOf(one),
      { open: '(', items: [`key: ${(keyOf(one) as { type: string }).type}`], close: ')' },
      ': number;',
    );
  });
  const members = keyed.map((one) => {
    const items = keyFieldsOf(one.entry.route).map((field) => `key.${field}`);
    return arrow(
      2,
      `${nameOf(one)}: (key)`,
      { open: `partitionOf${one.layout.name}(`, items, close: ')' },
      ',',
    );
  });
  return [
    [
      docComment(0, undefined, 'Tells which partition the key of a message or a call belongs to.'),
      `export interface ${type}PartitionOf {`,
      ...signatures,
      '}',
    ].join('\n'),
    [`const partitionsOf${type}: ${type}PartitionOf = {`, ...members, '};'].join('\n'),
  ];
}

function nameOf({ entry, layout }: Sent): string {
  return entry.call ?? layout.name;
}

/**
 * What a message's methods need beside the lanes; nothing where its route looks at no field.
 *
 * @param isAsync - of an async worker's message: its inbox needs the whole hash of each key (`hashOfX`).
 */
export function emitKey(sent: Sent, imports: Imports, isAsync: boolean): readonly string[] {
  switch (sent.entry.route.kind) {
    case 'hash':
    case 'consistentHash':
      return isAsync
        ? [emitHash(sent, imports, 'hashOf'), emitPartitionOfHash(sent, imports)]
        : [emitHash(sent, imports, 'partitionOf')];
    case 'range':
      return [
        ...(isAsync ? [emitHash(sent, imports, 'hashOf')] : []),
        ...emitRange(sent, sent.entry.route.bounds, imports),
      ];
    case 'custom':
      return [emitCustom(sent, sent.entry.route, imports)];
    case 'roundRobin':
    case 'leastLoaded':
    case 'broadcast':
      return [];
  }
}

function emitHash(sent: Sent, imports: Imports, named: 'hashOf' | 'partitionOf'): string {
  const { name } = sent.layout;
  const shift = named === 'partitionOf' ? ' >>> 24' : '';
  const hashes = keyFields(sent).map(({ type }) => imports.runtime(HASHES[type.kind] as string));
  const [first, ...rest] = hashes as [string, ...string[]];
  const body =
    rest.length === 0
      ? [`  return ${first}(${parameterOf(0)}, 0)${shift};`]
      : [
          `  let hash = ${first}(${parameterOf(0)}, 0);`,
          ...rest.map((next, index) => `  hash = ${next}(${parameterOf(index + 1)}, hash);`),
          `  return hash${shift};`,
        ];
  return [
    docComment(
      0,
      undefined,
      named === 'hashOf'
        ? `XXH32 of what routes ${name}: its ${keyNames(sent)}.`
        : `The partition of what routes ${name}: of XXH32 of its ${keyNames(sent)}.`,
    ),
    keyFunction(sent, imports, named),
    ...body,
    '}',
  ].join('\n');
}

function emitPartitionOfHash(sent: Sent, imports: Imports): string {
  const { name } = sent.layout;
  const parameters = keyFields(sent).map((_, index) => parameterOf(index));
  return [
    docComment(0, undefined, `The partition of what routes ${name}.`),
    keyFunction(sent, imports, 'partitionOf'),
    `  return hashOf${name}(${parameters.join(', ')}) >>> 24;`,
    '}',
  ].join('\n');
}

/** The hash of the key of a message, if its route looks at one: code for an async worker's inbox. */
export function hashOf(sent: Sent, message: string): readonly string[] {
  const fields = keyFieldsOf(sent.entry.route).map((field) => `${message}.${field}`);
  return fields.length === 0 ? [] : [`hashOf${sent.layout.name}(${fields.join(', ')})`];
}

/** What makes a key comparable with its bounds; missing where it is by itself. */
const COMPARABLE: { readonly [Kind in TypeKind]?: (imports: Imports) => string } = {
  date: (imports) => imports.runtime('timeOf'),
  f32: () => 'Math.fround',
};

/** A search of its own: it sees keys of one type only, and runs several times as fast as one for all messages. */
function emitRange(sent: Sent, bounds: readonly RangeBound[], imports: Imports): readonly string[] {
  const { name } = sent.layout;
  const [{ type }] = keyFields(sent) as [FieldLayout];
  const isBigInt = type.kind === 'u64' || type.kind === 'i64';
  const element = isBigInt ? 'bigint' : typeof bounds[0];
  const before = `const boundsOf${name}: readonly ${element}[] = `;
  const comparable = COMPARABLE[type.kind]?.(imports);
  const prepared = comparable === undefined ? [] : [`  const comparable = ${comparable}(${parameterOf(0)});`];
  const key = comparable === undefined ? parameterOf(0) : 'comparable';
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
      keyFunction(sent, imports, 'partitionOf'),
      ...prepared,
      '  let low = 0;',
      `  let high = ${bounds.length};`,
      '  while (low < high) {',
      '    const middle = (low + high) >>> 1;',
      `    if (${key} < (boundsOf${name}[middle] as ${element})) high = middle;`,
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

/**
 * The head of a function of the key. It takes the fields' values and not the message: an object literal that is handed to a function
 * which V8 does not inline would have to be allocated.
 */
function keyFunction(sent: Sent, imports: Imports, named: 'hashOf' | 'partitionOf'): string {
  const type = imports.messageType(inputNameOf(sent.layout));
  const items = keyFields(sent).map((field, index) => `${parameterOf(index)}: ${type}[${quote(field.name)}]`);
  return line(0, `function ${named}${sent.layout.name}`, { open: '(', items, close: ')' }, ': number {');
}

/** Not by the names of fields, which may be those of functions. */
function parameterOf(index: number): string {
  return index === 0 ? 'key' : `key${index + 1}`;
}

function keyFields({ entry, layout }: Sent): readonly FieldLayout[] {
  return keyFieldsOf(entry.route).map(
    (name) => layout.fields.find((field) => field.name === name) as FieldLayout,
  );
}

function keyNames({ entry }: Sent): string {
  return fieldList(keyFieldsOf(entry.route));
}
