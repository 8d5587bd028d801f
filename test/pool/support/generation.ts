/**
 * Generation: the fixtures' generated code, made once for all test files, which run in processes of their own.
 *
 * What is generated depends on the sources alone. So it is kept under a hash of them, in a folder that git ignores, and appears
 * there whole, by a rename: two processes that make the same at the same time do no harm.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const REPOSITORY = at('../../..');
const CACHE = join(REPOSITORY, 'node_modules', '.cache', 'sn-gen-pool-tests');
/** What the generated code, the bundles of workers and that of the host are made from. */
const SOURCES = ['generator', 'runtime', 'schema', 'templates', 'test/pool/topologies', 'package-lock.json'];

/**
 * A copy of `topologies/<name>` with `generated/` in it, and there `host.mjs`, the bundled pool; in a temporary folder that the
 * caller removes.
 */
export async function copyGenerated(name: string): Promise<string> {
  const made = join(CACHE, `${name}-${hashOfSources()}`);
  if (!existsSync(made)) await make(name, made);
  const folder = mkdtempSync(join(tmpdir(), `sn-gen-${name}-`));
  cpSync(made, folder, { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

async function make(name: string, made: string): Promise<void> {
  // Both take time to load, which most test files need not spend.
  const [{ generate }, { build }] = await Promise.all([
    import('../../../generator/index.js'),
    import('esbuild'),
  ]);
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE))
    if (old.startsWith(`${name}-`)) rmSync(join(CACHE, old), { recursive: true, force: true });
  const folder = mkdtempSync(join(CACHE, `making-${name}-`));
  cpSync(at(`../topologies/${name}`), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await generate({ schema: join(folder, 'schema.ts') });
  await build({
    entryPoints: [join(folder, 'generated', 'index.ts')],
    outfile: join(folder, 'generated', 'host.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    alias: Object.fromEntries(
      ['runtime', 'schema'].map((part) => [`sn-gen/${part}`, join(REPOSITORY, part, 'index.ts')]),
    ),
  });
  try {
    renameSync(folder, made);
  } catch (error) {
    if (!existsSync(made)) throw error;
    rmSync(folder, { recursive: true });
  }
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToHash(hash, join(REPOSITORY, source));
  return hash.digest('hex').slice(0, 16);
}

function addToHash(hash: ReturnType<typeof createHash>, path: string): void {
  if (path.endsWith('.ts') || path.endsWith('.json')) hash.update(path).update(readFileSync(path));
  else for (const entry of readdirSync(path).sort()) addToHash(hash, join(path, entry));
}
