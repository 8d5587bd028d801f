/**
 * Stages: from a loaded schema to files.
 *
 *     load -> describe -> check the sources -> plan -> emit -> bundle -> write
 *
 * Each stage hands plain data to the next. Faults are collected from as many stages as can run, and all of
 * them leave in one `GenerateError`; until the last stage nothing has been written.
 */
import { Buffer } from 'node:buffer';
import { dirname, relative, resolve, sep } from 'node:path';
import { describeTopology } from '../schema/describe.js';
import { planTopology, type TopologyPlan } from '../schema/plan.js';
import { type HandlerUse, pathsOfWarnings, warningsOf } from '../schema/warnings.js';
import { bannerOf, emitTopology, emitWorkerEntry } from '../templates/index.js';
import { type BundleOutcome, bundleWorkers } from './bundle.js';
import { checkCustomRoutes } from './custom-routes.js';
import { formatFaults, sortByPlace } from './diagnostics.js';
import { BUNDLE_FOLDER, type EmittedFile } from './emitted-file.js';
import {
  type Fault,
  GenerateError,
  type PlacedFault,
  type PlacedWarning,
  type Sources,
  startOf,
} from './faults.js';
import { type HandlerNames, mayBlockAt } from './handler-names.js';
import { checkHandlers, moduleFile, withoutDefaultExport } from './handlers.js';
import { type LoadedSchema, textsOf } from './load.js';
import type { GenerateOptions, GenerateResult } from './options.js';
import type { SourceReader } from './source-reader.js';
import { driftOf, planWrite, type WritePlan, write } from './write.js';

/** The caller's options, with the paths that they lead to: real and absolute. */
export interface StageOptions extends GenerateOptions {
  readonly schemaFile: string;
  readonly out: string;
}

/** Takes a schema from where it was loaded to where its code is written. @throws GenerateError */
export async function runStages(
  loaded: LoadedSchema,
  reader: SourceReader,
  options: StageOptions,
): Promise<Omit<GenerateResult, 'ms'>> {
  const { schemaFile, out } = options;
  const { plan, docs, warnings, sources, inputs } = await planSchema(loaded, reader, options);
  const fail = (faults: readonly PlacedFault[], more: Sources) =>
    faultsError(faults, new Map([...sources, ...more]), inputs, schemaFile);

  const emitted = emitTopology(plan, docs);
  const withBundles = options.bundle !== false && options.check !== true;
  const bundled = withBundles ? await bundlePlan(plan, emitted, options) : undefined;
  if (bundled?.kind === 'faulty') throw fail(bundled.faults, bundled.sources);

  const files = [...emitted, ...(bundled?.files ?? [])];
  const checked = await planWrite({ out, files, withBundles });
  if (checked.kind === 'faulty') throw fail(checked.faults, checked.sources);
  if (options.check !== true) await write(checked.plan);

  return {
    ...accountOf(checked.plan, options.check === true),
    plan,
    warnings,
    sources,
    bundles: bundled === undefined ? [] : bundleSizes(plan, bundled.files),
    ...(bundled === undefined ? {} : { metafile: bundled.metafile }),
    inputs: [...new Set([...inputs, ...(bundled?.inputs ?? [])])].sort(),
  };
}

/** A schema without faults, and what of its sources later stages want. */
export interface PlannedSchema {
  readonly plan: TopologyPlan;
  readonly docs: ReadonlyMap<string, string>;
  readonly warnings: readonly PlacedWarning[];
  readonly sources: Sources;
  readonly inputs: readonly string[];
}

/** Describes the schema and checks its sources; plans it if there are no faults. @throws GenerateError */
export async function planSchema(
  loaded: LoadedSchema,
  reader: SourceReader,
  { schemaFile, out }: Pick<StageOptions, 'schemaFile' | 'out'>,
): Promise<PlannedSchema> {
  if (loaded.kind === 'faulty') throw faultsError(loaded.faults, loaded.sources, [schemaFile], schemaFile);
  const { value, modules } = loaded;
  const { descriptor, faults: described } = describeTopology(value);
  const handlers = await checkHandlers(descriptor.workers, schemaFile);
  const routes = await checkCustomRoutes(descriptor.workers, schemaFile);
  const unplaced: readonly Fault[] = [...described, ...handlers.inSchema, ...routes.inSchema];
  const plan =
    unplaced.length > 0
      ? undefined
      : planTopology(descriptor, {
          schema: pathFrom(out, schemaFile),
          modulePath: (module) => pathFrom(out, moduleFile(schemaFile, module)),
        });
  // The reader is asked once, before it is known what handlers name: for all places that it may matter for.
  const warnable = plan === undefined ? [] : pathsOfWarnings(plan);
  const { places, docs, duplicates, withoutDefault, names } = await reader.ask({
    modules,
    schemaFile,
    paths: [...unplaced.map(({ path }) => path), ...warnable],
    topology: descriptor,
    handlers: handlers.parsed,
    out,
  });
  const faults = [
    ...unplaced.map((fault, index) => ({ ...fault, place: places[index] ?? startOf(schemaFile) })),
    ...duplicates,
    ...handlers.faults,
    ...routes.faults,
    ...[...handlers.files].flatMap(([worker, file]) =>
      withoutDefault.has(file) ? [withoutDefaultExport(worker, file)] : [],
    ),
  ];
  const sources = new Map([...textsOf(modules), ...handlers.sources, ...routes.sources]);
  const inputs = [...modules.keys(), ...handlers.files.values(), ...routes.files];
  if (plan === undefined || faults.length > 0) throw faultsError(faults, sources, inputs, schemaFile);
  // Where there is a plan, there are no faults whose places come first.
  const placeOf = new Map(warnable.map((path, index) => [path.join('.'), places[index]]));
  const warnings = warningsOf(
    plan,
    useOf(plan, (worker) => names.get(handlers.files.get(worker) ?? '')),
  ).map((warning) => ({ ...warning, place: placeOf.get(warning.path.join('.')) ?? startOf(schemaFile) }));
  return { plan, docs, warnings: sortByPlace(warnings, schemaFile), sources, inputs };
}

/** What the handlers' sources leave possible: everything, of those of which nothing is known. */
function useOf({ workers }: TopologyPlan, namesOf: (worker: string) => HandlerNames | undefined): HandlerUse {
  const targets = new Map(workers.map(({ name, sends }) => [name, new Set(sends.map(({ to }) => to))]));
  return {
    maySend: (worker, name) => namesOf(worker)?.names.has(name) !== false,
    mayBlock: (worker, to) => {
      const names = namesOf(worker);
      return names === undefined || mayBlockAt(names, to, targets.get(worker) ?? new Set());
    },
  };
}

function bundlePlan(
  plan: TopologyPlan,
  emitted: readonly EmittedFile[],
  { schemaFile, out, target = 'node' }: StageOptions,
): Promise<BundleOutcome> {
  const workers = plan.workers.map(({ name }) => name);
  return bundleWorkers({
    folder: dirname(schemaFile),
    out,
    banner: bannerOf(plan),
    target,
    entries: new Map(workers.map((name) => [name, emitWorkerEntry(plan, name)])),
    emitted,
    handlers: new Map(plan.workers.map(({ name, handler }) => [name, resolve(out, handler)])),
  });
}

function accountOf(plan: WritePlan, isCheck: boolean) {
  const pathsOf = (isSame: boolean) =>
    plan.files
      .filter(({ state }) => (state === 'same') === isSame)
      .map(({ path }) => path)
      .sort();
  return {
    out: plan.out,
    written: isCheck ? [] : pathsOf(false),
    unchanged: pathsOf(true),
    deleted: isCheck ? [] : plan.stale,
    drift: isCheck ? driftOf(plan) : [],
  };
}

function bundleSizes(plan: TopologyPlan, files: readonly EmittedFile[]) {
  return plan.workers.map(({ name }) => {
    const code = files.find(({ path }) => path === `${BUNDLE_FOLDER}/${name}.js`)?.text ?? '';
    return { worker: name, bytes: Buffer.byteLength(code) };
  });
}

function faultsError(
  faults: readonly PlacedFault[],
  sources: Sources,
  inputs: readonly string[],
  schemaFile: string,
): GenerateError {
  const sorted = sortByPlace(faults, schemaFile);
  const text = formatFaults(sorted, sources, { cwd: process.cwd(), colors: false });
  return new GenerateError(text, sorted, sources, inputs);
}

/** Relative to a folder as an import writes it: with forward slashes, never bare. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return /^\.{1,2}\//.test(path) ? path : `./${path}`;
}
