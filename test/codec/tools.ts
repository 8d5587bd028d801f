/** Tools that judge emitted text: the compiler at its strictest, and the formatter. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What emitted messages import as `sn-gen/runtime`. */
export const RUNTIME = join(ROOT, 'test/codec/runtime.ts');

/** What the compiler says of modules, by the names of their files; nothing when all is well. */
export function compiled(files: { readonly [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'sn-gen-codec-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strictConfig()));
    return run('tsc', ['-p', folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function formatted(source: string): string {
  return run('biome', ['format', '--stdin-file-path=test/codec/emitted-messages.ts'], source);
}

function strictConfig(): unknown {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      module: 'NodeNext',
      types: [],
      noEmit: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      noImplicitOverride: true,
      noFallthroughCasesInSwitch: true,
      noPropertyAccessFromIndexSignature: true,
      isolatedModules: true,
      isolatedDeclarations: true,
      declaration: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      paths: { 'sn-gen/runtime': [RUNTIME] },
    },
    include: ['*.ts'],
  };
}

/** What a tool prints; its standard output too when it fails. */
function run(tool: string, args: readonly string[], input = ''): string {
  try {
    return execFileSync(join(ROOT, 'node_modules/.bin', tool), args, {
      cwd: ROOT,
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
