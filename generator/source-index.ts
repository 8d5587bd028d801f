/**
 * Source index: what only the text of the schema knows: places, doc comments, names that were declared twice.
 *
 * Paths are those of faults: `['messages', 'Flight', 'origin']`, `['workers', 'delays', 'handler']`.
 */
import type { ts } from 'ts-morph';
import type { FieldDescriptor, TopologyDescriptor } from '../schema/descriptor.js';
import { type Place, type PlacedFault, startOf } from './faults.js';
import type { LocalModules } from './load.js';
import { type Binding, Syntax } from './syntax.js';
import type { TypeScript } from './typescript.js';

export interface SourceIndex {
  /** The place of a path, or of the nearest enclosing one that stands in the source. */
  locate(path: readonly string[]): Place;
  /** Doc comments without their marks, by path: `messages.Flight.origin`, `workers.delays`. */
  docs(topology: TopologyDescriptor): ReadonlyMap<string, string>;
  /** Names that occur twice in one literal: JavaScript keeps the last in silence. */
  duplicates(): readonly PlacedFault[];
}

/** Indexes the schema file and the local files that it imports. */
export function indexSources(typescript: TypeScript, modules: LocalModules, schemaFile: string): SourceIndex {
  const syntax = new Syntax(typescript, modules);
  const root = syntax.exported(schemaFile, 'default');

  const find = (path: readonly string[]): Binding | undefined =>
    path.reduce<Binding | undefined>((binding, key) => binding && syntax.lookup(binding.value, key), root);

  return {
    locate(path) {
      for (let length = path.length; length >= 0; length--) {
        const binding = find(path.slice(0, length));
        if (binding !== undefined) return placeOf(shownNode(typescript, binding));
      }
      return startOf(schemaFile);
    },

    docs(topology) {
      const docs = new Map<string, string>();
      for (const path of documentedPaths(topology)) {
        const doc = docOf(find(sourceOf(path, topology)));
        if (doc !== undefined) docs.set(path.join('.'), doc);
      }
      return docs;
    },

    duplicates() {
      const faults: PlacedFault[] = [];
      const seen = new Set<ts.Node>();
      const visit = (binding: Binding | undefined, path: readonly string[]): void => {
        for (const literal of syntax.literals(binding?.value)) {
          if (seen.has(literal)) continue;
          seen.add(literal);
          const names = namedProperties(syntax, literal);
          faults.push(...duplicatesOf(names, path));
          for (const name of new Set(names.map(([name]) => name))) {
            visit(syntax.lookup(binding?.value, name), [...path, name]);
          }
        }
      };
      visit(root, []);
      return faults;
    },
  };
}

type NamedProperty = readonly [name: string, node: ts.Node];

function namedProperties(syntax: Syntax, literal: ts.ObjectLiteralExpression): readonly NamedProperty[] {
  return literal.properties.flatMap((property): NamedProperty[] => {
    const name = syntax.nameOf(property);
    return name === undefined || property.name === undefined ? [] : [[name, property.name]];
  });
}

function duplicatesOf(names: readonly NamedProperty[], path: readonly string[]): readonly PlacedFault[] {
  const first = new Map<string, Place>();
  return names.flatMap(([name, node]): PlacedFault[] => {
    const place = placeOf(node);
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, place);
      return [];
    }
    return [
      {
        code: 'SN1006',
        path: [...path, name],
        place,
        problem: `this ${kindOf(path)} is declared on line ${earlier.line} already; JavaScript would keep only the last`,
        help: 'rename or remove one of them',
      },
    ];
  });
}

/** What the members of a place in the schema are called. */
function kindOf(path: readonly string[]): string {
  if (path.length === 1)
    return path[0] === 'messages' ? 'message' : path[0] === 'workers' ? 'worker' : 'name';
  return path[0] === 'messages' ? 'field' : 'name';
}

/** The key, since that is what a reader looks for; but a plain value is pointed at itself. */
function shownNode(typescript: TypeScript, { name, value }: Binding): ts.Node {
  const isPlain = value !== undefined && typescript.isLiteralExpression(value);
  return isPlain ? value : name;
}

function placeOf(node: ts.Node): Place {
  const source = node.getSourceFile();
  const start = node.getStart(source);
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const lineEnd = source.getLineStarts()[line + 1] ?? source.text.length + 1;
  const length = Math.max(1, Math.min(node.getEnd(), lineEnd - 1) - start);
  return { file: source.fileName, line: line + 1, column: character + 1, length };
}

function* documentedPaths(topology: TopologyDescriptor): Generator<readonly string[]> {
  for (const { name, fields } of topology.messages) {
    yield ['messages', name];
    yield* fieldPaths(['messages', name], fields);
  }
  for (const { name } of topology.calls) yield ['calls', name];
  for (const { name } of topology.workers) yield ['workers', name];
}

/** Requests and responses are messages under names of their own; in the source they stand in their call. */
function sourceOf(path: readonly string[], { calls }: TopologyDescriptor): readonly string[] {
  const [part, message, ...rest] = path;
  const call = calls.find(({ request, response }) => request === message || response === message);
  if (part !== 'messages' || call === undefined) return path;
  return ['calls', call.name, call.request === message ? 'request' : 'response', ...rest];
}

function* fieldPaths(
  path: readonly string[],
  fields: readonly FieldDescriptor[],
): Generator<readonly string[]> {
  for (const { name, type } of fields) {
    yield [...path, name];
    if (type.kind === 'object') yield* fieldPaths([...path, name], type.fields);
  }
}

function docOf(binding: Binding | undefined): string | undefined {
  for (const node of binding?.commented ?? []) {
    // The parser hangs doc comments on the node that they stand before; the public type does not say so.
    const comments = (node as { readonly jsDoc?: readonly ts.Node[] }).jsDoc;
    const text = comments?.at(-1)?.getText();
    if (text !== undefined) return plainText(text);
  }
  return undefined;
}

/** A doc comment's text without its marks, such that it can stand in another comment. */
function plainText(comment: string): string | undefined {
  const lines = comment
    .replace(/^\/\*\*+/, '')
    .replace(/\*+\/$/, '')
    .split(/\r\n|\r|\n/)
    .map((line, index) => (index === 0 ? line : line.replace(/^\s*\*? ?/, '')).trimEnd());
  const text = lines.join('\n').trim().replaceAll('*/', '*\\/');
  return text === '' ? undefined : text;
}
