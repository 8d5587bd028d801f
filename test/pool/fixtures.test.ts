/** The code that is generated for the fixtures, their handlers, and the types that their tests use, as a user's `tsc` sees them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copyGenerated, REPOSITORY } from './support/generation.js';

const names = readdirSync(new URL('./topologies', import.meta.url));

/** Fails to compile where a generated pool is not what the tests take it for. */
const check = (name: string, type: string): string => `
import type { Pool } from './generated/index.js';
import type { ${type} } from '${REPOSITORY}/test/pool/topologies/${name}/types.js';
export const asTested = (pool: Pool): ${type} => pool;
`;

describe.each(names)('topology %s', (name) => {
  test('its generated code, handlers and tests agree under strict settings', async () => {
    const folder = await copyGenerated(name);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    rmSync(join(folder, 'types.ts'));
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Pool`;
    writeFileSync(join(folder, 'check.ts'), check(name, type));
    const paths = Object.fromEntries(
      ['schema', 'runtime'].map((part) => [`sn-gen/${part}`, [join(REPOSITORY, part, 'index.ts')]]),
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(REPOSITORY, 'tsconfig.json'),
        compilerOptions: { paths, typeRoots: [join(REPOSITORY, 'node_modules/@types')] },
        include: ['*.ts', 'generated/*.ts'],
        exclude: [],
      }),
    );
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect({ status, stdout: stdout.slice(0, 2000) }).toEqual({ status: 0, stdout: '' });
  });
});
