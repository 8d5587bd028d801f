/**
 * Generate: the whole of the generator as a function.
 *
 * Here stands only what starts the slow things at once: a thread that loads ts-morph, esbuild in a process of
 * its own, and meanwhile Zod and the stages, which are imported late for that reason. See `stages.ts` for what
 * is done.
 */
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { GenerateOptions, GenerateResult } from './options.js';
import { startSourceReader } from './source-reader.js';
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
  const reader = startSourceReader();
  try {
    const schemaFile = await realPath(resolve(options.schema));
    const out = await realPath(resolve(dirname(schemaFile), options.out ?? 'generated'));
    const { loadSchema } = await import('./load.js');
    const [loaded, { runStages }] = await Promise.all([loadSchema(schemaFile), import('./stages.js')]);
    const result = await runStages(loaded, reader, { ...options, schemaFile, out });
    return { ...result, ms: performance.now() - startMs };
  } finally {
    reader.close();
  }
}
