/**
 * Custom routes: each must name a file that parses and exports the function.
 *
 * Checked before anything is emitted, as handlers are. What type the export has is looked at by the user's own `tsc`: generated
 * code gives it the type that it must have.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build, type Message, type Metafile } from 'esbuild';
import type { RouteDescriptor, WorkerDescriptor } from '../schema/descriptor.js';
import { isBuildFailure, isMissingImport, placeOf } from './build-messages.js';
import type { Fault, PlacedFault, Sources } from './faults.js';
import { moduleFile } from './handlers.js';

type CustomRoute = Extract<RouteDescriptor, { readonly kind: 'custom' }>;

export interface CheckedCustomRoutes {
  /** Faults inside the modules' files. */
  readonly faults: readonly PlacedFault[];
  /** Faults that stand where the schema names a module. */
  readonly inSchema: readonly Fault[];
  /** The modules' files, absolute, those that do not exist included. */
  readonly files: readonly string[];
  /** All that were read for the faults. */
  readonly sources: Sources;
}

export async function checkCustomRoutes(
  workers: readonly WorkerDescriptor[],
  schemaFile: string,
): Promise<CheckedCustomRoutes> {
  const modules = new Map<string, Promise<Module>>();
  const faults: PlacedFault[] = [];
  const inSchema: Fault[] = [];
  const sources = new Map<string, string>();
  for (const { path, route } of customRoutes(workers)) {
    const file = moduleFile(schemaFile, route.module);
    const isNew = !modules.has(file);
    const module = modules.get(file) ?? readModule(file);
    modules.set(file, module);
    const { kind, ...read } = await module;
    if (kind === 'missing') inSchema.push(missing(route, path));
    else if (kind === 'read' && read.exports?.has(route.export) === false)
      inSchema.push(withoutExport(route, path, read.exports));
    if (kind !== 'faulty' || !isNew) continue;
    for (const error of read.errors ?? []) {
      const place = placeOf(error, dirname(file), file);
      const help = error.notes[0]?.text ?? 'correct the module';
      faults.push({ code: 'SN1064', path, place, problem: error.text, help });
      const text = await readFile(place.file, 'utf8').catch(() => undefined);
      if (text !== undefined) sources.set(place.file, text);
    }
  }
  return { faults, inSchema, files: [...modules.keys()], sources };
}

interface Module {
  readonly kind: 'missing' | 'faulty' | 'read';
  readonly errors?: readonly Message[];
  /** Undefined where not all of them can be known. */
  readonly exports?: ReadonlySet<string>;
}

interface Place {
  readonly path: readonly string[];
  readonly route: CustomRoute;
}

function customRoutes(workers: readonly WorkerDescriptor[]): readonly Place[] {
  return workers.flatMap(({ name, receives, answers }) =>
    [
      ...receives.map(({ message, route }) => ({ path: ['workers', name, 'receives', message], route })),
      ...answers.map(({ call, route }) => ({ path: ['workers', name, 'answers', call], route })),
    ].flatMap(({ path, route }): Place[] => (route.kind === 'custom' ? [{ path, route }] : [])),
  );
}

async function readModule(file: string): Promise<Module> {
  if (!existsSync(file)) return { kind: 'missing' };
  try {
    const { metafile, outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      outfile: 'route.mjs',
      // Other local files may hold what it exports; what packages hold is theirs.
      bundle: true,
      packages: 'external',
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
    });
    const isOpen = /^export \* from /m.test(outputFiles[0]?.text ?? '');
    return isOpen ? { kind: 'read' } : { kind: 'read', exports: exportsOf(metafile) };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    // It may import what is generated only now; whether that is there is seen when workers are bundled.
    const errors = error.errors.filter((one) => !isMissingImport(one));
    return errors.length === 0 ? { kind: 'read' } : { kind: 'faulty', errors };
  }
}

function exportsOf({ outputs }: Metafile): ReadonlySet<string> {
  return new Set(Object.values(outputs).flatMap((output) => output.exports));
}

function missing({ module }: CustomRoute, path: readonly string[]): Fault {
  return {
    code: 'SN1063',
    path,
    problem: `the module of a custom route must be a file: there is no ${JSON.stringify(module)}`,
    help: "make the file, or correct the path: it is relative to the schema's",
  };
}

function withoutExport(
  { module, export: name }: CustomRoute,
  path: readonly string[],
  exports: ReadonlySet<string>,
): Fault {
  const others = [...exports].join(', ');
  return {
    code: 'SN1065',
    path,
    problem: `${JSON.stringify(module)} exports no function '${name}'; it exports ${others === '' ? 'nothing' : others}`,
    help: `write export const ${name === 'default' ? 'pick' : name}: CustomRoute<Message> = (message, instances) => 0, with CustomRoute from sn-gen/runtime`,
  };
}
