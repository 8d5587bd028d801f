/**
 * Loader: the shipped sources of the channel, with or without seeded bugs, as modules that the explorer can step through.
 *
 * `programs.ts` (lanes, pools) and `channel-programs.ts` are the entries: what the threads of the scenarios do, in plain TypeScript. Each and
 * all that it imports from `runtime/` are transformed together.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { ts } from 'ts-morph';
import type * as ChannelPrograms from './channel-programs.js';
import type * as Programs from './programs.js';
import { findReaching, type Reaching } from './reaching.js';
import { stepSupport } from './step-support.js';
import { transform } from './transform.js';
import { globals } from './virtual-globals.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const RUNTIME = resolve(HERE, '../../runtime');
const ENTRY = resolve(HERE, 'programs.ts');
const CHANNEL_ENTRY = resolve(HERE, 'channel-programs.ts');

/** A seeded bug: in `file` of the runtime, `find` (which must be there exactly once) becomes `replace`. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Each turn of a thread that waits is like the one before: told so, the explorer need not tell them apart. (Its clock stands still, and its
 * strategy says nothing: its stack is the same each time.)
 */
const WAIT_LOOP: Edit = {
  file: 'channel/waits.ts',
  find: '    for (;;) {\n      if (waitedMs >= lookMs) {',
  replace: '    for (;;) {\n      waitCheckpoint();\n      if (waitedMs >= lookMs) {',
};

/** The same of a sender that has looked for a deadlock in vain. */
const LONG_WAIT: Edit = {
  file: 'parker.ts',
  find: 'this.deadlocks.look(lane);',
  replace: '{ this.deadlocks.look(lane); waitCheckpoint(); }',
};

/** Room for two calls given up at a time: each look at the table is a look at each of its words. */
const SMALL_TABLE: Edit = {
  file: 'calls/call-layout.ts',
  find: 'MAX_CANCELS = 64;',
  replace: 'MAX_CANCELS = 2;',
};

export type Loaded = typeof Programs;
export type LoadedChannels = typeof ChannelPrograms;

/** @throws Error when an edit does not match exactly once. */
export function loadPrograms(edits: readonly Edit[] = []): Loaded {
  return loadFrom(ENTRY, [...edits, LONG_WAIT, SMALL_TABLE]) as Loaded;
}

/** As `loadPrograms`, for channels. */
export function loadChannelPrograms(edits: readonly Edit[] = []): LoadedChannels {
  return loadFrom(CHANNEL_ENTRY, [...edits, WAIT_LOOP]) as LoadedChannels;
}

function loadFrom(entry: string, edits: readonly Edit[]): object {
  const sources = new Map<string, ts.SourceFile>();
  gather(entry, edits, sources);
  for (const { file } of edits)
    if (!sources.has(resolve(RUNTIME, file))) throw new Error(`no module under test is called ${file}`);
  const reaching = findReaching([...sources.values()]);

  const modules = new Map<string, object>();
  const load = (path: string): object => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const exports = {};
    modules.set(path, exports);
    const code = transformed(sources.get(path) as ts.SourceFile, reaching);
    const body = compileFunction(code, ['exports', 'require', '$', ...Object.keys(globals)], {
      filename: path,
    });
    body(exports, (target: string) => load(pathOf(path, target)), stepSupport, ...Object.values(globals));
    return exports;
  };
  return load(entry);
}

/** The names of the modules that are explored, relative to `runtime/`. */
export function modulesUnderTest(of: 'pools' | 'channels' = 'pools'): readonly string[] {
  const sources = new Map<string, ts.SourceFile>();
  gather(of === 'pools' ? ENTRY : CHANNEL_ENTRY, [], sources);
  return [...sources.keys()]
    .filter((path) => path.startsWith(RUNTIME))
    .map((path) => path.slice(RUNTIME.length + 1));
}

function gather(path: string, edits: readonly Edit[], sources: Map<string, ts.SourceFile>): void {
  if (sources.has(path)) return;
  const text = edits
    .filter(({ file }) => resolve(RUNTIME, file) === path)
    .reduce(edited, readFileSync(path, 'utf8'));
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  sources.set(path, source);
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || isTypeOnly(statement)) continue;
    gather(pathOf(path, (statement.moduleSpecifier as ts.StringLiteral).text), edits, sources);
  }
}

/** Most modules stay as they are from one seeded bug to the next. */
const cache = new Map<string, string>();

function transformed(source: ts.SourceFile, reaching: Reaching): string {
  const key = `${source.fileName}\n${reaching.key}\n${source.text}`;
  const code = cache.get(key) ?? transform(source, reaching);
  cache.set(key, code);
  return code;
}

function edited(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} holds this ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}

function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.isTypeOnly) return true;
  const { namedBindings } = importClause;
  return (
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

function pathOf(from: string, target: string): string {
  if (!target.startsWith('.'))
    throw new Error(`${from} imports ${target}: the explorer runs the project's sources only`);
  return resolve(dirname(from), target.replace(/\.js$/, '.ts'));
}
