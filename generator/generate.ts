/**
 * Generate: the whole of the generator as a function.
 *
 * Here stands only what starts the slow things at once: a thread that loads ts-morph, esbuild in a process of
 * its own, and meanwhile Zod and the stages, which are imported late for that reason. See `stages.ts` for what
 * is done.
 */
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { TopologyPlan } from '../schema/plan.js';
import type { LoadedSchema } from './load.js';
import type { GenerateOptions, GenerateResult } from './options.js';
import { type SourceReader, startSourceReader } from './source-reader.js';
import { realPath } from './write.js';

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
  const result = await withSchema(options, ({ loaded, reader, stages, schemaFile, out }) =>
    stages.runStages(loaded, reader, { ...options, schemaFile, out }),
  );
  return { ...result, ms: performance.now() - startMs };
}

/** A schema's plan, and the paths that the options lead to: real and absolute. */
export interface PlannedFile {
  readonly plan: TopologyPlan;
  readonly schemaFile: string;
  readonly out: string;
}

/**
 * Plans a topology as `generate()` does, with the same faults, and writes nothing.
 *
 * @throws GenerateError when the schema or a handler has faults.
 */
export async function planSchemaFile(options: Pick<GenerateOptions, 'schema' | 'out'>): Promise<PlannedFile> {
  return withSchema(options, async ({ loaded, reader, stages, schemaFile, out }) => {
    const { plan } = await stages.planSchema(loaded, reader, { schemaFile, out });
    return { plan, schemaFile, out };
  });
}

interface SchemaAtHand {
  readonly loaded: LoadedSchema;
  readonly reader: SourceReader;
  readonly stages: typeof import('./stages.js');
  readonly schemaFile: string;
  readonly out: string;
}

/** Loads the schema while the reader of sources and the stages load themselves, and closes the reader afterwards. */
async function withSchema<Result>(
  options: Pick<GenerateOptions, 'schema' | 'out'>,
  use: (schema: SchemaAtHand) => Promise<Result>,
): Promise<Result> {
  const reader = startSourceReader();
  try {
    const schemaFile = await realPath(resolve(options.schema));
    const out = await realPath(resolve(dirname(schemaFile), options.out ?? 'generated'));
    const { loadSchema } = await import('./load.js');
    const [loaded, stages] = await Promise.all([loadSchema(schemaFile), import('./stages.js')]);
    return await use({ loaded, reader, stages, schemaFile, out });
  } finally {
    reader.close();
  }
}
