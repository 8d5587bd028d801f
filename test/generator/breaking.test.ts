import { describe, expect, it } from 'vitest';
import { HANDLER, makeProject, type Project, SCHEMA } from './project.js';
import { runInProcess as run } from './run-command.js';

/** A project with its topology.json as a build of `SCHEMA` left it. */
async function built(schema = SCHEMA): Promise<Project> {
  const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
  await run([project.path('schema.ts'), '--no-bundle'], project.folder);
  project.write({ 'schema.ts': schema });
  return project;
}

function breaking(project: Project, ...args: readonly string[]) {
  return run(['breaking', project.path('schema.ts'), ...args], project.folder);
}

const RENAMED = SCHEMA.replace('delayMinutes', 'minutesLate').replace(
  "receives: { Flight: hash('origin') }",
  "capacity: 64, receives: { Flight: hash('origin') }",
);

/** `SCHEMA`, whose message has a second version. */
const GROWN = SCHEMA.replace('ascii, hash,', 'ascii, hash, since,').replace(
  'delayMinutes: z.int32(),',
  'delayMinutes: z.int32(),\n  gate: since(2, ascii(4).optional()),',
);

/** What a build of a schema commits. */
async function topologyOf(schema: string): Promise<string> {
  const project = makeProject({ 'schema.ts': schema, 'delays.ts': HANDLER });
  await run([project.path('schema.ts'), '--no-bundle'], project.folder);
  return project.read('generated/topology.json');
}

describe('sn-gen breaking', () => {
  it('exits 0 when nothing differs, and writes no file', async () => {
    const project = await built();
    const before = project.snapshot();
    expect(await breaking(project)).toEqual({
      code: 0,
      stdout: 'schema.ts against generated/topology.json: no differences\n',
      stderr: '',
    });
    expect(project.snapshot()).toEqual(before);
  });

  it('exits 1 on a breaking difference, and groups by what breaks', async () => {
    const { code, stdout, stderr } = await breaking(await built(RENAMED));
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "schema.ts against generated/topology.json

      wire: an old and a new build refuse each other (SN_SCHEMA_MISMATCH)

        field renamed (breaks source as well)
          messages.Flight.delayMinutes  delayMinutes -> minutesLate
          why: its bytes are the same, but code names it and its name is part of the fingerprint
          instead: keep the name; change it together with all its users

      compatible: breaks nothing

        other capacity
          workers.delays.capacity  1024 slots -> 64 slots
          why: lanes take more or less memory, and senders wait later or sooner

      2 differences: 1 wire, 1 source, 1 compatible; 1 is breaking.
      "
    `);
  });

  it('exits 0 on a compatible difference', async () => {
    const project = await built(SCHEMA.replace('receives: {', 'capacity: 64,\n receives: {'));
    const { code, stdout } = await breaking(project);
    expect(code).toBe(0);
    expect(stdout).toContain('1 difference: 0 wire, 0 source, 1 compatible; none is breaking.\n');
  });

  it('takes a field of a new version for compatible, there and back', async () => {
    const there = await built(GROWN);
    const { code, stdout } = await breaking(there);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "schema.ts against generated/topology.json

      compatible: breaks nothing

        field added with a new version
          messages.Flight.gate  new: ascii(4) or undefined at 8, since version 2
          why: older builds read what they know of newer records, newer ones find its default or nothing in older records

      1 difference: 0 wire, 0 source, 1 compatible; none is breaking.
      "
    `);
    there.write({ 'grown.json': await topologyOf(GROWN), 'schema.ts': SCHEMA });
    const back = await breaking(there, '--against', there.path('grown.json'));
    expect(back.code).toBe(1);
    expect(back.stdout).toContain('1 difference: 0 wire, 1 source, 0 compatible; 1 is breaking.');
    const wire = await breaking(there, '--against', there.path('grown.json'), '--category', 'wire');
    expect(wire.code).toBe(0);
  });

  it('refuses another field of a version that there was, and says how to do without', async () => {
    const project = await built(
      GROWN.replace('since(2, ascii(4).optional())', 'since(2, ascii(5).optional())'),
    );
    project.write({ 'grown.json': await topologyOf(GROWN) });
    const { code, stdout } = await breaking(
      project,
      '--against',
      project.path('grown.json'),
      '--category',
      'wire',
    );
    expect(code).toBe(1);
    expect(stdout).toContain('messages.Flight.gate  ascii(4) -> ascii(5)');
    expect(stdout).toContain('since(n, type)');
  });

  it('counts only the category asked for', async () => {
    const moreInstances = await built(SCHEMA.replace('receives: {', 'instances: 2,\n receives: {'));
    expect((await breaking(moreInstances, '--category', 'source')).code).toBe(1);
    const { code, stdout } = await breaking(moreInstances, '--category', 'wire');
    expect(code).toBe(0);
    expect(stdout).toContain('none is breaking, counting wire only.');
    const reordered = await built(
      SCHEMA.replace(
        'z.object({ airport: ascii(3), mean: z.float64() })',
        'z.object({ mean: z.float64(), airport: ascii(3) })',
      ),
    );
    expect((await breaking(reordered, '--category', 'wire')).code).toBe(1);
    expect((await breaking(reordered, '--category', 'source')).code).toBe(0);
  });

  it('gives JSON with the rule, what it breaks and how to avoid it', async () => {
    const { code, stdout } = await breaking(await built(RENAMED), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'schema.ts',
      against: 'generated/topology.json',
      breaking: true,
      counts: { wire: 1, source: 1, compatible: 1 },
      differences: [
        {
          rule: 'field-renamed',
          category: 'wire',
          breaks: ['wire', 'source'],
          record: 'same',
          path: 'messages.Flight.delayMinutes',
          was: 'delayMinutes',
          is: 'minutesLate',
          why: expect.stringMatching(/./),
          avoid: expect.stringMatching(/./),
        },
        { rule: 'capacity-changed', category: 'compatible', breaks: [] },
      ],
    });
  });

  it('takes another file by --against, and another folder by --out', async () => {
    const project = await built(RENAMED);
    project.write({ 'old.json': project.read('generated/topology.json') });
    expect((await breaking(project, '--against', project.path('old.json'))).stdout).toMatch(
      /^schema.ts against old.json\n/,
    );
    expect(await breaking(project, '--out', 'elsewhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SN1070 elsewhere/topology.json'),
    });
  });

  it('exits 1 with the faults of a faulty schema', async () => {
    const { code, stdout, stderr } = await breaking(await built(SCHEMA.replace('z.int32()', 'z.any()')));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^SN1012 schema\.ts:8:3 Flight\.delayMinutes: /);
  });

  it('colours on a terminal only', async () => {
    const project = await built(RENAMED);
    const args = ['breaking', project.path('schema.ts')];
    expect((await run(args, project.folder, true)).stdout).toContain('\u001b[31m');
    expect((await run(args, project.folder)).stdout).not.toContain('\u001b');
  });

  it('lets no control character of a topology.json reach the terminal', async () => {
    const project = await built();
    project.write({
      'old.json': project.read('generated/topology.json').replaceAll('delayMinutes', '\\u001b[2J'),
    });
    const { stdout } = await breaking(project, '--against', project.path('old.json'));
    expect(stdout).toContain('messages.Flight.');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    [[], 'name the schema file, such as sn-gen breaking schema.ts'],
    [['a.ts', 'b.ts'], 'one schema at a time'],
    [['a.ts', '--category', 'moon'], '--category must be wire or source: got "moon"'],
    [['a.ts', '--against='], '--against must name a topology.json'],
    [['a.ts', '--out='], '--out must name a folder'],
    [['a.ts', '--check'], "Unknown option '--check'"],
  ])('exits 2 on the command line %j and shows how to use it', async (args, problem) => {
    const { code, stdout, stderr } = await run(['breaking', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain('Usage: sn-gen breaking');
  });

  it('documents its exit codes', async () => {
    const { code, stdout } = await run(['breaking', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes: 0 no breaking difference; 1 .*\n2 /);
  });
});

describe('an older file with versions that are none', () => {
  const GROWN_CASES: readonly (readonly [string, RegExp, string, RegExp])[] = [
    [
      'a field of no version',
      /"since": 2/,
      '"since": 1',
      /fields\[2\]\.since must be a version from 2 to 255/,
    ],
    [
      'a field of a later version',
      /"since": 2/,
      '"since": 3',
      /fields\[2\]\.since must be a version up to 2/,
    ],
    ['versions that are no list', /"versions": \[/, '"versions": 3, "x": [', /versions must be a list/],
    ['a gap in the versions', /"version": 2,/, '"version": 3,', /versions must be all versions from 1/],
    [
      'one version only',
      /"fingerprints": \[[^\]]*\]/,
      '"fingerprints": ["x"]',
      /fingerprints must be one for each version/,
    ],
    [
      'another last fingerprint',
      /"fingerprints": \[[^\]]*\]/,
      '"fingerprints": ["x", "y"]',
      /fingerprints must be one for/,
    ],
    [
      'fingerprints that are no text',
      /"fingerprints": \[[^\]]*\]/,
      '"fingerprints": [1, 2]',
      /fingerprints\[0\] must be text/,
    ],
    [
      'bits that lie nowhere',
      /"offsetBytes": 16,\s*"count": 1/,
      '"offsetBytes": -1, "count": 1',
      /bits\.offsetBytes must be a whole/,
    ],
  ];

  it.each(GROWN_CASES)('%s: SN1071', async (_name, from, to, problem) => {
    const project = await built(GROWN);
    const read = await topologyOf(GROWN);
    expect(read).toMatch(from);
    project.write({ 'old.json': read.replace(from, to) });
    const result = await breaking(project, '--against', project.path('old.json'));
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/^SN1071 old\.json: messages\[0\]\./);
    expect(result.stderr).toMatch(problem);
  });
});

describe('an older file that is none', () => {
  const HOSTILE: readonly (readonly [string, string, (read: string) => string, RegExp])[] = [
    ['is not JSON', 'SN1071', () => '{', /it is not JSON/],
    ['is empty', 'SN1071', () => '', /it is not JSON/],
    ['is other JSON', 'SN1071', () => '[]', /does not say that sn-gen made it/],
    ['is a package.json', 'SN1071', () => '{"name":"a","version":1}', /does not say/],
    [
      'has a version that is no number',
      'SN1071',
      (read) => read.replace('"version": 1', '"version": "1"'),
      /version must be a whole number from 1: got "1"/,
    ],
    [
      'has a later version',
      'SN1072',
      (read) => read.replace('"version": 1', '"version": 2'),
      /has version 2, and this sn-gen knows 1/,
    ],
    [
      'has no messages',
      'SN1071',
      (read) => read.replace('"messages"', '"letters"'),
      /messages must be a list/,
    ],
    [
      'has an offset that is no number',
      'SN1071',
      (read) => read.replace('"offsetBytes": 0', '"offsetBytes": -1'),
      /messages\[0\]\.fields\[0\]\.offsetBytes must be a whole number/,
    ],
    [
      'has a type of an unknown kind',
      'SN1071',
      (read) => read.replace('"kind": "i32"', '"kind": "constructor"'),
      /messages\[0\]\.fields\[1\]\.type\.kind must be the kind of a type/,
    ],
    [
      'is nested without end',
      'SN1071',
      (read) =>
        read.replace('"version": 1', `"version": 1, "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      /nested deeper than 128/,
    ],
    ['is huge', 'SN1073', (read) => read + ' '.repeat(65 * 2 ** 20), /at most 64 MiB/],
  ];

  it.each(HOSTILE)('%s: %s and exit code 2', async (_name, code, hostile, problem) => {
    const project = await built();
    project.write({ 'old.json': hostile(project.read('generated/topology.json')) });
    const result = await breaking(project, '--against', project.path('old.json'));
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(new RegExp(`^${code} old\\.json: `));
    expect(result.stderr).toMatch(problem);
    expect(result.stderr).toMatch(/\nhelp: .+\n$/);
  });

  it.each(['missing.json', '.'])('SN1070: %s cannot be read', async (name) => {
    const project = await built();
    const result = await breaking(project, '--against', project.path(name));
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^SN1070 /) });
  });

  it.runIf(process.platform === 'linux')('SN1073: a device without end is given up', async () => {
    expect((await breaking(await built(), '--against', '/dev/zero')).stderr).toMatch(/^SN1073 /);
  });

  it('may have more fields than a call takes arguments', async () => {
    const project = await built(
      SCHEMA.replace('delayMinutes: z.int32()', 'delayMinutes: z.int32().optional()'),
    );
    const older = JSON.parse(project.read('generated/topology.json')) as { messages: { fields: object[] }[] };
    const field = { type: { kind: 'u8' }, offsetBytes: 0, byteLength: 1 };
    for (let index = 0; index < 200_000; index++)
      older.messages[0]?.fields.push({ name: `f${index}`, ...field });
    project.write({ 'old.json': JSON.stringify(older) });
    const { code, stdout } = await breaking(project, '--against', project.path('old.json'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n200001 differences: 200001 wire, /);
  });

  it('takes a byte order mark and members that it does not know', async () => {
    const project = await built();
    const read = project.read('generated/topology.json').replace('"version": 1', '"version": 1, "later": {}');
    project.write({ 'old.json': `\ufeff${read}` });
    expect((await breaking(project, '--against', project.path('old.json'))).code).toBe(0);
  });
});
