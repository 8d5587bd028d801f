/**
 * Handlers: each worker's module must exist, parse and have a default export.
 *
 * Checked before anything is emitted, so that these faults come in the same run as those of the schema. What
 * a handler imports is looked at when it is bundled.
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { type Loader, type Message, transform } from 'esbuild';
import type { WorkerDescriptor } from '../schema/descriptor.js';
import { isBuildFailure, placeOf } from './build-messages.js';
import { type Fault, type PlacedFault, type Sources, startOf } from './faults.js';

/** How esbuild reads a handler, by the ending of its file. */
const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
};

export interface CheckedHandlers {
  /** Faults inside the handlers' files. */
  readonly faults: readonly PlacedFault[];
  /** Faults that stand where the schema names a handler. */
  readonly inSchema: readonly Fault[];
  /** The handlers' files by worker, absolute, those that do not exist included. */
  readonly files: ReadonlyMap<string, string>;
  /** The files that parse, with their text; whether they export a default is not known yet. */
  readonly parsed: ReadonlyMap<string, string>;
  /** All that were read. */
  readonly sources: Sources;
}

/** The absolute path of a module that the schema names. */
export function moduleFile(schemaFile: string, module: string): string {
  return resolve(dirname(schemaFile), module);
}

export async function checkHandlers(
  workers: readonly WorkerDescriptor[],
  schemaFile: string,
): Promise<CheckedHandlers> {
  // A worker without a path has its fault already.
  const withHandler = workers.filter(({ handler }) => handler !== '');
  const files = new Map(withHandler.map(({ name, handler }) => [name, moduleFile(schemaFile, handler)]));
  const sources = new Map<string, string>();
  const parsed = new Map<string, string>();
  const faults: PlacedFault[] = [];
  const inSchema: Fault[] = [];
  for (const worker of withHandler) {
    const file = moduleFile(schemaFile, worker.handler);
    const text = await readIfFile(file);
    if (text === undefined) {
      inSchema.push(missing(worker, file));
      continue;
    }
    sources.set(file, text);
    const errors = await syntaxErrors(text, file);
    faults.push(...errors.map((error) => unparsable(worker, error, file)));
    if (errors.length === 0) parsed.set(file, text);
  }
  return { faults, inSchema, files, parsed, sources };
}

/** The fault of a worker whose handler's file has no default export. */
export function withoutDefaultExport(worker: string, file: string): PlacedFault {
  return {
    code: 'SN1009',
    path: ['workers', worker, 'handler'],
    place: startOf(file),
    problem: 'the module must export the handler as default',
    help: `write export default ${defineName(worker)}({ ... }), with ${defineName(worker)} from the generated index.js`,
  };
}

async function readIfFile(file: string): Promise<string | undefined> {
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return isFile ? readFile(file, 'utf8') : undefined;
}

async function syntaxErrors(text: string, file: string): Promise<readonly Message[]> {
  const loader = LOADERS[extname(file)] ?? 'ts';
  try {
    await transform(text, { loader, sourcefile: file, logLevel: 'silent' });
    return [];
  } catch (error) {
    if (isBuildFailure(error)) return error.errors;
    throw error;
  }
}

function missing({ name, handler }: WorkerDescriptor, file: string): Fault {
  const near = nearPaths(handler).find((path) => existsSync(resolve(dirname(file), basename(path))));
  return {
    code: 'SN1007',
    path: ['workers', name, 'handler'],
    problem: `the handler must be a file: there is no ${JSON.stringify(handler)}`,
    help:
      near === undefined
        ? `make the file, with export default ${defineName(name)}({ ... })`
        : `did you mean ${JSON.stringify(near)}?`,
  };
}

/** The paths that bundlers would have tried as well. */
function nearPaths(handler: string): readonly string[] {
  const stem = handler.replace(/\.[cm]?[jt]sx?$/, '');
  return Object.keys(LOADERS).flatMap((ending) => [`${stem}${ending}`, `${handler}${ending}`]);
}

function unparsable(worker: WorkerDescriptor, error: Message, file: string): PlacedFault {
  return {
    code: 'SN1008',
    path: ['workers', worker.name, 'handler'],
    place: placeOf(error, dirname(file), file),
    problem: error.text,
    help: error.notes[0]?.text ?? 'correct the syntax',
  };
}

/** The function of the generated code that makes this worker's handler. */
function defineName(worker: string): string {
  return `define${worker.charAt(0).toUpperCase()}${worker.slice(1)}`;
}
