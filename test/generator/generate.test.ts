import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GenerateError, type GenerateOptions, generate } from '../../generator/index.js';
import { HANDLER, makeProject, type Project, SCHEMA } from './project.js';

const GOOD = { 'schema.ts': SCHEMA, 'delays.ts': HANDLER };

/** `delays` sends what is not validated, `totals` what is. */
const VALIDATED = SCHEMA.replace('ascii, hash,', 'ascii, hash, message, roundRobin,')
  .replace('messages: { Flight, Delay }', 'messages: { Flight, Delay: message(Delay, { validate: true }) }')
  .replace("sends: { main: ['Delay'] },", "sends: { totals: ['Flight'] },")
  .replace(
    '  },\n});',
    `    totals: worker({ handler: './totals.ts', receives: { Flight: roundRobin() }, sends: { main: ['Delay'] } }),
  },
});`,
  );
const TOTALS = `import { defineTotals } from './generated/index.js';

export default defineTotals({
  Flight() {},
});
`;

function run(project: Project, options: Partial<GenerateOptions> = {}) {
  return generate({ schema: project.path('schema.ts'), ...options });
}

async function faultsOf(project: Project, options: Partial<GenerateOptions> = {}): Promise<GenerateError> {
  const before = project.snapshot();
  const error: unknown = await run(project, options).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof GenerateError)) throw error ?? new Error('it generated');
  expect(project.snapshot(), 'nothing was written').toEqual(before);
  return error;
}

/** Everything that was generated. */
function generated(project: Project) {
  return Object.entries(project.snapshot()).filter(([path]) => path.startsWith('generated/'));
}

describe('generate', () => {
  it('gives warnings with their places, in the order of these, and none where a handler has other files', async () => {
    const schema = SCHEMA.replace('{ Flight, Delay }', '{ Flight, Delay, Lost: Delay }');
    const idle = HANDLER.replace(/main\.send.*\n/, '\n');
    const files = { 'schema.ts': schema, 'delays.ts': idle };
    const { warnings, sources } = await run(makeProject(files), { bundle: false });
    expect(warnings.map(({ code, path, place }) => [code, path.join('.'), place.line])).toEqual([
      ['SN1091', 'messages.Lost', 13],
      ['SN1092', 'workers.delays.sends.main.Delay', 19],
    ]);
    for (const { place } of warnings) expect(sources.get(place.file)?.split('\n')).toHaveLength(23);
    const helped = { ...files, 'help.ts': '', 'delays.ts': `import './help.js';\n${idle}` };
    const { warnings: fewer } = await run(makeProject(helped), { bundle: false });
    expect(fewer.map(({ code }) => code)).toEqual(['SN1091']);
  });

  it('writes the code beside the schema, bundles with source maps, and tells what it did', async () => {
    const project = makeProject(GOOD);
    const result = await run(project);
    expect(result.out).toBe(project.path('generated'));
    expect(result.written).toEqual(
      generated(project)
        .map(([path]) => path.slice('generated/'.length))
        .sort(),
    );
    expect(result.written).toEqual(
      expect.arrayContaining([
        'bundle/delays.js',
        'bundle/delays.js.map',
        'delays.ts',
        'index.ts',
        'topology.json',
      ]),
    );
    expect(result.bundles).toMatchObject([{ worker: 'delays' }]);
    expect(result.inputs).toEqual(
      expect.arrayContaining([project.path('delays.ts'), project.path('schema.ts')]),
    );
  });

  it('carries doc comments over to the generated types', async () => {
    const project = makeProject(GOOD);
    await run(project, { bundle: false });
    expect(project.read('generated/messages.ts')).toContain('One scheduled flight.');
    expect(project.read('generated/messages.ts')).toContain('IATA code of the airport it left from.');
  });

  it('writes nothing the second time', async () => {
    const project = makeProject(GOOD);
    const first = await run(project);
    const second = await run(project);
    expect(second).toMatchObject({ written: [], deleted: [], unchanged: first.written });
  });

  it('gives the same bytes in another folder, from another working directory', async () => {
    const here = makeProject(GOOD);
    const there = makeProject(GOOD);
    await run(here);
    const cwd = process.cwd();
    process.chdir(there.folder);
    try {
      await generate({ schema: './schema.ts' });
    } finally {
      process.chdir(cwd);
    }
    expect(generated(there)).toEqual(generated(here));
    for (const [path, text] of generated(here)) expect(text, path).not.toContain(here.folder);
  });

  it('takes a schema that is reached through a symbolic link', async () => {
    const project = makeProject(GOOD);
    const other = makeProject({});
    symlinkSync(project.folder, other.path('link'));
    await generate({ schema: other.path('link/schema.ts') });
    expect(project.has('generated/index.ts')).toBe(true);
  });

  it('puts the code elsewhere when asked, with the imports that this takes', async () => {
    const project = makeProject({
      ...GOOD,
      'delays.ts': HANDLER.replace('./generated', './src/deep/gen'),
    });
    await run(project, { out: 'src/deep/gen' });
    expect(project.read('src/deep/gen/delays.ts').split('\n')[0]).toContain('../../../schema.ts');
    expect(project.has('src/deep/gen/bundle/delays.js')).toBe(true);
    expect(project.has('generated')).toBe(false);
  });

  it('leaves bundles out when asked', async () => {
    const project = makeProject(GOOD);
    const result = await run(project, { bundle: false });
    expect(result.bundles).toEqual([]);
    expect(project.has('generated/bundle')).toBe(false);
  });

  it('puts nothing of Zod or of the generator into a bundle', async () => {
    const project = makeProject(GOOD);
    const { metafile } = await run(project);
    const inputs = Object.keys(metafile?.inputs ?? {});
    expect(inputs.length).toBeGreaterThan(3);
    expect(
      inputs.filter(
        (path) => /node_modules|(^|\/)(schema|generator|templates)\//.test(path) || path === 'schema.ts',
      ),
    ).toEqual([]);
  });

  it('puts Zod into the bundles of those workers that send a validated message, and into no other', async () => {
    const project = makeProject({
      'schema.ts': VALIDATED,
      'delays.ts': HANDLER.replace('./generated', './not/yet/there'),
      'totals.ts': TOTALS.replace('./generated', './not/yet/there'),
    });
    const { metafile, written } = await run(project, { out: 'not/yet/there' });
    expect(written).toContain('validators.ts');
    const bundles = Object.entries(metafile?.outputs ?? {}).filter(([path]) => path.endsWith('.js'));
    const withZod = bundles.filter(([, { inputs }]) =>
      Object.keys(inputs).some((path) => /node_modules\/zod\//.test(path)),
    );
    expect(bundles.map(([path]) => path).sort()).toEqual([
      'not/yet/there/bundle/delays.js',
      'not/yet/there/bundle/totals.js',
    ]);
    expect(withZod.map(([path]) => path)).toEqual(['not/yet/there/bundle/totals.js']);
    expect(Object.keys(withZod[0]?.[1].inputs ?? {})).toContain('schema.ts');
  });

  it('deletes the validators when no message is validated any more', async () => {
    const project = makeProject({ 'schema.ts': VALIDATED, 'delays.ts': HANDLER, 'totals.ts': TOTALS });
    await run(project, { bundle: false });
    project.write({ 'schema.ts': VALIDATED.replace('validate: true', 'validate: false') });
    expect((await run(project, { bundle: false })).deleted).toEqual(['validators.ts']);
  });

  it('deletes the code of a worker that is gone', async () => {
    const project = makeProject(GOOD);
    await run(project);
    project.write({
      'schema.ts': SCHEMA.replace('delays: worker', 'lateness: worker'),
      'delays.ts': HANDLER.replace('defineDelays }', 'defineLateness }').replace(
        'defineDelays(',
        'defineLateness(',
      ),
    });
    const { deleted } = await run(project);
    expect(deleted).toEqual(['bundle/delays.js', 'bundle/delays.js.map', 'delays.ts']);
    expect(project.has('generated/lateness.ts')).toBe(true);
    expect(project.has('generated/delays.ts')).toBe(false);
  });

  it('compares and writes nothing with check', async () => {
    const project = makeProject(GOOD);
    await run(project);
    project.write({
      'generated/index.ts': project.read('generated/index.ts').replaceAll('\n', '\r\n'),
      'generated/bundle/delays.js': 'whatever\n',
    });
    expect((await run(project, { check: true })).drift).toEqual([]);
    project.write({ 'schema.ts': SCHEMA.replace('delayMinutes', 'lateMinutes') });
    const before = project.snapshot();
    const { drift, written } = await run(project, { check: true });
    expect(drift).toContainEqual({ path: 'messages.ts', state: 'differs' });
    expect(written).toEqual([]);
    expect(project.snapshot()).toEqual(before);
  });
});

describe('faults', () => {
  it('are all reported in one run, in the order of their places, and nothing is written', async () => {
    const project = makeProject({
      'schema.ts': `import { z } from 'zod';
import { ascii, hash, topology, worker } from 'sn-gen/schema';
const Flight = z.object({
  origin: z.any(),
  position: z.object({ lat: z.unknown() }),
});
export default topology({
  messages: { Flight, 'bad-name': z.object({}), Twice: z.object({}), Twice: z.object({ a: z.int32() }) },
  workers: {
    delays: worker({ handler: './delays.ts', receives: { Flight: hash('orgin' as never) } }),
    broken: worker({ handler: './broken.ts', receives: { Twice: hash('a') } }),
    bare: worker({ handler: './bare.ts', receives: { Twice: hash('a') }, sends: { nobody: ['Twice'] } as never }),
  },
});
`,
      'broken.ts': 'export default (;\n',
      'bare.ts': 'export const handler = 1;\n',
    });
    const { faults, message } = await faultsOf(project);
    const shown = faults.map(
      ({ code, place, path }) =>
        `${code} ${place.file.slice(project.folder.length + 1)}:${place.line}:${place.column} ${path.join('.')}`,
    );
    expect(shown).toEqual([
      'SN1012 schema.ts:4:3 messages.Flight.origin',
      'SN1012 schema.ts:5:24 messages.Flight.position.lat',
      'SN1020 schema.ts:8:23 messages.bad-name',
      'SN1006 schema.ts:8:70 messages.Twice',
      'SN1007 schema.ts:10:31 workers.delays.handler',
      expect.stringMatching(/^SN1042 schema\.ts:10:\d+ workers\.delays\.receives\.Flight/),
      expect.stringMatching(/^SN1050 schema\.ts:12:\d+ workers\.bare\.sends\.nobody/),
      'SN1009 bare.ts:1:1 workers.bare.handler',
      'SN1008 broken.ts:1:17 workers.broken.handler',
    ]);
    expect(message).toContain('> 4 |   origin: z.any(),\n    |   ^^^^^^\n');
    expect(message).toMatch(/9 faults in .*schema\.ts, .*bare\.ts and .*broken\.ts; nothing was written\.$/);
  });

  it('SN1054 to SN1057: shows which field has a wrong version, and what to write', async () => {
    const schema = (field: string) =>
      SCHEMA.replace('ascii, hash,', 'ascii, hash, since,').replace(
        '  delayMinutes: z.int32(),',
        `  ${field}`,
      );
    const FIELDS: readonly (readonly [code: string, field: string, help: string])[] = [
      ['SN1054', 'gate: since(1, ascii(3).optional()),', 'write since(2, type) for the first field'],
      ['SN1055', 'gate: since(2, ascii(3) as never),', 'add .optional(), .nullable() or .default(value)'],
      [
        'SN1056',
        'at: z.object({ gate: since(2, ascii(3).optional()) }),',
        'add a field to the message itself',
      ],
      ['SN1057', 'gate: since(3, ascii(3).optional()),', 'write since(2, ...)'],
    ];
    for (const [code, field, help] of FIELDS) {
      const project = makeProject({ 'schema.ts': schema(field), 'delays.ts': HANDLER });
      const { faults, message } = await faultsOf(project);
      const column = 3 + field.indexOf('gate');
      expect(faults).toMatchObject([
        { code, place: { line: 8, column }, help: expect.stringContaining(help) },
      ]);
      expect(message).toContain(`> 8 |   ${field}\n    |${' '.repeat(column)}^^^^\n`);
    }
  });

  it('SN1007: suggests the file that was probably meant', async () => {
    const project = makeProject({
      'schema.ts': SCHEMA.replace('./delays.ts', './delays.js'),
      'delays.ts': HANDLER,
    });
    const { faults } = await faultsOf(project);
    expect(faults).toMatchObject([{ code: 'SN1007', help: 'did you mean "./delays.ts"?' }]);
  });

  it('SN1007: a folder is no handler', async () => {
    const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts/index.ts': HANDLER });
    expect((await faultsOf(project)).faults).toMatchObject([
      { code: 'SN1007', place: { line: 17, column: 16, length: "'./delays.ts'".length } },
    ]);
  });

  it('SN1009: shows how to export the handler', async () => {
    const project = makeProject({
      'schema.ts': SCHEMA,
      'delays.ts': HANDLER.replace('export default', 'export const a ='),
    });
    const { faults, message } = await faultsOf(project);
    expect(faults).toMatchObject([
      { code: 'SN1009', help: expect.stringContaining('export default defineDelays({ ... })') },
    ]);
    expect(message).toContain("> 1 | import { defineDelays } from './generated/index.js';\n    | ^\n");
  });

  it.each([
    'const it = 1;\nexport { it as default };\n',
    "export { default } from './other.js';\n",
    'export default class {}\n',
    'export default function handler() {}\n',
  ])('takes every form of a default export: %s', async (handler) => {
    const project = makeProject({
      'schema.ts': SCHEMA,
      'delays.ts': handler,
      'other.ts': 'export default 1;\n',
    });
    await expect(run(project)).resolves.toBeDefined();
  });

  it('SN1010: points at a default export that is no topology', async () => {
    const project = makeProject({ 'schema.ts': 'const a = 1;\nexport default { a };\n' });
    expect((await faultsOf(project)).faults).toMatchObject([
      { code: 'SN1010', place: { line: 2, column: 16 } },
    ]);
  });

  it('SN1060: what a handler imports is looked for before anything is written', async () => {
    const project = makeProject({
      'schema.ts': SCHEMA,
      'delays.ts': `import 'nothing-of-that-name';\n${HANDLER}`,
    });
    const { faults, message } = await faultsOf(project);
    expect(faults).toMatchObject([{ code: 'SN1060', place: { line: 1, column: 8 } }]);
    expect(message).toContain("> 1 | import 'nothing-of-that-name';\n    |        ^^^^^^");
  });

  it('SN1061: a file in the way keeps everything from being written', async () => {
    const project = makeProject({ ...GOOD, 'generated/messages.ts': 'export const mine = 1;\n' });
    const { faults, message } = await faultsOf(project);
    expect(faults).toMatchObject([
      { code: 'SN1061', place: { file: project.path('generated/messages.ts') } },
    ]);
    expect(message).toContain('> 1 | export const mine = 1;');
  });

  it('SN1062: a link out of the output folder keeps everything from being written', async () => {
    const project = makeProject({ ...GOOD, 'generated/mine.ts': '', 'elsewhere/a': '' });
    symlinkSync(project.path('elsewhere'), project.path('generated/bundle'));
    expect((await faultsOf(project)).faults).toMatchObject([
      { code: 'SN1062', problem: expect.stringContaining('bundle/delays.js') },
      { code: 'SN1062' },
    ]);
  });
});

describe('hostile names', () => {
  it('are refused as names, whatever they would do as code', async () => {
    const names = [
      "a'];process.exit(7);//",
      '*/process.exit(7);/*',
      '../../escape',
      '__proto__',
      'a\u2028b',
      '`$' + '{1}`',
    ];
    const entries = names.map((name) => `[${JSON.stringify(name)}]: z.object({}),`).join('\n    ');
    const project = makeProject({
      ...GOOD,
      'schema.ts': SCHEMA.replace(
        'messages: { Flight, Delay },',
        `messages: { Flight, Delay,\n    ${entries}\n  },`,
      ),
    });
    const { faults } = await faultsOf(project);
    expect(faults.filter(({ path }) => path[0] === 'messages').map(({ path }) => path[1])).toEqual(
      expect.arrayContaining(names),
    );
  });

  it('in paths and comments stay data', async () => {
    const folder = `it's a "folder" \${1}`;
    const project = makeProject({
      [`${folder}/delays.ts`]: HANDLER.replace('./generated', '../generated'),
      'schema.ts': SCHEMA.replace("'./delays.ts'", JSON.stringify(`./${folder}/delays.ts`)).replace(
        'One scheduled flight.',
        'Ends here *\\/ or `$' + '{here}`.',
      ),
    });
    await run(project);
    const check = spawnSync(process.execPath, ['--check', project.path('generated/bundle/delays.js')]);
    expect(check.status).toBe(0);
  });
});
