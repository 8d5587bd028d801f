import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HANDLER, makeProject, SCHEMA } from './project.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = [
  'generator',
  'schema',
  'templates',
  'runtime',
  'runtime/affinity',
  'runtime/async',
  'runtime/channel',
  'runtime/control',
  'runtime/calls',
  'runtime/metrics',
  'runtime/resizing',
];

let built: string;

/** The executable as it is published: JavaScript, with its own thread for reading sources. */
beforeAll(async () => {
  built = realpathSync(mkdtempSync(join(tmpdir(), 'sn-gen-test-built-')));
  await build({
    entryPoints: FOLDERS.map((folder) => join(ROOT, folder, '*.ts')),
    outdir: join(built, 'dist'),
    outbase: ROOT,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  copyFileSync(join(ROOT, 'package.json'), join(built, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(built, 'node_modules'));
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

function snGen(...args: readonly string[]) {
  const cli = join(built, 'dist', 'generator', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, stdout, stderr };
}

it('generates, and ends by itself', () => {
  const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
  expect(snGen(project.path('schema.ts'))).toMatchObject({ status: 0, stderr: '' });
  expect(project.read('generated/messages.ts')).toContain('One scheduled flight.');
  expect(project.has('generated/bundle/delays.js')).toBe(true);
  expect(snGen(project.path('schema.ts'), '--check')).toMatchObject({ status: 0 });
});

it('reports faults of the schema with exit code 1', () => {
  const project = makeProject({ 'schema.ts': SCHEMA.replace('z.int32()', 'z.any()') });
  const { status, stderr } = snGen(project.path('schema.ts'));
  expect(status).toBe(1);
  expect(stderr).toMatch(/SN1012 .*schema\.ts:8:3 Flight\.delayMinutes/);
  expect(stderr).toMatch(/SN1007 .*schema\.ts:17:16 delays\.handler/);
});

it('ends at once when the schema does not parse, though the reader of sources still loads', () => {
  const project = makeProject({ 'schema.ts': 'const = 1;' });
  expect(snGen(project.path('schema.ts'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('SN1002'),
  });
});

it('points into the source when the schema throws or asks for what a package lacks', () => {
  const throwing = makeProject({
    'schema.ts': `type T = number;\nconst t: T = 1;\nthrow new TypeError('no ' + t);`,
  });
  expect(snGen(throwing.path('schema.ts')).stderr).toMatch(/SN1004 .*schema\.ts:3:7 TypeError: no 1/);
  const lacking = makeProject({
    'schema.ts': `import {\n  z,\n  zz,\n} from 'zod';\nexport default [z, zz];`,
  });
  expect(snGen(lacking.path('schema.ts')).stderr).toMatch(/SN1003 .*schema\.ts:3:3 .*'zz'/);
});

it('tells CI by its exit code whether a schema breaks an older build', () => {
  const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
  expect(snGen(project.path('schema.ts'), '--no-bundle')).toMatchObject({ status: 0 });
  const breaking = (...args: readonly string[]) => snGen('breaking', project.path('schema.ts'), ...args);
  expect(breaking()).toMatchObject({ status: 0, stderr: '' });
  project.write({ 'schema.ts': SCHEMA.replace('z.int32()', 'z.uint32()') });
  expect(breaking()).toMatchObject({
    status: 1,
    stderr: '',
    stdout: expect.stringContaining('type changed'),
  });
  expect(breaking('--against', project.path('delays.ts'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('SN1071'),
  });
});

it('inspects without writing', () => {
  const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
  expect(snGen('inspect', project.path('schema.ts'))).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^Flight {2}8 bytes\n/),
  });
  expect(project.has('generated')).toBe(false);
});
