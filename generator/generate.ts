/**
 * Generate: the stages in their order.
 *
 *     load -> describe -> check the sources -> plan -> emit -> bundle -> write
 *
 * Each stage hands plain data to the next. Faults are collected from as many stages as can run, and all of
 * them leave in one `GenerateError`; until the last stage nothing has been written.
 */
import { dirname, relative, resolve, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Metafile } from 'esbuild';
import { describeTopology } from '../schema/describe.js';
import { planTopology, type TopologyPlan } from '../schema/plan.js';
import { bannerOf, emitTopology, emitWorkerEntry } from '../templates/index.js';
import { BUNDLE_FOLDER, bundleWorkers, type EmittedFile, type Target } from './bundle.js';
import { formatFaults, sortFaults } from './diagnostics.js';
import { type Fault, GenerateError, type PlacedFault, type Sources, startOf } from './faults.js';
import { checkHandlers, handlerFile, withoutDefaultExport } from './handlers.js';
import { type LoadedSchema, loadSchema, textsOf } from './load.js';
import { type SourceReader, startSourceReader } from './source-reader.js';
import { type Drift, driftOf, planWrite, realPath, type WritePlan, write } from './write.js';

export interface GenerateOptions {
  /** The schema's file; relative to the working directory. */
  readonly schema: string;
  /** The output folder; relative to the schema's folder. Default `generated`. */
  readonly out?: string;
  /** Whether to bundle the workers. Default true. */
  readonly bundle?: boolean;
  /** Compare and write nothing; bundles, which nobody commits, are not compared. Default false. */
  readonly check?: boolean;
  /** What the bundles run on. Default `node`. */
  readonly target?: Target;
}

export interface GenerateResult {
  /** The output folder, absolute. */
  readonly out: string;
  /** Paths relative to the output folder, sorted. */
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly deleted: readonly string[];
  /** With `check`: what is not as it would be generated. Else empty. */
  readonly drift: readonly Drift[];
  readonly plan: TopologyPlan;
  /** Each worker's bundle; empty without bundling. */
  readonly bundles: readonly { readonly worker: string; readonly bytes: number }[];
  /** esbuild's account of what went into the bundles. */
  readonly metafile?: Metafile;
  /** The user's files that the output depends on, absolute, sorted. */
  readonly inputs: readonly string[];
  /** Milliseconds that the whole took. */
  readonly ms: number;
}

/**
 * Generates a topology's code from its schema, as the command `sn-gen` does.
 *
 * Runs the schema file. Writes only files that changed, deletes those of earlier runs that are not generated
 * any more, and touches no file that the generator has not written.
 *
 * @throws GenerateError when the schema, a handler or the output folder has faults; nothing was written then.
 * @example
 * const { written } = await generate({ schema: './schema.ts' });
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const startMs = performance.now();
  const schemaFile = await realPath(resolve(options.schema));
  const out = await realPath(resolve(dirname(schemaFile), options.out ?? 'generated'));
  const { plan, docs, sources, inputs } = await readSchema(schemaFile, out);
  const fail = (faults: readonly PlacedFault[], more: Sources) =>
    faultsError(faults, new Map([...sources, ...more]), inputs, schemaFile);

  const emitted = emitTopology(plan, docs);
  const withBundles = options.bundle !== false && options.check !== true;
  const bundled = withBundles
    ? await bundlePlan(plan, emitted, { schemaFile, out, target: options.target ?? 'node' })
    : undefined;
  if (bundled?.kind === 'faulty') throw fail(bundled.faults, bundled.sources);

  const files = [...emitted, ...(bundled?.files ?? [])];
  const checked = await planWrite({ out, files, withBundles });
  if (checked.kind === 'faulty') throw fail(checked.faults, checked.sources);
  if (options.check !== true) await write(checked.plan);

  return {
    ...accountOf(checked.plan, options.check === true),
    plan,
    bundles: bundled === undefined ? [] : bundleSizes(plan, bundled.files),
    ...(bundled === undefined ? {} : { metafile: bundled.metafile }),
    inputs: [...new Set([...inputs, ...(bundled?.inputs ?? [])])].sort(),
    ms: performance.now() - startMs,
  };
}

interface PlannedSchema {
  readonly plan: TopologyPlan;
  readonly docs: ReadonlyMap<string, string>;
  readonly sources: Sources;
  readonly inputs: readonly string[];
}

/** Loads, describes and checks the schema; plans it if there are no faults. */
async function readSchema(schemaFile: string, out: string): Promise<PlannedSchema> {
  const reader = startSourceReader();
  try {
    const loaded = await loadSchema(schemaFile);
    if (loaded.kind === 'loaded') return await planSchema(loaded, reader, schemaFile, out);
    throw faultsError(loaded.faults, loaded.sources, [schemaFile], schemaFile);
  } finally {
    reader.close();
  }
}

async function planSchema(
  { value, modules }: LoadedSchema & { readonly kind: 'loaded' },
  reader: SourceReader,
  schemaFile: string,
  out: string,
): Promise<PlannedSchema> {
  const { descriptor, faults: described } = describeTopology(value);
  const handlers = await checkHandlers(descriptor.workers, schemaFile);
  const unplaced: readonly Fault[] = [...described, ...handlers.inSchema];
  const { places, docs, duplicates, withoutDefault } = await reader.ask({
    modules,
    schemaFile,
    paths: unplaced.map(({ path }) => path),
    topology: descriptor,
    handlers: handlers.parsed,
  });
  const faults = [
    ...unplaced.map((fault, index) => ({ ...fault, place: places[index] ?? startOf(schemaFile) })),
    ...duplicates,
    ...handlers.faults,
    ...[...handlers.files].flatMap(([worker, file]) =>
      withoutDefault.has(file) ? [withoutDefaultExport(worker, file)] : [],
    ),
  ];
  const sources = new Map([...textsOf(modules), ...handlers.sources]);
  const inputs = [...modules.keys(), ...handlers.files.values()];
  if (faults.length > 0) throw faultsError(faults, sources, inputs, schemaFile);
  const plan = planTopology(descriptor, {
    schema: pathFrom(out, schemaFile),
    handlerPath: (handler) => pathFrom(out, handlerFile(schemaFile, handler)),
  });
  return { plan, docs, sources, inputs };
}

function bundlePlan(
  plan: TopologyPlan,
  emitted: readonly EmittedFile[],
  { schemaFile, out, target }: { schemaFile: string; out: string; target: Target },
) {
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
  const sorted = sortFaults(faults, schemaFile);
  const text = formatFaults(sorted, sources, { cwd: process.cwd(), colors: false });
  return new GenerateError(text, sorted, sources, inputs);
}

/** Relative to a folder as an import writes it: with forward slashes, never bare. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return /^\.{1,2}\//.test(path) ? path : `./${path}`;
}
