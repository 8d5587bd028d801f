/** Builds measured programs: plain JavaScript, as users run it, beside the worker bundles that they start. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TOPOLOGIES = join(ROOT, 'bench/topologies');
const NATIVE = join(ROOT, '.bench/native');

/** Peers stay packages: what they load at run time cannot be bundled. */
const PEERS = [
  '@bufbuild/protobuf',
  'avsc',
  'cbor-x',
  'flatbuffers',
  'msgpackr',
  'piscina',
  'poolifier',
  'protobufjs',
  'ringbuf.js',
  'tinypool',
  'workerpool',
];

type Topology = 'calls' | 'orders' | 'payloads' | 'quotes' | 'routes' | 'tasks';

const generated = new Set<Topology>();

/** Generates the topologies that a program imports and bundles it beside the first one's worker bundles. @returns its file. */
export async function buildProgram(
  name: string,
  topology: Topology,
  ...more: readonly Topology[]
): Promise<string> {
  for (const one of [topology, ...more]) generateOnce(one);
  const outfile = join(TOPOLOGIES, topology, 'generated', `program-${name}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'bench/programs', `${name}.ts`)],
    outfile,
    bundle: true,
    external: PEERS,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}

/** A C++ program of bench/native, or nothing where there is no compiler. */
export function buildCpp(name: string): string | undefined {
  return attempt(() => {
    mkdirSync(NATIVE, { recursive: true });
    const binary = join(NATIVE, name);
    const source = join(ROOT, 'bench/native', `${name}.cpp`);
    execFileSync('g++', ['-O3', '-std=c++17', '-pthread', source, '-o', binary], { stdio: 'pipe' });
    return binary;
  });
}

/** The Rust contestants, or nothing where there is no cargo or are no crates. */
export function buildRust(): string | undefined {
  return attempt(() => {
    const cwd = join(ROOT, 'bench/native');
    const args = ['build', '--release', '--offline', '--target-dir', join(NATIVE, 'target')];
    execFileSync('cargo', args, { cwd, stdio: 'pipe' });
    const binary = join(NATIVE, 'target/release/sn-gen-bench-native');
    return existsSync(binary) ? binary : undefined;
  });
}

/** With the built command line, as users do. */
function generateOnce(topology: Topology): void {
  if (generated.has(topology)) return;
  generated.add(topology);
  const schema = join(TOPOLOGIES, topology, 'schema.ts');
  execFileSync(process.execPath, [join(ROOT, 'dist/generator/cli.js'), schema], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function attempt(make: () => string | undefined): string | undefined {
  try {
    return make();
  } catch (error) {
    console.error(`left out: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}
