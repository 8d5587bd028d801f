/**
 * Bundle: one self-contained module for each worker, with everything its handler imports.
 *
 * The emitted files need not be on disk: an overlay serves them from memory, so that nothing has been written
 * when bundling fails. The entries exist only there. Output depends on the sources alone: no path in it
 * is absolute.
 */
import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type BuildOptions, build, type Message, type Metafile, type Plugin } from 'esbuild';
import { isBuildFailure, isMissingImport, missingImportHelp, placeOf } from './build-messages.js';
import { BUNDLE_FOLDER, type EmittedFile } from './emitted-file.js';
import type { PlacedFault, Sources } from './faults.js';
import { isInNativePackage } from './native-packages.js';
import type { Target } from './options.js';
import { isOwnFile, ownModule } from './own-package.js';

export interface BundleRequest {
  /** The schema's folder, a real path: what names of files in comments and messages are relative to. */
  readonly folder: string;
  /** The output folder, a real path; it need not exist. */
  readonly out: string;
  /** First line of each bundle, a comment. */
  readonly banner: string;
  readonly target: Target;
  /** The entry module of each worker, by the worker's name; its imports are relative to the output folder. */
  readonly entries: ReadonlyMap<string, string>;
  /** The other emitted files, relative to the output folder. */
  readonly emitted: readonly EmittedFile[];
  /** Each worker's handler, absolute. */
  readonly handlers: ReadonlyMap<string, string>;
}

export type BundleOutcome =
  | {
      readonly kind: 'bundled';
      readonly files: readonly EmittedFile[];
      /** What went into each bundle; paths relative to the schema's folder. */
      readonly metafile: Metafile;
      /** The user's files that went into the bundles, absolute. */
      readonly inputs: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly PlacedFault[]; readonly sources: Sources };

/**
 * What a CommonJS dependency needs to `require` a module of Node.js inside an ES module. esbuild keeps the name
 * `require` free for it.
 */
const REQUIRE_LINES = [
  "import { createRequire as snGenCreateRequire } from 'node:module';",
  'const require = snGenCreateRequire(import.meta.url);',
];

/** What is no package's name. */
const RELATIVE_OR_ABSOLUTE = /^(?:\.{1,2}(?:\/|$)|\/|[A-Za-z]:)/;

/** esbuild adds this helper when some `require` is left in the bundle. */
const REQUIRE_HELPER = /\b__require = /;

/** Bundles all workers. Rejects only when the system fails, or when emitted code is at fault. */
export async function bundleWorkers(request: BundleRequest): Promise<BundleOutcome> {
  const names = [...request.entries.keys()];
  try {
    const first = await bundle(request, names, [request.banner]);
    const needRequire =
      request.target === 'node' ? names.filter((name) => REQUIRE_HELPER.test(codeOf(first.files, name))) : [];
    const second =
      needRequire.length === 0
        ? undefined
        : await bundle(request, needRequire, [request.banner, ...REQUIRE_LINES]);
    return {
      kind: 'bundled',
      files: first.files.map((file) => second?.files.find(({ path }) => path === file.path) ?? file),
      metafile: first.metafile,
      inputs: userInputs(first.metafile, request),
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return faultsOf(error.errors, request);
  }
}

interface Bundled {
  readonly files: readonly EmittedFile[];
  readonly metafile: Metafile;
}

async function bundle(
  request: BundleRequest,
  names: readonly string[],
  banner: readonly string[],
): Promise<Bundled> {
  const options: BuildOptions & { write: false; metafile: true } = {
    entryPoints: names.map((name) => ({ in: entryFile(request.out, name), out: name })),
    absWorkingDir: request.folder,
    outdir: join(request.out, BUNDLE_FOLDER),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: request.target,
    target: request.target === 'node' ? 'node20' : 'es2022',
    sourcemap: 'linked',
    charset: 'utf8',
    legalComments: 'none',
    // Puts the values of constants in their places: a constant of a module is a load and a check each time, 3 % of a send.
    minifySyntax: true,
    logLevel: 'silent',
    banner: { js: banner.join('\n') },
    plugins: [overlay(request), packages(request)],
  };
  const result = await build(options);
  const files = result.outputFiles
    .filter(({ path }) => /\.js(\.map)?$/.test(path))
    .map(({ path, text }) => ({ path: shown(request.out, path), text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, metafile: result.metafile };
}

/** Serves emitted files from memory, whether or not they, or older ones, are on disk. */
function overlay({ folder, out, entries, emitted }: BundleRequest): Plugin {
  const files = new Map<string, string>();
  for (const { path, text } of emitted) files.set(join(out, path), text);
  for (const [name, text] of entries) files.set(entryFile(out, name), text);
  // esbuild finds nothing from a folder that is not there yet.
  const resolveDir = existsSync(out) ? out : folder;
  return {
    name: 'sn-gen-emitted-files',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: RELATIVE_OR_ABSOLUTE }, (args) => {
        const isFromEmitted = files.has(args.importer);
        const file = resolve(isFromEmitted ? dirname(args.importer) : args.resolveDir, args.path);
        const found = [file, file.replace(/\.js$/, '.ts'), `${file}.ts`, join(file, 'index.ts')].find(
          (candidate) => files.has(candidate),
        );
        // Emitted modules only declare: what a worker does not use is left out of its bundle.
        if (found !== undefined) return { path: found, sideEffects: false };
        if (!isFromEmitted) return undefined;
        const source = [file, file.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')].find((one) => existsSync(one));
        return source === undefined ? undefined : { path: realpathSync(source) };
      });
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = files.get(path);
        return contents === undefined ? undefined : { contents, loader: 'ts', resolveDir };
      });
    },
  };
}

/** Marks the plugin's own question to esbuild, which would otherwise come back to the plugin. */
const ASKING = Symbol('asking');

/** Finds `sn-gen/runtime` where it is not installed, and leaves packages with native addons where they are. */
function packages({ folder, out, target }: BundleRequest): Plugin {
  return {
    name: 'sn-gen-packages',
    setup({ onResolve, resolve: ask }) {
      onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === ASKING || kind === 'entry-point' || isBuiltin(path)) return undefined;
        const own = ownModule(path);
        if (own === undefined && target === 'browser') return undefined;
        const found = await ask(path, { kind, importer, resolveDir, pluginData: ASKING });
        if (found.errors.length > 0) return own === undefined ? undefined : { path: own };
        if (target === 'browser' || !isInNativePackage(found.path)) return undefined;
        const fromOut = await ask(path, {
          kind,
          importer,
          resolveDir: existsSync(out) ? out : folder,
          pluginData: ASKING,
        });
        // A dependency of a dependency may be out of reach from the bundle: then it goes by its path.
        const isInReach = fromOut.errors.length === 0 && fromOut.path === found.path;
        return { path: isInReach ? path : shown(join(out, BUNDLE_FOLDER), found.path), external: true };
      });
    },
  };
}

async function faultsOf(errors: readonly Message[], request: BundleRequest): Promise<BundleOutcome> {
  const sources = new Map<string, string>();
  const faults: PlacedFault[] = [];
  for (const error of errors) {
    const place = placeOf(error, request.folder, request.out);
    if (isOurs(place.file, request)) throw ownError(error, request.target);
    const text = await readFile(place.file, 'utf8').catch(() => undefined);
    if (text !== undefined) sources.set(place.file, text);
    const worker = [...request.handlers].find(([, file]) => file === place.file)?.[0];
    const path = worker === undefined ? [] : ['workers', worker, 'handler'];
    faults.push({ code: 'SN1060', path, place, problem: error.text, help: helpFor(error, request.target) });
  }
  return { kind: 'faulty', faults, sources };
}

/** Whether a file is the generator's work: emitted, or the runtime. */
function isOurs(file: string, request: BundleRequest): boolean {
  const isUsers = file.startsWith(`${request.folder}${sep}`);
  return isEmitted(file, request) || (!isUsers && isOwnFile(file));
}

function ownError(error: Message, target: Target): Error {
  return target === 'browser' && missingBuiltin(error) !== undefined
    ? new Error(`workers cannot be bundled for browsers yet: sn-gen/runtime needs ${missingBuiltin(error)}`)
    : new Error(`emitted code does not bundle: ${describe(error)}`);
}

function isEmitted(file: string, { out, entries, emitted }: BundleRequest): boolean {
  const paths = [
    ...emitted.map(({ path }) => join(out, path)),
    ...[...entries.keys()].map((name) => entryFile(out, name)),
  ];
  return file === out || paths.includes(file);
}

function helpFor(error: Message, target: Target): string {
  if (target === 'browser' && missingBuiltin(error) !== undefined) {
    return 'browsers have no modules of Node.js: remove the import, or bundle with --target node';
  }
  if (isMissingImport(error)) return missingImportHelp(error);
  return error.notes[0]?.text ?? 'correct what the handler imports';
}

/** The module of Node.js that was not found, if that is what the message says. */
function missingBuiltin(error: Message): string | undefined {
  const specifier = /^Could not resolve "(.+)"$/.exec(error.text)?.[1];
  return specifier !== undefined && isBuiltin(specifier) ? specifier : undefined;
}

function describe({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`;
}

/** Where a worker's entry would be, were it on disk. */
function entryFile(out: string, worker: string): string {
  return join(out, `${worker}.worker.ts`);
}

function codeOf(files: readonly EmittedFile[], worker: string): string {
  return files.find(({ path }) => path === `${BUNDLE_FOLDER}/${worker}.js`)?.text ?? '';
}

/** Relative, with forward slashes. */
function shown(from: string, file: string): string {
  return relative(from, file).split(sep).join('/');
}

function userInputs(metafile: Metafile, request: BundleRequest): readonly string[] {
  return Object.keys(metafile.inputs)
    .map((path) => resolve(request.folder, path))
    .filter((file) => !file.includes(`${sep}node_modules${sep}`) && !isEmitted(file, request));
}
