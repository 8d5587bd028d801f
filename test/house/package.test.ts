/**
 * The package as users get it: packed, installed with zod in a folder of its own, used from there.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './sources.js';

const run = promisify(execFile);

/** A program in four files; one of its messages brings Zod into host and bundles. */
const SCHEMA = `
import { z } from 'zod';
import { ascii, custom, hash, message, topology, worker } from 'sn-gen/schema';

/** One order. */
const Order = z.object({ symbol: ascii(8), quantity: z.int32() });
const Filled = z.object({ symbol: ascii(8), total: z.float64() });
const Halt = z.object({ symbol: ascii(8) });

export default topology({
  messages: { Order: message(Order, { validate: true }), Filled, Halt },
  workers: {
    books: worker({
      handler: './books.ts',
      instances: 2,
      receives: {
        Order: hash('symbol'),
        Halt: custom({ module: './routes.ts', export: 'byLength' }),
      },
      sends: { main: ['Filled'] },
    }),
  },
});
`;
const HANDLER = `
import { defineBooks } from './generated/index.js';

export default defineBooks({
  init: () => new Map<string, number>(),
  Order({ symbol, quantity }, totals, ctx) {
    const total = (totals.get(symbol) ?? 0) + quantity;
    totals.set(symbol, total);
    ctx.main.send.Filled({ symbol, total });
  },
  Halt() {},
});
`;
const ROUTES = `
import type { CustomRoute } from 'sn-gen/runtime';
import type { Halt } from './generated/index.js';

export const byLength: CustomRoute<Halt> = ({ symbol }, instances) => symbol.length % instances;
`;
const MAIN = `
import { createPool } from './generated/index.js';

const pool = await createPool();
let last = 0;
pool.receive.Filled(({ total }) => { last = total; });
for (let quantity = 1; quantity <= 1000; quantity++) await pool.books.send.Order({ symbol: 'ACME', quantity });
await pool.books.send.Halt({ symbol: 'ACME' });
await pool.close();
console.log(last);
`;
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  },
  include: ['*.ts', 'generated/*.ts'],
};

describe('the packed package', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'sn-gen-package-')));
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      {
        cwd: ROOT,
      },
    );
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename), 'zod'],
      {
        cwd: folder,
      },
    );
    await linkTool('typescript');
    await linkTool('@types/node');
    await linkTool('undici-types');
    const files = {
      'schema.ts': SCHEMA,
      'books.ts': HANDLER,
      'routes.ts': ROUTES,
      'main.ts': MAIN,
      'tsconfig.json': JSON.stringify(TSCONFIG),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** What users have of their own: taken from here, so that the test installs no more than it must. */
  async function linkTool(name: string): Promise<void> {
    const target = join(folder, 'node_modules', name);
    await mkdir(join(target, '..'), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), target);
  }

  it('holds code, declarations, README and licences, and nothing else', async () => {
    const installed = join(folder, 'node_modules', 'sn-gen');
    expect((await readdir(installed)).sort()).toEqual(
      ['ARCHITECTURE.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'dist', 'package.json'].sort(),
    );
    expect((await readdir(join(installed, 'dist'))).sort()).toEqual([
      'generator',
      'runtime',
      'schema',
      'templates',
    ]);
  });

  it('generates by npx, passes tsc at its strictest, and runs', async () => {
    const { stdout } = await run('npx', ['sn-gen', 'schema.ts'], { cwd: folder });
    expect(stdout).toContain('wrote generated');
    await run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: folder,
    });

    // Bundled beside the generated files: `new URL('./bundle/books.js', import.meta.url)` is relative to that place.
    await run(
      'npx',
      [
        'esbuild',
        'main.ts',
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--outfile=generated/main.js',
        '--log-level=warning',
      ],
      { cwd: folder },
    );
    const program = await run(process.execPath, ['generated/main.js'], { cwd: folder });
    expect(program.stdout).toBe('500500\n');
  });

  it('exports what package.json names', async () => {
    const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    expect(Object.keys(exports)).toEqual(['.', './schema', './runtime', './package.json']);
    const script = Object.keys(exports)
      .filter((name) => !name.endsWith('.json'))
      .map((name) => `console.log(Object.keys(await import('sn-gen${name.slice(1)}')).length > 0);`)
      .join('\n');
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
    expect(stdout).toBe('true\ntrue\ntrue\n');
  });
});
