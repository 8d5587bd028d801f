/** The code that is generated for the fixtures, their handlers, and the types that their tests use, as a user's `tsc` sees them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyGenerated, REPOSITORY } from './support/generation.js';

const names = readdirSync(new URL('./topologies', import.meta.url));

/** Fails to compile where a generated pool is not what the tests take it for. */
const check = (name: string, type: string): string => `
import type { Pool } from './generated/index.js';
import type { ${type} } from '${REPOSITORY}/test/pool/topologies/${name}/types.js';
export const asTested = (pool: Pool): ${type} => pool;
`;

/** The folder of each topology, and what the one compiler that reads them all has to say. */
const folders = new Map<string, string>();
let compiled: { readonly status: number | null; readonly stdout: string };

beforeAll(async () => {
  for (const name of names) {
    const folder = await copyGenerated(name);
    folders.set(name, folder);
    rmSync(join(folder, 'types.ts'));
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Pool`;
    writeFileSync(join(folder, 'check.ts'), check(name, type));
  }
  const paths = Object.fromEntries(
    ['schema', 'runtime'].map((part) => [`sn-gen/${part}`, [join(REPOSITORY, part, 'index.ts')]]),
  );
  const project = join(folders.get(names[0] as string) as string, 'tsconfig.json');
  const all = [...folders.values()];
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(REPOSITORY, 'tsconfig.json'),
      compilerOptions: { paths, typeRoots: [join(REPOSITORY, 'node_modules/@types')] },
      include: all.flatMap((folder) => [join(folder, '*.ts'), join(folder, 'generated/*.ts')]),
      exclude: [],
    }),
  );
  const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  compiled = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8', cwd: tmpdir() });
});

afterAll(() => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
});

test.each(names)('the generated code of %s, its handlers and tests agree under strict settings', (name) => {
  const folder = basename(folders.get(name) as string);
  const said = compiled.stdout.split('\n').filter((line) => line.includes(folder));
  expect(said.slice(0, 20)).toEqual([]);
});

test('the compiler has nothing else to say, and has seen every topology', () => {
  expect(compiled).toMatchObject({ status: 0, stdout: '' });
  expect([...folders.keys()]).toEqual(names);
});
