/**
 * Load: runs the user's schema file and gives back its default export.
 *
 * esbuild bundles the schema and the local files that it imports into one module, so that TypeScript, path
 * aliases and extensionless imports work whatever Node.js can do. Packages stay outside: the schema must get
 * the same copy of Zod as the rest of the process. Their bare names become absolute URLs, since the bundle is
 * imported from a temporary folder, from where Node.js would not find them.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin, SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildResult, build, type Metafile, type Plugin } from 'esbuild';
import { isBuildFailure, isMissingImport, missingImportHelp, placeOf } from './build-messages.js';
import { type Place, type PlacedFault, type Sources, startOf } from './faults.js';
import { isOwnFile, ownModule } from './own-package.js';

/** A file of the user's that the schema consists of. */
export interface LocalModule {
  readonly text: string;
  /** What each relative or aliased specifier in it leads to, if that is a local file as well. */
  readonly imports: ReadonlyMap<string, string>;
}

/** The schema file and the local files that it imports, by absolute path. */
export type LocalModules = ReadonlyMap<string, LocalModule>;

export type LoadedSchema =
  | { readonly kind: 'loaded'; readonly value: unknown; readonly modules: LocalModules }
  | { readonly kind: 'faulty'; readonly faults: readonly PlacedFault[]; readonly sources: Sources };

/** Loads a schema by its absolute path. Rejects only when the system fails. */
export async function loadSchema(schemaFile: string): Promise<LoadedSchema> {
  const specifiers = new Map<string, string>();
  let built: Built;
  try {
    built = await bundleSchema(schemaFile, specifiers);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return buildFaults(error.errors, schemaFile);
  }
  const modules = await localModules(built.metafile, schemaFile);
  const outcome = await importOnce(built.code);
  if (outcome.kind === 'threw') {
    const fault = thrownFault(outcome, built, schemaFile, specifiers);
    return faulty([fault], textsOf(modules));
  }
  const exports = outcome.exports;
  if (!('default' in exports)) return faulty([noDefaultExport(exports, schemaFile)], textsOf(modules));
  return { kind: 'loaded', value: exports.default, modules };
}

/** The text of each module: what code frames are cut from. */
export function textsOf(modules: LocalModules): Sources {
  return new Map([...modules].map(([file, module]) => [file, module.text]));
}

interface Built {
  readonly code: string;
  readonly map: SourceMap;
  readonly metafile: Metafile;
}

async function bundleSchema(schemaFile: string, specifiers: Map<string, string>): Promise<Built> {
  const result: BuildResult<{ write: false; metafile: true }> = await build({
    entryPoints: [schemaFile],
    absWorkingDir: dirname(schemaFile),
    outfile: 'schema.mjs',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    // Node.js does not know the condition `module`; without this esbuild would pick files by it.
    conditions: [],
    sourcemap: 'external',
    metafile: true,
    logLevel: 'silent',
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(schemaFile).href),
      'import.meta.filename': JSON.stringify(schemaFile),
      'import.meta.dirname': JSON.stringify(dirname(schemaFile)),
    },
    plugins: [packagesByUrl(specifiers)],
  });
  const [map, code] = [/\.map$/, /\.mjs$/].map(
    (ending) => result.outputFiles.find((file) => ending.test(file.path))?.text ?? '',
  );
  return {
    code: code ?? '',
    map: new SourceMap(JSON.parse(map ?? '{}') as SourceMapPayload),
    metafile: result.metafile,
  };
}

/** Marks the plugin's own question to esbuild, which would otherwise come back to the plugin. */
const ASKING = Symbol('asking');

/** Leaves packages outside of the bundle, named by URL. Notes which specifier each URL stands for. */
function packagesByUrl(specifiers: Map<string, string>): Plugin {
  return {
    name: 'sn-gen-packages-by-url',
    setup({ onResolve, resolve: ask }) {
      onResolve(
        { filter: /^[^./]/ },
        async ({ path, kind, importer, resolveDir, pluginData, with: attributes }) => {
          if (pluginData === ASKING || kind === 'entry-point' || kind === 'require-call') return undefined;
          if (isBuiltin(path)) return { path, external: true };
          const own = ownModule(path);
          const asked = await ask(path, { kind, importer, resolveDir, with: attributes, pluginData: ASKING });
          const found = asked.errors.length > 0 ? own : own && isOwnFile(asked.path) ? own : asked.path;
          // Nothing found: esbuild asks itself once more and reports it with the place.
          if (found === undefined) return undefined;
          // TypeScript from an alias, a linked package or this repository: Node.js could not run it.
          if (!/\.[cm]?js$/.test(found)) return { path: found };
          const url = pathToFileURL(found).href;
          specifiers.set(url, path);
          return { path: url, external: true };
        },
      );
    },
  };
}

type Outcome =
  | { readonly kind: 'imported'; readonly exports: Record<string, unknown> }
  | { readonly kind: 'threw'; readonly error: unknown; readonly url: string };

/** Imports code as a module from a temporary file, which is gone afterwards. */
async function importOnce(code: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'sn-gen-'));
  const file = join(folder, 'schema.mjs');
  const url = pathToFileURL(file).href;
  try {
    await writeFile(file, code);
    try {
      return { kind: 'imported', exports: (await import(url)) as Record<string, unknown> };
    } catch (error) {
      return { kind: 'threw', error, url };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function localModules(metafile: Metafile, schemaFile: string): Promise<LocalModules> {
  const folder = dirname(schemaFile);
  const modules = await Promise.all(
    Object.entries(metafile.inputs)
      // A namespace, as in `(disabled):name`, marks what is no file.
      .filter(([path]) => !/^[^/\\]{2,}:/.test(path))
      .map(async ([path, input]): Promise<[string, LocalModule]> => {
        const file = resolve(folder, path);
        const imports = input.imports.flatMap(({ original, path: target, external }): [string, string][] =>
          original === undefined || external ? [] : [[original, resolve(folder, target)]],
        );
        return [file, { text: await readFile(file, 'utf8'), imports: new Map(imports) }];
      }),
  );
  return new Map(modules);
}

async function buildFaults(
  errors: Parameters<typeof placeOf>[0][],
  schemaFile: string,
): Promise<LoadedSchema> {
  const sources = new Map<string, string>();
  const faults: PlacedFault[] = [];
  for (const error of errors) {
    const place = placeOf(error, dirname(schemaFile), schemaFile);
    const text = await readFile(place.file, 'utf8').catch(() => undefined);
    if (text !== undefined) sources.set(place.file, text);
    if (text === undefined && place.file === schemaFile) faults.push(unreadable(schemaFile));
    else if (isMissingImport(error)) {
      faults.push({ code: 'SN1003', path: [], place, problem: error.text, help: missingImportHelp(error) });
    } else {
      const help = error.notes[0]?.text ?? 'correct the syntax';
      faults.push({ code: 'SN1002', path: [], place, problem: error.text, help });
    }
  }
  return faulty(faults, sources);
}

function unreadable(schemaFile: string): PlacedFault {
  return {
    code: 'SN1001',
    path: [],
    place: startOf(schemaFile),
    problem: 'there is no such file, or it cannot be read',
    help: 'give the path of a file whose default export is topology({ ... })',
  };
}

function noDefaultExport(exports: Record<string, unknown>, schemaFile: string): PlacedFault {
  const names = Object.keys(exports);
  return {
    code: 'SN1005',
    path: [],
    place: startOf(schemaFile),
    problem: `the schema must export its topology as default; it exports ${names.length === 0 ? 'nothing' : names.join(', ')}`,
    help: 'end the file with: export default topology({ messages: { ... }, workers: { ... } });',
  };
}

function thrownFault(
  { error, url }: { readonly error: unknown; readonly url: string },
  built: Built,
  schemaFile: string,
  specifiers: ReadonlyMap<string, string>,
): PlacedFault {
  const stack = error instanceof Error ? String(error.stack) : '';
  const place = placeInStack(stack, url, built, schemaFile) ?? startOf(schemaFile);
  let what = (error instanceof Error ? String(error) : `throws ${String(error)}`).split('\n')[0] ?? '';
  for (const [packageUrl, specifier] of specifiers) {
    what = what.replaceAll(packageUrl, specifier).replaceAll(fileURLToPath(packageUrl), specifier);
  }
  // A missing export is the one thing that linking can find: esbuild has parsed the rest.
  return error instanceof SyntaxError && stack.startsWith(`${url}:`)
    ? { code: 'SN1003', path: [], place, problem: what, help: 'import a name that the package exports' }
    : { code: 'SN1004', path: [], place, problem: what, help: 'mend what this line runs into' };
}

/** Follows the first frame inside the bundle, or the line that Node.js shows for a fault of linking. */
function placeInStack(stack: string, url: string, built: Built, schemaFile: string): Place | undefined {
  const at = stack.indexOf(`${url}:`);
  const position = /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + url.length));
  if (at === -1 || position === null) return undefined;
  const caret = stack.split('\n')[2]?.search(/\^/) ?? -1;
  const column = position[2] === undefined ? Math.max(0, caret) : Number(position[2]) - 1;
  const entry = built.map.findEntry(Number(position[1]) - 1, column);
  if (!('originalSource' in entry)) return undefined;
  return {
    file: resolve(dirname(schemaFile), entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
    length: 1,
  };
}

function faulty(faults: readonly PlacedFault[], sources: Sources): LoadedSchema {
  return { kind: 'faulty', faults, sources };
}
