import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type LoadedSchema, loadSchema } from '../../generator/load.js';
import { isTopology } from '../../schema/topology.js';
import { makeProject, SCHEMA } from './project.js';

function faultsOf(loaded: LoadedSchema) {
  if (loaded.kind !== 'faulty') throw new Error('it loaded');
  return loaded.faults.map(({ code, place: { line, column }, problem, help }) => ({
    at: `${code} ${line}:${column}`,
    problem,
    help,
  }));
}

async function load(files: Readonly<Record<string, string>>) {
  return loadSchema(makeProject(files).path('schema.ts'));
}

describe('loadSchema', () => {
  it('gives the default export and the texts of all local files', async () => {
    const project = makeProject({
      'schema.ts': `import { Flight } from './messages/flight';\nexport default { Flight };`,
      'messages/flight.ts': `import { z } from 'zod';\nexport const Flight: unknown = z.object({ a: z.int32() });`,
    });
    const loaded = await loadSchema(project.path('schema.ts'));
    if (loaded.kind !== 'loaded') throw new Error('faulty');
    expect(loaded.value).toHaveProperty('Flight._zod');
    expect(loaded.modules.get(project.path('schema.ts'))?.imports.get('./messages/flight')).toBe(
      project.path('messages/flight.ts'),
    );
    expect(loaded.modules.get(project.path('messages/flight.ts'))?.text).toContain('z.int32()');
  });

  it('finds sn-gen/schema where it is not installed', async () => {
    const loaded = await load({ 'schema.ts': SCHEMA });
    expect(loaded).toMatchObject({ kind: 'loaded' });
    expect(isTopology(loaded.kind === 'loaded' && loaded.value)).toBe(true);
  });

  it("shares the process's copy of packages", async () => {
    const loaded = await load({ 'schema.ts': `import { z } from 'zod';\nexport default z;` });
    expect(loaded).toMatchObject({ kind: 'loaded', value: (await import('zod')).z });
  });

  it('takes installed TypeScript and JavaScript in any module format', async () => {
    const loaded = await load({
      'schema.ts': `import { one } from './one.cjs';\nimport { two } from './two.mjs';\nexport default one + two;`,
      'one.cjs': 'exports.one = 1;',
      'two.mjs': 'export const two = await Promise.resolve(2);',
    });
    expect(loaded).toMatchObject({ kind: 'loaded', value: 3 });
  });

  it("tells the schema its own URL, not the temporary copy's", async () => {
    const project = makeProject({ 'schema.ts': 'export default [import.meta.url, import.meta.dirname];' });
    const loaded = await loadSchema(project.path('schema.ts'));
    expect(loaded).toMatchObject({ value: [`file://${project.path('schema.ts')}`, project.folder] });
  });

  it('leaves no temporary file behind, also when the schema throws', async () => {
    const before = new Set(readdirSync(tmpdir()).filter((name) => /^sn-gen-[^t]/.test(name)));
    await load({ 'schema.ts': 'export default 1;' });
    await load({ 'schema.ts': 'throw new Error("no");' });
    const after = readdirSync(tmpdir()).filter((name) => /^sn-gen-[^t]/.test(name));
    expect(after.filter((name) => !before.has(name))).toEqual([]);
  });

  it('SN1001: says that the schema file is missing', async () => {
    const faults = faultsOf(await load({}));
    expect(faults).toMatchObject([{ at: 'SN1001 1:1', problem: expect.stringContaining('no such file') }]);
  });

  it('SN1001: says that a folder is no schema', async () => {
    expect(faultsOf(await load({ 'schema.ts/x.txt': '' }))).toMatchObject([{ at: 'SN1001 1:1' }]);
  });

  it('SN1002: reports every syntax fault of every file, columns in UTF-16 units', async () => {
    const faults = faultsOf(
      await load({
        'schema.ts': `import './one';\nimport './two';\n`,
        'one.ts': '\nconst a = /* \u{1f680}é */ 1 +;\n',
        'two.ts': 'const b = ;\n',
      }),
    );
    expect(faults).toMatchObject([
      { at: 'SN1002 2:24', problem: 'Unexpected ";"' },
      { at: 'SN1002 1:11', problem: 'Unexpected ";"' },
    ]);
  });

  it('SN1003: reports every import that cannot be found, and how to get it', async () => {
    const faults = faultsOf(
      await load({ 'schema.ts': `import '@acme/none/deep';\nimport './nowhere';\nexport default 1;` }),
    );
    expect(faults).toEqual([
      {
        at: 'SN1003 1:8',
        problem: 'Could not resolve "@acme/none/deep"',
        help: 'install it: npm install @acme/none',
      },
      {
        at: 'SN1003 2:8',
        problem: 'Could not resolve "./nowhere"',
        help: 'make the file, or correct the path "./nowhere"',
      },
    ]);
  });

  it('SN1003: reports a name that a local file does not export', async () => {
    const faults = faultsOf(
      await load({
        'schema.ts': `import { b } from './a';\nexport default b;`,
        'a.ts': 'export const a = 1;',
      }),
    );
    expect(faults).toMatchObject([{ at: 'SN1003 1:10', help: 'import a name that the module exports' }]);
  });

  it('SN1003: reports a name that a package does not export, without paths of this machine', async () => {
    const faults = faultsOf(
      await load({ 'schema.ts': `import {\n  z,\n  zz,\n} from 'zod';\nexport default [z, zz];` }),
    );
    expect(faults).toMatchObject([{ at: 'SN1003 3:3' }]);
    expect(faults[0]?.problem).toBe(
      "SyntaxError: The requested module 'zod' does not provide an export named 'zz'",
    );
  });

  it('SN1004: points at the line that throws, in whichever file', async () => {
    const faults = faultsOf(
      await load({
        'schema.ts': `import { fail } from './fail';\nexport default fail();`,
        'fail.ts': `interface Unused { a: number }\n\nexport function fail(): never {\n  throw new RangeError('too much');\n}`,
      }),
    );
    expect(faults).toMatchObject([{ at: 'SN1004 4:9', problem: 'RangeError: too much' }]);
  });

  it('SN1004: points at the call when a package throws', async () => {
    const faults = faultsOf(
      await load({
        'schema.ts': `import { z } from 'zod';\n\nexport default z.string().regex(undefined as never).parse(1);`,
      }),
    );
    expect(faults[0]?.at).toMatch(/^SN1004 3:/);
  });

  it('SN1004: takes whatever is thrown', async () => {
    const faults = faultsOf(await load({ 'schema.ts': `throw 'text';` }));
    expect(faults).toMatchObject([{ at: 'SN1004 1:1', problem: 'throws text' }]);
  });

  it('SN1005: asks for a default export and names what there is', async () => {
    const faults = faultsOf(await load({ 'schema.ts': 'export const a = 1;\nexport const b = 2;' }));
    expect(faults).toMatchObject([
      { at: 'SN1005 1:1', problem: 'the schema must export its topology as default; it exports a, b' },
    ]);
  });
});
